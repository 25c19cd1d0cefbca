//! Importers of places: lists as their publishers ship them, made into one list without doubles.
//!
//! | kind | file | becomes |
//! | --- | --- | --- |
//! | `france-services` | the national list, CSV, column sets of 2022 and 2024 | places |
//! | `mediation-numerique` | the national standard, CSV, or the JSON before it | places |
//! | `data-inclusion` | structures or services, v0 or v1, JSON or CSV | places; services are listed on their structure |
//! | `aidants-connect` | organisations, JSON | a service of a known place, or a place |
//! | `communes` | `GeoJSON` | outlines for maps, and names that put others right |
//! | `openstreetmap`, `gtfs` | `.osm`, `stops.txt` | lines, towns and bus stops of maps, see [`map`] |
//! | `csv` | any table, through a map of its columns | places |
//!
//! The way of a record: [`table`] reads it, [`draft`] cleans it, [`territory`] keeps or filters it, [`gazetteer`]
//! settles its commune, [`merge`] recognises it or makes it a place. [`Report`] counts where each one ended.

mod clean;
mod columns;
mod draft;
mod gazetteer;
mod hours;
pub mod map;
mod merge;
mod outlines;
mod report;
mod table;
mod territory;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use columns::{Columns, KEYS};
pub use report::{At, Doubt, EXAMPLES_MAX, Refusal, Repair, Report, Tally};
pub use table::{FILE_BYTES_MAX, RECORDS_MAX};
pub use territory::{COMMUNES_MAX, RADIUS_KM_MAX, Territory, is_departement, is_insee};

use crate::outline::Outline;
use crate::place::{PLACES_MAX, Place};
use draft::Draft;
use gazetteer::Gazetteer;
use merge::{Joined, Pool};
use report::Findings;
use table::{Record, Table, fault};

/// A column that only the standard of 2024 for places of digital mediation has.
const OF_THE_STANDARD: &str = "dispositif_programmes_nationaux";

/// Why a file could not be imported at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}:{line} : {message}", .file.display())]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do, in French: editors read it.
    pub message: String,
}

/// A publisher's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The national list of France services.
    FranceServices,
    /// Places of digital mediation.
    MediationNumerique,
    /// Structures and services of data.inclusion.
    DataInclusion,
    /// Organisations of Aidants Connect.
    AidantsConnect,
    /// Any table, through a map of its columns.
    Csv,
}

impl Kind {
    fn said(self) -> &'static str {
        match self {
            Self::FranceServices => "France services",
            Self::MediationNumerique => "médiation numérique",
            Self::DataInclusion => "data.inclusion",
            Self::AidantsConnect => "Aidants Connect",
            Self::Csv => "table de lieux",
        }
    }

    /// What identifiers of its places begin with.
    fn prefix(self) -> &'static str {
        match self {
            Self::FranceServices => "fs",
            Self::MediationNumerique => "mn",
            Self::DataInclusion => "di",
            Self::AidantsConnect => "ac",
            Self::Csv => "csv",
        }
    }

    /// The columns of its files; `there` tells the releases apart.
    fn columns(self, there: &BTreeSet<String>) -> Columns {
        match self {
            Self::MediationNumerique if !there.contains(OF_THE_STANDARD) => Columns::mediation_before(),
            Self::FranceServices => Columns::france_services(),
            Self::MediationNumerique => Columns::mediation(),
            Self::DataInclusion => Columns::inclusion(),
            Self::AidantsConnect => Columns::aidants_connect(),
            Self::Csv => Columns::default(),
        }
    }

    /// Columns without which a file is another one.
    fn required(self) -> &'static [&'static str] {
        match self {
            Self::FranceServices => &["id_fs", "lib_fs", "insee_com", "code_postal", "h_lundi"],
            Self::MediationNumerique => &["id", "nom", "services"],
            Self::DataInclusion => &["id", "nom", "source"],
            Self::AidantsConnect => &["Data pass ID", "Name", "SIRET"],
            Self::Csv => &[],
        }
    }
}

/// One list of places to import.
#[derive(Debug, Clone)]
pub struct Request {
    /// The format.
    pub kind: Kind,
    /// The file.
    pub path: PathBuf,
    /// What to keep.
    pub territory: Territory,
    /// For [`Kind::Csv`]: which column says what, and the name of the table, which begins its identifiers.
    pub table: Option<(String, Columns)>,
}

/// One file of outlines to import.
#[derive(Debug, Clone)]
pub struct OutlineRequest {
    /// The file.
    pub path: PathBuf,
    /// What to keep.
    pub territory: Territory,
}

