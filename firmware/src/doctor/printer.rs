//! `parvis doctor printer`: a test slip, and what works, in plain French.

use std::fmt::Write as _;

use parvis_hardware::escpos::Cutter;
use parvis_hardware::printer::profile::{Command, Profile};
use parvis_hardware::printer::{PrintError, Printed, PrinterStatus};
use parvis_hardware::slip::{Fonts, SlipRenderer, TextSize};

use crate::config::Config;
use crate::kiosk::print_worker::gesture;
use crate::present::check_slip;

/// Prints the test slip on the printer of the configuration, and says what came of it.
pub fn report(config: &Config, date: &str) -> anyhow::Result<String> {
    let profile = &config.printer_profile;
    let mut letters = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES)?);
    let slip = check_slip::of_printer(profile, date, TextSize::Normal, &mut letters)?;
    let (mut printer, _) = crate::printer::open(config);
    let status = printer.status();
    let outcome = printer.print(&slip);
    let mut report = String::new();
    let mut line = |what: &str, how: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{what:<12} {how}");
    };
    line("imprimante", &format!("{} {} (profil {})", profile.maker, profile.model, profile.id));
    if !profile.verified {
        line("profil", "jamais essayé par le projet : dites-nous ce qui sort");
    }
    line("état", &state(status, profile));
    line("papier", &format!("{} points de large, {} par pouce", profile.paper.dots(), profile.paper.dpi()));
    line("coupe", cut(profile.cutter));
    line("ticket", &how_it_went(&outcome));
    line("à faire", what_to_do(&outcome));
    Ok(report)
}

fn state(status: PrinterStatus, profile: &Profile) -> String {
    if !profile.knows(Command::RealTimeStatus) {
        return "ce modèle ne dit rien de lui".to_owned();
    }
    match gesture(status) {
        "" => "prête".to_owned(),
        gesture => gesture.to_owned(),
    }
}

fn cut(cutter: Cutter) -> &'static str {
    match cutter {
        Cutter::None => "à la main",
        Cutter::Partial => "par l’imprimante, un point reste attaché",
        Cutter::Full => "par l’imprimante, entière",
    }
}

fn how_it_went(printed: &Result<Printed, PrintError>) -> String {
    match printed {
        Ok(Printed::Confirmed) => "sorti, l’imprimante le confirme".to_owned(),
        Ok(Printed::Unconfirmed) => "envoyé, rien ne dit qu’il est sorti".to_owned(),
        Err(PrintError::NotStarted(status)) => format!("pas commencé ({status})"),
        Err(PrintError::Incomplete { status, bands_sent, bands }) => {
            format!("incomplet, {bands_sent} bandes sur {bands} envoyées ({status})")
        }
        Err(error) => format!("refusé ({error})"),
    }
}

fn what_to_do(printed: &Result<Printed, PrintError>) -> &'static str {
    match printed {
        Ok(Printed::Confirmed) => "regardez les deux lignes des bords, et que le ticket est coupé",
        Ok(Printed::Unconfirmed) => "regardez si le ticket est sorti : la borne ne dira jamais « imprimé »",
        Err(PrintError::NotStarted(_)) => "corrigez l’état ci-dessus, puis recommencez",
        Err(_) => {
            "regardez le papier et le câble ; si le ticket est entier, essayez le profil one-way-58 ou un autre"
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(text, Path::new("parvis.toml")).unwrap()
    }

    #[test]
    fn every_profile_prints_the_test_slip_on_its_simulated_printer() {
        for profile in Profile::all().unwrap() {
            let text = format!("[printer]\nprofile = '{}'", profile.id);
            let report = report(&config(&text), "22 novembre 2026").unwrap();
            let confirmed = profile.knows(Command::SensorStatus);
            assert_eq!(report.contains("le confirme"), confirmed, "{report}");
            assert!(report.contains("prête") && report.contains(&profile.id), "{report}");
        }
    }

    #[test]
    fn a_file_is_never_called_printed_and_a_missing_one_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("slip.bin");
        let at = format!("[printer]\nkind = 'file'\npath = '{}'", path.display());
        let missing = report(&config(&at), "22 novembre 2026").unwrap();
        assert!(missing.contains("vérifiez le câble") && missing.contains("pas commencé"), "{missing}");
        std::fs::write(&path, "").unwrap();
        let there = report(&config(&at), "22 novembre 2026").unwrap();
        assert!(there.contains("rien ne dit qu’il est sorti") && !there.contains("confirme"), "{there}");
    }
}
