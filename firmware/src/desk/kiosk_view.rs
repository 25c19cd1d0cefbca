//! What one connection of a kiosk is told: how the desk is, and how its last calls stand.

use std::collections::VecDeque;

use super::hall::Hall;
use crate::protocol::{FromKiosk, ToKiosk};

/// The last calls of a kiosk that are still reported to it.
const KEYS_MAX: usize = 8;

/// A kiosk that is connected.
pub struct KioskView {
    name: String,
    keys: VecDeque<u64>,
}

impl KioskView {
    /// A kiosk that has said its name. Where a call of it is open, it is told so: it may have been started anew.
    pub fn new(hall: &Hall, name: String) -> Self {
        let keys = hall.open_key(&name).into_iter().collect();
        Self { name, keys }
    }

    /// The kiosk says something.
    pub fn hears(&mut self, hall: &Hall, message: FromKiosk) {
        if let FromKiosk::Ask { key, .. } = message
            && !self.keys.contains(&key)
        {
            self.keys.push_back(key);
            if self.keys.len() > KEYS_MAX {
                self.keys.pop_front();
            }
        }
        hall.from_kiosk(&self.name, message);
    }

    /// Everything that it is told after a change.
    pub fn news(&self, hall: &Hall) -> Vec<ToKiosk> {
        let calls = self.keys.iter().filter_map(|key| hall.for_kiosk(&self.name, *key));
        std::iter::once(hall.for_kiosks()).chain(calls).collect()
    }
}
