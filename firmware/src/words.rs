//! The French words that belong to sheets, slips and answers rather than to a screen: the same on screen,
//! paper and, later, in speech. What a presenter must measure is here too. Slips say some of them in other languages
//! too: [`tongues`].

pub mod tongues;

use parvis_content::search::Reason;
use parvis_content::{DigitalKind, HitKind, PlaceKind, SheetKind, Weekday};

/// Said wherever the source lacks a fact. Never guessed.
pub const UNSPECIFIED: &str = "Non précisé, demandez à l’accueil";
/// Where.
pub const WHERE: &str = "Où";
/// When.
pub const WHEN: &str = "Quand";
/// What to bring.
pub const BRING: &str = "À apporter";
/// What it demands digitally.
pub const DIGITAL: &str = "Ce que cela demande en numérique";
/// The way without internet.
pub const HUMAN: &str = "Sans internet";
/// Nothing to bring.
pub const BRING_NOTHING: &str = "Rien";
/// Nothing digital.
pub const DIGITAL_NOTHING: &str = "Rien : aucun outil numérique n’est demandé";
/// Above the choices of a sheet.
pub const CHOOSE: &str = "Choisissez votre situation";
/// Above the parts of a sheet.
pub const MORE: &str = "En détail";
/// At the end of a slip that was cut.
pub const CONTINUED: &str = "Suite à l’écran";
/// Marks demonstration content.
pub const DEMONSTRATION: &str = "démonstration";
/// Opening hours of a place.
pub const OPENING_HOURS: &str = "Horaires";
/// Address of a place.
pub const ADDRESS: &str = "Adresse";
/// What the picture of a plan shows.
pub const PLAN_LABEL: &str = "Plan de l’accueil avec le chemin, dit aussi en mots";
/// Over the way to a place.
pub const THE_WAY: &str = "Le chemin depuis la borne";
/// What the picture of an area map shows.
pub const MAP_LABEL: &str =
    "Carte des environs, le nord en haut, avec l’accueil et le lieu ; la phrase dessous le dit en mots";
/// Over the map with a place.
pub const ON_THE_MAP: &str = "Où c’est";
/// Services of a place.
pub const SERVICES: &str = "Ce que l’on peut y faire";
/// Telephone.
pub const PHONE: &str = "Téléphone";
/// Above answers that perhaps do not answer.
pub const UNSURE: &str = "Je ne suis pas sûr de la réponse.";
/// In the place of answers.
pub const NOTHING_FOUND: &str = "Je n’ai pas trouvé. Essayez un autre mot, ou appelez une personne.";
/// The way to a person, by the name that it has on the bar.
pub const CALL: &str = "Appeler une personne";
/// The same while a call is open.
pub const YOUR_CALL: &str = "Votre appel";
/// On the slip of a call.
pub const CALL_SLIP: &str = "Vous avez appelé une personne à la borne. Donnez ce numéro à l’accueil.";
/// In front of that number.
pub const CALL_NUMBER: &str = "Appel n°";
/// What a visitor came for.
pub const NEED: &str = "Votre besoin";
/// Over a slip that sends a visitor somewhere.
pub const ORIENTATION: &str = "Votre orientation";
/// An appointment: lines on which staff write by hand.
pub const APPOINTMENT_LINES: [&str; 3] = ["Rendez-vous le", "À", "Avec"];
/// The day on which a sheet was checked.
pub const CHECKED_ON: &str = "Vérifié le";
/// On a slip for whoever reads French badly.
pub const PERSON_HELPS: &str = "Une personne de l’accueil peut lire ce ticket avec vous : montrez-le-lui.";
/// The way to the first screen.
pub const ALL_THEMES: &str = "Voir tous les thèmes";

/// The name of a kind of sheet.
pub fn sheet_kind(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Procedure => "Démarche",
        SheetKind::Question => "Question",
        SheetKind::LifeEvent => "Événement de vie",
        SheetKind::OnlineService => "Service en ligne",
        SheetKind::Form => "Formulaire",
        SheetKind::Letter => "Modèle de lettre",
        SheetKind::Simulator => "Simulateur",
        SheetKind::SearchTool => "Outil de recherche",
        SheetKind::StaffAnswer => "Réponse de l’accueil",
    }
}

/// The name of a kind of result.
pub fn hit_kind(kind: HitKind) -> &'static str {
    match kind {
        HitKind::Sheet(kind) => sheet_kind(kind),
        HitKind::Folder => "Dossier",
        HitKind::Guide => "Questions pour s’orienter",
        HitKind::Place => "Lieu",
    }
}

/// Why an answer is there: "« papiers » = carte d’identité".
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Means { typed, meaning } => tied(&format!("« {typed} » = {meaning}")),
        Reason::AlsoCalled(words) => tied(&format!("On dit aussi : {}", words.join(", "))),
    }
}

/// The question as it was understood.
pub fn understood(question: &str) -> String {
    tied(&format!("Compris : {question}"))
}

/// The name of a digital requirement, when its text is empty.
pub fn digital_kind(kind: DigitalKind) -> &'static str {
    match kind {
        DigitalKind::Email => "une adresse e-mail",
        DigitalKind::Phone => "un téléphone",
        DigitalKind::Account => "un compte sur internet",
        DigitalKind::Scan => "des papiers numérisés",
        DigitalKind::Printing => "une imprimante",
        DigitalKind::Internet => "une connexion à internet",
        DigitalKind::Payment => "un paiement en ligne",
        DigitalKind::Time => "du temps devant un écran",
        DigitalKind::ReadingFrench => "lire le français",
    }
}

