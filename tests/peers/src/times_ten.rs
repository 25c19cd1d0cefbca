//! Ours on a corpus ten times larger: real titles over the bodies of other real sheets.

use anyhow::{Context as _, Result};
use parvis_content::evaluate::GradedQuery;
use parvis_content::{Library, Sheet, SheetId};

use crate::engine::Ours;
use crate::measure::{self, Contestant, Measured};

const TIMES: usize = 10;
/// How far, in sheets, each further copy fetches its body.
const STEP: usize = 97;

/// Measures the plain corpus and the larger one beside each other.
pub fn measure(mut library: Library, queries: &[GradedQuery]) -> Result<[Measured; 2]> {
    let plain = Ours::build(&library)?;
    library.sheets = recombined(&library.sheets)?;
    println!("\n{} sheets", library.sheets.len());
    let larger = Ours::build(&library)?;
    drop(library);
    let mut contestants =
        [Contestant::new("plain", "plain", plain), Contestant::new("times_ten", "ten times", larger)];
    let measured = measure::run(&mut contestants, queries)?;
    measured.try_into().ok().context("two were measured")
}

/// Every sheet as it is, then copies of it with the sections of others.
fn recombined(sheets: &[Sheet]) -> Result<Vec<Sheet>> {
    let mut all = sheets.to_vec();
    for copy in 1..TIMES {
        for (at, sheet) in sheets.iter().enumerate() {
            let body = &sheets[(at + STEP * copy) % sheets.len()];
            let id = SheetId::new(&format!("{}-{copy}", sheet.id))?;
            all.push(Sheet { id, sections: body.sections.clone(), ..sheet.clone() });
        }
    }
    Ok(all)
}
