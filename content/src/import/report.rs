//! What an import did: every record read is imported, filtered, merged or refused, and exactly one of these.

use std::collections::BTreeMap;
use std::fmt;

use crate::plain;

/// Most examples kept of one kind of doubt or refusal; the rest is counted.
pub const EXAMPLES_MAX: usize = 20;
/// Longest text of an example, in characters.
const EXAMPLE_CHARS_MAX: usize = 120;

/// Where a record stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Its number, from 1, headings not counted.
    pub record: usize,
    /// Its first line, from 1, where the format has lines.
    pub line: Option<u64>,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "ligne {line}"),
            None => write!(f, "enregistrement {}", self.record),
        }
    }
}

/// Something that was put right because there is no doubt about what was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Repair {
    /// The file was not in UTF-8 but in Windows-1252. Counted once a file.
    Encoding,
    /// `Ã©` where `é` was meant: text encoded twice.
    EncodedTwice,
    /// A line break inside a cell that is one line.
    LineBreak,
    /// "CEDEX", "BP 12", "CS 345" after the name of the commune.
    Cedex,
    /// A postcode whose first zero a spreadsheet took for a number's.
    LeadingZero,
    /// Postcode and commune stood in the address.
    SplitAddress,
    /// The name of the commune, written as the others of the same INSEE code write it.
    CommuneName,
    /// A name in capitals, written as another source of the same place writes it.
    Name,
    /// Latitude and longitude had changed places.
    SwappedPosition,
    /// A decimal comma in a coordinate.
    DecimalComma,
    /// Spaces inside a SIRET.
    Siret,
    /// A telephone number in another notation.
    Phone,
    /// A range of no minute, or the same range twice, in one day.
    Hours,
    /// A text longer than a screen can show, cut at a word.
    Shortened,
    /// An outline with more points than a map shows.
    Simplified,
}

impl Repair {
    fn said(self) -> &'static str {
        match self {
            Self::Encoding => "fichier en Windows-1252, relu avec ses accents",
            Self::EncodedTwice => "accents encodés deux fois",
            Self::LineBreak => "retour à la ligne dans une cellule",
            Self::Cedex => "mention CEDEX, BP ou CS ôtée de la commune",
            Self::LeadingZero => "zéro rendu au code postal",
            Self::SplitAddress => "code postal et commune pris dans l'adresse",
            Self::CommuneName => "nom de commune écrit comme ailleurs",
            Self::Name => "nom en capitales, écrit comme dans une autre source",
            Self::SwappedPosition => "latitude et longitude inversées",
            Self::DecimalComma => "virgule décimale dans une coordonnée",
            Self::Siret => "espaces dans un SIRET",
            Self::Phone => "notation d'un numéro de téléphone",
            Self::Hours => "plage horaire vide ou répétée",
            Self::Shortened => "texte trop long, coupé",
            Self::Simplified => "contour simplifié",
        }
    }
}

/// Something that looks wrong and was left, or left out, for a person to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Doubt {
    /// A position that is no number, outside France or in another département: left out.
    Position,
    /// A postcode of another shape, of another département than the INSEE code, or one that no other place there has.
    Postcode,
    /// No commune: the place shows its postcode only.
    NoCommune,
    /// A telephone number that is none: left out.
    Phone,
    /// Hours that contradict themselves or that no week can show: kept as text.
    Hours,
    /// A SIRET of another length: not used to recognise the place.
    Siret,
    /// One SIRET for several names or addresses: not used to recognise these places.
    SharedSiret,
    /// A name in capitals: its accents may be lost.
    Capitals,
    /// A character that was lost on the way (`�`, or `?` inside a word).
    LostCharacter,
    /// Perhaps the same place as another one: both are kept.
    MaybeSame,
    /// The publisher's identifier is there twice, for two different places.
    RepeatedId,
    /// Nothing tells whether the place lies in the territory: left out of it.
    Whereabouts,
}

impl Doubt {
    /// In French.
    pub fn said(self) -> &'static str {
        match self {
            Self::Position => "position impossible, laissée de côté",
            Self::Postcode => "code postal à vérifier",
            Self::NoCommune => "commune absente",
            Self::Phone => "téléphone illisible, laissé de côté",
            Self::Hours => "horaires contradictoires ou trop particuliers, gardés en texte",
            Self::Siret => "SIRET d'une autre longueur",
            Self::SharedSiret => "même SIRET pour plusieurs noms ou adresses",
            Self::Capitals => "nom en capitales, accents peut-être perdus",
            Self::LostCharacter => "caractère perdu",
            Self::MaybeSame => "peut-être le même lieu qu'un autre, gardé à part",
            Self::RepeatedId => "identifiant répété pour deux lieux différents",
            Self::Whereabouts => "rien ne dit s'il est dans le territoire, laissé hors de lui",
        }
    }
}

/// Why a record was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// Not a record: another number of cells than the headings, a cell without end, no JSON object.
    Shape,
    /// No identifier of the publisher.
    NoId,
    /// No name.
    NoName,
    /// Neither commune nor postcode nor position.
    Nowhere,
    /// The publisher says that nobody is received there.
    NoVisitors,
    /// A service of a structure that no import brought.
    UnknownStructure,
    /// An outline without code, name or polygon.
    NoOutline,
    /// Beyond a bound.
    TooMany,
}

