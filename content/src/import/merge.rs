//! Recognising the same place in two records, only where that is certain.
//!
//! Certain is, between two sources: the same commune, and either the same name at an address that does not contradict,
//! or the same SIRET at the same address, or two France services at the same address, and one candidate only. Inside one
//! source, which gave them two identifiers (a house and its bus): the same name, address and hours. Two positions more
//! than [`APART_KM`] from each other contradict everything. The place that was there first keeps its words; what it lacks
//! is completed.

use std::collections::BTreeMap;

use super::clean;
use super::draft::{Draft, SERVICES_MAX};
use super::gazetteer::commune_key;
use super::report::{Doubt, Repair};
use crate::place::{Place, PlaceKind};
use crate::search::fold;

/// Positions further apart are two places, in kilometres: geocoders differ by some hundred metres in villages.
const APART_KM: f64 = 2.0;
/// Most places of one commune that a record is compared with.
const COMPARED_MAX: usize = 2_000;

/// Places so far, and how they are recognised.
#[derive(Debug, Default)]
pub(super) struct Pool {
    entries: Vec<Entry>,
    by_commune: BTreeMap<String, Vec<usize>>,
    by_postcode: BTreeMap<String, Vec<usize>>,
    ids: BTreeMap<String, usize>,
    /// Publisher's keys of structures → places, for their services.
    structures: BTreeMap<String, usize>,
}

#[derive(Debug)]
struct Entry {
    place: Place,
    signs: Signs,
    /// The import that brought it; the editor's own places are import 0.
    import: usize,
}

/// What places are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Signs {
    commune: Option<String>,
    /// Used where the commune is not known.
    postcode: Option<String>,
    name: Vec<String>,
    address: Vec<String>,
    siret: Option<String>,
}

/// What became of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Joined {
    /// It is a place of its own.
    Own,
    /// It is the same as one that was there.
    Merged,
}

/// Words that names and addresses have or lack at will.
const SMALL: [&str; 14] =
    ["a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les", "sur"];

fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let long = words.map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        "pl" => "place",
        "r" => "rue",
        "bd" | "bld" | "blvd" => "boulevard",
        "av" | "ave" => "avenue",
        "sq" => "square",
        "imp" => "impasse",
        "all" => "allee",
        "ch" | "che" => "chemin",
        "rte" => "route",
        "gal" => "general",
        "dr" => "docteur",
        other => other,
    });
    long.filter(|word| !SMALL.contains(word)).map(str::to_owned).collect()
}

impl Signs {
    fn of(draft: &Draft) -> Self {
        let by_name = || {
            let departement = draft.whereabouts().departement()?;
            Some(format!("{departement} {}", commune_key(draft.commune.as_deref()?)))
        };
        Self {
            commune: by_name().or_else(|| draft.insee.clone()),
            postcode: draft.postcode.clone(),
            name: words(&draft.place.name),
            address: words(&draft.place.address.join(" ")),
            siret: draft.siret.clone(),
        }
    }

    /// Every word of the shorter address is in the longer one.
    fn addresses_agree(&self, other: &Self) -> bool {
        let (short, long) = if self.address.len() <= other.address.len() {
            (&self.address, &other.address)
        } else {
            (&other.address, &self.address)
        };
        short.iter().all(|word| long.contains(word))
    }

    fn same_address(&self, other: &Self) -> bool {
        !self.address.is_empty() && self.address == other.address
    }
}

impl Pool {
    /// Takes the editor's own places.
    pub(super) fn new(own: Vec<Draft>) -> Self {
        let mut pool = Self::default();
        for draft in own {
            pool.put(draft, 0);
        }
        pool
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The places, those of editors first, the others by commune and name.
    pub(super) fn into_places(self) -> Vec<Place> {
        let (own, mut others): (Vec<Entry>, Vec<Entry>) =
            self.entries.into_iter().partition(|entry| entry.import == 0);
        let commune =
            |place: &Place| fold(place.commune.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' '));
        others.sort_by_cached_key(|entry| {
            (commune(&entry.place), fold(&entry.place.name), entry.place.id.clone())
        });
        own.into_iter().chain(others).map(|entry| entry.place).collect()
    }

