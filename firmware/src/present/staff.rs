//! What staff see at the kiosk, behind their code: which content is there, and the way back to the one before.

use std::time::Duration;

use parvis_ui_model::document::Block;
use parvis_ui_model::flow::Spot;
use parvis_ui_model::view::{PageView, StaffDoorView};

use super::{Presented, Reading, Stage};
use crate::desk::door::ask::Offer as PairingOffer;
use crate::session::call::LinkTrouble;
use crate::session::{Offer, Visit};
use crate::words;

/// The code, as it is typed.
pub(super) fn door(visit: &Visit) -> PageView {
    PageView::StaffDoor(StaffDoorView { typed: visit.staff.typed(), said: visit.staff.said })
}

/// The space: facts, and what can be done.
pub(super) fn space(
    reading: &Reading<'_>,
    stage: &Stage<'_>,
    trouble: Option<LinkTrouble>,
    now: Duration,
) -> Presented {
    let fact = |icon: &str, label: &str, text: String| Block::Fact {
        icon: icon.to_owned(),
        label: label.to_owned(),
        text: words::tied(&text),
        stated: true,
    };
    let desk = trouble.map(|trouble| fact("person", "Accueil", trouble.for_staff().to_owned()));
    let mut blocks: Vec<Block> = desk.into_iter().collect();
    blocks.push(fact("paper", "Contenu affiché", content(stage)));
    let stick = if stage.notice.is_empty() {
        "Pour mettre le contenu à jour, branchez la clé de votre éditeur. Ce qui se passe s’écrit ici."
    } else {
        stage.notice
    };
    blocks.push(fact("clock", "Mise à jour", stick.to_owned()));
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
