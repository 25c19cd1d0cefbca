//! What the morning slip tells, gathered beside the window: thousands of sheets are looked at, and the desk is asked.

use std::path::Path;

use parvis_content::editor::check::is_past;
use parvis_content::{ContentFile, Date, ReadError};

use super::desk_place::DeskPlace;
use super::shown_content;
use crate::desk::yesterday::{self, Yesterday};
use crate::present::morning::{Morning, MorningContent};
use crate::{clock, intake};

/// Sheets that must be read again within so many days are told beforehand.
const SOON_DAYS: usize = 30;

/// Where a kiosk's morning is found.
#[derive(Clone, Debug)]
pub struct MorningParts<'a> {
    /// The kiosk's name.
    pub kiosk: &'a str,
    /// The content file.
    pub content: &'a Path,
    /// The folder of what intake remembers.
    pub intake: &'a Path,
    /// Where the desk is.
    pub desk: &'a DeskPlace,
}

/// Gathers it; `unix` are seconds since 1970 by the machine's clock. What cannot be known is said to be unknown.
pub async fn gather(parts: &MorningParts<'_>, unix: u64) -> Morning {
    let folder = parts.content.parent().unwrap_or(Path::new("."));
    let releases = intake::command::releases(parts.intake, folder).unwrap_or_default();
    let set = i64::try_from(unix).is_ok_and(|unix| unix >= clock::BUILT_AFTER);
    let today = Date::of_unix_seconds(unix).filter(|_| set);
    Morning {
        kiosk: parts.kiosk.to_owned(),
        today,
        certain: clock::hall_time().is_some(),
        content: content(parts.content, today),
        release: releases.shown.map(|shown| (shown.number, shown.made)),
        calls: match today {
            Some(_) => calls(parts.desk).await,
            // Yesterday is another day then.
            None => Err("la borne ne sait pas quel jour on est"),
        },
    }
}

fn content(path: &Path, today: Option<Date>) -> Result<MorningContent, String> {
    let content = shown_content::look(path)?;
    let info = content.info();
    let mut told = MorningContent {
        title: info.title.clone(),
        hall: info.hall.name.clone(),
        sheets: info.sheets,
        ..MorningContent::default()
    };
    if let Some(today) = today {
        look_at_dates(&content, today, &mut told).map_err(|error| error.to_string())?;
    }
    Ok(told)
}

fn look_at_dates(content: &ContentFile, today: Date, told: &mut MorningContent) -> Result<(), ReadError> {
    let then = std::iter::successors(Some(today), |day| day.next()).nth(SOON_DAYS).unwrap_or(today);
    for (id, lang) in content.sheet_ids()? {
        let Some(sheet) = content.sheet(&id, &lang)? else { continue };
        match sheet.checked {
            Some(checked) if is_past(checked, today) => told.past.add(&sheet.title),
            Some(checked) if is_past(checked, then) => told.soon.add(&sheet.title),
            Some(_) | None => {}
        }
    }
    Ok(())
}

async fn calls(desk: &DeskPlace) -> Result<Yesterday, &'static str> {
    if desk.is_far() {
        return Err("ils sont à l’accueil d’une autre machine");
    }
    yesterday::asked(&desk.socket).await.map_err(|_| "l’accueil ne répond pas")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_known_is_said_to_be_unknown() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let desk = DeskPlace { socket: at("desk.sock"), remote: None };
        let parts =
            MorningParts { kiosk: "Borne", content: &at("current"), intake: &at("intake"), desk: &desk };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let morning = runtime.block_on(gather(&parts, 12));
        assert_eq!((morning.today, morning.release), (None, None));
        assert!(morning.content.is_err());
        assert_eq!(morning.calls, Err("la borne ne sait pas quel jour on est"));
        let morning = runtime.block_on(gather(&parts, 1_800_000_000));
        assert_eq!(morning.calls, Err("l’accueil ne répond pas"));
    }
}
