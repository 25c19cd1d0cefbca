//! Maps of keypads, as data: the device, and what its keys mean.

use std::collections::BTreeMap;

use evdev::KeyCode;
use serde::Deserialize;
use thiserror::Error;

use super::{KeypadKey, Stroke};

const MAPS: &str = include_str!("maps.toml");

/// Why the maps cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum MapError {
    /// The file is not as described in it.
    #[error("maps of keypads: {0}")]
    Format(#[from] toml::de::Error),
    /// A key that the kernel does not know.
    #[error("keypad {id}: the kernel knows no key {key}")]
    Key {
        /// Which keypad.
        id: String,
        /// The name as written.
        key: String,
    },
    /// A keypad without a way to choose.
    #[error("keypad {id}: needs at least keys for next and select")]
    Useless {
        /// Which keypad.
        id: String,
    },
}

/// One keypad.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeypadMap {
    /// What the configuration calls it.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether we had one in our hands.
    pub verified: bool,
    /// USB vendor and product, where the model says them.
    pub device: Option<(u16, u16)>,
    keys: BTreeMap<u16, KeypadKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    keypad: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    name: String,
    /// Where the facts are from: for the reader of the file.
    #[serde(rename = "source")]
    _source: String,
    verified: bool,
    vendor: Option<u16>,
    product: Option<u16>,
    keys: BTreeMap<String, KeypadKey>,
}

impl KeypadMap {
    /// All that are known.
    pub fn all() -> Result<Vec<Self>, MapError> {
        Self::read(MAPS)
    }

    /// The one of this name.
    pub fn by_id(id: &str) -> Result<Option<Self>, MapError> {
        Ok(Self::all()?.into_iter().find(|map| map.id == id))
    }

    fn read(text: &str) -> Result<Vec<Self>, MapError> {
        toml::from_str::<File>(text)?.keypad.into_iter().map(Self::of).collect()
    }

    fn of(written: Written) -> Result<Self, MapError> {
        let id = written.id;
        let mut keys = BTreeMap::new();
        for (key, meaning) in written.keys {
            let Ok(code) = key.parse::<KeyCode>() else {
                return Err(MapError::Key { id, key });
            };
            keys.insert(code.0, meaning);
        }
        let has = |wanted| keys.values().any(|meaning| *meaning == wanted);
        if !has(KeypadKey::Next) || !has(KeypadKey::Select) {
            return Err(MapError::Useless { id });
        }
        let device = written.vendor.zip(written.product);
        Ok(Self { id, name: written.name, verified: written.verified, device, keys })
    }

    /// What the key of this code means.
    pub fn stroke(&self, code: u16) -> Stroke {
        self.keys.get(&code).map_or(Stroke::Unknown(code), |key| Stroke::Key(*key))
    }

    /// The codes of its keys.
    pub fn codes(&self) -> impl Iterator<Item = (u16, KeypadKey)> + '_ {
        self.keys.iter().map(|(code, key)| (*code, *key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maps_that_we_ship_can_be_read_and_have_names_of_their_own() {
        let maps = KeypadMap::all().unwrap();
        let mut ids: Vec<&str> = maps.iter().map(|map| map.id.as_str()).collect();
        ids.dedup();
        assert_eq!(ids, ["storm-audionav", "numeric", "two-switches"]);
        assert_eq!(maps[0].stroke(KeyCode::KEY_F23.0), Stroke::Key(KeypadKey::Back));
        assert_eq!(maps[0].stroke(KeyCode::KEY_A.0), Stroke::Unknown(30));
    }

    #[test]
    fn a_map_that_cannot_be_right_is_refused_by_name() {
        let map = |keys: &str| {
            format!("[[keypad]]\nid = 'k'\nname = ''\nsource = ''\nverified = false\n[keypad.keys]\n{keys}")
        };
        for (keys, said) in [
            ("KEY_NOWHERE = 'next'", "no key KEY_NOWHERE"),
            ("KEY_A = 'jump'", "unknown variant"),
            ("KEY_A = 'next'", "next and select"),
        ] {
            let error = KeypadMap::read(&map(keys)).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }
}
