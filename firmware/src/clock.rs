//! The only reader of time. Everything else gets it as an argument.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// This version of Parvis was made after this moment (2026-11-01), in seconds since 1970 (UTC): no clock is earlier.
pub const BUILT_AFTER: i64 = 1_793_491_200;

/// Time since the start of the program.
#[allow(clippy::disallowed_methods, reason = "this is the clock that the rest of the program is given")]
pub fn since_start() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

/// Seconds since 1970, by the machine's clock: for the time of a call on the staff page, never for a decision.
#[allow(clippy::disallowed_methods, reason = "this is the clock that the rest of the program is given")]
pub fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// [`since_start`] as a value to hand on.
pub fn shared() -> Arc<dyn Fn() -> Duration + Send + Sync> {
    since_start();
    Arc::new(since_start)
}
