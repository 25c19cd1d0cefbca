//! From one record to one place, before it is known whether another source brings the same one.

use super::Kind;
use super::clean;
use super::columns::Columns;
use super::hours;
use super::report::{At, Doubt, Findings, Refusal, Repair};
use super::table::Record;
use super::territory::{Whereabouts, is_insee};
use crate::id::{ID_BYTES_MAX, PlaceId};
use crate::place::{OpeningHours, Place, PlaceKind};
use crate::plain;
use crate::search::fold;

/// Longest name of a place, in characters.
const NAME_CHARS_MAX: usize = 150;
/// Longest line of an address, in characters.
const ADDRESS_CHARS_MAX: usize = 150;
/// Longest remark, in characters.
const NOTE_CHARS_MAX: usize = 500;
/// Most services of one place.
pub(super) const SERVICES_MAX: usize = 30;
/// Longest name of a service, in characters.
const SERVICE_CHARS_MAX: usize = 120;

/// A record that may become a place.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) at: At,
    pub(super) findings: Findings,
    /// The publisher's identifier with its origin, as services name their structure.
    pub(super) key: String,
    pub(super) siret: Option<String>,
    pub(super) insee: Option<String>,
    pub(super) postcode: Option<String>,
    /// The name of the commune alone.
    pub(super) commune: Option<String>,
    /// Its `commune` is not set yet.
    pub(super) place: Place,
}

impl Draft {
    pub(super) fn whereabouts(&self) -> Whereabouts<'_> {
        Whereabouts {
            insee: self.insee.as_deref(),
            postcode: self.postcode.as_deref(),
            position: self.place.position,
        }
    }
}

/// Reads a record. `prefix` keeps the identifiers of several imports apart.
pub(super) fn draft(
    at: At,
    record: &Record,
    columns: &Columns,
    kind: Kind,
    prefix: &str,
) -> Result<Draft, Refusal> {
    let mut findings = Findings::default();
    let key = key(record, columns)?;
    let name = record.text(&columns.name).ok_or(Refusal::NoName)?;
    let name = clean::line(&name, NAME_CHARS_MAX, &mut findings);
    if name.is_empty() {
        return Err(Refusal::NoName);
    }
    if kind == Kind::MediationNumerique && receives_nobody(record, columns) {
        return Err(Refusal::NoVisitors);
    }
    if clean::in_capitals(&name) {
        findings.doubt(Doubt::Capitals, &*name);
    }
    let postcode = record.text(&columns.postcode).and_then(|raw| clean::postcode(&raw, &mut findings));
    let commune = record.text(&columns.commune).and_then(|raw| clean::commune(&raw, &mut findings));
    let insee = record.text(&columns.insee).map(|code| code.trim().to_owned()).filter(|code| is_insee(code));
    let (address, from_address) = address(record, columns, postcode.as_deref(), &mut findings);
    let commune = commune.or(from_address);
    let known = Whereabouts { insee: insee.as_deref(), postcode: postcode.as_deref(), position: None };
    if let (Some(by_code), Some(by_post)) = (&insee, &postcode) {
        compare(by_code, by_post, &mut findings);
    }
    let (latitude, longitude) = (record.text(&columns.latitude), record.text(&columns.longitude));
    let position = clean::position(latitude, longitude, &known, &mut findings);
    if commune.is_none() && postcode.is_none() && position.is_none() {
        return Err(Refusal::Nowhere);
    }
    let hours = opening_hours(record, columns, &mut findings);
    let place = Place {
        id: id(prefix, &key)?,
        kind: place_kind(record, columns, kind, &name),
        phone: record.text(&columns.phone).and_then(|raw| clean::phone(&raw, &mut findings)),
        services: services(record, columns, kind, &mut findings),
        note: note(record, columns, &mut findings),
        name,
        address,
        commune: String::new(),
        hours,
        position,
        plan: None,
    };
    let siret = record.text(&columns.siret).and_then(|raw| clean::siret(&raw, &mut findings));
    Ok(Draft { at, findings, key, siret, insee, postcode, commune, place })
}

/// The publisher's identifier: v0 of data.inclusion repeats identifiers between its sources, v1 has the source in it.
fn key(record: &Record, columns: &Columns) -> Result<String, Refusal> {
    if columns.id.is_empty() {
        // A table without identifiers: the name and the commune stand for one.
        let said = [&columns.name, &columns.postcode, &columns.commune].map(|names| record.text(names));
        return Ok(said.into_iter().flatten().collect::<Vec<_>>().join(" "));
    }
    record.text(&columns.id).map(|id| with_origin(record, columns, &id)).ok_or(Refusal::NoId)
}

