//! `parvis slip`: a slip of any kind, to files.

use std::path::Path;

use anyhow::Context as _;
use parvis_content::{ContentFile, Lang, PlaceId, SheetId};
use parvis_hardware::escpos;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Fonts, Rendered, SlipRenderer, TextSize};

use crate::kiosk::ways::Ways;
use crate::present::slip;

/// Which slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipOf<'a> {
    /// A sheet, by its identifier.
    Sheet(&'a str),
    /// A place, by its identifier, with the way from the kiosk of that name where the hall's plan has both.
    Place {
        /// The place.
        id: &'a str,
        /// The kiosk.
        kiosk: &'a str,
    },
    /// The call of that number.
    Call(u32),
}

/// What to write, and where.
pub struct SlipFiles<'a> {
    /// The content file.
    pub content: &'a Path,
    /// Of what.
    pub of: SlipOf<'a>,
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
    let paper = Paper::new(files.dots, 203)?;
    let mut renderer = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES)?);
    let drawn = drawn(&content, files, paper, &mut renderer)?;
    if let Some(path) = files.png {
        std::fs::write(path, drawn.raster.to_png()?).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = files.escpos {
        std::fs::write(path, bytes(&drawn.raster, &Profile::generic(paper)))
            .with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn drawn(
    content: &ContentFile,
    files: &SlipFiles<'_>,
    paper: Paper,
    letters: &mut SlipRenderer,
) -> anyhow::Result<Rendered> {
    let size = if files.large { TextSize::Large } else { TextSize::Normal };
    let hall = &content.info().hall;
    let missing = |what: &str, id: &str| format!("no {what} {id} in {}", files.content.display());
    let slip = match files.of {
        SlipOf::Sheet(id) => {
            let sheet = content.sheet(&SheetId::new(id)?, &Lang::french())?;
            let sheet = sheet.with_context(|| missing("sheet", id))?;
            return Ok(slip::draw_sheet(&sheet, hall, size, letters, paper)?);
        }
        SlipOf::Place { id, kiosk } => {
            let place = content.place(&PlaceId::new(id)?)?.with_context(|| missing("place", id))?;
            let ways = Ways::of(content)?;
            let way = ways.to(kiosk, &place);
            return Ok(slip::draw_place(&place, hall, way.as_ref(), size, letters, paper)?);
        }
        SlipOf::Call(number) => slip::of_call(number, Some(hall), size)?,
    };
    Ok(letters.render(&slip, paper)?)
}

/// The bytes as a generic printer gets them, questions of status left out: a file cannot answer.
fn bytes(raster: &Raster, profile: &Profile) -> Vec<u8> {
    let mut bytes = escpos::INIT.to_vec();
    bytes.extend(escpos::bands(raster, profile.band_rows).flatten());
    bytes.extend(escpos::cut(profile.cutter, profile.paper));
    bytes
}
