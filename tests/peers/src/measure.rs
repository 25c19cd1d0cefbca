//! Asks every engine every keystroke of every query, in turn, so that a busy machine disturbs all alike.

use std::time::Instant;

use anyhow::Result;
use parvis_content::evaluate::{Figures, GradedQuery, Quality, figures, percentile};

use crate::corpus::keystrokes;
use crate::engine::Engine;
use crate::system;

/// An index is opened so many times; the median counts.
const OPENINGS: usize = 9;

/// An engine with its names.
pub struct Contestant {
    key: &'static str,
    name: &'static str,
    engine: Box<dyn Engine>,
}

/// What was measured of one engine.
pub struct Measured {
    /// In the JSON object.
    pub key: &'static str,
    /// In the table.
    pub name: &'static str,
    pub figures: Figures,
    /// Milliseconds a keystroke: p50, p95, p99.
    pub keystroke: [f64; 3],
    /// Megabytes.
    pub index_mb: f64,
    /// Microseconds to open it.
    pub open_us: f64,
}

/// What one engine did in one pass.
#[derive(Default)]
struct Pass {
    qualities: Vec<Quality>,
    keystrokes: Vec<f64>,
}

impl Contestant {
    pub fn new(key: &'static str, name: &'static str, engine: impl Engine + 'static) -> Self {
        Self { key, name, engine: Box::new(engine) }
    }

    /// Types a query; what stands there at its end is its answer.
    fn ask(&mut self, query: &GradedQuery, pass: &mut Pass) -> Result<()> {
        let mut answer = Vec::new();
        for typed in keystrokes(&query.q) {
            let (found, ms) = timed(|| self.engine.search(typed));
            pass.keystrokes.push(ms);
            answer = found?;
        }
        pass.qualities.extend(query.quality(answer.iter().map(String::as_str)));
        Ok(())
    }

    fn measured(&self, mut pass: Pass) -> Result<Measured> {
        let mut openings = Vec::with_capacity(OPENINGS);
        for _ in 0..OPENINGS {
            let (opened, ms) = timed(|| self.engine.open_again());
            opened?;
            openings.push(ms);
        }
        openings.sort_by(f64::total_cmp);
        pass.keystrokes.sort_by(f64::total_cmp);
        Ok(Measured {
            key: self.key,
            name: self.name,
            figures: figures(&pass.qualities),
            keystroke: [0.5, 0.95, 0.99].map(|share| percentile(&pass.keystrokes, share)),
            index_mb: self.engine.bytes()? as f64 / 1e6,
            open_us: percentile(&openings, 0.5) * 1e3,
        })
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let done = std::hint::black_box(work());
    (done, start.elapsed().as_secs_f64() * 1e3)
}

/// Two passes over the queries: the first warms up, the second counts.
pub fn run(contestants: &mut [Contestant], queries: &[GradedQuery]) -> Result<Vec<Measured>> {
    pass(contestants, queries)?;
    let before = system::interruptions()?;
    let passes = pass(contestants, queries)?;
    let keystrokes: usize = passes.iter().map(|pass| pass.keystrokes.len()).sum();
    // On a busy machine the slowest keystrokes are those that had to wait for it.
    println!("{keystrokes} keystrokes, interrupted {} times", system::interruptions()? - before);
    contestants.iter().zip(passes).map(|(contestant, pass)| contestant.measured(pass)).collect()
}

fn pass(contestants: &mut [Contestant], queries: &[GradedQuery]) -> Result<Vec<Pass>> {
    let count = contestants.len();
    let mut passes: Vec<Pass> = contestants.iter().map(|_| Pass::default()).collect();
    for (at, query) in queries.iter().enumerate() {
        // Each engine begins as often as the others, so that none always finds what another left in the caches.
        for turn in 0..count {
            let who = (at + turn) % count;
            contestants[who].ask(query, &mut passes[who])?;
        }
    }
    Ok(passes)
}
