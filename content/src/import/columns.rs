//! Which column says what, in each publisher's format.
//!
//! Several names stand for one meaning where releases differ: the first that a record has wins. The France services
//! list of 2022 is known from the public file of 1 December 2022 (`liste-fs-20221201.csv`): it has `itinerance`,
//! `groupe` and `labellisation` where that of 1 August 2024 has `prise_rdv`, `type_fs`, `groupe_fs` and
//! `labellisation_fs`. All of it was read: of 2,683 records, 26 say nothing of where they are. Mediation places: the
//! national standard's schema of 2024, and the export of 2023 with the names before it. data.inclusion: schema v1.0.8,
//! and the v0 exports of 2022. Aidants Connect: the export of 2021.

use std::collections::BTreeSet;

use crate::place::PlaceKind;

/// Names of columns that carry one meaning, the best first.
pub(super) type Names = Vec<String>;

/// The columns of one format.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    pub(super) id: Names,
    /// Who collected the record, part of its identifier where several do.
    pub(super) origin: Names,
    pub(super) name: Names,
    pub(super) siret: Names,
    pub(super) address: Names,
    pub(super) more_address: Names,
    pub(super) postcode: Names,
    pub(super) commune: Names,
    pub(super) insee: Names,
    pub(super) latitude: Names,
    pub(super) longitude: Names,
    pub(super) phone: Names,
    /// Monday first.
    pub(super) days: [Names; 7],
    pub(super) hours: Names,
    /// What the days cannot say.
    pub(super) hours_note: Names,
    pub(super) services: Names,
    pub(super) labels: Names,
    pub(super) note: Names,
    pub(super) kind: Names,
    /// How one gets in touch.
    pub(super) access: Names,
    /// Bus, travelling site: in words or as yes and no.
    pub(super) travelling: Names,
    pub(super) appointment: Names,
    /// The structure that gives a service.
    pub(super) structure: Names,
    /// What places are where nothing says it.
    pub(super) default_kind: Option<PlaceKind>,
}

/// The keys of `[import.columns]` in `bundle.toml`.
pub const KEYS: [&str; 22] = [
    "id",
    "name",
    "siret",
    "address",
    "address2",
    "postcode",
    "commune",
    "insee",
    "latitude",
    "longitude",
    "phone",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "hours",
    "services",
    "note",
    "kind",
];

fn names(list: &[&str]) -> Names {
    list.iter().map(|name| (*name).to_owned()).collect()
}

