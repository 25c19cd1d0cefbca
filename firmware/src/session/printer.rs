//! The printer as staff hear of it.

/// How the printer is, as its worker last said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrinterNews {
    /// What to do about it, in French; empty when it prints and has paper enough.
    pub gesture: String,
    /// Millimetres of paper left, by estimate; nothing before the first new roll.
    pub left_mm: Option<u32>,
    /// How many slips that makes, as long as the last ones.
    pub slips_left: Option<u32>,
}
