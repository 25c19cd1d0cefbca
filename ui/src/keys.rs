//! The on-screen keyboard as the screen draws it, and what physical keys mean.

use parvis_ui_model::intent::Intent;
use parvis_ui_model::keyboard::{Key, KeyAction, KeyboardKind};
use slint::SharedString;
use slint::platform::Key as PhysicalKey;

use crate::generated::KeyItem;

/// The keys of all rows, in the order of [`flat`].
pub(crate) fn key_items(rows: &[Vec<Key>]) -> Vec<KeyItem> {
    let mut items = Vec::new();
    for (line, row) in rows.iter().enumerate() {
        let mut column = 0;
        for key in row {
            let (label, spoken, icon) = face(key.action);
            items.push(KeyItem {
                label: label.into(),
                spoken: spoken.into(),
                icon: icon.into(),
                span: i32::from(key.span),
                column,
                line: line as i32,
            });
            column += i32::from(key.span);
        }
    }
    items
}

/// What a physical key means: a letter of the search, or nothing.
pub(crate) fn typed(text: &str) -> Option<Intent> {
    let mut characters = text.chars();
    let (Some(c), None) = (characters.next(), characters.next()) else {
        return None;
    };
    if SharedString::from(PhysicalKey::Backspace) == text {
        return Some(Intent::Key(KeyAction::Erase));
    }
    // Slint gives function keys and arrows as private-use and control characters.
    let special = c.is_control() || ('\u{E000}'..='\u{F8FF}').contains(&c);
    (!special).then_some(Intent::Key(KeyAction::Type(c)))
}

/// What a key shows, what it is called, and its pictogram.
fn face(action: KeyAction) -> (String, String, &'static str) {
    let named = |label: &str| (label.to_owned(), label.to_owned(), "");
    match action {
        KeyAction::Type(' ') => named("Espace"),
        KeyAction::Type('\'') => ("'".into(), "Apostrophe".into(), ""),
        KeyAction::Type(c) => (c.to_string(), c.to_string(), ""),
        KeyAction::Erase => (String::new(), "Effacer une lettre".into(), "erase"),
        KeyAction::EraseAll => ("Effacer".into(), "Tout effacer".into(), ""),
        KeyAction::Show(KeyboardKind::Azerty) => ("AZERTY".into(), "Clavier AZERTY".into(), ""),
        KeyAction::Show(KeyboardKind::Abc) => ("ABC".into(), "Clavier dans l’ordre de l’alphabet".into(), ""),
        KeyAction::Show(KeyboardKind::Figures) => ("123".into(), "Chiffres et signes".into(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use parvis_ui_model::keyboard::rows;

    #[test]
    fn every_key_has_a_name_to_be_spoken() {
        for kind in [KeyboardKind::Azerty, KeyboardKind::Abc, KeyboardKind::Figures] {
            for item in key_items(&rows(kind)) {
                assert!(!item.spoken.is_empty());
                assert!(!item.label.is_empty() || !item.icon.is_empty());
            }
        }
    }

    #[test]
    fn physical_letters_type_and_function_keys_do_nothing() {
        assert_eq!(typed("é"), Some(Intent::Key(KeyAction::Type('é'))));
        assert_eq!(typed(&SharedString::from(PhysicalKey::Backspace)), Some(Intent::Key(KeyAction::Erase)));
        for key in [PhysicalKey::F1, PhysicalKey::LeftArrow, PhysicalKey::Escape] {
            assert_eq!(typed(&SharedString::from(key)), None);
        }
        assert_eq!(typed("\0"), None);
    }
}
