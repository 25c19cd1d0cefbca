//! `[[import]]` in `bundle.toml`: which files, which territory, which columns.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use parvis_plan::area::{CREDIT_CHARS_MAX, CREDITS_CHARS_MAX, CREDITS_MAX};
use serde::Deserialize;
use toml::Spanned;

use super::{Faults, Said, line_at};
use crate::id::PlaceId;
use crate::import::map::{MapKind, MapRequest, OSM_CREDIT};
use crate::import::{
    COMMUNES_MAX, Columns, KEYS, Kind, OutlineRequest, RADIUS_KM_MAX, Request, Territory, is_departement,
    is_insee,
};
use crate::place::{PlaceKind, Position};
use crate::plain;

/// Most files in one bundle.
const IMPORTS_MAX: usize = 16;
/// Longest name of a table: it begins the identifiers of its places.
const NAME_BYTES_MAX: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawImport {
    kind: String,
    path: PathBuf,
    credit: Option<Spanned<String>>,
    departement: Option<Spanned<String>>,
    communes: Option<Spanned<Vec<String>>>,
    around: Option<Spanned<(f64, f64)>>,
    km: Option<f64>,
    name: Option<Spanned<String>>,
    place: Option<Spanned<String>>,
    columns: Option<Spanned<BTreeMap<String, String>>>,
}

/// What is imported, by the way it is read.
#[derive(Default)]
pub(super) struct Imports {
    /// Archives of the DILA, each with its line.
    pub(super) archives: Vec<(PathBuf, usize)>,
    pub(super) outlines: Vec<OutlineRequest>,
    pub(super) lists: Vec<Request>,
    /// Data of the area map, each with its line.
    pub(super) maps: Vec<(MapRequest, usize)>,
    /// Who made the data of the area map.
    pub(super) credits: Vec<String>,
}

/// The section that is read, and where its faults go.
struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    line: usize,
    faults: &'a mut Faults,
}

pub(super) fn read(file: &Path, text: &str, raw: Vec<Spanned<RawImport>>, faults: &mut Faults) -> Imports {
    let mut imports = Imports::default();
    let mut tables = BTreeSet::new();
    for (number, import) in (1..).zip(raw) {
        let line = line_at(text, import.span().start);
        let mut reader = Reader { file, text, line, faults: &mut *faults };
        if number > IMPORTS_MAX {
            reader.fault(format!("plus de {IMPORTS_MAX} imports : retirez-en"));
            break;
        }
        reader.import(import.into_inner(), &mut imports, &mut tables);
    }
    imports
}