impl Columns {
    /// The columns of an editor's own table: pairs of a key of [`KEYS`] and the name of a column.
    /// `Err` is the first key that is unknown.
    pub fn custom<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, &'a str> {
        let mut columns = Self::default();
        for (key, column) in pairs {
            let slot = columns.slot(key).ok_or(key)?;
            slot.push(column.to_owned());
        }
        Ok(columns)
    }

    /// The same columns; where no column says what a place is, it is a `kind`.
    pub fn of_kind(self, kind: PlaceKind) -> Self {
        Self { default_kind: Some(kind), ..self }
    }

    fn slot(&mut self, key: &str) -> Option<&mut Names> {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        if let Some(day) = days.iter().position(|day| *day == key) {
            return Some(&mut self.days[day]);
        }
        Some(match key {
            "id" => &mut self.id,
            "name" => &mut self.name,
            "siret" => &mut self.siret,
            "address" => &mut self.address,
            "address2" => &mut self.more_address,
            "postcode" => &mut self.postcode,
            "commune" => &mut self.commune,
            "insee" => &mut self.insee,
            "latitude" => &mut self.latitude,
            "longitude" => &mut self.longitude,
            "phone" => &mut self.phone,
            "hours" => &mut self.hours,
            "services" => &mut self.services,
            "note" => &mut self.note,
            "kind" => &mut self.kind,
            _ => return None,
        })
    }

    /// The columns that are named here and that `there` does not have.
    pub(super) fn missing(&self, there: &BTreeSet<String>) -> Vec<String> {
        let named = [
            &self.id,
            &self.name,
            &self.siret,
            &self.address,
            &self.more_address,
            &self.postcode,
            &self.commune,
            &self.insee,
            &self.latitude,
            &self.longitude,
            &self.phone,
            &self.hours,
            &self.services,
            &self.note,
            &self.kind,
        ];
        let all = named.into_iter().chain(&self.days).flatten();
        all.filter(|name| !there.contains(*name)).cloned().collect()
    }

    /// The national list of France services, both column sets.
    pub(super) fn france_services() -> Self {
        let days = ["h_lundi", "h_mardi", "h_mercredi", "h_jeudi", "h_vendredi", "h_samedi", "h_dimanche"];
        Self {
            id: names(&["id_fs"]),
            name: names(&["lib_fs"]),
            address: names(&["adresse"]),
            more_address: names(&["complement_adresse"]),
            postcode: names(&["code_postal"]),
            commune: names(&["lib_com"]),
            insee: names(&["insee_com"]),
            latitude: names(&["latitude"]),
            longitude: names(&["longitude"]),
            phone: names(&["telephone"]),
            days: days.map(|day| names(&[day])),
            hours_note: names(&["commentaire"]),
            travelling: names(&["itinerance", "format_fs"]),
            appointment: names(&["prise_rdv"]),
            ..Self::default()
        }
    }

    /// Places of digital mediation: the names before the standard of 2024. Sources repeat each other's identifiers.
    pub(super) fn mediation_before() -> Self {
        Self { origin: names(&["source"]), ..Self::mediation() }
    }

    /// Places of digital mediation: the standard of 2024, whose identifiers are unique.
    pub(super) fn mediation() -> Self {
        Self {
            services: names(&["services"]),
            labels: names(&["dispositif_programmes_nationaux", "labels_nationaux"]),
            access: names(&["modalites_acces", "modalites_accueil"]),
            travelling: names(&["itinerance"]),
            origin: Names::new(),
            ..Self::inclusion()
        }
    }

    /// Structures and services of data.inclusion, v0 and v1.
    pub(super) fn inclusion() -> Self {
        Self {
            id: names(&["id"]),
            origin: names(&["source"]),
            name: names(&["nom"]),
            siret: names(&["siret", "pivot"]),
            address: names(&["adresse"]),
            more_address: names(&["complement_adresse"]),
            postcode: names(&["code_postal"]),
            commune: names(&["commune"]),
            insee: names(&["code_insee"]),
            latitude: names(&["latitude"]),
            longitude: names(&["longitude"]),
            phone: names(&["telephone"]),
            hours: names(&["horaires_accueil", "horaires_ouverture", "horaires"]),
            labels: names(&["reseaux_porteurs", "labels_nationaux"]),
            note: names(&["presentation_resume", "description"]),
            kind: names(&["typologie", "reseaux_porteurs"]),
            access: names(&["modes_accueil"]),
            structure: names(&["structure_id"]),
            ..Self::default()
        }
    }

    /// Organisations of Aidants Connect.
    pub(super) fn aidants_connect() -> Self {
        Self {
            id: names(&["Data pass ID"]),
            name: names(&["Name"]),
            siret: names(&["SIRET"]),
            address: names(&["Adresse"]),
            postcode: names(&["Code postal"]),
            commune: names(&["commune"]),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_column_map_has_a_place_and_no_other() {
        for key in KEYS {
            assert!(
                Columns::custom([(key, "x")]).is_ok_and(|columns| columns != Columns::default()),
                "{key}"
            );
        }
        assert_eq!(Columns::custom([("adress", "x")]), Err("adress"));
    }

    #[test]
    fn every_key_of_a_column_map_is_documented() {
        let page = include_str!("../../SOURCE-FORMAT.md");
        let map = page.split("[import.columns] ").nth(1).unwrap().split("```").next().unwrap();
        let words: BTreeSet<&str> = map.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        assert!(KEYS.iter().all(|key| words.contains(key)), "{words:?}");
    }

    #[test]
    fn columns_that_a_table_does_not_have_are_named() {
        let columns = Columns::custom([("name", "Nom"), ("mon", "Lundi")]).unwrap();
        assert_eq!(columns.missing(&BTreeSet::from(["Nom".to_owned()])), ["Lundi"]);
    }
}
