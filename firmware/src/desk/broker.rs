//! The broker: how this hall is, told to whoever follows it through MQTT, and the halls elsewhere that this desk follows.
//!
//! ```text
//! hall ─▶ publisher ─▶ document ─▶ session ═▶ parvis/<hall>/state ═▶ session ─▶ document ─▶ follow ─▶ staff page
//! ```
//!
//! Nothing here is needed for a call in this hall: a broker that is dead, silent or lying costs the desk nothing. What
//! goes out, and what is believed of what comes in, is in `docs/mqtt.md`.

pub mod document;
pub mod elsewhere;
pub mod follow;
mod frames;
pub mod link;
mod publisher;
mod session;
mod wire;

use std::path::PathBuf;
use std::time::Duration;

/// Halls that one desk follows, at most.
pub const FOLLOWED_MAX: usize = 32;
/// Characters of a hall's name in topics, at most.
pub const HALL_CHARS_MAX: usize = 40;

/// The site's broker, and what this desk does there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerConfig {
    /// Its name or its address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Over TLS.
    pub tls: bool,
    /// This hall's name in topics: see [`is_hall`].
    pub hall: String,
    /// Its name for people.
    pub name: Option<String>,
    /// Who this desk is for the broker.
    pub user: Option<String>,
    /// Where its password is; read at each connection, so that it may change.
    pub password_file: Option<PathBuf>,
    /// The authority that the broker's certificate must come from, as PEM; without it, those of this machine.
    pub authority: Option<PathBuf>,
    /// The halls that are followed, by their names in topics.
    pub follow: Vec<String>,
    /// How often, and how long.
    pub times: Times,
}

/// How often something is said, and how long something is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// Changes are published and shown that often at most.
    pub tick: Duration,
    /// The hall is published that often at least; six times as often for that long after the broker was reached.
    pub beat: Duration,
    /// A hall that is silent for longer is not known any more. More than two beats.
    pub silent: Duration,
    /// The broker hears something that often at least.
    pub ping: Duration,
    /// A broker that answers nothing for that long is gone.
    pub answer: Duration,
    /// Until the first new try to reach it,
    pub retry_first: Duration,
    /// and between tries, at most.
    pub retry_most: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            tick: Duration::from_millis(200),
            beat: Duration::from_secs(30),
            silent: Duration::from_secs(75),
            ping: Duration::from_secs(10),
            answer: Duration::from_secs(8),
            retry_first: Duration::from_secs(1),
            retry_most: Duration::from_secs(30),
        }
    }
}

/// Whether this is a hall's name in topics: 1 to 40 of a to z, 0 to 9 and the hyphen. No sign that MQTT reads otherwise.
pub fn is_hall(name: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=HALL_CHARS_MAX).contains(&name.len()) && name.chars().all(good)
}

/// Where a hall's state is.
pub fn state_topic(hall: &str) -> String {
    format!("parvis/{hall}/state")
}

/// Where the broker says whether a hall's desk is connected to it: for dashboards only.
pub fn online_topic(hall: &str) -> String {
    format!("parvis/{hall}/online")
}

/// The hall whose state is at `topic`.
fn hall_of(topic: &str) -> Option<&str> {
    topic.strip_prefix("parvis/")?.strip_suffix("/state").filter(|hall| is_hall(hall))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_s_name_is_one_plain_part_of_a_topic() {
        for good in ["saint-martin", "a", "38-la-mure", &"x".repeat(40)] {
            assert!(is_hall(good), "{good}");
            assert_eq!(hall_of(&state_topic(good)), Some(good));
        }
        for bad in ["", "Mairie", "a/b", "+", "#", "a b", "é", "$sys", &"x".repeat(41)] {
            assert!(!is_hall(bad), "{bad}");
            assert_eq!(hall_of(&state_topic(bad)), None);
        }
        assert_eq!(hall_of("parvis/a/online"), None);
        assert_eq!(hall_of("other/a/state"), None);
    }
}
