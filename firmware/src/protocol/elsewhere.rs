//! What a desk tells its own pages of the halls elsewhere that it follows. It only ever shows them: one answers there.

use serde::{Deserialize, Serialize};

use super::Presence;

/// The way to the halls elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relay {
    /// This desk has none.
    #[default]
    None,
    /// The broker answers.
    Reached,
    /// It does not.
    Lost,
}

/// A hall elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedHall {
    /// Its name in topics.
    pub id: String,
    /// Its name for people; the one in topics where it says no other.
    pub name: String,
    /// Whether what follows is known, or was once.
    pub news: News,
    /// Calls there that nobody has answered,
    pub waiting: usize,
    /// and those of them that are late.
    pub late: usize,
    /// Its open calls: late ones first, then those that wait; the first few, for the page to name.
    pub calls: Vec<FollowedCall>,
    /// Who holds its desk.
    pub presence: Presence,
    /// Whether a staff page is connected there.
    pub watched: bool,
    /// Kiosks there that do not answer, or whose printer needs a hand.
    pub troubled: usize,
}

/// What is known of a hall elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum News {
    /// Nothing was ever heard.
    Never,
    /// It lives, and this is how it is.
    Fresh,
    /// What the broker had kept: perhaps old, and nothing was heard from the hall itself.
    Unconfirmed,
    /// It was heard, and is not any more.
    Silent {
        /// Seconds since it was heard.
        seconds: u64,
    },
}

/// An open call of a hall elsewhere: no reason, no language, no name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowedCall {
    /// The number of the day, there.
    pub number: u32,
    /// Where: the kiosk's name.
    pub kiosk: String,
    /// Seconds since it was made, by what was heard.
    pub seconds: u64,
    /// Nobody has said yet that they come.
    pub waits: bool,
    /// Nobody answered in time.
    pub late: bool,
    /// The visitor has perhaps left.
    pub left: bool,
}