/// What imports give to a library.
#[derive(Debug, Default)]
pub struct Imported {
    /// The editor's own places, completed, then the imported ones by commune and name.
    pub places: Vec<Place>,
    /// Outlines by INSEE code.
    pub outlines: Vec<Outline>,
    /// One report for each file of outlines, then for each list of places, in the order of the requests.
    pub reports: Vec<(PathBuf, Report)>,
}

/// Imports `outlines`, then `lists`, into the editor's own places. The first file that cannot be read is the error.
pub fn run(own: Vec<Place>, outlines: &[OutlineRequest], lists: &[Request]) -> Result<Imported, Fault> {
    let mut gazetteer = Gazetteer::default();
    let mut imported = Imported::default();
    for request in outlines {
        let report = outlines::read(request, &mut imported.outlines, &mut gazetteer)?;
        imported.reports.push((request.path.clone(), report));
    }
    let mut pool = Pool::new(own.into_iter().map(draft::of_editor).collect());
    let mut elsewhere = BTreeSet::new();
    for (number, request) in (1..).zip(lists) {
        let mut import =
            Import { request, number, gazetteer: &mut gazetteer, pool: &mut pool, elsewhere: &mut elsewhere };
        let report = import.run()?;
        imported.reports.push((request.path.clone(), report));
    }
    imported.places = pool.into_places();
    Ok(imported)
}

/// One list on its way.
struct Import<'a> {
    request: &'a Request,
    number: usize,
    gazetteer: &'a mut Gazetteer,
    pool: &'a mut Pool,
    /// Structures that were filtered: their services are too.
    elsewhere: &'a mut BTreeSet<String>,
}

impl Import<'_> {
    fn run(&mut self) -> Result<Report, Fault> {
        let Request { kind, path, table, .. } = self.request;
        let file = Table::open(path)?;
        let there = file.columns(path)?;
        let columns = table.as_ref().map_or_else(|| kind.columns(&there), |(_, columns)| columns.clone());
        let required = kind.required().iter().map(|name| (*name).to_owned());
        let mut missing: Vec<String> = required.filter(|name| !there.contains(name)).collect();
        if table.is_some() {
            missing.extend(columns.missing(&there));
        }
        if !missing.is_empty() {
            let message = format!(
                "il manque {} : ce n'est pas ce que dit kind, ou la table a changé",
                missing.join(", ")
            );
            return Err(fault(path, 1, message));
        }
        let services = *kind == Kind::DataInclusion && there.contains("structure_id");
        let what = format!("{}{}", kind.said(), edition(*kind, services, &there));
        let mut report = Report { what, ..Report::default() };
        if file.recoded {
            report.found(
                At { record: 0, line: Some(1) },
                &Findings { repairs: vec![Repair::Encoding], doubts: vec![] },
            );
        }
        if services {
            self.services(&file, path, &columns, &mut report)?;
        } else {
            self.places(&file, path, &columns, &mut report)?;
        }
        Ok(report)
    }

    /// What the identifiers of this list begin with.
    fn prefix(&self) -> String {
        let prefix = self.request.kind.prefix();
        self.request.table.as_ref().map_or_else(|| prefix.to_owned(), |(name, _)| format!("{prefix}-{name}"))
    }

    fn places(
        &mut self,
        file: &Table,
        path: &Path,
        columns: &Columns,
        report: &mut Report,
    ) -> Result<(), Fault> {
        let mut drafts: Vec<Draft> = Vec::new();
        let prefix = self.prefix();
        file.each(path, &mut |at, record| {
            report.read += 1;
            match self.take(at, record.as_ref(), columns, &prefix) {
                Err((refusal, text)) => report.refuse(at, refusal, &text),
                Ok(None) => report.filtered += 1,
                Ok(Some(draft)) => drafts.push(draft),
            }
        })?;
        // The order of a file may change from release to release; of doubles, the same one must stay.
        drafts.sort_by(|a, b| a.key.cmp(&b.key).then(a.at.cmp(&b.at)));
        set_shared_sirets_aside(&mut drafts);
        for draft in drafts {
            self.settle(draft, report);
            if self.pool.len() > PLACES_MAX {
                let message = format!(
                    "plus de {PLACES_MAX} lieux avec ceux-ci : réduisez le territoire (departement, communes ou around)"
                );
                return Err(fault(path, 1, message));
            }
        }
        Ok(())
    }

    /// One record: refused, filtered (`None`) or a draft, whose whereabouts may still be unknown.
    fn take(
        &mut self,
        at: At,
        record: Option<&Record>,
        columns: &Columns,
        prefix: &str,
    ) -> Result<Option<Draft>, (Refusal, String)> {
        let record = record.ok_or((Refusal::Shape, String::new()))?;
        let draft = draft::draft(at, record, columns, self.request.kind, prefix)
            .map_err(|refusal| (refusal, record.text(&columns.name).unwrap_or_default()))?;
        self.gazetteer.learn(&draft);
        if self.request.territory.holds(&draft.whereabouts()) == Some(false) {
            self.elsewhere.insert(draft.key);
            return Ok(None);
        }
        Ok(Some(draft))
    }

    /// A draft becomes a place, part of one, or is left out of the territory.
    fn settle(&mut self, mut draft: Draft, report: &mut Report) {
        self.gazetteer.settle(&mut draft);
        let inside = self.request.territory.holds(&draft.whereabouts());
        if inside == Some(false) || (inside.is_none() && !self.pool.knows(&draft, self.number)) {
            if inside.is_none() {
                report.doubt(draft.at, Doubt::Whereabouts, &draft.place.name);
            }
            report.filtered += 1;
            self.elsewhere.insert(draft.key);
            return;
        }
        let repeated = self.pool.has_id(draft.place.id.as_str());
        let joined =
            if repeated { self.join_repeated(&mut draft) } else { self.pool.join(&mut draft, self.number) };
        match joined {
            Joined::Own => report.imported += 1,
            Joined::Merged => report.merged += 1,
        }
        if !draft.place.hours.is_unknown() {
            report.weeks += 1;
        } else if draft.place.hours.note.is_some() {
            report.texts += 1;
        }
        report.found(draft.at, &draft.findings);
    }

    /// A second record of the same identifier: an editor's own place or the same place, else one with another identifier.
    fn join_repeated(&mut self, draft: &mut Draft) -> Joined {
        if self.pool.complete_own(draft) {
            return Joined::Merged;
        }
        if !self.pool.knows(draft, self.number) {
            draft.findings.doubt(Doubt::RepeatedId, draft.key.clone());
            let apart = format!("{} {} {}", draft.key, draft.place.name, draft.place.address.join(" "));
            // One more than there are places is always free.
            let mut ids = (1..=self.pool.len() + 1)
                .filter_map(|n| draft::id(&self.prefix(), &format!("{apart} {n}")).ok());
            if let Some(free) = ids.find(|id| !self.pool.has_id(id.as_str())) {
                draft.place.id = free;
            }
        }
        self.pool.join(draft, self.number)
    }

    /// Services: listed on the place of their structure.
    fn services(
        &mut self,
        file: &Table,
        path: &Path,
        columns: &Columns,
        report: &mut Report,
    ) -> Result<(), Fault> {
        file.each(path, &mut |at, record| {
            report.read += 1;
            let Some(service) = record.as_ref().and_then(|record| draft::service(record, columns)) else {
                return report.refuse(at, Refusal::Shape, "");
            };
            if self.pool.serve(&service.structure, &service.name) {
                report.merged += 1;
                report.found(at, &service.findings);
            } else if self.elsewhere.contains(&service.structure) {
                report.filtered += 1;
            } else {
                report.refuse(
                    at,
                    Refusal::UnknownStructure,
                    &format!("{} ({})", service.name, service.structure),
                );
            }
        })
    }
}

