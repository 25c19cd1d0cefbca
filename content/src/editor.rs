//! What editors are told about their content: what is wrong with it, and what visitors will see change.
//!
//! Whoever publishes or receives content may ask the same: nothing here reads a clock or prints.

pub mod acronyms;
pub mod check;
pub mod diff;
pub mod errors;
pub mod finding;
pub mod parts;
pub mod starter;
pub mod text;
pub mod words;

pub use check::Check;
pub use diff::{Diff, Summary, diff};
pub use finding::{Counted, Finding, Findings, Severity};
pub use words::Words;
