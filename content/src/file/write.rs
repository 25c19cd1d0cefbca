//! Writing a content file: the same library always gives the same bytes.
//!
//! The database is built in memory in one fixed order, then written beside its destination, synced and renamed, and
//! the folder is synced: after a power cut there is the old file or the new one.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use rusqlite::{Connection, MAIN_DB, params};

use super::schema::{APPLICATION_ID, SCHEMA_VERSION, TABLES, TEXT_BYTES_MAX, pack};
use super::{record, sheet_record};
use crate::id::Lang;
use crate::library::{Info, Library};
use crate::search;
use crate::sheet::Sheet;

/// Why a content file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The system refused.
    #[error("cannot write {path}: {source}; check the folder, its permissions and the free space")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// SQLite refused a row: most often an identifier that exists twice.
    #[error("cannot store {what}: {source}; identifiers must be unique")]
    Sqlite {
        /// Which record.
        what: String,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// A record cannot be stored.
    #[error("cannot store {what}: {reason}")]
    Record {
        /// Which record.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The description stored in the file.
    pub info: Info,
    /// Bytes of the whole file.
    pub bytes: u64,
    /// Bytes of the search indexes.
    pub search_bytes: u64,
}

/// Writes `library` to `path`, replacing what is there in one step.
pub fn write(library: &Library, path: &Path) -> Result<Written, WriteError> {
    let (mut connection, info, search_bytes) = database(library)?;
    let image = connection.serialize(MAIN_DB).map_err(|source| sqlite("the database", source))?;
    replace(path, &image)?;
    Ok(Written { info, bytes: image.len() as u64, search_bytes })
}

fn database(library: &Library) -> Result<(Connection, Info, u64), WriteError> {
    let make = || {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch("PRAGMA page_size = 16384; PRAGMA auto_vacuum = NONE; BEGIN;")?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        for (_, sql) in TABLES {
            connection.execute_batch(sql)?;
        }
        Ok(connection)
    };
    let connection = make().map_err(|source| sqlite("the tables", source))?;
    let info = describe(library);
    put_sheets(&connection, &library.sheets)?;
    put_others(&connection, library, &info)?;
    let search_bytes = put_search(&connection, library, &info.languages)?;
    connection.execute_batch("COMMIT; VACUUM;").map_err(|source| sqlite("the database", source))?;
    Ok((connection, info, search_bytes))
}

fn describe(library: &Library) -> Info {
    let french = Lang::french();
    let mut languages: Vec<Lang> = library.sheets.iter().map(|sheet| sheet.lang.clone()).collect();
    languages.push(french.clone());
    languages.sort_by(|a, b| (*a != french, a).cmp(&(*b != french, b)));
    languages.dedup();
    Info {
        bundle: library.bundle.clone(),
        title: library.title.clone(),
        hall: library.hall.clone(),
        languages,
        newest: library.sheets.iter().filter_map(|sheet| sheet.checked).max(),
        demonstration: library.demonstration,
        sheets: library.sheets.len() as u32,
        guides: library.guides.len() as u32,
        places: library.places.len() as u32,
    }
}

/// Packs sheets on every processor, stores them in the order of their identifiers.
fn put_sheets(connection: &Connection, sheets: &[Sheet]) -> Result<(), WriteError> {
    let mut order: Vec<&Sheet> = sheets.iter().collect();
    order.sort_by(|a, b| (&a.id, &a.lang).cmp(&(&b.id, &b.lang)));
    let workers = thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = order.len().div_ceil(workers).max(1);
    let packed = thread::scope(|scope| {
        let jobs: Vec<_> = order
            .chunks(share)
            .map(|part| scope.spawn(|| part.iter().map(|sheet| packed_sheet(sheet)).collect::<Vec<_>>()))
            .collect();
        jobs.into_iter().flat_map(|job| job.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    if packed.len() != order.len() {
        return Err(wrong("the sheets", "packing one of them failed".to_owned()));
    }
    for (sheet, body) in order.iter().zip(packed) {
        let keys = (sheet.id.as_str(), sheet.lang.as_str());
        insert(connection, "INSERT INTO sheet (id, lang, body) VALUES (?1, ?2, ?3)", keys, &body?)?;
    }
    Ok(())
}

fn packed_sheet(sheet: &Sheet) -> Result<Vec<u8>, WriteError> {
    packed(&format!("sheet {}", sheet.id), sheet_record::sheet_to_bytes(sheet))
}

fn put_others(connection: &Connection, library: &Library, info: &Info) -> Result<(), WriteError> {
    let meta = [
        ("glossary", record::glossary_to_bytes(&library.glossary)),
        ("home", record::entries_to_bytes(&library.home)),
        ("info", record::info_to_bytes(info)),
    ];
    // A bundle without outlines, plan or map has no empty record of them.
    let outlines =
        (!library.outlines.is_empty()).then(|| ("outlines", record::outlines_to_bytes(&library.outlines)));
    let plan = library.plan.as_ref().map(|plan| ("plan", record::plan_to_bytes(plan)));
    let area = library.area.as_ref().map(|area| ("area", record::area_to_bytes(area)));
    for (key, bytes) in meta.into_iter().chain(outlines).chain(plan).chain(area) {
        let body = packed(key, bytes)?;
        insert(connection, "INSERT INTO meta (key, body) VALUES (?1, ?2)", (key, ""), &body)?;
    }
    for node in &library.nodes {
        let body = packed(&format!("node {}", node.id), record::node_to_bytes(node))?;
        insert(connection, "INSERT INTO node (id, body) VALUES (?1, ?2)", (node.id.as_str(), ""), &body)?;
    }
    for guide in &library.guides {
        let body = packed(&format!("guide {}", guide.id), record::guide_to_bytes(guide))?;
        let keys = (guide.id.as_str(), guide.lang.as_str());
        insert(connection, "INSERT INTO guide (id, lang, body) VALUES (?1, ?2, ?3)", keys, &body)?;
    }
    for (rank, place) in library.places.iter().enumerate() {
        let body = packed(&format!("place {}", place.id), record::place_to_bytes(place))?;
        let keys = (place.id.as_str(), &*rank.to_string());
        insert(connection, "INSERT INTO place (id, rank, body) VALUES (?1, ?2, ?3)", keys, &body)?;
    }
    for (old, new) in &library.redirects {
        connection
            .execute("INSERT INTO redirect (old, new) VALUES (?1, ?2)", params![old, new])
            .map_err(|source| sqlite(&format!("redirection {old}"), source))?;
    }
    Ok(())
}

fn put_search(connection: &Connection, library: &Library, languages: &[Lang]) -> Result<u64, WriteError> {
    let mut total = 0;
    for lang in languages {
        let blob = search::build(library, lang)
            .map_err(|error| wrong(&format!("the search index ({lang})"), error.to_string()))?;
        total += blob.len() as u64;
        insert(connection, "INSERT INTO search (lang, body) VALUES (?1, ?2)", (lang.as_str(), ""), &blob)?;
    }
    Ok(total)
}

fn insert(connection: &Connection, sql: &str, keys: (&str, &str), body: &[u8]) -> Result<(), WriteError> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| match statement.parameter_count() {
            3 => statement.execute(params![keys.0, keys.1, body]),
            _ => statement.execute(params![keys.0, body]),
        })
        .map(|_| ())
        .map_err(|source| sqlite(keys.0, source))
}

fn packed(what: &str, json: Result<Vec<u8>, serde_json::Error>) -> Result<Vec<u8>, WriteError> {
    let json = json.map_err(|error| wrong(what, error.to_string()))?;
    if json.len() > TEXT_BYTES_MAX {
        return Err(wrong(what, format!("{} bytes, more than {TEXT_BYTES_MAX}", json.len())));
    }
    pack(&json).map_err(|error| wrong(what, error.to_string()))
}

fn sqlite(what: &str, source: rusqlite::Error) -> WriteError {
    WriteError::Sqlite { what: what.to_owned(), source }
}

fn wrong(what: &str, reason: String) -> WriteError {
    WriteError::Record { what: what.to_owned(), reason }
}

/// Write beside, sync, rename, sync the folder.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let beside = folder.join(name);
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| WriteError::Io { path, source }
    };
    let mut file = File::create(&beside).map_err(at(&beside))?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(source) = written {
        // The first error counts; a leftover ".part" is overwritten by the next build.
        let _ = fs::remove_file(&beside);
        return Err(WriteError::Io { path: beside, source });
    }
    fs::rename(&beside, path).map_err(at(path))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))
}
