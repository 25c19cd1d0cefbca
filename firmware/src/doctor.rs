//! `parvis doctor`: what works on this machine, in plain French.

pub mod printer;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use parvis_content::ContentFile;
use parvis_hardware::button::{ButtonError, CallButton as _};
use parvis_hardware::gpio::{GpioButton, GpioLamps};
use parvis_hardware::keypad::KeypadError;
use parvis_hardware::light::LightError;
use parvis_hardware::light::driven::Lamps as _;
use parvis_hardware::light::rhythm::Lit;
use parvis_hardware::sound::alsa::AlsaSpeaker;
use parvis_hardware::sound::{SoundError, Speaker as _, Tune};

use crate::board;
use crate::clock;
use crate::config::{ButtonKind, Config, LightKind, PrinterKind, SpeakerKind};

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
    line("bouton", &button(&config.button));
    line("lampe", &light(&config.light));
    line("pavé de touches", &keypad(config));
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

/// A line that the desk holds cannot be looked at beside it: the kernel says so, and so do we.
fn button(kind: &ButtonKind) -> String {
    let at = match kind {
        ButtonKind::Simulated => return "simulé".to_owned(),
        ButtonKind::Absent => return "aucun (button.kind)".to_owned(),
        ButtonKind::Gpio(at) => at,
    };
    match GpioButton::new(at.clone(), clock::shared()).next_press(Duration::ZERO) {
        Ok(_) => format!("ligne {} de {} : lue", at.line, at.chip.display()),
        Err(ButtonError::NotConnected) => format!("absent : pas de puce {}", at.chip.display()),
        Err(error) => format!("illisible, ou tenu par l’accueil qui tourne : {error}"),
    }
}

/// Lines are taken and let go, dark. A relay board is not spoken to: the desk may be speaking to it.
fn light(kind: &LightKind) -> String {
    let absent = |place: &Path| format!("absente : {} n’existe pas, vérifiez le câble", place.display());
    match kind {
        LightKind::Simulated => "simulée".to_owned(),
        LightKind::Absent => "aucune (light.kind)".to_owned(),
        LightKind::Relay(at) if at.path.exists() => format!("relais présents : {}", at.path.display()),
        LightKind::Relay(at) => absent(&at.path),
        LightKind::Gpio(at) => match GpioLamps::new(at.clone()).set(Lit::default()) {
            Ok(()) => format!("ligne {} de {} : prise et rendue", at.lamp, at.chip.display()),
            Err(LightError::NotConnected) => absent(&at.chip),
            Err(error) => format!("refusée, ou tenue par l’accueil qui tourne : {error}"),
        },
    }
}

/// A keypad that the kiosk holds cannot be looked at beside it: the kernel says so, and so do we.
fn keypad(config: &Config) -> String {
    let (Some(at), Some(mut keypad)) = (&config.keypad, board::keypad(config)) else {
        return "aucun (keypad.map)".to_owned();
    };
    let device = format!("{} ({:04x}:{:04x})", at.map.name, at.vendor, at.product);
    match keypad.next_stroke(Duration::ZERO) {
        Ok(_) if at.map.verified => format!("{device} : lu"),
        Ok(_) => format!("{device} : lu ; ses touches n’ont jamais été vérifiées, essayez-les une à une"),
        Err(KeypadError::NotConnected) => format!("{device} : absent, vérifiez le câble"),
        Err(error) => format!("{device} : illisible, ou tenu par la borne qui tourne : {error}"),
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
