//! Where files lie in a repository. Nothing in a repository is ever found by listing a folder: 100,000 other files on a
//! stick cost nothing.

use crate::digest::Digest;

/// The folder of what is signed.
pub const METADATA: &str = "metadata";
/// The folder of what the signatures speak of.
pub const TARGETS: &str = "targets";
/// The last file that a publication writes, and the first that changes.
pub const TIMESTAMP: &str = "metadata/timestamp.json";

/// Longest name of a target.
const NAME_BYTES_MAX: usize = 80;

/// The path of root metadata.
pub fn root(version: u64) -> String {
    format!("{METADATA}/{version}.root.json")
}

/// The path of targets metadata.
pub fn targets(version: u64) -> String {
    format!("{METADATA}/{version}.targets.json")
}

/// The path of snapshot metadata.
pub fn snapshot(version: u64) -> String {
    format!("{METADATA}/{version}.snapshot.json")
}

/// The path of a target: its digest comes before its name, so that the files of two releases never meet.
pub fn target(name: &str, digest: &Digest) -> String {
    format!("{TARGETS}/{digest}.{name}")
}

/// The name of a whole content file.
pub fn content(number: u64) -> String {
    format!("content-{number}.parvis.zst")
}

/// The name of a patch between two.
pub fn patch(from: u64, to: u64) -> String {
    format!("content-{from}-to-{to}.patch.zst")
}

/// The name of a file that [`target`] gives.
pub fn is_target(file_name: &str) -> bool {
    file_name.split_once('.').is_some_and(|(digest, name)| Digest::parse(digest).is_some() && is_plain(name))
}

/// Small letters, digits, `-` and `.`, beginning with a letter: no folder, no `..`, nothing hidden.
pub fn is_plain(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    name.len() <= NAME_BYTES_MAX
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(plain)
        && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        assert!(is_plain(&content(12)) && is_plain(&patch(11, 12)));
        assert!(is_target(&format!("{}.{}", Digest::of(b""), content(12))));
        assert!(!is_target(&content(12)) && !is_target("photo.jpg") && !is_target(""));
        for bad in
            ["", "..", "../x", "a/b", "a\\b", ".hidden", "a..b", "A", "a b", "é", "a\0", &"a".repeat(81)]
        {
            assert!(!is_plain(bad), "{bad:?}");
        }
    }
}