impl Refusal {
    /// In French.
    pub fn said(self) -> &'static str {
        match self {
            Self::Shape => "enregistrement mal formé : corrigez le fichier",
            Self::NoId => "sans identifiant",
            Self::NoName => "sans nom",
            Self::Nowhere => "sans commune, ni code postal, ni position",
            Self::NoVisitors => "n'accueille pas de public",
            Self::UnknownStructure => "service d'une structure absente : importez aussi les structures",
            Self::NoOutline => "sans code, sans nom ou sans contour",
            Self::TooMany => "au-delà de la limite : réduisez le territoire",
        }
    }
}

/// How often, and where first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often.
    pub count: usize,
    /// The first [`EXAMPLES_MAX`].
    pub examples: Vec<(At, String)>,
}

impl Tally {
    fn add(&mut self, at: At, text: &str) {
        self.count += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push((at, plain::shorten(&plain::line(text), EXAMPLE_CHARS_MAX)));
        }
    }
}

/// What was done with one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// What the file is, in French: "France services, colonnes de 2024".
    pub what: String,
    /// Records read.
    pub read: usize,
    /// Records that are now a place or an outline of their own.
    pub imported: usize,
    /// Records outside the territory.
    pub filtered: usize,
    /// Records joined with a place that is surely the same.
    pub merged: usize,
    /// Records left out.
    pub refused: BTreeMap<Refusal, Tally>,
    /// What was put right, in the records that are imported or merged.
    pub repaired: BTreeMap<Repair, usize>,
    /// What needs a look, in the same records.
    pub doubtful: BTreeMap<Doubt, Tally>,
    /// Imported or merged records whose hours are a week.
    pub weeks: usize,
    /// Imported or merged records whose hours are a text only.
    pub texts: usize,
}

impl Report {
    /// Records left out, whatever the reason.
    pub fn refusals(&self) -> usize {
        self.refused.values().map(|tally| tally.count).sum()
    }

    /// Whether every record read is in exactly one of the four ends.
    pub fn adds_up(&self) -> bool {
        self.read == self.imported + self.filtered + self.merged + self.refusals()
    }

    pub(super) fn refuse(&mut self, at: At, refusal: Refusal, text: &str) {
        self.refused.entry(refusal).or_default().add(at, text);
    }

    pub(super) fn doubt(&mut self, at: At, doubt: Doubt, text: &str) {
        self.doubtful.entry(doubt).or_default().add(at, text);
    }

    /// Counts what was found in a record that stays.
    pub(super) fn found(&mut self, at: At, findings: &Findings) {
        for repair in &findings.repairs {
            *self.repaired.entry(*repair).or_default() += 1;
        }
        for (doubt, text) in &findings.doubts {
            self.doubt(at, *doubt, text);
        }
    }
}

/// What was found in one record; it counts only if the record stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Findings {
    pub(super) repairs: Vec<Repair>,
    pub(super) doubts: Vec<(Doubt, String)>,
}

impl Findings {
    pub(super) fn repaired(&mut self, repair: Repair) {
        self.repairs.push(repair);
    }

    pub(super) fn doubt(&mut self, doubt: Doubt, text: impl Into<String>) {
        self.doubts.push((doubt, text.into()));
    }
}

impl fmt::Display for Report {
    /// In French, for the editor: counts in one line, then what was repaired, doubted and refused.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, read, imported, filtered, merged, weeks, texts, .. } = self;
        write!(
            f,
            "{what} : {read} lus, {imported} importés, {merged} réunis à un lieu déjà là, \
             {filtered} hors du territoire, {} refusés",
            self.refusals()
        )?;
        if weeks + texts > 0 {
            write!(f, " ; horaires : {weeks} semaines, {texts} textes")?;
        }
        for (repair, count) in &self.repaired {
            write!(f, "\n  réparé, {count} fois : {}", repair.said())?;
        }
        for (doubt, tally) in &self.doubtful {
            lines(f, "douteux", doubt.said(), tally)?;
        }
        for (refusal, tally) in &self.refused {
            lines(f, "refusé", refusal.said(), tally)?;
        }
        Ok(())
    }
}

fn lines(f: &mut fmt::Formatter<'_>, what: &str, said: &str, tally: &Tally) -> fmt::Result {
    write!(f, "\n  {what}, {} fois : {said}", tally.count)?;
    for (at, text) in &tally.examples {
        write!(f, "\n    {at} : {text}")?;
    }
    let more = tally.count - tally.examples.len();
    if more > 0 { write!(f, "\n    et {more} autres") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_names_what_it_counts_and_keeps_twenty_examples() {
        let mut report = Report { what: "Essai".to_owned(), read: 26, imported: 1, ..Report::default() };
        for record in 1..=25 {
            report.refuse(At { record, line: Some(record as u64 + 1) }, Refusal::NoName, "x");
        }
        report.found(
            At { record: 26, line: None },
            &Findings { repairs: vec![Repair::Cedex], doubts: vec![(Doubt::Phone, "12".to_owned())] },
        );
        assert!(report.adds_up());
        let said = report.to_string();
        assert!(said.starts_with("Essai : 26 lus, 1 importés"), "{said}");
        assert!(said.contains("refusé, 25 fois : sans nom\n    ligne 2 : x"), "{said}");
        assert!(said.contains("et 5 autres"), "{said}");
        assert!(said.contains("enregistrement 26 : 12"), "{said}");
        assert_eq!(report.refused[&Refusal::NoName].examples.len(), EXAMPLES_MAX);
    }
}
