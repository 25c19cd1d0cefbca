//! The morning slip: how the kiosk is, for whoever opens the hall. No visitor is in it.

use parvis_content::Date;
use parvis_hardware::slip::{Direction, Element, Slip, SlipError, TextSize};

use crate::desk::yesterday::Yesterday;
use crate::session::printer::PrinterNews;
use crate::words::{self, tied};

/// Titles of sheets on the slip, of each kind.
pub const TITLES_MAX: usize = 5;

const OLD_SHEETS: &str = "Fiches à relire";

/// What the slip tells besides the printer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Morning {
    /// The kiosk's name.
    pub kiosk: String,
    /// The day, by the machine's clock.
    pub today: Option<Date>,
    /// That clock was set by a time server.
    pub certain: bool,
    /// Which content is shown; or why none is.
    pub content: Result<MorningContent, String>,
    /// The number of its release and when it was published, where intake brought it.
    pub release: Option<(u64, i64)>,
    /// Yesterday's calls; or why they are not known.
    pub calls: Result<Yesterday, &'static str>,
}

/// The content of the morning slip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MorningContent {
    /// Its title.
    pub title: String,
    /// The hall's name.
    pub hall: String,
    /// How many sheets.
    pub sheets: u32,
    /// Sheets that must be read again.
    pub past: OldSheets,
    /// Sheets that must be within thirty days.
    pub soon: OldSheets,
}

/// Sheets of a kind: how many, and the titles of the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OldSheets {
    /// How many.
    pub count: usize,
    /// The first titles, at most [`TITLES_MAX`].
    pub titles: Vec<String>,
}

impl OldSheets {
    /// One more.
    pub fn add(&mut self, title: &str) {
        self.count += 1;
        if self.titles.len() < TITLES_MAX {
            self.titles.push(title.to_owned());
        }
    }
}

/// The slip of `morning`, on a printer of that model.
pub fn of_morning(morning: &Morning, model: &str, printer: &PrinterNews) -> Result<Slip, SlipError> {
    let mut slip = Slip::new("fr", Direction::LeftToRight, TextSize::Normal);
    let hall = morning.content.as_ref().map(|content| content.hall.as_str()).unwrap_or_default();
    if !hall.is_empty() {
        slip.push_essential(Element::Header(hall.to_owned()))?;
    }
    slip.push_essential(Element::Title("Bonjour".to_owned()))?;
    slip.push_essential(Element::Text(day(morning)))?;
    let facts = [
        ("Borne", format!("{}\nParvis {}", morning.kiosk, env!("CARGO_PKG_VERSION"))),
        ("Contenu", content(morning)),
        ("Imprimante", format!("{model}\n{}", state(printer))),
        ("Papier", paper_left(printer)),
        ("Appels d’hier", calls(morning)),
    ];
    for (label, text) in facts {
        slip.push_essential(Element::Labelled { label: label.to_owned(), text: tied(&text) })?;
    }
    match (&morning.content, morning.today) {
        (Ok(content), Some(_)) => sheets(&mut slip, content)?,
        (Ok(_), None) => {
            let text = tied("inconnues : la borne ne sait pas quel jour on est");
            slip.push_essential(Element::Labelled { label: OLD_SHEETS.to_owned(), text })?;
        }
        (Err(_), _) => {}
    }
    Ok(slip)
}

/// How much paper is left, as staff read it.
pub fn paper_left(printer: &PrinterNews) -> String {
    match printer.left_mm.zip(printer.slips_left) {
        Some((left, slips)) => words::paper_left(left, slips),
        None => "inconnu jusqu’au prochain rouleau neuf".to_owned(),
    }
}

/// What to do about the printer; that it is one, the label says already.
fn state(printer: &PrinterNews) -> &str {
    match printer.gesture.trim_start_matches("imprimante : ") {
        "" => "prête",
        gesture => gesture,
    }
}

fn day(morning: &Morning) -> String {
    match morning.today {
        Some(today) if morning.certain => format!("Le {}.", words::date(today)),
        Some(today) => format!("Le {}, d’après la borne : à vérifier.", words::date(today)),
        None => "La borne ne sait pas quel jour on est.".to_owned(),
    }
}

fn content(morning: &Morning) -> String {
    let shown = match &morning.content {
        Ok(content) => format!("{}, {} fiches", content.title, content.sheets),
        Err(why) => return format!("Aucun contenu ne s’affiche : {why}"),
    };
    match morning.release {
        Some((number, made)) => format!("Publication {number} du {}\n{shown}", words::day(made)),
        None => format!("{shown}\nmis en place à la main, sans numéro de publication"),
    }
}

