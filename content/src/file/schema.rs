//! The format of the content file, version 1: tables, identification, bounds, compression of records.
//!
//! | table | key | body |
//! | --- | --- | --- |
//! | `meta` | `info`, `home`, `glossary`, `outlines`, `plan` and `area` if there are some | record |
//! | `node`, `place` | `id` | record |
//! | `sheet`, `guide` | `id`, `lang` | record |
//! | `search` | `lang` | search blob, not compressed, see `search/blob.rs` |
//! | `redirect` | `old` | `new` |
//!
//! A record is JSON (see `record.rs`, `sheet_record.rs`), compressed with zstd, its size known to the frame.

use rusqlite::{Connection, OptionalExtension, params_from_iter};

/// `PRVS` in the header's application id: the file is ours.
pub(super) const APPLICATION_ID: u32 = 0x5052_5653;
/// The schema version in the header's user version. A kiosk refuses every other.
pub const SCHEMA_VERSION: u32 = 1;
/// Largest content file: 2 GB. The DILA corpus takes under 60 MB.
pub const FILE_BYTES_MAX: u64 = 2_000_000_000;
/// Largest stored blob: 64 MB. The search index of the DILA corpus takes under 8 MB.
pub const BLOB_BYTES_MAX: usize = 64_000_000;
/// Largest record once unpacked: 8 MB. The largest sheet of the DILA dump comes from 1.5 MB of XML.
pub const TEXT_BYTES_MAX: usize = 8_000_000;
/// Most sheets, every language counted.
pub(super) const SHEETS_MAX: usize = 200_000;
/// zstd level of records: the DILA corpus must build within 20 s and stay under 60 MB, and takes a third of that.
const COMPRESSION: i32 = 9;

/// The statements that make an empty content file. The reader refuses a file whose schema differs in one byte,
/// so that no view or trigger of a hostile file ever runs.
pub(super) const TABLES: [(&str, &str); 7] = [
    (
        "guide",
        "CREATE TABLE guide (id TEXT NOT NULL, lang TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (id, lang))",
    ),
    ("meta", "CREATE TABLE meta (key TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL)"),
    ("node", "CREATE TABLE node (id TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL)"),
    ("place", "CREATE TABLE place (id TEXT PRIMARY KEY NOT NULL, rank INTEGER NOT NULL, body BLOB NOT NULL)"),
    ("redirect", "CREATE TABLE redirect (old TEXT PRIMARY KEY NOT NULL, new TEXT NOT NULL)"),
    ("search", "CREATE TABLE search (lang TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL)"),
    (
        "sheet",
        "CREATE TABLE sheet (id TEXT NOT NULL, lang TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (id, lang))",
    ),
];

pub(super) enum BlobError {
    Sqlite(rusqlite::Error),
    TooBig(i64),
}

impl From<rusqlite::Error> for BlobError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Reads the one blob that `sql` (`SELECT length(body), body …`) finds, unless it is too big.
pub(super) fn read_blob(
    connection: &Connection,
    sql: &str,
    keys: &[&str],
) -> Result<Option<Vec<u8>>, BlobError> {
    let mut query = connection.prepare_cached(sql)?;
    let found = query
        .query_row(params_from_iter(keys), |row| {
            let length: i64 = row.get(0)?;
            // The length comes from the row's header: a lying blob is never brought into memory.
            if usize::try_from(length).is_ok_and(|n| n <= BLOB_BYTES_MAX) {
                row.get(1).map(Ok)
            } else {
                Ok(Err(BlobError::TooBig(length)))
            }
        })
        .optional()?;
    found.transpose()
}

/// Unpacks a record of at most [`TEXT_BYTES_MAX`].
pub(super) fn unpack(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let size = zstd::zstd_safe::get_frame_content_size(bytes).ok().flatten().unwrap_or(u64::MAX);
    if size > TEXT_BYTES_MAX as u64 {
        return Err(format!("its unpacked size is unknown or more than {TEXT_BYTES_MAX} bytes"));
    }
    zstd::bulk::decompress(bytes, size as usize).map_err(|error| format!("cannot unpack it: {error}"))
}

/// Packs a record.
pub(super) fn pack(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    zstd::bulk::compress(bytes, COMPRESSION)
}
