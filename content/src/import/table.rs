//! Reading a publisher's file: CSV with headings or a JSON array of objects, one record after the other.
//!
//! Nothing is trusted: bytes, records and cells are bounded, and a row that does not fit its headings is handed on as
//! broken, so that it can be counted.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use encoding_rs::WINDOWS_1252;
use serde::de::{DeserializeSeed, SeqAccess, Visitor};
use serde_json::Value;

use super::Fault;
use super::report::At;

/// Largest file: 256 MB. The national list of structures of data.inclusion has about 100.
pub const FILE_BYTES_MAX: u64 = 256_000_000;
/// Most records in one file.
pub const RECORDS_MAX: usize = 500_000;
/// Largest cell, in bytes: beyond it, a quotation mark was never closed.
const CELL_BYTES_MAX: usize = 40_000;
/// Most columns of one table.
const COLUMNS_MAX: usize = 400;
/// Objects of a JSON array whose keys tell what the array is: empty keys are often left out.
const OBJECTS_SAMPLED: usize = 100;
/// Most items of one list in a cell.
const ITEMS_MAX: usize = 100;

/// One record: texts by the name of their column or key; lists are kept as lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Record(BTreeMap<String, Cell>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Cell {
    Text(String),
    List(Vec<String>),
}

impl Record {
    /// The text under the first of `names` that has one, as it is. A list is joined with `;`.
    pub(super) fn text(&self, names: &[String]) -> Option<String> {
        names.iter().find_map(|name| match self.0.get(name.as_str())? {
            Cell::Text(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
            Cell::List(items) => Some(items.join(";")).filter(|text| !text.is_empty()),
        })
    }

    /// The items under the first of `names` that has some. A text is cut at `|` and `;`.
    pub(super) fn list(&self, names: &[String]) -> Vec<String> {
        let items = |cell: &Cell| match cell {
            Cell::List(items) => items.clone(),
            Cell::Text(text) => match serde_json::from_str::<Vec<String>>(text) {
                Ok(items) => items.into_iter().take(ITEMS_MAX).collect(),
                Err(_) => text.split(['|', ';']).take(ITEMS_MAX).map(str::to_owned).collect(),
            },
        };
        let tidy = |items: Vec<String>| -> Vec<String> {
            items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
        };
        let found = names.iter().filter_map(|name| self.0.get(name.as_str()).map(items)).map(tidy);
        found.into_iter().find(|items| !items.is_empty()).unwrap_or_default()
    }

    #[cfg(test)]
    pub(super) fn of(pairs: &[(&str, &str)]) -> Self {
        let cell = |(name, text): &(&str, &str)| ((*name).to_owned(), Cell::Text((*text).to_owned()));
        Self(pairs.iter().map(cell).collect())
    }
}

/// A file in memory, in UTF-8.
pub(super) struct Table {
    text: String,
    /// It was Windows-1252.
    pub(super) recoded: bool,
}

/// A fault of a data file, in the words of an editor.
pub(super) fn fault(path: &Path, line: u64, message: impl Into<String>) -> Fault {
    Fault { file: path.to_owned(), line: usize::try_from(line.max(1)).unwrap_or(1), message: message.into() }
}

impl Table {
    pub(super) fn open(path: &Path) -> Result<Self, Fault> {
        let (text, recoded) = match String::from_utf8(bytes(path)?) {
            Ok(text) => (text, false),
            Err(error) => {
                // Every byte is a character of Windows-1252, so this cannot fail.
                let (text, _) = WINDOWS_1252.decode_without_bom_handling(error.as_bytes());
                (text.into_owned(), true)
            }
        };
        // With one kind of line end, the line of a record is the one an editor's program shows.
        let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text };
        Ok(Self { text, recoded })
    }

    fn text(&self) -> &str {
        self.text.trim_start_matches('\u{feff}').trim_start()
    }

    fn is_json(&self) -> bool {
        self.text().starts_with(['[', '{'])
    }

    /// The names of the columns; of a JSON array, the keys of its first objects.
    pub(super) fn columns(&self, path: &Path) -> Result<BTreeSet<String>, Fault> {
        if self.is_json() {
            let mut keys = BTreeSet::new();
            self.each(path, &mut |at, record| {
                if at.record <= OBJECTS_SAMPLED {
                    keys.extend(record.into_iter().flat_map(|Record(cells)| cells.into_keys()));
                }
            })?;
            return Ok(keys);
        }
        Ok(headings(path, &mut self.reader())?.into_iter().collect())
    }

