//! What really happened, for comparison with what is shown.

use std::collections::{BTreeMap, BTreeSet};

/// A call, by kiosk and key.
pub type Id = (usize, u64);

/// One call, as an onlooker who sees everything knows it.
#[derive(Clone, Debug, Default)]
pub struct Fate {
    /// The desk's number, once the visitor was shown it: from then on the call must not be lost.
    pub promised: Option<u32>,
    /// The desk's number, once the kiosk heard it.
    pub number: Option<u32>,
    /// The visitor took it back.
    pub cancelled: bool,
    /// The kiosk died with something to say of it that the desk may not have heard.
    pub died_unheard: bool,
}

/// Everything.
#[derive(Debug, Default)]
pub struct Truth {
    pub calls: BTreeMap<Id, Fate>,
    /// Numbers that a page in sight has shown.
    pub shown: BTreeSet<u32>,
    /// Who pressed "J'arrive" for which number.
    pub coming: BTreeSet<(u32, String)>,
    /// Numbers for which somebody pressed "Terminé".
    pub done: BTreeSet<u32>,
}

impl Truth {
    pub fn fate(&mut self, id: Id) -> &mut Fate {
        self.calls.entry(id).or_default()
    }
}