impl Reader<'_> {
    fn fault(&mut self, message: impl Into<Said>) {
        self.faults.add(self.file, self.line, message);
    }

    fn fault_at<T>(&mut self, at: &Spanned<T>, message: impl Into<Said>) {
        self.faults.add(self.file, line_at(self.text, at.span().start), message);
    }

    fn import(&mut self, raw: RawImport, imports: &mut Imports, tables: &mut BTreeSet<String>) {
        let path = self.file.parent().unwrap_or(Path::new(".")).join(&raw.path);
        if raw.kind == "dila" {
            return match raw {
                RawImport {
                    credit: None,
                    departement: None,
                    communes: None,
                    around: None,
                    km: None,
                    name: None,
                    place: None,
                    columns: None,
                    ..
                } => {
                    imports.archives.push((path, self.line));
                }
                _ => self.fault("une archive de la DILA s'importe entière : gardez kind et path seulement"),
            };
        }
        if !path.is_file() {
            self.fault(format!("fichier introuvable « {} » : corrigez path", path.display()));
        }
        let territory = self.territory(&raw);
        if let Some(kind) = map_kind(&raw.kind) {
            self.map(kind, path, &territory, raw, imports);
            return;
        }
        if raw.kind == "communes" {
            self.credit(raw.credit, imports);
            imports.outlines.push(OutlineRequest { path, territory });
            return;
        }
        if raw.credit.is_some() {
            self.fault("credit va avec kind = \"communes\", \"openstreetmap\" ou \"gtfs\" : retirez-le");
        }
        let kind = match raw.kind.as_str() {
            "france-services" => Kind::FranceServices,
            "mediation-numerique" => Kind::MediationNumerique,
            "data-inclusion" => Kind::DataInclusion,
            "aidants-connect" => Kind::AidantsConnect,
            "csv" => Kind::Csv,
            other => {
                let known = "dila, france-services, mediation-numerique, data-inclusion, aidants-connect, communes, openstreetmap, gtfs ou csv";
                return self.fault(format!("import « {other} » inconnu : écrivez {known}"));
            }
        };
        if kind != Kind::Csv {
            if raw.name.is_some() || raw.place.is_some() || raw.columns.is_some() {
                self.fault("name, place et columns vont avec kind = \"csv\" seulement : retirez-les");
            }
            imports.lists.push(Request { kind, path, territory, table: None });
        } else if let Some(table) = self.table(raw, tables) {
            imports.lists.push(Request { kind, path, territory, table: Some(table) });
        }
    }

    /// Data of the area map: what is around the hall is taken, so it has no other territory.
    fn map(
        &mut self,
        kind: MapKind,
        path: PathBuf,
        territory: &Territory,
        raw: RawImport,
        imports: &mut Imports,
    ) {
        if *territory != Territory::Everywhere
            || raw.name.is_some()
            || raw.place.is_some()
            || raw.columns.is_some()
        {
            self.fault("la carte prend ce qui entoure l’accueil : gardez kind, path et credit seulement");
        }
        if kind == MapKind::OpenStreetMap && raw.credit.is_none() {
            self.add_credit(OSM_CREDIT.to_owned(), imports);
        }
        self.credit(raw.credit, imports);
        imports.maps.push((MapRequest { kind, path }, self.line));
    }

    fn credit(&mut self, credit: Option<Spanned<String>>, imports: &mut Imports) {
        let Some(credit) = credit else { return };
        let name = plain::line(credit.get_ref());
        if (1..=CREDIT_CHARS_MAX).contains(&name.chars().count()) {
            self.add_credit(name, imports);
        } else {
            let message =
                format!("credit : écrivez qui a fait ces données, en {CREDIT_CHARS_MAX} caractères au plus");
            self.fault_at(&credit, message);
        }
    }

    /// Each is named once, and none may be lost: what does not stand under a map is a fault.
    fn add_credit(&mut self, name: String, imports: &mut Imports) {
        if imports.credits.contains(&name) {
            return;
        }
        let chars: usize = imports.credits.iter().chain([&name]).map(|credit| credit.chars().count()).sum();
        if imports.credits.len() >= CREDITS_MAX {
            self.fault(format!("plus de {CREDITS_MAX} auteurs sous la carte : réunissez-les"));
        } else if chars > CREDITS_CHARS_MAX {
            self.fault(format!(
                "plus de {CREDITS_CHARS_MAX} caractères d’auteurs sous la carte : écrivez-les plus court"
            ));
        } else {
            imports.credits.push(name);
        }
    }

    fn territory(&mut self, raw: &RawImport) -> Territory {
        match (&raw.departement, &raw.communes, &raw.around, raw.km) {
            (None, None, None, None) => Territory::Everywhere,
            (Some(code), None, None, None) => {
                if !is_departement(code.get_ref()) {
                    self.fault_at(code, "département inconnu : écrivez son code, « 35 », « 2A » ou « 974 »");
                }
                Territory::Departement(code.get_ref().clone())
            }
            (None, Some(codes), None, None) => {
                let list = codes.get_ref();
                if list.is_empty() || list.len() > COMMUNES_MAX || !list.iter().all(|code| is_insee(code)) {
                    let message = format!(
                        "communes : écrivez de 1 à {COMMUNES_MAX} codes INSEE de cinq caractères, pas des codes postaux"
                    );
                    self.fault_at(codes, message);
                }
                Territory::Communes(list.iter().cloned().collect())
            }
            (None, None, Some(point), Some(km)) => {
                let (latitude, longitude) = *point.get_ref();
                let circle = Position::new(latitude, longitude).filter(|_| km > 0.0 && km <= RADIUS_KM_MAX);
                if let Some(centre) = circle {
                    return Territory::Around(centre, km);
                }
                let message = format!(
                    "around = [latitude, longitude] en degrés, et km de 0 à {RADIUS_KM_MAX} : corrigez"
                );
                self.fault_at(point, message);
                Territory::Everywhere
            }
            (None, None, Some(_), None) | (None, None, None, Some(_)) => {
                self.fault("around et km vont ensemble : ajoutez celui qui manque");
                Territory::Everywhere
            }
            _ => {
                self.fault("un seul filtre à la fois : gardez departement, communes, ou around avec km");
                Territory::Everywhere
            }
        }
    }

    /// Name and columns of an editor's own table.
    fn table(&mut self, raw: RawImport, tables: &mut BTreeSet<String>) -> Option<(String, Columns)> {
        let (Some(name), Some(columns)) = (raw.name, raw.columns) else {
            self.fault(
                "kind = \"csv\" demande name et [import.columns] : ajoutez-les (voir SOURCE-FORMAT.md)",
            );
            return None;
        };
        let short = PlaceId::new(name.get_ref()).is_ok() && name.get_ref().len() <= NAME_BYTES_MAX;
        if !short || !tables.insert(name.get_ref().clone()) {
            let message = format!(
                "name : un mot de {NAME_BYTES_MAX} lettres sans accent au plus, différent pour chaque table"
            );
            self.fault_at(&name, message);
        }
        let pairs = columns.get_ref().iter().map(|(key, column)| (key.as_str(), column.as_str()));
        let table = match Columns::custom(pairs) {
            Ok(table) => table,
            Err(key) => {
                let message =
                    format!("columns : clé inconnue « {key} » : écrivez une de {}", KEYS.join(", "));
                self.fault_at(&columns, message);
                return None;
            }
        };
        if !columns.get_ref().contains_key("name") {
            self.fault_at(&columns, "columns : il manque name : dites quelle colonne porte le nom du lieu");
        }
        let kind = match raw.place {
            None => PlaceKind::Other,
            Some(kind) => PlaceKind::from_name(kind.get_ref()).unwrap_or_else(|| {
                let message = format!(
                    "genre de lieu inconnu « {} » : choisissez dans SOURCE-FORMAT.md",
                    kind.get_ref()
                );
                self.fault_at(&kind, message);
                PlaceKind::Other
            }),
        };
        Some((name.into_inner(), table.of_kind(kind)))
    }
}

fn map_kind(name: &str) -> Option<MapKind> {
    match name {
        "openstreetmap" => Some(MapKind::OpenStreetMap),
        "gtfs" => Some(MapKind::Gtfs),
        _ => None,
    }
}
