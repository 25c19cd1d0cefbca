//! The on-screen keyboards: AZERTY for those who type, ABC for those who look for the letter.

/// Which keyboard is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyboardKind {
    /// The French office keyboard.
    #[default]
    Azerty,
    /// Letters in the order of the alphabet.
    Abc,
    /// Figures and signs.
    Figures,
}

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAction {
    /// Adds a character.
    Type(char),
    /// Removes the last character.
    Erase,
    /// Removes everything.
    EraseAll,
    /// Shows another keyboard.
    Show(KeyboardKind),
}

/// A key and its width, in keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it does.
    pub action: KeyAction,
    /// Its width: 1, 2 or 4 keys.
    pub span: u8,
}

/// Keys in a row, counted by their widths.
pub const ROW_SPAN: u8 = 10;
/// Rows of a keyboard.
pub const ROWS: usize = 4;

/// The rows of a keyboard; each is [`ROW_SPAN`] wide.
pub fn rows(kind: KeyboardKind) -> [Vec<Key>; ROWS] {
    let [first, second, third] = match kind {
        KeyboardKind::Azerty => ["azertyuiop", "qsdfghjklm", "wxcvbné'"],
        KeyboardKind::Abc => ["abcdefghij", "klmnopqrst", "uvwxyzé'"],
        KeyboardKind::Figures => ["1234567890", "-/.,:€%+()", "àèêçùœ'?"],
    };
    let letters = |row: &str| row.chars().map(|c| Key { action: KeyAction::Type(c), span: 1 }).collect();
    let mut third: Vec<Key> = letters(third);
    third.push(Key { action: KeyAction::Erase, span: 2 });
    let [left, right] = match kind {
        KeyboardKind::Azerty => [KeyboardKind::Figures, KeyboardKind::Abc],
        KeyboardKind::Abc => [KeyboardKind::Figures, KeyboardKind::Azerty],
        KeyboardKind::Figures => [KeyboardKind::Abc, KeyboardKind::Azerty],
    };
    let fourth = vec![
        Key { action: KeyAction::Show(left), span: 2 },
        Key { action: KeyAction::Show(right), span: 2 },
        Key { action: KeyAction::Type(' '), span: 4 },
        Key { action: KeyAction::EraseAll, span: 2 },
    ];
    [letters(first), letters(second), third, fourth]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [KeyboardKind; 3] = [KeyboardKind::Azerty, KeyboardKind::Abc, KeyboardKind::Figures];

    #[test]
    fn every_row_of_every_keyboard_has_the_same_width() {
        for kind in KINDS {
            for row in rows(kind) {
                assert_eq!(row.iter().map(|key| key.span).sum::<u8>(), ROW_SPAN, "{kind:?}");
            }
        }
    }

    #[test]
    fn both_letter_keyboards_have_the_whole_alphabet() {
        for kind in [KeyboardKind::Azerty, KeyboardKind::Abc] {
            let typed: Vec<KeyAction> = rows(kind).iter().flatten().map(|key| key.action).collect();
            assert!(('a'..='z').all(|c| typed.contains(&KeyAction::Type(c))), "{kind:?}");
        }
    }

    #[test]
    fn from_any_keyboard_every_other_one_is_one_key_away() {
        for kind in KINDS {
            let reachable: Vec<KeyAction> = rows(kind).iter().flatten().map(|key| key.action).collect();
            for other in KINDS.iter().filter(|other| **other != kind) {
                assert!(reachable.contains(&KeyAction::Show(*other)), "{kind:?} to {other:?}");
            }
        }
    }
}
