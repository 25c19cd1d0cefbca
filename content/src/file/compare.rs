//! Which records two content files have in common: both are walked through side by side, equal bytes are never unpacked.

use std::cmp::Ordering;

use rusqlite::types::ValueRef;
use rusqlite::{Rows, params};
use serde::Serialize;

use super::schema::{BLOB_BYTES_MAX, SHEETS_MAX};
use super::{ContentFile, ReadError};

/// A table of records.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Table {
    Sheets,
    Guides,
    Places,
    Nodes,
}

impl Table {
    fn name(self) -> &'static str {
        match self {
            Self::Sheets => "sheets",
            Self::Guides => "guides",
            Self::Places => "places",
            Self::Nodes => "nodes",
        }
    }

    /// Every record by its key. Keys are compared byte by byte, as SQLite orders them.
    fn sql(self) -> &'static str {
        match self {
            Self::Sheets => "SELECT id, lang, body FROM sheet ORDER BY id, lang LIMIT ?1",
            Self::Guides => "SELECT id, lang, body FROM guide ORDER BY id, lang LIMIT ?1",
            Self::Places => "SELECT id, '', body FROM place ORDER BY id LIMIT ?1",
            Self::Nodes => "SELECT id, '', body FROM node ORDER BY id LIMIT ?1",
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// Only the new file has it.
    Added,
    /// Only the old file has it.
    Removed,
    /// Both have it, with other bytes.
    Changed,
}

/// A record that is not the same in both files.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) id: String,
    /// The language; empty where records have none.
    pub(crate) lang: String,
    pub(crate) fate: Fate,
}

/// The records of `table` that differ, by identifier.
pub(crate) fn differences(
    old: &ContentFile,
    new: &ContentFile,
    table: Table,
) -> Result<Vec<Difference>, ReadError> {
    let what = table.name();
    let old_error = |source| old.sqlite(what, source);
    let new_error = |source| new.sqlite(what, source);
    let mut old_rows = old.connection.prepare_cached(table.sql()).map_err(old_error)?;
    let mut new_rows = new.connection.prepare_cached(table.sql()).map_err(new_error)?;
    let limit = params![SHEETS_MAX as i64];
    let mut olds = Cursor { file: old, what, rows: old_rows.query(limit).map_err(old_error)?, at: None };
    let mut news = Cursor { file: new, what, rows: new_rows.query(limit).map_err(new_error)?, at: None };
    olds.step()?;
    news.step()?;
    let mut found = Vec::new();
    loop {
        let order = match (&olds.at, &news.at) {
            (None, None) => return Ok(found),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(old), Some(new)) => (&old.id, &old.lang).cmp(&(&new.id, &new.lang)),
        };
        let (fate, record) = match order {
            Ordering::Less => (Some(Fate::Removed), olds.step()?),
            Ordering::Greater => (Some(Fate::Added), news.step()?),
            Ordering::Equal => {
                let (old, new) = (olds.step()?, news.step()?);
                (
                    (old.as_ref().map(|r| &r.body) != new.as_ref().map(|r| &r.body)).then_some(Fate::Changed),
                    new,
                )
            }
        };
        if let (Some(fate), Some(Record { id, lang, .. })) = (fate, record) {
            found.push(Difference { id, lang, fate });
        }
    }
}

struct Record {
    id: String,
    lang: String,
    body: Vec<u8>,
}

/// One file's records, one after the other.
struct Cursor<'a> {
    file: &'a ContentFile,
    what: &'static str,
    rows: Rows<'a>,
    at: Option<Record>,
}

impl Cursor<'_> {
    /// Goes to the next record and gives the one before.
    fn step(&mut self) -> Result<Option<Record>, ReadError> {
        let Self { file, what, rows, at } = self;
        let wrong = |source| file.sqlite(what, source);
        let next = match rows.next().map_err(wrong)? {
            None => None,
            Some(row) => {
                let ValueRef::Blob(body) = row.get_ref(2).map_err(wrong)? else {
                    return Err(file.damaged(what, "a record is no blob".to_owned()));
                };
                if body.len() > BLOB_BYTES_MAX {
                    return Err(
                        file.damaged(what, format!("{} bytes, more than {BLOB_BYTES_MAX}", body.len()))
                    );
                }
                let body = body.to_vec();
                Some(Record { id: row.get(0).map_err(wrong)?, lang: row.get(1).map_err(wrong)?, body })
            }
        };
        Ok(std::mem::replace(at, next))
    }
}