    fn reader(&self) -> csv::Reader<&[u8]> {
        let first = self.text().lines().next().unwrap_or_default();
        let count = |c: char| first.matches(c).count();
        let delimiter = [',', ';', '\t'].into_iter().rev().max_by_key(|c| count(*c)).unwrap_or(',');
        csv::ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter as u8)
            .from_reader(self.text().as_bytes())
    }

    /// Hands every record to `take`; `None` stands for one that is broken.
    pub(super) fn each(&self, path: &Path, take: &mut dyn FnMut(At, Option<Record>)) -> Result<(), Fault> {
        if self.is_json() { self.each_object(path, take) } else { self.each_row(path, take) }
    }

    fn each_row(&self, path: &Path, take: &mut dyn FnMut(At, Option<Record>)) -> Result<(), Fault> {
        let mut reader = self.reader();
        let headings = headings(path, &mut reader)?;
        let mut row = csv::StringRecord::new();
        let mut number = 0;
        loop {
            let line = reader.position().line();
            match reader.read_record(&mut row) {
                Ok(false) => return Ok(()),
                Ok(true) => {}
                Err(error) => {
                    return Err(fault(
                        path,
                        line,
                        format!("ligne illisible ({error}) : corrigez le fichier"),
                    ));
                }
            }
            number += 1;
            if number > RECORDS_MAX {
                return Err(too_many(path, line));
            }
            let at = At { record: number, line: Some(row.position().map_or(line, csv::Position::line)) };
            let fits = row.len() == headings.len() && row.iter().all(|cell| cell.len() <= CELL_BYTES_MAX);
            let cells = headings.iter().cloned().zip(row.iter().map(|cell| Cell::Text(cell.to_owned())));
            take(at, fits.then(|| Record(cells.collect())));
        }
    }

    fn each_object(&self, path: &Path, take: &mut dyn FnMut(At, Option<Record>)) -> Result<(), Fault> {
        let mut reader = serde_json::Deserializer::from_str(self.text());
        let read = Objects { take }.deserialize(&mut reader).and_then(|()| reader.end());
        read.map_err(|error| {
            let message = format!("ce n'est pas une liste JSON d'objets, ou elle est coupée ({error})");
            fault(path, error.line() as u64, format!("{message} : téléchargez le fichier de nouveau"))
        })
    }
}

/// At most [`FILE_BYTES_MAX`] of a regular file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Fault> {
    let wrong = |error: std::io::Error| {
        fault(path, 1, format!("illisible ({error}) : vérifiez le chemin et les droits"))
    };
    let file = File::open(path).map_err(wrong)?;
    if !file.metadata().map_err(wrong)?.is_file() {
        return Err(fault(path, 1, "ce n'est pas un fichier : corrigez path"));
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(fault(
            path,
            1,
            format!("plus de {FILE_BYTES_MAX} octets : prenez l'extrait du territoire"),
        ));
    }
    Ok(bytes)
}

fn too_many(path: &Path, line: u64) -> Fault {
    fault(path, line, format!("plus de {RECORDS_MAX} enregistrements : prenez l'extrait du territoire"))
}

fn headings(path: &Path, reader: &mut csv::Reader<&[u8]>) -> Result<Vec<String>, Fault> {
    let row = reader.headers().map_err(|error| {
        fault(path, 1, format!("première ligne illisible ({error}) : elle doit nommer les colonnes"))
    })?;
    let names: Vec<String> = row.iter().map(|name| name.trim().to_owned()).collect();
    let known: BTreeSet<&String> = names.iter().collect();
    if names.iter().all(String::is_empty) {
        return Err(fault(path, 1, "fichier vide : la première ligne doit nommer les colonnes"));
    }
    if names.len() > COLUMNS_MAX {
        return Err(fault(
            path,
            1,
            format!("plus de {COLUMNS_MAX} colonnes : ce n'est pas une liste de lieux"),
        ));
    }
    if known.len() < names.len() {
        return Err(fault(path, 1, "deux colonnes ont le même nom : renommez l'une d'elles"));
    }
    Ok(names)
}

/// Walks a JSON array without keeping it.
struct Objects<'a> {
    take: &'a mut dyn FnMut(At, Option<Record>),
}

