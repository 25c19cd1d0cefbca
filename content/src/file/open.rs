//! Opening a content file: every doubt about the file is settled here, before the first query.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::schema::{self, APPLICATION_ID, FILE_BYTES_MAX, SCHEMA_VERSION, TABLES};
use super::{record, schema::BlobError};
use crate::library::Info;

/// Why a content file was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no file.
    #[error(
        "no content file at {path}: build one with `parvis-content build`, or name another with --content"
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot read {path}: {source}; check the medium and the file's permissions")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Something else than a content file: another kind of file, or another program's database.
    #[error("{path} is not a content file ({found}): build one with `parvis-content build`")]
    NotContent {
        /// The file.
        path: PathBuf,
        /// What it seems to be.
        found: &'static str,
    },
    /// Made for another version of Parvis.
    #[error(
        "{path} has schema version {found}, this program reads {SCHEMA_VERSION}: build it with the same release"
    )]
    Version {
        /// The file.
        path: PathBuf,
        /// The version it carries.
        found: u32,
    },
    /// Its length differs from what its header says.
    #[error("{path} is cut: {found} bytes of {expected}; copy it again")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes found.
        found: u64,
        /// Bytes announced.
        expected: u64,
    },
    /// Beyond [`FILE_BYTES_MAX`].
    #[error("{path} has {found} bytes, more than {FILE_BYTES_MAX}: not a content file of ours")]
    TooBig {
        /// The file.
        path: PathBuf,
        /// Bytes found.
        found: u64,
    },
    /// Tables, views or triggers other than ours.
    #[error("{path} does not hold the tables of schema version {SCHEMA_VERSION} ({found}): build it again")]
    Schema {
        /// The file.
        path: PathBuf,
        /// The first difference.
        found: String,
    },
    /// SQLite refused.
    #[error("{path} is damaged: {source}; copy it again")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// The description of the bundle is missing or wrong.
    #[error("{path} does not describe its bundle: {reason}; build it again")]
    Info {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

pub(super) fn open(path: &Path) -> Result<(Connection, Info), OpenError> {
    check_header(path)?;
    let sqlite = |source| OpenError::Sqlite { path: path.to_owned(), source };
    let connection = connect(path).map_err(sqlite)?;
    check_tables(path, &connection)?;
    let wrong = |reason| OpenError::Info { path: path.to_owned(), reason };
    let sql = "SELECT length(body), body FROM meta WHERE key = ?1";
    let packed = schema::read_blob(&connection, sql, &["info"]).map_err(|error| match error {
        BlobError::Sqlite(source) => sqlite(source),
        BlobError::TooBig(bytes) => wrong(format!("it has {bytes} bytes")),
    })?;
    let packed = packed.ok_or_else(|| wrong("there is no description".to_owned()))?;
    let info = schema::unpack(&packed).and_then(|bytes| record::info_from_bytes(&bytes)).map_err(wrong)?;
    Ok((connection, info))
}

/// Looks at the 100 bytes of the SQLite header without SQLite: kind, version, and whether the file is whole.
fn check_header(path: &Path) -> Result<(), OpenError> {
    let io = |source: io::Error| {
        let path = path.to_owned();
        let missing = source.kind() == io::ErrorKind::NotFound;
        if missing { OpenError::Missing { path } } else { OpenError::Io { path, source } }
    };
    let not_content = |found| OpenError::NotContent { path: path.to_owned(), found };
    let found = std::fs::metadata(path).map_err(io)?;
    if !found.is_file() {
        return Err(not_content("not a regular file"));
    }
    let length = found.len();
    let mut header = [0_u8; 100];
    match File::open(path).and_then(|mut file| file.read_exact(&mut header)) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            return Err(not_content("shorter than any database"));
        }
        other => other.map_err(io)?,
    }
    let word = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    if !header.starts_with(b"SQLite format 3\0") {
        return Err(not_content("no SQLite database"));
    }
    if word(68) != APPLICATION_ID {
        return Err(not_content("the database of another program"));
    }
    if word(60) != SCHEMA_VERSION {
        return Err(OpenError::Version { path: path.to_owned(), found: word(60) });
    }
    if length > FILE_BYTES_MAX {
        return Err(OpenError::TooBig { path: path.to_owned(), found: length });
    }
    // A page size of 65,536 is stored as 1.
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let expected = page * u64::from(word(28));
    if expected != length {
        return Err(OpenError::Truncated { path: path.to_owned(), found: length, expected });
    }
    Ok(())
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(uri(path), flags)?;
    connection.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; \
         PRAGMA cache_size = -2048; PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// `immutable` spares every lock and every look for a journal: the medium may be read-only.
fn uri(path: &Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'-' | b'_') {
            uri.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri.push_str("?mode=ro&immutable=1");
    uri
}

fn check_tables(path: &Path, connection: &Connection) -> Result<(), OpenError> {
    let read = || {
        let sql = "SELECT name, substr(sql, 1, 300) FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name LIMIT 20";
        let mut query = connection.prepare(sql)?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<Result<Vec<(String, String)>, _>>()
    };
    let found = read().map_err(|source| OpenError::Sqlite { path: path.to_owned(), source })?;
    let differs = |found: String| OpenError::Schema { path: path.to_owned(), found };
    for (at, (name, sql)) in TABLES.iter().enumerate() {
        match found.get(at) {
            Some((n, s)) if n == name && s == sql => {}
            other => {
                let instead = other.map_or("nothing", |(n, _)| n);
                return Err(differs(format!("{instead:?} where {name:?} should be")));
            }
        }
    }
    match found.get(TABLES.len()) {
        Some((name, _)) => Err(differs(format!("{name:?} is one too many"))),
        None => Ok(()),
    }
}
