//! The fonts of the slips: given as bytes by whoever embeds them, never looked for on the system.

use std::sync::Arc;

use cosmic_text::FontSystem;
use cosmic_text::fontdb::{Database, Source};
use thiserror::Error;

/// Why the fonts cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FontsError {
    /// One of the files holds no face.
    #[error("font number {number} holds no face that can be read: give TrueType or OpenType files")]
    Unreadable {
        /// Which of the files, counted from 1.
        number: usize,
    },
    /// No file was given.
    #[error("no font was given: slips need at least one")]
    None,
    /// The first font does not say how high its capitals are, so no size in millimetres can be promised.
    #[error("font {family} has no height of capitals (OS/2 sCapHeight): put another font first")]
    NoCapHeight {
        /// Its family.
        family: String,
    },
}

/// A set of fonts. The first family draws everything it has glyphs for; of the others, the families that the layout
/// library knows for a script (Noto Sans, Noto Sans Arabic…) are tried first, then all in turn.
pub struct Fonts {
    pub(crate) system: FontSystem,
    pub(crate) family: String,
    /// Height of capitals divided by the em of the first family.
    pub(crate) cap_ratio: f32,
}

impl Fonts {
    /// Fonts from embedded files, the main family first. System fonts are never read: a slip looks the same
    /// everywhere, and they would cost tens of megabytes.
    pub fn new(files: &[&'static [u8]]) -> Result<Self, FontsError> {
        let mut database = Database::new();
        let mut first = None;
        for (index, file) in files.iter().enumerate() {
            let faces = database.load_font_source(Source::Binary(Arc::new(*file)));
            let Some(face) = faces.first() else {
                return Err(FontsError::Unreadable { number: index + 1 });
            };
            first = first.or(Some(*face));
        }
        let Some(id) = first else { return Err(FontsError::None) };
        let (family, weight) = match database.face(id) {
            Some(face) => {
                (face.families.first().map_or_else(String::new, |(name, _)| name.clone()), face.weight)
            }
            None => return Err(FontsError::None),
        };
        // The locale only chooses between Han fallbacks; fixed, so that no environment changes a slip.
        let mut system = FontSystem::new_with_locale_and_db("fr".to_owned(), database);
        let cap_ratio = system.get_font(id, weight).map_or(0.0, |font| {
            let metrics = font.as_swash().metrics(&[]);
            metrics.cap_height / f32::from(metrics.units_per_em.max(1))
        });
        // Outside of this no typeface exists; a zero would ask for an endless size.
        if !(0.4..=1.0).contains(&cap_ratio) {
            return Err(FontsError::NoCapHeight { family });
        }
        Ok(Self { system, family, cap_ratio })
    }
}
