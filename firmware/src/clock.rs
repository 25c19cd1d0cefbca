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

/// A moment, by both clocks: the machine's may jump, the other one never does but begins anew at each start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970 (UTC), by the machine's clock.
    pub unix: u64,
    /// Since the start of the program.
    pub since_start: Duration,
}

/// This moment.
pub fn moment() -> Moment {
    Moment { unix: unix_seconds(), since_start: since_start() }
}

/// Where systemd-timesyncd says that the clock was set by a time server, and still is.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

/// A day of the week and a time of it, where the hall is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HallTime {
    /// The day.
    pub day: parvis_content::Weekday,
    /// Minutes since midnight.
    pub minute: u16,
}

/// The time of the hall, only while the clock is certain: a kiosk that has no clock of its own must not say that a
/// place is closed (DESIGN.md section 3).
pub fn hall_time() -> Option<HallTime> {
    std::fs::exists(SYNCHRONIZED).ok().filter(|synchronized| *synchronized)?;
    let now = i64::try_from(unix_seconds()).ok().and_then(|unix| jiff::Timestamp::from_second(unix).ok())?;
    let here = now.to_zoned(jiff::tz::TimeZone::system());
    let day =
        *parvis_content::Weekday::ALL.get(usize::try_from(here.weekday().to_monday_zero_offset()).ok()?)?;
    let minute = u16::try_from(here.hour()).ok()? * 60 + u16::try_from(here.minute()).ok()?;
    Some(HallTime { day, minute })
}

/// [`since_start`] as a value to hand on.
pub fn shared() -> Arc<dyn Fn() -> Duration + Send + Sync> {
    since_start();
    Arc::new(since_start)
}