fn with_origin(record: &Record, columns: &Columns, id: &str) -> String {
    let id = id.trim();
    match record.text(&columns.origin) {
        Some(origin) if !id.starts_with(&format!("{origin}--")) => format!("{origin}--{id}"),
        _ => id.to_owned(),
    }
}

/// The editor's own place as a draft: its commune says "35000 Exemple" or "Exemple".
pub(super) fn of_editor(place: Place) -> Draft {
    let (first, rest) = place.commune.split_once(' ').unwrap_or(("", &place.commune));
    let coded = first.len() == 5 && first.bytes().all(|b| b.is_ascii_digit());
    let (postcode, commune) =
        if coded { (Some(first.to_owned()), rest) } else { (None, place.commune.as_str()) };
    Draft {
        at: At { record: 0, line: None },
        findings: Findings::default(),
        key: place.id.as_str().to_owned(),
        siret: None,
        insee: None,
        postcode,
        commune: Some(commune.to_owned()),
        place,
    }
}

/// A service and the key of the structure that gives it.
pub(super) struct Service {
    pub(super) structure: String,
    pub(super) name: String,
    pub(super) findings: Findings,
}

/// Reads a service of data.inclusion; `None` without structure or name.
pub(super) fn service(record: &Record, columns: &Columns) -> Option<Service> {
    let structure = with_origin(record, columns, &record.text(&columns.structure)?);
    let mut findings = Findings::default();
    let name = clean::line(&record.text(&columns.name)?, SERVICE_CHARS_MAX, &mut findings);
    Some(Service { structure, name, findings }).filter(|service| !service.name.is_empty())
}

/// The identifier of a place, the same in every release: the publisher's, in the characters that we allow. Where these
/// leave something out, a sum of the whole keeps two identifiers apart.
pub(super) fn id(prefix: &str, key: &str) -> Result<PlaceId, Refusal> {
    let plain: String =
        key.chars().filter(|c| !c.is_whitespace()).map(|c| if allowed(c) { c } else { '-' }).collect();
    let same = plain.chars().eq(key.chars().filter(|c| !c.is_whitespace()));
    let id = format!("{prefix}-{plain}");
    let id = if same && id.len() <= ID_BYTES_MAX {
        id
    } else {
        let start: String = id.chars().take(ID_BYTES_MAX - 17).collect();
        format!("{start}-{:016x}", sum(key))
    };
    PlaceId::new(&id).map_err(|_| Refusal::NoId)
}

fn allowed(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}

/// FNV-1a, 64 bits: fixed for ever, which the standard hasher is not.
fn sum(text: &str) -> u64 {
    let step = |sum: u64, byte: u8| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, step)
}

/// "Ce lieu n'accueille pas de public", alone or beside a way to write.
fn receives_nobody(record: &Record, columns: &Columns) -> bool {
    record
        .list(&columns.access)
        .iter()
        .any(|way| fold(way).replace('’', "'").contains("n'accueille pas de public"))
}

/// The lines of the address, and the commune if it stood there.
fn address(
    record: &Record,
    columns: &Columns,
    postcode: Option<&str>,
    findings: &mut Findings,
) -> (Vec<String>, Option<String>) {
    let mut commune = None;
    let mut street = record
        .text(&columns.address)
        .map(|raw| clean::line(&raw, ADDRESS_CHARS_MAX, findings))
        .unwrap_or_default();
    if let Some((kept, cut)) = postcode.and_then(|code| clean::split_address(&street, code)) {
        findings.repaired(Repair::SplitAddress);
        commune = clean::commune(&cut, findings);
        street = kept;
    }
    let more = record.text(&columns.more_address).map(|raw| clean::line(&raw, ADDRESS_CHARS_MAX, findings));
    let lines = [Some(street), more].into_iter().flatten().filter(|line| !line.is_empty()).collect();
    (lines, commune)
}

fn compare(insee: &str, postcode: &str, findings: &mut Findings) {
    let of = |insee, postcode| Whereabouts { insee, postcode, position: None }.departement();
    let (by_code, by_post) = (of(Some(insee), None), of(None, Some(postcode)));
    // Saint-Barthélemy and Saint-Martin kept the postcodes of Guadeloupe.
    let antilles = matches!(by_code.as_deref(), Some("977" | "978")) && by_post.as_deref() == Some("971");
    if by_code != by_post && !antilles {
        findings.doubt(Doubt::Postcode, format!("{postcode}, commune {insee}"));
    }
}

fn opening_hours(record: &Record, columns: &Columns, findings: &mut Findings) -> OpeningHours {
    let cells = columns.days.each_ref().map(|names| record.text(names));
    let remark = record.text(&columns.hours_note);
    if cells.iter().any(Option::is_some) {
        return hours::from_days(&cells, remark.as_deref(), findings);
    }
    let text = record.text(&columns.hours).or(remark);
    text.map(|text| hours::from_text(&text, findings)).unwrap_or_default()
}

