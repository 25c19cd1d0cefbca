//! What a check finds: faults one by one, warnings counted by rule.

use serde::{Serialize, Serializer};

use crate::source::Rule;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// An editor wrote it and must correct it: nothing is built.
    Red,
    /// To know: it blocks nothing.
    Warning,
}

/// One thing found.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The editor's file; for what was imported, the archive and the sheet's identifier, or the file inside it.
    pub file: String,
    /// The line, from 1; `None` inside an archive.
    pub line: Option<usize>,
    /// The rule.
    #[serde(serialize_with = "name")]
    pub rule: Rule,
    /// What is wrong.
    pub what: String,
    /// What to do; may be empty.
    pub to_do: String,
}

/// Warnings of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The rule.
    #[serde(serialize_with = "name")]
    pub rule: Rule,
    /// How many warnings there are.
    pub count: usize,
    /// The first of them, as many as were asked for; none where only their number is known.
    pub examples: Vec<Finding>,
}

/// Everything that a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// What editors must correct, by file and line; at most [`RED_MAX`].
    pub red: Vec<Finding>,
    /// How many more faults there are.
    pub more: usize,
    /// What is good to know, by rule.
    pub warnings: Vec<Counted>,
}

/// Most faults told at once; the rest is counted.
pub const RED_MAX: usize = 1_000;

impl Findings {
    /// Faults, those included that are only counted.
    pub fn faults(&self) -> usize {
        self.red.len() + self.more
    }

    /// Warnings of every rule.
    pub fn warning_count(&self) -> usize {
        self.warnings.iter().map(|counted| counted.count).sum()
    }

    /// Adds a finding; of warnings at most `examples` a rule are kept, the others counted.
    pub(super) fn add(&mut self, finding: Finding, examples: usize) {
        match finding.severity {
            Severity::Red if self.red.len() < RED_MAX => self.red.push(finding),
            Severity::Red => self.more += 1,
            Severity::Warning => {
                let counted = self.counted(finding.rule);
                counted.count += 1;
                if counted.examples.len() < examples {
                    counted.examples.push(finding);
                }
            }
        }
    }

    /// Adds warnings of which only the number is known.
    pub(super) fn add_counted(&mut self, rule: Rule, count: usize) {
        if count > 0 {
            self.counted(rule).count += count;
        }
    }

    fn counted(&mut self, rule: Rule) -> &mut Counted {
        let at = self.warnings.binary_search_by_key(&rule, |counted| counted.rule).unwrap_or_else(|at| {
            self.warnings.insert(at, Counted { rule, count: 0, examples: Vec::new() });
            at
        });
        &mut self.warnings[at]
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands on a reference")]
fn name<S: Serializer>(rule: &Rule, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(rule.name())
}
