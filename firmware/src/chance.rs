//! Numbers by chance, where nothing secret hangs on them: secrets are made in [`desk::door`](crate::desk::door).

use std::hash::{BuildHasher as _, Hasher as _};

/// A number that no earlier run of the program had, whatever the clock says: 53 bits, so that JSON carries it anywhere.
pub fn number() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish() >> 11
}
