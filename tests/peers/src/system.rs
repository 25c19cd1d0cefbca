//! What the system says of a process. Memory that an open index takes is measured in one that never held the library.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use parvis_content::evaluate::GradedQuery;
use parvis_content::{ContentFile, Lang, Library};

use crate::engine::RESULTS;

const SEARCHES: usize = 1_000;

/// Growth in megabytes, measured by this program started again on a content file.
pub fn growth_in_child(library: &Library) -> Result<f64> {
    let folder = tempfile::tempdir()?;
    let content = folder.path().join("content.parvis");
    parvis_content::file::write(library, &content)?;
    let child = Command::new(std::env::current_exe()?).arg("--rss").arg(&content).output()?;
    ensure!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    let said = String::from_utf8(child.stdout)?;
    said.trim().parse().with_context(|| format!("the child said {said:?}"))
}

/// Growth in megabytes of this process: index opened, searches done.
pub fn growth(content: &Path, queries: &[GradedQuery]) -> Result<f64> {
    let before = resident_kb()?;
    let index = ContentFile::open(content)?.search_index(&Lang::french())?;
    for query in queries.iter().cycle().take(SEARCHES) {
        std::hint::black_box(index.search(&query.q, RESULTS));
    }
    let after = resident_kb()?;
    drop(index);
    Ok((after - before) / 1e3)
}

fn resident_kb() -> Result<f64> {
    status("VmRSS:")
}

/// How often the system took this process off the processor although it had work.
pub fn interruptions() -> Result<f64> {
    status("nonvoluntary_ctxt_switches:")
}

/// A number that the system keeps of this process.
fn status(name: &str) -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let said = status.lines().find_map(|line| line.strip_prefix(name));
    let said = said.with_context(|| format!("no {name} in /proc/self/status"))?;
    Ok(said.trim().trim_end_matches(" kB").parse()?)
}