fn place_kind(record: &Record, columns: &Columns, kind: Kind, name: &str) -> PlaceKind {
    let stated = record
        .list(&columns.kind)
        .iter()
        .find_map(|code| PlaceKind::from_name(code).or_else(|| kind_of_code(&fold(code).replace('_', "-"))));
    let labelled = record.list(&columns.labels).iter().any(|label| is_france_services(label));
    match kind {
        Kind::FranceServices => PlaceKind::FranceServices,
        Kind::MediationNumerique | Kind::DataInclusion if labelled => PlaceKind::FranceServices,
        Kind::MediationNumerique => stated.or_else(|| kind_of_name(name)).unwrap_or(PlaceKind::DigitalHelp),
        Kind::Csv => stated.or(columns.default_kind).unwrap_or(PlaceKind::Other),
        Kind::DataInclusion | Kind::AidantsConnect => {
            stated.or_else(|| kind_of_name(name)).unwrap_or(PlaceKind::Other)
        }
    }
}

fn is_france_services(label: &str) -> bool {
    matches!(fold(label).replace(['-', '_'], " ").as_str(), "france services" | "france service")
}

/// Codes of `typologie` (standard, v0) and of `reseaux_porteurs` (v1).
fn kind_of_code(code: &str) -> Option<PlaceKind> {
    Some(match code {
        "muni" | "mairie" | "communes" => PlaceKind::TownHall,
        "ccas" | "cias" | "ccas-cias" => PlaceKind::SocialAction,
        "cdas" | "udaf" | "departements" | "dept" => PlaceKind::SocialCentre,
        "caf" => PlaceKind::FamilyBenefits,
        "cpam" | "msa" | "assurance-maladie" => PlaceKind::HealthInsurance,
        "carsat" => PlaceKind::Pension,
        "pref" | "s-pref" => PlaceKind::Prefecture,
        "ft" | "pe" | "france-travail" | "cap-emploi" | "cap-emploi-reseau-cheops" => {
            PlaceKind::EmploymentAgency
        }
        "asso" => PlaceKind::Association,
        "bib" | "tiers-lieux" => PlaceKind::DigitalHelp,
        "msap" | "rfs" | "france-services" | "efs" => PlaceKind::FranceServices,
        _ => return None,
    })
}

/// What a name says of the kind by its first words.
fn kind_of_name(name: &str) -> Option<PlaceKind> {
    let folded = fold(name).replace(['-', '\'', '’'], " ");
    let starts = |list: &[&str]| list.iter().any(|start| folded.starts_with(start));
    Some(
        if starts(&["france service", "maison france service", "espace france service", "bus france service"])
        {
            PlaceKind::FranceServices
        } else if starts(&["mairie", "hotel de ville"]) {
            PlaceKind::TownHall
        } else if starts(&[
            "ccas",
            "cias",
            "centre communal d action sociale",
            "centre intercommunal d action sociale",
        ]) {
            PlaceKind::SocialAction
        } else if starts(&["cdas", "centre departemental d action sociale"]) {
            PlaceKind::SocialCentre
        } else if starts(&["mediatheque", "bibliotheque"]) {
            PlaceKind::DigitalHelp
        } else if starts(&["la poste", "bureau de poste"]) {
            PlaceKind::PostOffice
        } else {
            return None;
        },
    )
}

fn services(record: &Record, columns: &Columns, kind: Kind, findings: &mut Findings) -> Vec<String> {
    if kind == Kind::AidantsConnect {
        return vec![AIDANTS_CONNECT.to_owned()];
    }
    let mut services = record.list(&columns.services);
    if record.list(&columns.labels).iter().any(|label| fold(label).replace('-', " ") == "aidants connect") {
        services.push(AIDANTS_CONNECT.to_owned());
    }
    let mut all: Vec<String> = Vec::new();
    for raw in services.iter().take(SERVICES_MAX) {
        let service = clean::line(raw, SERVICE_CHARS_MAX, findings);
        if !service.is_empty() && !all.contains(&service) {
            all.push(service);
        }
    }
    all
}

/// The service by which Aidants Connect is known.
pub(super) const AIDANTS_CONNECT: &str = "Aidants Connect";

fn note(record: &Record, columns: &Columns, findings: &mut Findings) -> Option<String> {
    let mut said = Vec::new();
    if travels(record, columns) {
        said.push("Bus ou lieu itinérant : demandez où il s'arrête.".to_owned());
    }
    if record.text(&columns.appointment).is_some_and(|text| fold(text.trim()) == "oui") {
        said.push("On peut prendre rendez-vous.".to_owned());
    }
    said.extend(record.text(&columns.note).map(|text| plain::line(&text)));
    let said = said.join(" ");
    let short = plain::shorten(&said, NOTE_CHARS_MAX);
    if short != said {
        findings.repaired(Repair::Shortened);
    }
    Some(short).filter(|text| !text.is_empty())
}

