//! SQLite FTS5 as a peer: a contentless table in memory, words OR-ed, the last one as a beginning, bm25 with a weight
//! for each column.
//!
//! Tried on the development queries, nDCG@10: weights 16·4·3·1 give 0.398, 8·4·2·1 0.406, 1·1·1·1 0.427, 2·1·1·1 0.432.
//! (Weights count before bm25 saturates: high ones make every title with one of the words alike.) Clauses of their own
//! for titles or for all words together give less. Taking every word without its ending as a beginning gives 0.007
//! more and takes twice the time. Stop words are left out of the table: a third smaller and a quarter faster. Prefix
//! indexes make it twice as large, and the slowest keystrokes five times as fast; one for 3 letters changes nothing.

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags};
use tempfile::NamedTempFile;

use crate::engine::{Document, Engine, RESULTS};
use crate::words::{cut, without_stop_words};

const TABLE: &str = "CREATE VIRTUAL TABLE doc USING fts5(title, summary, headings, body, content='', \
                     tokenize='unicode61 remove_diacritics 2', prefix='1 2')";
/// Of title, summary, headings and body.
const RANK: &str = "bm25(2, 1, 1, 1)";
const SELECT: &str = "SELECT rowid FROM doc WHERE doc MATCH ?1 ORDER BY rank LIMIT ?2";

/// FTS5 with its table in memory.
pub struct Fts5 {
    connection: Connection,
    /// The same as a file, to be opened.
    file: NamedTempFile,
    /// Identifiers by row: the peer need not fetch them.
    ids: Vec<String>,
}

impl Fts5 {
    pub fn build(documents: &[Document]) -> Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        fill(&mut connection, documents).context("the FTS5 table")?;
        let file = NamedTempFile::new()?;
        connection.execute("VACUUM INTO ?1", [file.path().to_string_lossy()])?;
        let ids = documents.iter().map(|(id, _)| id.clone()).collect();
        Ok(Self { connection, file, ids })
    }
}

fn fill(connection: &mut Connection, documents: &[Document]) -> rusqlite::Result<()> {
    connection.execute_batch(TABLE)?;
    let transaction = connection.transaction()?;
    let mut insert = transaction
        .prepare("INSERT INTO doc (rowid, title, summary, headings, body) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (at, (_, texts)) in documents.iter().enumerate() {
        let [title, summary, headings, body] = texts.each_ref().map(|text| without_stop_words(text));
        insert.execute((at, title, summary, headings, body))?;
    }
    drop(insert);
    transaction.execute("INSERT INTO doc (doc, rank) VALUES ('rank', ?1)", [RANK])?;
    transaction.execute("INSERT INTO doc (doc) VALUES ('optimize')", [])?;
    transaction.commit()?;
    connection.execute_batch("VACUUM")
}

/// `"carte" OR "iden"*`: words hold letters and digits only, so that quotes around them are enough.
fn query(typed: &str) -> String {
    let typed = cut(typed);
    let finished = typed.finished.iter().map(|word| format!("\"{word}\""));
    let unfinished = typed.unfinished.iter().map(|word| format!("\"{word}\"*"));
    finished.chain(unfinished).collect::<Vec<_>>().join(" OR ")
}

impl Engine for Fts5 {
    fn search(&mut self, typed: &str) -> Result<Vec<String>> {
        let query = query(typed);
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let mut select = self.connection.prepare_cached(SELECT)?;
        let mut rows = select.query((query, RESULTS))?;
        let mut found = Vec::with_capacity(RESULTS);
        while let Some(row) = rows.next()? {
            let at: i64 = row.get(0)?;
            found.push(self.ids.get(at as usize).context("a row without identifier")?.clone());
        }
        Ok(found)
    }

    fn bytes(&self) -> Result<usize> {
        let sql = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE 'doc%'";
        let bytes: i64 = self.connection.query_row(sql, [], |row| row.get(0))?;
        Ok(bytes as usize)
    }

    fn open_again(&self) -> Result<()> {
        let connection = Connection::open_with_flags(self.file.path(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.prepare(SELECT)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_or_ed_and_the_last_one_is_a_beginning() {
        assert_eq!(query("la carte d'iden"), "\"carte\" OR \"iden\"*");
        assert_eq!(query("la carte "), "\"carte\"");
        assert_eq!(query("la "), "");
    }

    #[test]
    fn accents_and_weights_count() {
        let document =
            |id: &str, title: &str, body: &str| (id.to_owned(), [title, "", "", body].map(str::to_owned));
        let documents = [document("a", "Impôts", "les papiers"), document("b", "Carte d'identité", "")];
        let mut fts5 = Fts5::build(&documents).unwrap();
        assert_eq!(fts5.search("une carte d'identite").unwrap(), ["b"]);
        assert_eq!(fts5.search("pap").unwrap(), ["a"]);
        assert!(fts5.bytes().unwrap() > 0);
        fts5.open_again().unwrap();
    }
}
