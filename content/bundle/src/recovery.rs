//! The recovery sheet of a lone editor: a root key on paper, in groups that can be typed back.

use data_encoding::{Encoding, Specification};

use crate::digest::Digest;
use crate::keys::{KeyError, SEED_BYTES, SigningKey};

/// Letters in a group.
const GROUP: usize = 4;
/// Bytes of the digest behind the seed: a letter typed wrong is noticed.
const CHECK_BYTES: usize = 3;
/// Longest text typed back that is looked at, in bytes.
const TYPED_BYTES_MAX: usize = 400;

/// Base 32 with Crockford's letters, which are not mistaken for others on paper. Spaces, hyphens and small letters do not
/// matter; O is 0, I and L are 1.
fn letters() -> Result<Encoding, KeyError> {
    let mut letters = Specification::new();
    letters.symbols.push_str("0123456789ABCDEFGHJKMNPQRSTVWXYZ");
    letters.translate.from.push_str("abcdefghjkmnpqrstvwxyzOoIiLl");
    letters.translate.to.push_str("ABCDEFGHJKMNPQRSTVWXYZ001111");
    letters.ignore.push_str(" -\r\n\t");
    letters.encoding().map_err(|_| KeyError::System)
}

/// The key as groups of four letters.
pub fn print(key: &SigningKey) -> Result<String, KeyError> {
    let mut bytes = key.seed()?.to_vec();
    bytes.extend_from_slice(Digest::of(&bytes).bytes().get(..CHECK_BYTES).unwrap_or_default());
    let printed = letters()?.encode(&bytes);
    let groups: Vec<&str> =
        printed.as_bytes().chunks(GROUP).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    Ok(groups.join(" "))
}

/// The key that a sheet gives back, as it was typed.
pub fn read(typed: &str) -> Result<SigningKey, KeyError> {
    if typed.len() > TYPED_BYTES_MAX {
        return Err(KeyError::NotAKey);
    }
    let bytes = letters()?.decode(typed.as_bytes()).map_err(|_| KeyError::NotAKey)?;
    let (seed, check) = bytes.split_at_checked(SEED_BYTES).ok_or(KeyError::NotAKey)?;
    if check.len() == CHECK_BYTES && Digest::of(seed).bytes().starts_with(check) {
        SigningKey::from_seed(seed)
    } else {
        Err(KeyError::NotAKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_paper_however_it_is_typed() {
        for _ in 0..50 {
            let key = SigningKey::generate().unwrap();
            let printed = print(&key).unwrap();
            for typed in
                [printed.clone(), printed.to_lowercase().replace(' ', "-"), printed.replace('0', "O")]
            {
                assert_eq!(read(&typed).unwrap().public(), key.public());
            }
        }
    }

    #[test]
    fn any_letter_typed_wrong_is_noticed() {
        let printed = print(&SigningKey::generate().unwrap()).unwrap().replace(' ', "");
        for at in 0..printed.len() {
            let mut letters: Vec<char> = printed.chars().collect();
            letters[at] = if letters[at] == '7' { '8' } else { '7' };
            let typed: String = letters.iter().collect();
            assert_eq!(read(&typed).unwrap_err(), KeyError::NotAKey, "letter {at}");
        }
        let shorter: String = printed.chars().skip(4).collect();
        for bad in ["", "ABCD", "ÉÉÉÉ", &shorter, &format!("{printed}7777")] {
            assert_eq!(read(bad).unwrap_err(), KeyError::NotAKey);
        }
    }
}
