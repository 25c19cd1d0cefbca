//! Looks for words in files, as somebody would who took the disk out of a kiosk.

use std::path::{Path, PathBuf};

/// Files larger than that are no files of ours: 64 MiB.
const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Where `needle` was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The file.
    pub file: PathBuf,
    /// The word.
    pub needle: String,
}

/// Every file under `folder`, whatever its name, that has one of `needles` in it or in its name: as it is
/// written, in lower case, or without accents. Files in `except` are passed over.
///
/// # Panics
/// When a file cannot be read, or is larger than 64 MiB: a search that passes over something proves nothing.
pub fn find(folder: &Path, needles: &[&str], except: &[&Path]) -> Vec<Trace> {
    let mut traces = Vec::new();
    for file in files(folder).into_iter().filter(|file| !except.contains(&file.as_path())) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let text = read(&file).to_lowercase();
        for needle in needles {
            let forms = [needle.to_lowercase(), plain(needle)];
            if forms.iter().any(|form| text.contains(form) || name.contains(form)) {
                traces.push(Trace { file: file.clone(), needle: (*needle).to_owned() });
            }
        }
    }
    traces
}

/// Every file under `folder`; sockets and the like are no files.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of ours can be listed") {
            let entry = entry.expect("a folder of ours can be listed");
            match entry.file_type().expect("a file has a kind") {
                kind if kind.is_dir() => folders.push(entry.path()),
                kind if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found
}

fn read(file: &Path) -> String {
    let bytes = std::fs::metadata(file).expect("a file has a size").len();
    assert!(bytes <= FILE_BYTES_MAX, "{} is too large to be searched", file.display());
    String::from_utf8_lossy(&std::fs::read(file).expect("a file of ours can be read")).into_owned()
}

/// In lower case, without the accents of French.
fn plain(text: &str) -> String {
    let letter = |c: char| match c {
        'à' | 'â' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        other => other,
    };
    text.to_lowercase().chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_in_any_form_and_in_a_name() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("deep")).expect("a folder");
        std::fs::write(folder.path().join("deep/log"), b"\0\xFFNUMERO PERDU").expect("a file");
        std::fs::write(folder.path().join("secret.txt"), b"nothing").expect("a file");
        let found = |needles: &[&str]| find(folder.path(), needles, &[]).len();
        assert_eq!(found(&["numéro", "Secret"]), 2);
        assert_eq!(found(&["autre"]), 0);
        assert_eq!(find(folder.path(), &["perdu"], &[&folder.path().join("deep/log")]), []);
    }
}