    /// Whether a draft is surely a place that is here.
    pub(super) fn knows(&self, draft: &Draft, import: usize) -> bool {
        self.same(&Signs::of(draft), draft, import).is_ok_and(|found| found.is_some())
    }

    /// Joins a draft of import number `import`, from 1; doubts are added to its findings.
    pub(super) fn join(&mut self, draft: &mut Draft, import: usize) -> Joined {
        let signs = Signs::of(draft);
        match self.same(&signs, draft, import) {
            Ok(Some(at)) => {
                self.structures.insert(draft.key.clone(), at);
                let Some(entry) = self.entries.get_mut(at) else { return Joined::Merged };
                let capitals = entry.import > 0 && clean::in_capitals(&entry.place.name);
                if capitals && entry.signs.name == signs.name && !clean::in_capitals(&draft.place.name) {
                    entry.place.name.clone_from(&draft.place.name);
                    draft.findings.repaired(Repair::Name);
                }
                complete(&mut entry.place, &draft.place);
                Joined::Merged
            }
            Ok(None) => {
                self.put(draft.clone(), import);
                Joined::Own
            }
            Err(other) => {
                let said = format!("{} ({})", draft.place.name, other);
                draft.findings.doubt(Doubt::MaybeSame, said);
                self.put(draft.clone(), import);
                Joined::Own
            }
        }
    }

    /// Lists a service on the place of its structure; `false` if there is no such structure.
    pub(super) fn serve(&mut self, structure: &str, service: &str) -> bool {
        let Some(entry) = self.structures.get(structure).and_then(|at| self.entries.get_mut(*at)) else {
            return false;
        };
        add_services(&mut entry.place, &[service.to_owned()]);
        true
    }

