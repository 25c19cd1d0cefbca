//! The receipt of a content update: what changed, who signed, until when, which sheets are old.

use parvis_content::editor::check::is_past;
use parvis_content::editor::diff::{Bounds, Counts, Fate, Summary, diff};
use parvis_content::{ContentFile, Date, Lang, ReadError};
use parvis_hardware::slip::{Direction, Element, Slip, SlipError, TextSize};

use crate::intake::news::Receipt;
use crate::words;

/// Titles on the receipt.
const TITLES_MAX: usize = 12;

/// Why a receipt was not made.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptError {
    /// The content cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is longer than a slip.
    #[error(transparent)]
    Slip(#[from] SlipError),
}

/// What is known of the release, as far as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Its number; none where a technician put the file in place.
    pub release: Option<u64>,
    /// When it was published, in seconds since 1970 (UTC).
    pub made: Option<i64>,
    /// When its signatures expire, in seconds since 1970 (UTC).
    pub expires: Option<i64>,
    /// Keys that signed it.
    pub signers: Vec<String>,
}

impl From<&Receipt> for Told {
    fn from(receipt: &Receipt) -> Self {
        let Receipt { release, made, expires, signers, .. } = receipt;
        let (release, made, expires) = (Some(*release), Some(*made), Some(*expires));
        Self { release, made, expires, signers: signers.clone() }
    }
}

/// The content before.
#[derive(Clone, Copy)]
pub enum Before<'a> {
    /// There was none.
    Nothing,
    /// There was one, which cannot be looked at any more.
    Unknown,
    /// This one.
    Content(&'a ContentFile),
}

/// The receipt of the release that is in `content`, beside the one `before`. Sheets are old on `today`, or on the day of
/// the release.
pub fn of_update(
    told: &Told,
    content: &ContentFile,
    before: Before<'_>,
    today: Option<Date>,
) -> Result<Slip, ReceiptError> {
    let french = Lang::french();
    let mut slip = Slip::new(french.as_str(), Direction::LeftToRight, TextSize::Normal)
        .with_continuation(words::CONTINUED)?;
    let info = content.info();
    slip.push_essential(Element::Header(info.hall.name.clone()))?;
    slip.push_essential(Element::Title("Contenu mis à jour".to_owned()))?;
    let number = told.release.map_or_else(|| "sans numéro".to_owned(), |number| number.to_string());
    let signers = Some(told.signers.join(", ")).filter(|signers| !signers.is_empty());
    let facts = [
        ("Publication", Some(format!("{number} : {}, {} fiches", info.title, info.sheets))),
        ("Publiée le", told.made.map(words::day)),
        ("Valable jusqu’au", told.expires.map(words::day)),
        ("Signée par la clé", signers),
    ];
    for (label, text) in facts {
        if let Some(text) = text {
            slip.push_essential(Element::Labelled { label: label.to_owned(), text: words::tied(&text) })?;
        }
    }
    match before {
        Before::Content(before) => {
            let bounds = Bounds { titles: TITLES_MAX, items: 0 };
            changes(&mut slip, &diff(before, content, bounds)?.summary)?;
        }
        Before::Unknown => {}
        Before::Nothing => drop(slip.push(Element::Text("Premier contenu de cette borne.".to_owned()))?),
    }
    let made = told.made.and_then(|made| u64::try_from(made).ok()).and_then(Date::of_unix_seconds);
    let today = today.or(made);
    let old = today.map_or(Ok(0), |today| old_sheets(content, today))?;
    if old > 0 {
        slip.push(Element::Labelled {
            label: "À relire".to_owned(),
            text: match old {
                1 => "Une fiche n’a pas été vérifiée depuis longtemps.".to_owned(),
                old => format!("{old} fiches n’ont pas été vérifiées depuis longtemps."),
            },
        })?;
    }
    slip.push(Element::Rule)?;
    slip.push(Element::Text("Gardez ce ticket avec la clé.".to_owned()))?;
    Ok(slip)
}

fn changes(slip: &mut Slip, summary: &Summary) -> Result<(), SlipError> {
    let counted = |name: &str, counts: Counts| {
        (!counts.is_zero()).then(|| {
            let Counts { added, removed, changed } = counts;
            format!("{name} : {added} ajouts, {removed} retraits, {changed} changements")
        })
    };
    let kinds = [
        counted("Fiches", summary.sheets),
        counted("Parcours", summary.guides),
        counted("Lieux", summary.places),
        counted("Rubriques", summary.themes),
        summary.hall.then(|| "Accueil : adresse, téléphone ou horaires changés".to_owned()),
    ];
    let lines: Vec<String> = kinds.into_iter().flatten().collect();
    slip.push_essential(Element::Heading("Ce qui change".to_owned()))?;
    if lines.is_empty() {
        slip.push(Element::Text("Rien de visible.".to_owned()))?;
        return Ok(());
    }
    slip.push_essential(Element::List(lines))?;
    let titles = summary.titles.iter().map(|(fate, title)| match fate {
        Fate::Added => format!("{title} (nouvelle)"),
        Fate::Removed => format!("{title} (retirée)"),
        Fate::Changed => title.clone(),
    });
    let mut titles: Vec<String> = titles.collect();
    if summary.more > 0 {
        titles.push(format!("et {} autres", summary.more));
    }
    if !titles.is_empty() {
        slip.push(Element::List(titles))?;
    }
    Ok(())
}

/// Sheets that were not looked at for longer than an editor may leave them.
fn old_sheets(content: &ContentFile, today: Date) -> Result<usize, ReadError> {
    let mut old = 0;
    for (id, lang) in content.sheet_ids()? {
        let checked = content.sheet(&id, &lang)?.and_then(|sheet| sheet.checked);
        old += usize::from(checked.is_some_and(|checked| is_past(checked, today)));
    }
    Ok(old)
}