/// 2022: `itinerance` is "Oui"; 2024: `format_fs` names the bus; the standard: "Itinérant" in a list.
fn travels(record: &Record, columns: &Columns) -> bool {
    let words = columns.travelling.iter().flat_map(|name| record.list(std::slice::from_ref(name)));
    words.into_iter().any(|word| {
        let word = fold(&word);
        word == "oui" || word.starts_with("itinerant") || word.starts_with("bus")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: At = At { record: 1, line: Some(2) };

    fn fs(pairs: &[(&str, &str)]) -> Result<Draft, Refusal> {
        draft(AT, &Record::of(pairs), &Columns::france_services(), Kind::FranceServices, "fs")
    }

    #[test]
    fn both_column_sets_of_the_france_services_list_give_the_same_place() {
        let common = [
            ("id_fs", "2845"),
            ("lib_fs", "Bus France services"),
            ("adresse", "1 rue X"),
            ("insee_com", "35297"),
            ("code_postal", "35290"),
            ("lib_com", "Saint-Méen-le-Grand"),
            ("h_lundi", "09:00 - 12:00"),
        ];
        let with = |more: &[(&str, &str)]| fs(&[&common[..], more].concat()).unwrap().place;
        let before = with(&[("itinerance", "Oui"), ("format_fs", "Site principal")]);
        let after = with(&[("type_fs", "Principal"), ("format_fs", "Bus_équivalent"), ("prise_rdv", "Non")]);
        assert_eq!(before, after);
        assert_eq!(after.id.as_str(), "fs-2845");
        assert!(after.note.unwrap().starts_with("Bus ou lieu itinérant"));
    }

    #[test]
    fn a_record_without_name_identifier_or_whereabouts_is_refused_by_name() {
        assert_eq!(fs(&[("lib_fs", "A")]).unwrap_err(), Refusal::NoId);
        assert_eq!(fs(&[("id_fs", "1"), ("lib_fs", " ")]).unwrap_err(), Refusal::NoName);
        assert_eq!(fs(&[("id_fs", "1"), ("lib_fs", "A")]).unwrap_err(), Refusal::Nowhere);
    }

    #[test]
    fn identifiers_stay_the_same_and_apart_whatever_their_characters() {
        let of = |key: &str| id("di", key).unwrap().to_string();
        assert_eq!(of("dora--42"), "di-dora--42");
        assert_eq!(of("3\u{202f}572"), "di-3572");
        assert_eq!(of("rec0-réparation"), of("rec0-réparation"));
        assert_ne!(of("rec0-réparation"), of("rec0-rèparation"));
        assert_ne!(of(&"a".repeat(80)), of(&"a".repeat(81)));
        assert_eq!(
            of("dora--AidantsConnect:2024-47BXY").len(),
            "di-dora--AidantsConnect-2024-47BXY".len() + 17
        );
    }

    #[test]
    fn a_place_that_receives_nobody_is_refused_as_such() {
        let access = "Contacter par mail|Ce lieu n’accueille pas de public";
        let record = Record::of(&[("id", "1"), ("nom", "A"), ("commune", "B"), ("modalites_acces", access)]);
        let read = draft(AT, &record, &Columns::mediation(), Kind::MediationNumerique, "mn");
        assert_eq!(read.unwrap_err(), Refusal::NoVisitors);
    }

    #[test]
    fn v1_identifiers_have_their_source_already() {
        let columns = Columns::inclusion();
        let of = |pairs: &[(&str, &str)]| key(&Record::of(pairs), &columns).unwrap();
        assert_eq!(of(&[("source", "dora"), ("id", "dora--42")]), "dora--42");
        assert_eq!(of(&[("source", "dora"), ("id", "42")]), "dora--42");
    }

    #[test]
    fn names_codes_and_labels_tell_the_kind() {
        let of = |name: &str, code: &str, label: &str| {
            let record = Record::of(&[("typologie", code), ("labels_nationaux", label)]);
            place_kind(&record, &Columns::mediation(), Kind::MediationNumerique, name)
        };
        assert_eq!(of("CCAS de X", "", ""), PlaceKind::SocialAction);
        assert_eq!(of("X", "TIERS_LIEUX|ASSO", ""), PlaceKind::DigitalHelp);
        assert_eq!(of("X", "MUNI", ""), PlaceKind::TownHall);
        assert_eq!(of("X", "", "CNFS;France Services"), PlaceKind::FranceServices);
        assert_eq!(of("X", "", ""), PlaceKind::DigitalHelp);
    }
}