/// Which release of the format the columns show.
fn edition(kind: Kind, services: bool, there: &BTreeSet<String>) -> &'static str {
    let has = |name| there.contains(name);
    match kind {
        Kind::FranceServices if has("type_fs") => ", colonnes de 2024",
        Kind::FranceServices => ", colonnes de 2022",
        Kind::MediationNumerique if has(OF_THE_STANDARD) => ", standard de 2024",
        Kind::MediationNumerique => ", avant le standard de 2024",
        Kind::DataInclusion if services && has("types") => ", services v0",
        Kind::DataInclusion if services => ", services v1",
        Kind::DataInclusion if has("horaires_accueil") || has("reseaux_porteurs") || has("description") => {
            ", structures v1"
        }
        Kind::DataInclusion => ", structures v0",
        Kind::AidantsConnect | Kind::Csv => "",
    }
}

/// One SIRET for several names or addresses is an organisation's, not a place's.
fn set_shared_sirets_aside(drafts: &mut [Draft]) {
    let mut bearers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for draft in drafts.iter() {
        if let Some(siret) = &draft.siret {
            let Place { name, address, .. } = &draft.place;
            bearers
                .entry(siret.clone())
                .or_default()
                .insert(crate::search::fold(&format!("{name} {address:?}")));
        }
    }
    for draft in drafts {
        if draft.siret.as_ref().and_then(|siret| bearers.get(siret)).is_some_and(|known| known.len() > 1) {
            let siret = draft.siret.take().unwrap_or_default();
            draft.findings.doubt(Doubt::SharedSiret, format!("{siret} {}", draft.place.name));
        }
    }
}
