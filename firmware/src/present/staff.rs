//! What staff see at the kiosk, behind their code: which content is there, and the way back to the one before.

use std::time::Duration;

use parvis_ui_model::document::Block;
use parvis_ui_model::flow::{Spot, StaffSlip};
use parvis_ui_model::view::{PageView, PrintState, PrintTrouble, StaffDoorView};

use super::morning::paper_left;
use super::{Presented, Reading, Stage};
use crate::desk::door::ask::Offer as PairingOffer;
use crate::session::printer::PrinterNews;
use crate::session::{Offer, Session, Visit};
use crate::words;

/// The code, as it is typed.
pub(super) fn door(visit: &Visit) -> PageView {
    PageView::StaffDoor(StaffDoorView { typed: visit.staff.typed(), said: visit.staff.said })
}

/// The space: facts, and what can be done.
pub(super) fn space(reading: &Reading<'_>, stage: &Stage<'_>, session: &Session, now: Duration) -> Presented {
    let fact = |icon: &str, label: &str, text: String| Block::Fact {
        icon: icon.to_owned(),
        label: label.to_owned(),
        text: words::tied(&text),
        stated: true,
    };
    let desk = session.desk.trouble.map(|trouble| fact("person", "Accueil", trouble.for_staff().to_owned()));
    let mut blocks: Vec<Block> = desk.into_iter().collect();
    blocks.push(fact("paper", "Contenu affiché", content(stage)));
    let stick = if stage.notice.is_empty() {
        "Pour mettre le contenu à jour, branchez la clé de votre éditeur. Ce qui se passe s’écrit ici."
    } else {
        stage.notice
    };
    blocks.push(fact("clock", "Mise à jour", stick.to_owned()));
    blocks.push(fact("paper", "Papier", paper(&session.printer)));
    let mut goals = Vec::new();
    let choice = |index, icon: &str, label: String| Block::Choice {
        index,
        icon: icon.to_owned(),
        label,
        height_mm: 0.0,
    };
    blocks.push(choice(goals.len(), "screen", "Relier un poste de l’accueil".to_owned()));
    goals.push(Spot::StaffPairing);
    if let Some(before) = stage.releases.before {
        let label = format!("Revenir à la publication {before}");
        blocks.push(choice(goals.len(), "back", label));
        goals.push(Spot::StaffRollBack);
    }
    for (icon, label, goal) in [
        ("paper", "Imprimer le ticket du matin", Spot::StaffSlip(StaffSlip::Morning)),
        ("paper", "Imprimer un ticket d’essai", Spot::StaffSlip(StaffSlip::Test)),
        ("check", "J’ai mis un rouleau neuf", Spot::StaffRoll),
    ] {
        blocks.push(choice(goals.len(), icon, label.to_owned()));
        goals.push(goal);
    }
    let minutes = reading.visit.staff.left(now).unwrap_or_default().as_secs().div_ceil(60);
    let closes = format!("Cet espace se ferme dans {minutes} min, ou dès que vous le quittez.");
    blocks.push(Block::Small(words::tied(&closes)));
    reading.document("Espace du personnel", "", blocks, Offer { goals, ..Offer::default() })
}

/// The code that pairs a staff page, for whoever stands here: typed on the other machine, so in large figures.
pub(super) fn pairing(reading: &Reading<'_>) -> Presented {
    let blocks = match &reading.visit.staff.pairing {
        None => vec![Block::Text("Un instant…".to_owned())],
        Some(Err(why)) => vec![Block::Text(words::tied(why))],
        Some(Ok(offer)) => paired_with(offer),
    };
    reading.document("Relier un poste de l’accueil", "", blocks, Offer::default())
}

