//! `parvis doctor`: what works on this machine, in plain French.

pub mod printer;

use std::fmt::Write as _;

use parvis_content::ContentFile;
use parvis_hardware::sound::alsa::AlsaSpeaker;
use parvis_hardware::sound::{SoundError, Speaker as _, Tune};

use crate::config::{Config, PrinterKind, SpeakerKind};

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
    line("son", &sound(&config.speaker));
    line("accueil", &desk(config));
    report
}

fn printer(kind: &PrinterKind) -> String {
    match kind {
        PrinterKind::Simulated => "simulée".to_owned(),
        PrinterKind::File(path) if path.exists() => format!("présente : {}", path.display()),
        PrinterKind::File(path) => format!("absente : {} n’existe pas, vérifiez le câble", path.display()),
        PrinterKind::Serial(path, baud) if path.exists() => {
            format!("présente : {} à {baud} bits par seconde", path.display())
        }
        PrinterKind::Serial(path, _) => {
            format!("absente : {} n’existe pas, vérifiez le câble", path.display())
        }
        PrinterKind::Network(address) => format!("sur le réseau : {address}"),
    }
}

/// A real loudspeaker is heard, or says why not.
fn sound(kind: &SpeakerKind) -> String {
    match kind {
        SpeakerKind::Simulated => "simulé".to_owned(),
        SpeakerKind::Silent => "aucun (sound.kind)".to_owned(),
        SpeakerKind::Alsa(device) => match AlsaSpeaker::new(device.clone()).play(Tune::Coming) {
            Ok(()) => format!("trois notes sont sorties de « {device} » : les avez-vous entendues ?"),
            Err(SoundError::NoPlayer(_)) => "aplay manque : installez le paquet alsa-utils".to_owned(),
            Err(error) => format!(
                "rien n’est sorti de « {device} » : vérifiez son câble, et son nom avec « aplay -L » ({error})"
            ),
        },
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
