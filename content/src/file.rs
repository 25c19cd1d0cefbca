//! The content file: one SQLite file with everything a kiosk shows, opened read-only and immutable.
//!
//! Opening reads the 100 header bytes, the schema and one row; sheets are read one at a time. What a file says of
//! itself (sizes, counts, references) is checked before it is believed, so that a damaged or hostile file gives an
//! error and never a panic. The format is described in `file/schema.rs`.

mod compare;
mod open;
mod record;
mod schema;
mod sheet_record;
mod write;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use parvis_plan::Plan;
use parvis_plan::area::Area;
use rusqlite::{Connection, OptionalExtension, params};

use crate::browse::{Entry, Node, Target};
use crate::glossary::Glossary;
use crate::guide::Guide;
use crate::id::{GuideId, Lang, NodeId, PlaceId, SheetId};
use crate::library::Info;
use crate::outline::Outline;
use crate::place::Place;
use crate::search::SearchIndex;
use crate::sheet::Sheet;

pub use compare::Fate;
pub(crate) use compare::{Difference, Table, differences};
pub use open::OpenError;
pub use schema::{BLOB_BYTES_MAX, FILE_BYTES_MAX, SCHEMA_VERSION, TEXT_BYTES_MAX};
pub use write::{WriteError, Written, write};

/// Stored forms, for what is kept beside a content file.
pub(crate) mod stored {
    pub(crate) use super::record::{guide_from_bytes, guide_to_bytes, node_from_bytes, node_to_bytes};
    pub(crate) use super::sheet_record::{sheet_from_bytes, sheet_to_bytes};
}

/// Most steps followed from an old identifier to a new one.
const REDIRECTS_MAX: usize = 4;

