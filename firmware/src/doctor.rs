//! `parvis doctor`: what works on this machine, in plain French.

use std::fmt::Write as _;

use parvis_content::ContentFile;

use crate::config::{Config, PrinterKind};

/// One line for each part: what, how it is, what to do.
pub fn report(config: &Config) -> String {
    let mut report = String::new();
    let mut line = |what: &str, how: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{what:<12} {how}");
    };
    line("borne", &config.kiosk_name);
    let (width, height) = (config.panel.width_mm(), config.panel.height_mm());
    line("écran", &format!("{width:.0} × {height:.0} mm, {:?}", config.display));
    match ContentFile::open(&config.content) {
        Ok(content) => {
            let info = content.info();
            line("contenu", &format!("{} : {} fiches, {} lieux", info.title, info.sheets, info.places));
        }
        Err(error) => line("contenu", &format!("illisible : {error}")),
    }
    line("imprimante", &printer(&config.printer));
    line("accueil", &desk(config));
    report
}

fn printer(kind: &PrinterKind) -> String {
    match kind {
        PrinterKind::Simulated => "simulée".to_owned(),
        PrinterKind::File(path) if path.exists() => format!("présente : {}", path.display()),
        PrinterKind::File(path) => format!("absente : {} n’existe pas, vérifiez le câble", path.display()),
        PrinterKind::Network(address) => format!("sur le réseau : {address}"),
    }
}

fn desk(config: &Config) -> String {
    if let Some(far) = config.remote.spoken() {
        return far;
    }
    match std::os::unix::net::UnixStream::connect(&config.desk_socket) {
        Ok(_) => format!("répond : http://{}/", config.staff_address),
        Err(_) => "ne répond pas : lancez « parvis desk »".to_owned(),
    }
}