    /// Whether the identifier is taken.
    pub(super) fn has_id(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// Completes the editor's own place of that identifier: it stands for the record. `false` if there is none.
    pub(super) fn complete_own(&mut self, draft: &Draft) -> bool {
        let at = self.ids.get(draft.place.id.as_str()).copied();
        let own = at.and_then(|at| self.entries.get_mut(at)).filter(|entry| entry.import == 0);
        let (Some(at), Some(entry)) = (at, own) else { return false };
        complete(&mut entry.place, &draft.place);
        self.structures.insert(draft.key.clone(), at);
        true
    }

    fn put(&mut self, draft: Draft, import: usize) {
        let signs = Signs::of(&draft);
        let at = self.entries.len();
        if let Some(commune) = &signs.commune {
            self.by_commune.entry(commune.clone()).or_default().push(at);
        }
        if let Some(postcode) = &signs.postcode {
            self.by_postcode.entry(postcode.clone()).or_default().push(at);
        }
        self.ids.insert(draft.place.id.as_str().to_owned(), at);
        self.structures.insert(draft.key, at);
        self.entries.push(Entry { place: draft.place, signs, import });
    }

    /// The places of the same commune; of the same postcode where the commune is not known.
    fn near(&self, signs: &Signs) -> Vec<(usize, &Entry)> {
        let by_commune = signs.commune.as_ref().map(|commune| self.by_commune.get(commune));
        let by_postcode = || self.by_postcode.get(signs.postcode.as_ref()?);
        let found = by_commune.unwrap_or_else(by_postcode);
        let found = found.into_iter().flatten().take(COMPARED_MAX);
        found.filter_map(|at| Some((*at, self.entries.get(*at)?))).collect()
    }

    /// The one place that `signs` surely names; `Err` with a name if one only looks like it.
    fn same(&self, signs: &Signs, draft: &Draft, import: usize) -> Result<Option<usize>, String> {
        let (mut by_name, mut by_house) = (BTreeMap::new(), BTreeMap::new());
        let mut likely = None;
        for (at, entry) in self.near(signs) {
            let named = entry.signs.name == signs.name;
            let near = !far(&entry.place, &draft.place);
            let inside = entry.import == import;
            let agrees = if inside {
                entry.signs.same_address(signs) && same_hours(&entry.place, &draft.place)
            } else {
                entry.signs.addresses_agree(signs)
            };
            if named && near && agrees {
                by_name.insert(at, &entry.place.name);
            } else if near && !inside && same_house(entry, signs, draft) {
                by_house.insert(at, &entry.place.name);
            } else if named {
                likely = Some(&entry.place.name);
            }
        }
        // A name says more than a house: a bus stands where its house is.
        let certain = if by_name.is_empty() { by_house } else { by_name };
        match (certain.len(), certain.first_key_value()) {
            (1, Some((at, _))) => Ok(Some(*at)),
            (2.., Some((_, name))) => Err((*name).clone()),
            _ => likely.map_or(Ok(None), |name| Err(name.clone())),
        }
    }
}

/// The same address, and the same SIRET or the same label.
fn same_house(entry: &Entry, signs: &Signs, draft: &Draft) -> bool {
    let numbered = signs.siret.is_some() && entry.signs.siret == signs.siret;
    let kinds = [entry.place.kind, draft.place.kind];
    entry.signs.same_address(signs) && (numbered || kinds == [PlaceKind::FranceServices; 2])
}

fn same_hours(one: &Place, other: &Place) -> bool {
    let silent = |place: &Place| place.hours.is_unknown() && place.hours.note.is_none();
    one.hours == other.hours || silent(one) || silent(other)
}

fn far(one: &Place, other: &Place) -> bool {
    matches!((one.position, other.position), (Some(a), Some(b)) if a.distance_km(b) > APART_KM)
}

/// Gives `place` what it lacks and `other` has.
fn complete(place: &mut Place, other: &Place) {
    if place.hours.is_unknown() && place.hours.note.is_none() {
        place.hours = other.hours.clone();
    }
    if place.address.is_empty() {
        place.address.clone_from(&other.address);
    }
    place.phone = place.phone.take().or_else(|| other.phone.clone());
    place.position = place.position.or(other.position);
    place.note = place.note.take().or_else(|| other.note.clone());
    add_services(place, &other.services);
}

fn add_services(place: &mut Place, services: &[String]) {
    for service in services {
        let known = place.services.iter().any(|known| fold(known) == fold(service));
        if !known && place.services.len() < SERVICES_MAX {
            place.services.push(service.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft;
    use crate::place::{OpeningHours, Position};

    fn place(id: &str, name: &str, address: &str) -> Draft {
        let mut draft = draft::of_editor(Place {
            id: draft::id("x", id).unwrap(),
            name: name.to_owned(),
            kind: PlaceKind::Other,
            address: vec![address.to_owned()],
            commune: "35000 Exemple".to_owned(),
            phone: None,
            hours: OpeningHours::default(),
            services: Vec::new(),
            note: None,
            position: None,
            plan: None,
        });
        draft.key = id.to_owned();
        draft
    }

    /// What becomes of `second` of another source after `first`.
    fn joined(first: &Draft, mut second: Draft) -> (Joined, usize) {
        let mut pool = Pool::default();
        pool.join(&mut first.clone(), 1);
        let joined = pool.join(&mut second, 2);
        (joined, second.findings.doubts.len())
    }

    #[test]
    fn the_same_name_at_an_address_that_agrees_is_the_same_place() {
        let first = place("1", "Médiathèque de l'Étang", "3 place de la Mairie");
        for address in ["3 PL DE LA MAIRIE", "Place de la mairie", ""] {
            assert_eq!(joined(&first, place("2", "MEDIATHEQUE ETANG", address)), (Joined::Merged, 0));
        }
        assert_eq!(joined(&first, place("2", "Médiathèque de l'Étang", "5 rue X")), (Joined::Own, 1));
        assert_eq!(joined(&first, place("2", "Mairie", "3 place de la Mairie")), (Joined::Own, 0));
    }

    #[test]
    fn a_siret_or_a_label_at_the_same_address_is_enough_between_two_sources_only() {
        let mut first = place("1", "Accueil", "1 rue A");
        let mut second = place("2", "France services de X", "1 rue A");
        first.siret = Some("1".to_owned());
        second.siret = Some("1".to_owned());
        assert_eq!(joined(&first, second.clone()), (Joined::Merged, 0));
        second.place.address = vec!["2 rue A".to_owned()];
        assert_eq!(joined(&first, second.clone()), (Joined::Own, 0));
        first.place.kind = PlaceKind::FranceServices;
        second =
            Draft { siret: None, place: Place { kind: PlaceKind::FranceServices, ..second.place }, ..second };
        second.place.address = first.place.address.clone();
        assert_eq!(joined(&first, second.clone()), (Joined::Merged, 0));
        let mut pool = Pool::default();
        pool.join(&mut first, 1);
        assert_eq!(pool.join(&mut second, 1), Joined::Own, "a house and its bus");
    }

    #[test]
    fn places_far_apart_are_two_even_with_one_name_and_no_address() {
        let mut first = place("1", "La Poste", "");
        let mut second = place("2", "La Poste", "");
        first.place.position = Position::new(48.0, -2.0);
        second.place.position = Position::new(48.0, -2.1);
        assert_eq!(joined(&first, second), (Joined::Own, 1));
    }

    #[test]
    fn two_candidates_are_no_certainty() {
        let mut pool = Pool::default();
        let mut house = place("1", "Accueil", "1 rue A");
        house.place.hours.note = Some("Lundi".to_owned());
        pool.join(&mut house, 1);
        let mut other = place("2", "Accueil", "1 rue A");
        other.place.hours.note = Some("Mardi".to_owned());
        assert_eq!(pool.join(&mut other, 1), Joined::Own);
        let mut third = place("3", "Accueil", "1 rue A");
        assert_eq!(pool.join(&mut third, 2), Joined::Own);
        assert_eq!(third.findings.doubts[0].0, Doubt::MaybeSame);
    }

    #[test]
    fn a_name_in_capitals_gets_its_accents_from_the_other_source_but_not_an_editors() {
        let capitals = place("1", "MEDIATHEQUE ETANG", "1 rue A");
        let written = || place("2", "Médiathèque de l'Étang", "1 rue A");
        let mut pool = Pool::default();
        pool.join(&mut capitals.clone(), 1);
        let mut second = written();
        assert_eq!(pool.join(&mut second, 2), Joined::Merged);
        assert_eq!(second.findings.repairs, [Repair::Name]);
        assert_eq!(pool.into_places()[0].name, "Médiathèque de l'Étang");
        let mut own = Pool::new(vec![capitals]);
        assert_eq!(own.join(&mut written(), 1), Joined::Merged);
        assert_eq!(own.into_places()[0].name, "MEDIATHEQUE ETANG");
    }

    #[test]
    fn a_place_keeps_its_words_and_gets_what_it_lacks() {
        let mut first = place("1", "Accueil", "1 rue A");
        first.place.phone = Some("01 99 00 00 00".to_owned());
        let mut pool = Pool::new(vec![first]);
        let mut second = place("2", "ACCUEIL", "1 rue A");
        second.place.phone = Some("01 99 00 00 99".to_owned());
        second.place.position = Position::new(48.0, -2.0);
        second.place.services = vec!["Aidants Connect".to_owned()];
        assert_eq!(pool.join(&mut second, 1), Joined::Merged);
        assert!(pool.serve("2", "aidants connect") && !pool.serve("9", "x"));
        let places = pool.into_places();
        assert_eq!((places.len(), places[0].name.as_str()), (1, "Accueil"));
        assert_eq!(places[0].phone.as_deref(), Some("01 99 00 00 00"));
        assert_eq!((places[0].position, places[0].services.len()), (Position::new(48.0, -2.0), 1));
    }
}
