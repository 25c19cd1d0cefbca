//! `parvis slip`: the slip of a sheet, to files.

use std::path::Path;

use anyhow::Context as _;
use parvis_content::{ContentFile, Lang, SheetId};
use parvis_hardware::escpos;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Fonts, SlipRenderer, TextSize};

use crate::present::slip;

/// What to write, and where.
pub struct SlipFiles<'a> {
    /// The content file.
    pub content: &'a Path,
    /// The sheet.
    pub sheet: &'a str,
    /// In large type.
    pub large: bool,
    /// Dots across the paper.
    pub dots: u32,
    /// The printer's bytes go there.
    pub escpos: Option<&'a Path>,
    /// The picture goes there.
    pub png: Option<&'a Path>,
}

/// Writes the slip.
pub fn write(files: &SlipFiles<'_>) -> anyhow::Result<()> {
    let content = ContentFile::open(files.content)?;
    let sheet = content.sheet(&SheetId::new(files.sheet)?, &Lang::french())?;
    let sheet = sheet.with_context(|| format!("no sheet {} in {}", files.sheet, files.content.display()))?;
    let size = if files.large { TextSize::Large } else { TextSize::Normal };
    let slip = slip::of_sheet(&sheet, &content.info().hall, size)?;
    let mut renderer = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES)?);
    let paper = Paper::new(files.dots, 203)?;
    let drawn = renderer.render(&slip, paper)?;
    if let Some(path) = files.png {
        std::fs::write(path, drawn.raster.to_png()?).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = files.escpos {
        std::fs::write(path, bytes(&drawn.raster, &Profile::generic(paper)))
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}

/// The bytes as a generic printer gets them, questions of status left out: a file cannot answer.
fn bytes(raster: &Raster, profile: &Profile) -> Vec<u8> {
    let mut bytes = escpos::INIT.to_vec();
    bytes.extend(escpos::bands(raster, profile.band_rows).flatten());
    bytes.extend(escpos::cut(profile.cutter, profile.paper));
    bytes
}