fn sheets(slip: &mut Slip, content: &MorningContent) -> Result<(), SlipError> {
    let said = match content.past.count {
        0 => "Aucune fiche n’a été vérifiée il y a plus d’un an.".to_owned(),
        1 => "Une fiche a été vérifiée il y a plus d’un an :".to_owned(),
        count => format!("{count} fiches ont été vérifiées il y a plus d’un an :"),
    };
    slip.push_essential(Element::Labelled { label: OLD_SHEETS.to_owned(), text: tied(&said) })?;
    push_titles(slip, &content.past)?;
    if content.soon.count > 0 {
        let said = match content.soon.count {
            1 => "Une fiche dépassera un an dans les 30 jours :".to_owned(),
            count => format!("{count} fiches dépasseront un an dans les 30 jours :"),
        };
        slip.push(Element::Text(tied(&said)))?;
        push_titles(slip, &content.soon)?;
    }
    Ok(())
}

fn push_titles(slip: &mut Slip, sheets: &OldSheets) -> Result<(), SlipError> {
    let mut items: Vec<String> = sheets.titles.iter().map(|title| tied(title)).collect();
    let more = sheets.count.saturating_sub(items.len());
    if more > 0 {
        items.push(tied(&if more == 1 { "et une autre".to_owned() } else { format!("et {more} autres") }));
    }
    if !items.is_empty() {
        slip.push(Element::List(items))?;
    }
    Ok(())
}

fn calls(morning: &Morning) -> String {
    let told = match &morning.calls {
        Ok(told) => told,
        Err(why) => return format!("inconnus : {why}"),
    };
    let Yesterday { made, answered, median_s, longest_s, abandoned, unanswered } = *told;
    if made == 0 {
        return "aucun".to_owned();
    }
    let counted =
        |count: u32, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    let mut lines =
        vec![format!("{}, {}", counted(made, "appel", "appels"), counted(answered, "réponse", "réponses"))];
    if let (Some(median), Some(longest)) = (median_s, longest_s) {
        lines.push(format!("attente : {} le plus souvent, {} au plus", time(median), time(longest)));
    }
    if abandoned > 0 {
        lines.push(counted(abandoned, "repris avant une réponse", "repris avant une réponse"));
    }
    if unanswered > 0 {
        lines.push(counted(unanswered, "resté sans réponse", "restés sans réponse"));
    }
    lines.join("\n")
}

fn time(seconds: u32) -> String {
    if seconds < 90 { format!("{seconds}\u{a0}s") } else { format!("{}\u{a0}min", seconds.div_ceil(60)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yesterday() -> Yesterday {
        Yesterday {
            made: 7,
            answered: 5,
            median_s: Some(40),
            longest_s: Some(310),
            abandoned: 1,
            unanswered: 1,
        }
    }

    #[test]
    fn calls_are_told_in_numbers_and_waits_or_said_to_be_unknown() {
        let told = |calls| calls_of(calls).replace('\u{a0}', " ");
        assert_eq!(
            told(Ok(yesterday())),
            "7 appels, 5 réponses\nattente : 40 s le plus souvent, 6 min au plus\n1 repris avant une réponse\n1 resté sans réponse"
        );
        assert_eq!(told(Ok(Yesterday::default())), "aucun");
        assert_eq!(told(Err("l’accueil ne répond pas")), "inconnus : l’accueil ne répond pas");
    }

    fn calls_of(calls: Result<Yesterday, &'static str>) -> String {
        super::calls(&Morning { calls, ..unknown() })
    }

    fn unknown() -> Morning {
        Morning {
            kiosk: "Borne".into(),
            today: None,
            certain: false,
            content: Err("illisible".into()),
            release: None,
            calls: Err("hors de portée"),
        }
    }

    #[test]
    fn a_morning_without_content_clock_or_roll_is_still_a_slip() {
        assert!(of_morning(&unknown(), "any 80 mm", &PrinterNews::default()).is_ok());
    }

    #[test]
    fn without_a_day_nothing_is_said_of_dates() {
        let content = Ok(MorningContent::default());
        let words = |today| {
            let slip = of_morning(
                &Morning { content: content.clone(), today, ..unknown() },
                "",
                &PrinterNews::default(),
            );
            format!("{:?}", slip.unwrap()).replace('\u{a0}', " ")
        };
        assert!(words(None).contains("la borne ne sait pas quel jour on est"));
        assert!(!words(None).contains("plus d’un an"));
        assert!(words(Date::of_unix_seconds(1_800_000_000)).contains("plus d’un an"));
    }

    #[test]
    fn titles_are_bounded_and_the_others_counted() {
        let mut old = OldSheets::default();
        for number in 0..1_000 {
            old.add(&format!("Fiche {number}"));
        }
        assert_eq!((old.count, old.titles.len()), (1_000, TITLES_MAX));
    }
}
