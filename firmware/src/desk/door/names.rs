//! Names by which kiosks are told apart: no two have the same.

use crate::protocol::{NAME_CHARS_MAX, clean_name};

/// `wanted`, or with the first number that makes it a name that is not `taken`.
pub fn free_name(wanted: &str, taken: impl Fn(&str) -> bool) -> String {
    let wanted = clean_name(wanted);
    let numbered = |number: u32| {
        let ending = format!(" {number}");
        let room = NAME_CHARS_MAX - ending.len();
        let start: String = wanted.chars().take(room).collect();
        format!("{}{ending}", start.trim_end())
    };
    // The names that are taken are finitely many: some number is free.
    let mut names = std::iter::once(wanted.clone()).chain((2..).map(numbered));
    names.find(|name| !taken(name)).unwrap_or(wanted)
}

/// Whether staff would read the same.
pub fn same_name(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_the_first_free_number() {
        let taken = ["Borne", "Borne 2", "Borne 4"];
        let free = |wanted: &str| free_name(wanted, |name| taken.iter().any(|other| same_name(name, other)));
        assert_eq!(free("Borne"), "Borne 3");
        assert_eq!(free("borne"), "borne 3");
        assert_eq!(free("Autre"), "Autre");
    }

    #[test]
    fn the_longest_name_stays_within_bounds() {
        let long = "x".repeat(NAME_CHARS_MAX);
        let free = free_name(&long, |name| name == long);
        assert!(free.ends_with("x 2") && free.chars().count() == NAME_CHARS_MAX && clean_name(&free) == free);
    }
}
