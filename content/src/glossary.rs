//! The glossary of a bundle: acronyms and what they stand for, shared by screen, slip and speech.

use std::collections::BTreeMap;

/// Most acronyms in one bundle.
pub const GLOSSARY_MAX: usize = 5_000;

/// Acronyms of the bundle, in alphabetical order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Glossary(BTreeMap<String, String>);

impl Glossary {
    /// Adds `acronym`; the first expansion given stays. Beyond [`GLOSSARY_MAX`] entries nothing is added.
    pub fn insert(&mut self, acronym: &str, expansion: &str) {
        if self.0.len() < GLOSSARY_MAX {
            self.0.entry(acronym.to_owned()).or_insert_with(|| expansion.to_owned());
        }
    }

    /// What `acronym` stands for.
    pub fn expansion(&self, acronym: &str) -> Option<&str> {
        self.0.get(acronym).map(String::as_str)
    }

    /// Every acronym with its expansion.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(acronym, expansion)| (acronym.as_str(), expansion.as_str()))
    }

    /// How many acronyms there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// No acronym at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