fn paired_with(offer: &PairingOffer) -> Vec<Block> {
    let (first, last) = offer.code.split_at_checked(3).unwrap_or((&offer.code, ""));
    let item = |mark: &str, text: String| Block::Item { mark: mark.to_owned(), text };
    let address = match offer.addresses.as_slice() {
        [] => "Le port du réseau ne s’ouvre pas : prévenez le technicien.".to_owned(),
        addresses => format!("Sur le poste, ouvrez {}", addresses.join(" ou ")),
    };
    let minutes = offer.seconds.div_ceil(60);
    let code = format!("Code : {first}\u{a0}{last}");
    let once = format!("Le code sert une fois, pendant {minutes} min, tant que cette page est affichée.");
    let groups: Vec<&str> = offer.fingerprint.split(' ').collect();
    let fingerprint: Vec<String> = groups.chunks(8).map(|groups| groups.join(" ")).collect();
    vec![
        Block::Heading(words::tied(&code)),
        item("1.", address),
        item("2.", "Écrivez-y le code, et le nom de votre accueil.".to_owned()),
        item("3.", words::tied(&once)),
        Block::Note(words::tied(
            "Si le poste avertit d’un certificat inconnu, comparez son empreinte SHA-256 avec celle-ci :",
        )),
        Block::Small(fingerprint.join("\n")),
    ]
}

/// What to do about the printer, and how much paper is left.
fn paper(printer: &PrinterNews) -> String {
    let left = paper_left(printer);
    if printer.gesture.is_empty() { left } else { format!("{}\n{left}", printer.gesture) }
}

/// The worker of the printer knows of the new roll.
pub(super) fn new_roll(reading: &Reading<'_>, printer: &PrinterNews) -> Presented {
    let text = if reading.visit.staff.roll_noted {
        format!("C’est noté. Papier : {}.", paper_left(printer))
    } else {
        "Un instant… L’imprimante finit peut-être un ticket.".to_owned()
    };
    reading.document("Rouleau neuf", "", vec![Block::Text(words::tied(&text))], Offer::default())
}

/// A slip for staff, and what came of it.
pub(super) fn slip(reading: &Reading<'_>, slip: StaffSlip, printer: &PrinterNews) -> Presented {
    let title = match slip {
        StaffSlip::Morning => "Ticket du matin",
        StaffSlip::Test => "Ticket d’essai",
    };
    let staff = &reading.visit.staff;
    let text = match staff.print {
        _ if staff.slip != Some(slip) => {
            "Un autre ticket sort encore. Revenez en arrière, et réessayez dans un instant.".to_owned()
        }
        PrintState::Ready | PrintState::Printing => "Un instant… Le ticket sort.".to_owned(),
        PrintState::Printed => "Le ticket est imprimé.".to_owned(),
        PrintState::Sent => {
            "Le ticket est envoyé. Cette imprimante ne dit pas s’il est sorti : regardez.".to_owned()
        }
        PrintState::Failed(trouble) => failed(trouble, printer),
    };
    reading.document(title, "", vec![Block::Text(words::tied(&text))], Offer::default())
}

fn failed(trouble: PrintTrouble, printer: &PrinterNews) -> String {
    let what = match trouble {
        PrintTrouble::Incomplete => "Le ticket n’est pas sorti en entier.",
        PrintTrouble::PaperOut | PrintTrouble::CoverOpen | PrintTrouble::Offline => {
            "Le ticket n’est pas sorti."
        }
    };
    format!("{what}\n{}", printer.gesture).trim_end().to_owned()
}

/// Which content is there, or why there is none.
fn content(stage: &Stage<'_>) -> String {
    let sheets = match stage.content {
        Ok(content) => format!("{}, {} fiches", content.info().title, content.info().sheets),
        Err(why) => format!("Aucun contenu ne s’affiche : {why}"),
    };
    match &stage.releases.shown {
        Some(shown) => format!("Publication {} du {}\n{sheets}", shown.number, words::day(shown.made)),
        None => sheets,
    }
}

/// What came of going back.
pub(super) fn rolled_back(reading: &Reading<'_>) -> Presented {
    let text = match &reading.visit.staff.rolled_back {
        None => "Un instant…".to_owned(),
        Some(Ok(release)) => format!(
            "La publication {release} est de nouveau affichée. Une publication plus récente de votre éditeur viendra la remplacer."
        ),
        Some(Err(why)) => format!("Rien n’a changé. {why}"),
    };
    reading.document("Contenu précédent", "", vec![Block::Text(words::tied(&text))], Offer::default())
}
