//! Graded queries: how good the search is, in the figures that the field uses.
//!
//! nDCG@10 has gain 2^grade − 1 and the ideal order of all graded documents; success@k and MRR count grades of 2 and
//! more; a query without graded documents has no answer.

use serde::{Deserialize, Serialize};

/// Depth of nDCG.
const DEPTH: usize = 10;
/// Grade from which a document answers.
const GOOD: u8 = 2;
/// Largest file of queries, in bytes.
pub const QUERIES_BYTES_MAX: u64 = 64 << 20;

/// A query with the documents that answer it.
#[derive(Debug, Clone, Deserialize)]
pub struct GradedQuery {
    /// Its identifier.
    pub qid: String,
    /// What is typed.
    pub q: String,
    /// "lay", "typo", …
    pub kind: String,
    /// What answers.
    pub expect: Vec<Grade>,
}

/// One document of a graded query.
#[derive(Debug, Clone, Deserialize)]
pub struct Grade {
    /// Its identifier.
    pub id: String,
    /// 3 the answer, 2 also a good one, 1 a neighbour.
    pub grade: u8,
}

/// A line that is no graded query.
#[derive(Debug, thiserror::Error)]
#[error("ligne {line} : {fault}")]
pub struct QueryFault {
    line: usize,
    fault: serde_json::Error,
}

/// What the search answered to one query: a line of a results file.
#[derive(Debug, Clone, Serialize)]
pub struct Answered {
    /// The query.
    pub qid: String,
    /// Identifiers, the best first.
    pub results: Vec<String>,
    /// Time of the whole query, in milliseconds.
    pub ms: f64,
    /// Whether the search was sure.
    pub confident: bool,
}

/// How well one query was answered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// nDCG at 10.
    pub ndcg: f64,
    /// Place of the first good answer, from 0.
    pub first: Option<usize>,
}

/// Means over several queries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Queries counted.
    pub count: usize,
    /// Mean nDCG at 10.
    pub ndcg: f64,
    /// Share with a good answer among the first 1, 3 and 5.
    pub success: [f64; 3],
    /// Mean reciprocal rank of the first good answer.
    pub mrr: f64,
}

/// Reads queries, one JSON object a line.
pub fn read(text: &str) -> Result<Vec<GradedQuery>, QueryFault> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| serde_json::from_str(line).map_err(|fault| QueryFault { line: at + 1, fault }))
        .collect()
}

impl GradedQuery {
    /// How well `results` answer; nothing for a query without answer.
    pub fn quality<'a>(&self, results: impl IntoIterator<Item = &'a str>) -> Option<Quality> {
        let results: Vec<&str> = results.into_iter().collect();
        let grade = |id: &str| self.expect.iter().find(|e| e.id == id).map_or(0, |e| e.grade);
        let found: Vec<u8> = results.iter().map(|id| grade(id)).collect();
        let mut ideal: Vec<u8> = self.expect.iter().map(|e| e.grade).collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        (!ideal.is_empty()).then(|| Quality {
            ndcg: gain(&found) / gain(&ideal),
            first: found.iter().position(|grade| *grade >= GOOD),
        })
    }
}

/// Discounted cumulative gain.
fn gain(grades: &[u8]) -> f64 {
    let one = |(at, grade): (usize, &u8)| (f64::from(*grade).exp2() - 1.0) / (at as f64 + 2.0).log2();
    grades.iter().take(DEPTH).enumerate().map(one).sum()
}

/// Means; zeros of nothing.
pub fn figures(qualities: &[Quality]) -> Figures {
    let count = qualities.len().max(1) as f64;
    let share = |most: usize| qualities.iter().filter(|q| q.first.is_some_and(|f| f < most)).count() as f64;
    let reciprocal = |quality: &Quality| quality.first.map_or(0.0, |first| 1.0 / (first as f64 + 1.0));
    Figures {
        count: qualities.len(),
        ndcg: qualities.iter().map(|quality| quality.ndcg).sum::<f64>() / count,
        success: [1, 3, 5].map(|most| share(most) / count),
        mrr: qualities.iter().map(reciprocal).sum::<f64>() / count,
    }
}

/// The value that `share` of the sorted values do not exceed; 0 of nothing.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let at = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(at.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query() -> GradedQuery {
        let expect = [("F1", 3), ("F2", 2), ("F3", 1)];
        let expect = expect.map(|(id, grade)| Grade { id: id.to_owned(), grade }).to_vec();
        GradedQuery { qid: "1".to_owned(), q: "carte".to_owned(), kind: "exact".to_owned(), expect }
    }

    #[test]
    fn the_ideal_order_has_full_gain() {
        assert_eq!(query().quality(["F1", "F2", "F3"]), Some(Quality { ndcg: 1.0, first: Some(0) }));
    }

    #[test]
    fn a_neighbour_alone_is_no_good_answer() {
        let quality = query().quality(["F3", "F9"]).unwrap_or(Quality { ndcg: 9.0, first: Some(9) });
        assert_eq!(quality.first, None);
        assert!((quality.ndcg - 1.0 / (7.0 + 3.0 / 3_f64.log2() + 0.5)).abs() < 1e-9, "{quality:?}");
    }

    #[test]
    fn figures_are_means() {
        let figures =
            figures(&[Quality { ndcg: 1.0, first: Some(0) }, Quality { ndcg: 0.0, first: Some(3) }]);
        assert_eq!(figures, Figures { count: 2, ndcg: 0.5, success: [0.5, 0.5, 1.0], mrr: 0.625 });
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let values = [1.0, 2.0, 3.0, 4.0];
        for (share, value) in [(0.5, 2.0), (0.75, 3.0), (0.99, 4.0)] {
            assert!((percentile(&values, share) - value).abs() < 1e-9, "{share}");
        }
        assert!(percentile(&[], 0.5).abs() < 1e-9);
    }
}