impl<'de> DeserializeSeed<'de> for Objects<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Objects<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut number = 0;
        while let Some(value) = list.next_element::<Value>()? {
            number += 1;
            if number > RECORDS_MAX {
                return Err(serde::de::Error::custom(format!("more than {RECORDS_MAX} records")));
            }
            (self.take)(At { record: number, line: None }, object(value));
        }
        Ok(())
    }
}

/// An object as a record: numbers and booleans become text, lists keep their texts, objects inside are left alone.
fn object(value: Value) -> Option<Record> {
    let Value::Object(map) = value else { return None };
    if map.len() > COLUMNS_MAX {
        return None;
    }
    let mut cells = BTreeMap::new();
    for (key, value) in map {
        let cell = match value {
            Value::Array(items) => Cell::List(items.into_iter().take(ITEMS_MAX).filter_map(scalar).collect()),
            other @ (Value::String(_) | Value::Number(_) | Value::Bool(_)) => {
                Cell::Text(scalar(other).unwrap_or_default())
            }
            Value::Null | Value::Object(_) => continue,
        };
        let fits = match &cell {
            Cell::Text(text) => text.len() <= CELL_BYTES_MAX,
            Cell::List(items) => items.iter().all(|item| item.len() <= CELL_BYTES_MAX),
        };
        if !fits {
            return None;
        }
        cells.insert(key.trim().to_owned(), cell);
    }
    Some(Record(cells))
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<(At, Option<Record>)>, Fault> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        let mut all = Vec::new();
        Table::open(file.path())?.each(file.path(), &mut |at, record| all.push((at, record)))?;
        Ok(all)
    }

    fn name(record: Option<&Record>, key: &str) -> Option<String> {
        record?.text(&[key.to_owned()])
    }

    #[test]
    fn a_semicolon_table_in_windows_1252_is_read_with_its_accents_and_lines() {
        let all = read(b"id;nom\r\n1;\"Mairie\nd'\xe9t\xe9\"\r\n2;B\r\n").unwrap();
        assert_eq!(name(all[0].1.as_ref(), "nom").as_deref(), Some("Mairie\nd'été"));
        assert_eq!(all[1].0, At { record: 2, line: Some(4) });
    }

    #[test]
    fn a_row_that_does_not_fit_its_headings_is_broken_and_the_next_one_is_not() {
        let all = read("id,nom\n1,A,de trop\n2,B\n".as_bytes()).unwrap();
        assert_eq!(all[0].1, None);
        assert_eq!(name(all[1].1.as_ref(), "nom").as_deref(), Some("B"));
    }

    #[test]
    fn a_quotation_mark_without_end_is_a_broken_row_not_a_place() {
        let mut text = "id,nom\n1,\"A\n".to_owned();
        for _ in 0..5_000 {
            text.push_str("2,BBBBBBBB\n");
        }
        let all = read(text.as_bytes()).unwrap();
        assert_eq!((all.len(), &all[0].1), (1, &None));
    }

    #[test]
    fn json_numbers_lists_and_nulls_are_read_and_what_is_no_object_is_broken() {
        let all = read(br#"[{"cp": 35000, "vide": null, "liste": ["a", "b"]}, 3]"#).unwrap();
        let first = all[0].1.as_ref();
        assert_eq!(name(first, "cp").as_deref(), Some("35000"));
        assert_eq!(name(first, "vide"), None);
        assert_eq!(first.unwrap().list(&["liste".to_owned()]), ["a", "b"]);
        assert_eq!(all[1].1, None);
    }

    #[test]
    fn lists_in_a_cell_are_cut_at_their_separators() {
        let record = Record::of(&[("s", "a | b;c"), ("j", r#"["x", "y;z"]"#)]);
        assert_eq!(record.list(&["s".to_owned()]), ["a", "b", "c"]);
        assert_eq!(record.list(&["j".to_owned()]), ["x", "y;z"]);
    }

    #[test]
    fn faults_of_a_whole_file_say_what_to_do() {
        let nested = "[".repeat(5_000);
        for (bytes, said) in [
            (&b""[..], "fichier vide"),
            (b"a,a\n1,2\n", "même nom"),
            (br#"[{"a": 1}"#, "coupée"),
            (br#"{"a": 1}"#, "liste JSON"),
            (nested.as_bytes(), "liste JSON"),
        ] {
            let fault = read(bytes).unwrap_err();
            assert!(fault.message.contains(said), "{}", fault.message);
        }
    }
}