/// Why something could not be read from an open file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// SQLite refused: the medium fails, or the pages are damaged.
    #[error("cannot read {what} from {path}: {source}; copy the content file again")]
    Sqlite {
        /// What was asked for.
        what: String,
        /// The content file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A record is too big, cut, or says something impossible.
    #[error("{what} in {path} is damaged: {reason}; build the content file again")]
    Damaged {
        /// Which record.
        what: String,
        /// The content file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// An open content file. `Send`, not `Sync`: one thread at a time reads it.
#[derive(Debug)]
pub struct ContentFile {
    connection: Connection,
    path: PathBuf,
    info: Info,
}

impl ContentFile {
    /// Opens `path` in a few milliseconds, without loading its sheets.
    ///
    /// The file must not change while it is open: replace it by renaming another one over it and open again.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let (connection, info) = open::open(path)?;
        Ok(Self { connection, path: path.to_owned(), info })
    }

    /// What the file says of itself: title, hall, languages, newest date, counts.
    pub fn info(&self) -> &Info {
        &self.info
    }

    /// The choices of home, in order.
    pub fn home(&self) -> Result<Vec<Entry>, ReadError> {
        let bytes = self.meta("home")?;
        record::entries_from_bytes(&bytes).map_err(|reason| self.damaged("home", reason))
    }

    /// One step of the browse tree with its entries, or `None` if it does not exist.
    pub fn node(&self, id: &NodeId) -> Result<Option<Node>, ReadError> {
        let what = format!("node {id}");
        let found = self.blob(&what, "SELECT length(body), body FROM node WHERE id = ?1", &[id.as_str()])?;
        found.map(|b| record::node_from_bytes(&b).map_err(|e| self.damaged(&what, e))).transpose()
    }

    /// The entries of a node; none if the node does not exist.
    pub fn children(&self, id: &NodeId) -> Result<Vec<Entry>, ReadError> {
        Ok(self.node(id)?.map(|node| node.entries).unwrap_or_default())
    }

    /// A sheet in `lang`; in French where there is no such translation (the sheet's own `lang` says which).
    pub fn sheet(&self, id: &SheetId, lang: &Lang) -> Result<Option<Sheet>, ReadError> {
        let what = format!("sheet {id}");
        let sql = "SELECT length(body), body FROM sheet WHERE id = ?1 AND lang = ?2";
        let found = self.in_language(&what, sql, id.as_str(), lang)?;
        found.map(|b| sheet_record::sheet_from_bytes(&b).map_err(|e| self.damaged(&what, e))).transpose()
    }

    /// A guide in `lang`, in French where there is no such translation.
    pub fn guide(&self, id: &GuideId, lang: &Lang) -> Result<Option<Guide>, ReadError> {
        let what = format!("guide {id}");
        let sql = "SELECT length(body), body FROM guide WHERE id = ?1 AND lang = ?2";
        let found = self.in_language(&what, sql, id.as_str(), lang)?;
        found.map(|b| record::guide_from_bytes(&b).map_err(|e| self.damaged(&what, e))).transpose()
    }

    /// A place.
    pub fn place(&self, id: &PlaceId) -> Result<Option<Place>, ReadError> {
        let what = format!("place {id}");
        let found = self.blob(&what, "SELECT length(body), body FROM place WHERE id = ?1", &[id.as_str()])?;
        found.map(|b| record::place_from_bytes(&b).map_err(|e| self.damaged(&what, e))).transpose()
    }

    /// Every place, in the editor's order; at most [`crate::place::PLACES_MAX`].
    pub fn places(&self) -> Result<Vec<Place>, ReadError> {
        let ids = self.ids("SELECT id, '' FROM place ORDER BY rank LIMIT ?1", crate::place::PLACES_MAX)?;
        let mut places = Vec::with_capacity(ids.len());
        for (id, _) in ids {
            let id = PlaceId::new(&id).map_err(|e| self.damaged("place", e.to_string()))?;
            places.extend(self.place(&id)?);
        }
        Ok(places)
    }

    /// Outlines of communes, by INSEE code; none in a bundle that imports none. At most
    /// [`crate::outline::OUTLINES_MAX`].
    pub fn outlines(&self) -> Result<Vec<Outline>, ReadError> {
        let found =
            self.blob("outlines", "SELECT length(body), body FROM meta WHERE key = ?1", &["outlines"])?;
        found.map_or(Ok(Vec::new()), |bytes| {
            record::outlines_from_bytes(&bytes).map_err(|reason| self.damaged("outlines", reason))
        })
    }

    /// The plan of the hall; none in a bundle without one.
    pub fn plan(&self) -> Result<Option<Plan>, ReadError> {
        let found = self.blob("plan", "SELECT length(body), body FROM meta WHERE key = ?1", &["plan"])?;
        found.map(|bytes| record::plan_from_bytes(&bytes).map_err(|e| self.damaged("plan", e))).transpose()
    }

    /// The map of the area around the hall; none in a bundle without one.
    pub fn area(&self) -> Result<Option<Area>, ReadError> {
        let found = self.blob("area", "SELECT length(body), body FROM meta WHERE key = ?1", &["area"])?;
        found.map(|bytes| record::area_from_bytes(&bytes).map_err(|e| self.damaged("area", e))).transpose()
    }

    /// Every sheet with its language, by identifier: for checks and tools, not for screens.
    pub fn sheet_ids(&self) -> Result<Vec<(SheetId, Lang)>, ReadError> {
        let rows = self.ids("SELECT id, lang FROM sheet ORDER BY id, lang LIMIT ?1", schema::SHEETS_MAX)?;
        rows.iter()
            .map(|(id, lang)| Ok((SheetId::new(id)?, Lang::new(lang)?)))
            .collect::<Result<_, crate::id::IdError>>()
            .map_err(|error| self.damaged("sheet list", error.to_string()))
    }

    /// Where an old identifier went: a sheet, node or guide that exists. At most four steps are followed.
    pub fn redirect(&self, old: &str) -> Result<Option<Target>, ReadError> {
        let mut id = old.to_owned();
        for _ in 0..REDIRECTS_MAX {
            let next = self
                .connection
                .prepare_cached("SELECT new FROM redirect WHERE old = ?1")
                .and_then(|mut query| query.query_row([&id], |row| row.get::<_, String>(0)).optional())
                .map_err(|source| self.sqlite("redirections", source))?;
            let Some(next) = next else { return Ok(None) };
            if let Some(target) = self.resolve(&next)? {
                return Ok(Some(target));
            }
            id = next;
        }
        Ok(None)
    }

    /// What a bare identifier names in this file: sheet, node, guide or place, in this order.
    pub fn resolve(&self, id: &str) -> Result<Option<Target>, ReadError> {
        let sql = "SELECT 0 FROM sheet WHERE id = ?1 UNION ALL SELECT 1 FROM node WHERE id = ?1 \
                   UNION ALL SELECT 2 FROM guide WHERE id = ?1 UNION ALL SELECT 3 FROM place WHERE id = ?1 LIMIT 1";
        let kind = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut query| query.query_row([id], |row| row.get::<_, i64>(0)).optional())
            .map_err(|source| self.sqlite("identifiers", source))?;
        let target = match kind {
            Some(0) => SheetId::new(id).map(Target::Sheet),
            Some(1) => NodeId::new(id).map(Target::Node),
            Some(2) => GuideId::new(id).map(Target::Guide),
            Some(_) => PlaceId::new(id).map(Target::Place),
            None => return Ok(None),
        };
        target.map(Some).map_err(|error| self.damaged("identifiers", error.to_string()))
    }

    /// Every redirection, old identifier → new one, as stored.
    pub fn redirects(&self) -> Result<BTreeMap<String, String>, ReadError> {
        let rows = self.ids("SELECT old, new FROM redirect ORDER BY old LIMIT ?1", schema::SHEETS_MAX)?;
        Ok(rows.into_iter().collect())
    }

    /// Acronyms and what they stand for.
    pub fn glossary(&self) -> Result<Glossary, ReadError> {
        let bytes = self.meta("glossary")?;
        record::glossary_from_bytes(&bytes).map_err(|reason| self.damaged("glossary", reason))
    }

    /// The search index over the sheets in `lang` (French where there is none). It does not borrow this file.
    pub fn search_index(&self, lang: &Lang) -> Result<SearchIndex, ReadError> {
        let sql = "SELECT length(body), body FROM search WHERE ?1 = ?1 AND lang = ?2";
        let blob = self
            .in_language_raw("search index", sql, "", lang)?
            .ok_or_else(|| self.damaged("search index", "there is none".to_owned()))?;
        SearchIndex::open(blob.into()).map_err(|error| self.damaged("search index", error.to_string()))
    }

    fn in_language(
        &self,
        what: &str,
        sql: &str,
        id: &str,
        lang: &Lang,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let raw = self.in_language_raw(what, sql, id, lang)?;
        raw.map(|bytes| schema::unpack(&bytes).map_err(|e| self.damaged(what, e))).transpose()
    }

    fn in_language_raw(
        &self,
        what: &str,
        sql: &str,
        id: &str,
        lang: &Lang,
    ) -> Result<Option<Vec<u8>>, ReadError> {
        let found = self.raw(what, sql, &[id, lang.as_str()])?;
        let french = Lang::french();
        if found.is_some() || *lang == french {
            Ok(found)
        } else {
            self.raw(what, sql, &[id, french.as_str()])
        }
    }

    fn meta(&self, key: &str) -> Result<Vec<u8>, ReadError> {
        self.blob(key, "SELECT length(body), body FROM meta WHERE key = ?1", &[key])?
            .ok_or_else(|| self.damaged(key, "there is none".to_owned()))
    }

    fn blob(&self, what: &str, sql: &str, keys: &[&str]) -> Result<Option<Vec<u8>>, ReadError> {
        let raw = self.raw(what, sql, keys)?;
        raw.map(|bytes| schema::unpack(&bytes).map_err(|e| self.damaged(what, e))).transpose()
    }

    fn raw(&self, what: &str, sql: &str, keys: &[&str]) -> Result<Option<Vec<u8>>, ReadError> {
        schema::read_blob(&self.connection, sql, keys).map_err(|error| match error {
            schema::BlobError::Sqlite(source) => self.sqlite(what, source),
            schema::BlobError::TooBig(bytes) => {
                self.damaged(what, format!("{bytes} bytes, more than {BLOB_BYTES_MAX}"))
            }
        })
    }

    fn ids(&self, sql: &str, limit: usize) -> Result<Vec<(String, String)>, ReadError> {
        let read = || {
            let mut query = self.connection.prepare_cached(sql)?;
            let rows = query.query_map(params![limit as i64], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect::<Result<Vec<(String, String)>, _>>()
        };
        read().map_err(|source| self.sqlite("identifiers", source))
    }

    fn sqlite(&self, what: &str, source: rusqlite::Error) -> ReadError {
        ReadError::Sqlite { what: what.to_owned(), path: self.path.clone(), source }
    }

    pub(crate) fn damaged(&self, what: &str, reason: String) -> ReadError {
        ReadError::Damaged { what: what.to_owned(), path: self.path.clone(), reason }
    }
}
