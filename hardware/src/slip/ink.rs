//! What is put on a slip once it is laid out: glyphs, boxes and pictures at exact dots, and how they are drawn.

use cosmic_text::{CacheKey, FontSystem, SwashCache, SwashContent};

use super::Picture;
use crate::raster::Raster;

/// Glyph pictures kept between slips. French, Arabic and two sizes use about 300; beyond this the cache starts anew.
const GLYPHS_MAX: usize = 2_000;

/// One thing to draw; positions in dots from the top left of its piece, the side margin included.
#[derive(Debug, Clone)]
pub(crate) enum Ink {
    /// A glyph with its origin on the baseline.
    Glyph { key: CacheKey, x: i32, y: i32 },
    /// A black rectangle.
    Box { x: i32, y: i32, width: u32, height: u32 },
    /// A black disc, by its centre.
    Disc { x: i32, y: i32, radius: i32 },
    /// A picture by its top left corner.
    Picture { x: i32, y: i32, picture: Picture },
}

impl Ink {
    /// The same, further right and down.
    pub(crate) fn moved(mut self, dx: i32, dy: i32) -> Self {
        match &mut self {
            Self::Glyph { x, y, .. }
            | Self::Box { x, y, .. }
            | Self::Disc { x, y, .. }
            | Self::Picture { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
        }
        self
    }
}

/// Draws `ink` moved down by `top` rows.
pub(crate) fn draw(
    ink: &Ink,
    top: i32,
    raster: &mut Raster,
    system: &mut FontSystem,
    glyphs: &mut SwashCache,
) {
    match ink {
        Ink::Glyph { key, x, y } => draw_glyph(*key, *x, y + top, raster, system, glyphs),
        Ink::Box { x, y, width, height } => raster.fill(*x, y + top, *width, *height),
        Ink::Disc { x, y, radius } => {
            for dy in -radius..=*radius {
                for dx in -radius..=*radius {
                    if dx * dx + dy * dy <= radius * radius {
                        raster.blacken(x + dx, y + top + dy);
                    }
                }
            }
        }
        Ink::Picture { x, y, picture } => {
            for row in 0..picture.height() {
                for column in (0..picture.width()).filter(|column| picture.is_black(*column, row)) {
                    raster.blacken(x + column as i32, y + top + row as i32);
                }
            }
        }
    }
}

/// Half coverage is the threshold: at 203 dpi a grey edge would become dither, which blurs small text.
fn draw_glyph(
    key: CacheKey,
    x: i32,
    y: i32,
    raster: &mut Raster,
    system: &mut FontSystem,
    glyphs: &mut SwashCache,
) {
    if glyphs.image_cache.len() > GLYPHS_MAX {
        glyphs.image_cache.clear();
    }
    let Some(image) = glyphs.get_image(system, key) else { return };
    let step = match image.content {
        SwashContent::Mask => 1,
        SwashContent::Color | SwashContent::SubpixelMask => 4,
    };
    let width = image.placement.width.max(1) as usize;
    for (index, texel) in image.data.chunks_exact(step).enumerate() {
        if texel.last().is_some_and(|coverage| *coverage >= 128) {
            let column = x + image.placement.left + (index % width) as i32;
            let row = y - image.placement.top + (index / width) as i32;
            raster.blacken(column, row);
        }
    }
}