/// The name of a kind of place.
pub fn place_kind(kind: PlaceKind) -> &'static str {
    match kind {
        PlaceKind::FranceServices => "France Services",
        PlaceKind::TownHall => "Mairie",
        PlaceKind::SocialCentre => "Centre social",
        PlaceKind::SocialAction => "Action sociale",
        PlaceKind::Prefecture => "Préfecture",
        PlaceKind::TaxOffice => "Impôts",
        PlaceKind::EmploymentAgency => "Emploi",
        PlaceKind::FamilyBenefits => "Allocations familiales",
        PlaceKind::HealthInsurance => "Assurance maladie",
        PlaceKind::Pension => "Retraite",
        PlaceKind::PostOffice => "Poste",
        PlaceKind::Justice => "Justice",
        PlaceKind::Police => "Police ou gendarmerie",
        PlaceKind::Health => "Santé",
        PlaceKind::DigitalHelp => "Aide au numérique",
        PlaceKind::School => "École",
        PlaceKind::Association => "Association",
        PlaceKind::Here => "Dans ce bâtiment",
        PlaceKind::Other => "Lieu",
    }
}

/// How far something is as the crow flies, and where: "à 600 m à vol d’oiseau, vers le nord-est". `bearing` in degrees
/// clockwise from north.
pub fn away(km: f64, bearing: f64) -> String {
    tied(&parvis_plan::area::words::away(km, bearing))
}

/// The name of a day.
pub fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    }
}

/// Paper that is left, by estimate: "environ 3 m, soit 10 tickets".
pub fn paper_left(mm: u32, slips: u32) -> String {
    let slips = format!("{slips} {}", if slips < 2 { "ticket" } else { "tickets" });
    match mm / 1_000 {
        0 => format!("moins de 1\u{a0}m, soit {slips}"),
        metres => format!("environ {metres}\u{a0}m, soit {slips}"),
    }
}

/// How long an answer usually takes: said in minutes, never promised.
pub fn usual_wait(median: std::time::Duration) -> String {
    let minutes = median.as_secs().div_ceil(60).max(1);
    let time = if minutes == 1 { "une minute".to_owned() } else { format!("{minutes} minutes") };
    tied(&format!("Les derniers appels ont eu une réponse en {time} environ."))
}

/// The day of so many seconds since 1970 (UTC), as one says it; nothing before it.
pub fn day(seconds: i64) -> String {
    let day = u64::try_from(seconds).ok().and_then(parvis_content::Date::of_unix_seconds);
    day.map(date).unwrap_or_default()
}

/// A date as one says it: 2 novembre 2026.
pub fn date(date: parvis_content::Date) -> String {
    const MONTHS: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let month = MONTHS.get(usize::from(date.month()).saturating_sub(1)).unwrap_or(&"");
    let day = if date.day() == 1 { "1er".to_owned() } else { date.day().to_string() };
    format!("{day}\u{a0}{month} {}", date.year())
}

/// Minutes after midnight as one says them: 9 h, 13 h 30.
pub fn time(minutes: u16) -> String {
    match (minutes / 60, minutes % 60) {
        (hour, 0) => format!("{hour}\u{a0}h"),
        (hour, minute) => format!("{hour}\u{a0}h\u{a0}{minute:02}"),
    }
}

/// French spacing: what must not be torn apart at the end of a line (before ? ! : ; », after «, inside
/// telephone numbers and amounts) is tied with a no-break space.
pub fn tied(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let at = |index: usize| characters.get(index).copied();
    let tie = |index: usize| {
        let before = index.checked_sub(1).and_then(at);
        let (Some(before), Some(after)) = (before, at(index + 1)) else {
            return false;
        };
        let number = before.is_ascii_digit() && (after.is_ascii_digit() || matches!(after, '€' | '%' | 'h'));
        matches!(after, '?' | '!' | ':' | ';' | '»' | '%' | '€') || before == '«' || number
    };
    (0..characters.len())
        .filter_map(|index| at(index).map(|c| if c == ' ' && tie(index) { '\u{a0}' } else { c }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_and_where_is_said_as_one_says_it() {
        let said = [
            (0.62, 30.0, "À 600 m à vol d’oiseau, vers le nord-est"),
            (2.04, 200.0, "À 2 km à vol d’oiseau, vers le sud"),
            (3.27, 350.0, "À 3,3 km à vol d’oiseau, vers le nord"),
            (41.7, 92.0, "À 42 km à vol d’oiseau, vers l’est"),
        ];
        for (km, bearing, words) in said {
            assert_eq!(away(km, bearing), tied(words));
        }
    }

    #[test]
    fn what_belongs_together_is_not_torn_apart() {
        assert_eq!(
            tied("Perdu ? Appelez le 02 61 91 00 12."),
            "Perdu\u{a0}? Appelez le 02\u{a0}61\u{a0}91\u{a0}00\u{a0}12."
        );
        assert_eq!(tied("25 € le soir à 9 h 30"), "25\u{a0}€ le soir à 9\u{a0}h 30");
        assert_eq!(tied("« oui »"), "«\u{a0}oui\u{a0}»");
    }

    #[test]
    fn a_reason_is_one_short_line() {
        let means = Reason::Means { typed: "papiers".into(), meaning: "carte d'identité".into() };
        assert_eq!(reason(&means), "«\u{a0}papiers\u{a0}» = carte d'identité");
        let called = Reason::AlsoCalled(vec!["nounou".into(), "garde".into()]);
        assert_eq!(reason(&called), "On dit aussi\u{a0}: nounou, garde");
    }

    #[test]
    fn dates_and_times_read_as_they_are_said() {
        let day = parvis_content::Date::new(2026, 11, 1).unwrap();
        assert_eq!(date(day), "1er\u{a0}novembre 2026");
        assert_eq!((time(540).as_str(), time(810).as_str()), ("9\u{a0}h", "13\u{a0}h\u{a0}30"));
    }
}
