//! The numbers of the engine, chosen on the development queries by `examples/search_tune`, cross-validated.

use super::documents::FIELDS;
use crate::sheet::SheetKind;

/// One field of a document.
#[derive(Debug, Clone, Copy)]
pub struct FieldWeight {
    /// How much one word there counts.
    pub weight: f32,
    /// How much the field's length takes from it, 0 to 1.
    pub length: f32,
}

/// Everything that was tuned.
#[derive(Debug, Clone)]
#[allow(missing_docs, reason = "named where they are used")]
pub struct Weights {
    pub fields: [FieldWeight; FIELDS],
    /// BM25F: how fast more of the same word stops to count.
    pub saturation: f32,
    /// Power of the inverse document frequency.
    pub idf: f32,
    pub procedure: f32,
    pub question: f32,
    pub online: f32,
    pub form: f32,
    pub folder: f32,
    pub guide: f32,
    pub place: f32,
    pub links: f32,
    /// Places, for who asks what is near here.
    pub near: f32,
    /// A beginning of a word, where the word is known as it is, and where it is not.
    pub prefix_known: f32,
    pub prefix: f32,
    /// Power of the share of the query that a document covers.
    pub coverage: f32,
    /// What a title wholly covered by the query adds.
    pub title: f32,
    /// What a title that covers the whole query adds.
    pub in_title: f32,
    /// A wording beside the title.
    pub wording: f32,
    /// What documents about the same lend.
    pub lend_service: f32,
    pub lend_folder: f32,
    pub lend_sheet: f32,
    pub lend_new: f32,
    /// Corrections.
    pub same_sound: f32,
    pub edit: f32,
    pub first_letter: f32,
    pub rare: f32,
    /// A correction beside a word that only the lexicon knows.
    pub beside_lexicon: f32,
    /// A line of the lexicon beside the words as typed.
    pub line: f32,
    pub line_phrase: f32,
    /// A line for a word that no document holds.
    pub line_unknown: f32,
}

impl Weights {
    /// What the kiosk uses.
    pub const CHOSEN: Self = Self {
        fields: [
            FieldWeight { weight: 11.6, length: 0.12 },
            FieldWeight { weight: 7.3, length: 0.01 },
            FieldWeight { weight: 3.3, length: 0.07 },
            FieldWeight { weight: 0.798, length: 0.19 },
            FieldWeight { weight: 0.371, length: 1.00 },
            FieldWeight { weight: 1.12, length: 0.24 },
        ],
        saturation: 8.0,
        idf: 0.44,
        procedure: 0.9,
        question: 0.911,
        online: 0.783,
        form: 0.743,
        folder: 0.92,
        guide: 0.778,
        place: 0.9,
        links: 0.00718,
        prefix_known: 0.54,
        prefix: 0.769,
        coverage: 0.217,
        title: 0.423,
        in_title: 0.322,
        wording: 0.9,
        lend_service: 0.242,
        lend_folder: 0.132,
        lend_sheet: 0.081,
        lend_new: 1.61,
        same_sound: 0.81,
        edit: 1.94,
        first_letter: 0.22,
        rare: 0.22,
        beside_lexicon: 0.666,
        line: 0.54,
        line_phrase: 0.9,
        line_unknown: 0.337,
        near: 1.6,
    };

    pub(super) fn sheet(&self, kind: SheetKind) -> f32 {
        match kind {
            SheetKind::Procedure | SheetKind::LifeEvent | SheetKind::StaffAnswer => self.procedure,
            SheetKind::Question => self.question,
            SheetKind::OnlineService | SheetKind::Simulator | SheetKind::SearchTool => self.online,
            SheetKind::Form | SheetKind::Letter => self.form,
        }
    }
}
