//! What kiosks, staff pages and the desk say to each other: JSON texts in a WebSocket.
//!
//! Every side says something at least every [`HEARTBEAT`]; one that is silent for [`SILENCE_MAX`] is gone.
//! The desk sends whole states, not changes: a lost or repeated message does no harm.

mod elsewhere;

use std::time::Duration;

pub use elsewhere::{FollowedCall, FollowedHall, News, Relay};
use serde::{Deserialize, Serialize};

/// Both sides say something that often.
pub const HEARTBEAT: Duration = Duration::from_secs(2);
/// Silent for that long: gone (DESIGN.md section 5).
pub const SILENCE_MAX: Duration = Duration::from_secs(5);
/// Bytes of one message, at most.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// Characters of a name (kiosk, person, sheet title) in a message; longer ones are cut.
pub const NAME_CHARS_MAX: usize = 120;

/// The desk closes a kiosk's socket with this code when a living kiosk has its name: their calls would be mixed up.
pub const NAME_TAKEN: u16 = 4409;

/// From a kiosk to the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FromKiosk {
    /// First of all: who this is.
    Hello {
        /// The kiosk's name, as staff know it: "Borne de l’entrée".
        kiosk: String,
    },
    /// A person is wanted. Said again after a break: the same key is the same call.
    Ask {
        /// The kiosk's own number of the call.
        key: u64,
        /// The language of the visit, as in BCP 47 ("fr").
        #[serde(default = "french")]
        lang: String,
    },
    /// The visitor chose to say what for. Never written down, never passed on beyond this hall's staff pages.
    Reason {
        /// The kiosk's own number of the call.
        key: u64,
        /// The title of a sheet; never anything that was typed.
        title: String,
        /// The theme that it belongs to, of a fixed list: this alone is counted.
        theme: String,
    },
    /// The visitor says that the person is there.
    Arrived {
        /// The kiosk's own number of the call.
        key: u64,
    },
    /// Not wanted any more.
    Cancel {
        /// The kiosk's own number of the call.
        key: u64,
    },
    /// The session is over; the visitor has perhaps left.
    Left {
        /// The kiosk's own number of the call.
        key: u64,
    },
    /// What the printer can do, for staff: a gesture, or nothing when all is well.
    Printer {
        /// In French, ready to show; empty when it prints.
        gesture: String,
    },
    /// How the keypad is, for staff: the same.
    Keypad {
        /// In French, ready to show; empty when it is read, or there is none.
        gesture: String,
    },
    /// Still there.
    Ping,
}

impl FromKiosk {
    /// The call that it is about, if it is about one.
    pub fn key(&self) -> Option<u64> {
        match self {
            Self::Ask { key, .. }
            | Self::Reason { key, .. }
            | Self::Arrived { key }
            | Self::Cancel { key }
            | Self::Left { key } => Some(*key),
            Self::Hello { .. } | Self::Printer { .. } | Self::Keypad { .. } | Self::Ping => None,
        }
    }
}

/// From the desk to a kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToKiosk {
    /// How the kiosk's call stands.
    Call {
        /// The kiosk's own number of the call.
        key: u64,
        /// The number of the day.
        number: u32,
        /// 1, and one more each time that staff are called anew: what is said of an earlier round is old.
        round: u32,
        /// Its state.
        state: CallState,
        /// Its visitor has perhaps left.
        left: bool,
    },
    /// How the desk is.
    Desk {
        /// Whether somebody holds it.
        presence: Presence,
        /// Whether a staff page is connected at all.
        watched: bool,
        /// Half of the last calls were answered within that many seconds; nothing while too few were.
        usual_s: Option<u64>,
    },
    /// Still there.
    Pong,
}

/// Whether somebody holds the desk, as staff say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Presence {
    /// Nobody has said.
    #[default]
    Unknown,
    /// "Je tiens l'accueil".
    Here,
    /// Away, and back at a time of the day, in minutes from midnight.
    Back {
        /// 0 to 1439.
        at: u16,
    },
    /// Closed.
    Closed,
}

/// How a call stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum CallState {
    /// Written down.
    Requested,
    /// Shown on a staff page that is in sight.
    Delivered,
    /// Somebody comes.
    Acknowledged {
        /// Who: a first name or a desk.
        by: String,
    },
    /// The person is with the visitor.
    Arrived {
        /// Who.
        by: String,
    },
    /// Over, by staff. Who came is forgotten with it.
    Closed,
    /// Over, by the visitor.
    Cancelled,
    /// Over, by time: nobody came, or nobody said that it was done.
    Expired,
}

impl CallState {
    /// Whether nobody has said yet that they come.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Requested | Self::Delivered)
    }

    /// Whether it still concerns staff.
    pub fn is_open(&self) -> bool {
        self.is_waiting() || matches!(self, Self::Acknowledged { .. } | Self::Arrived { .. })
    }

    /// Who comes or is there.
    pub fn by(&self) -> Option<&str> {
        match self {
            Self::Acknowledged { by } | Self::Arrived { by } => Some(by),
            Self::Requested | Self::Delivered | Self::Closed | Self::Cancelled | Self::Expired => None,
        }
    }
}

impl Presence {
    /// A time of the day that there is.
    pub fn bounded(self) -> Self {
        match self {
            Self::Back { at } => Self::Back { at: at % (24 * 60) },
            said @ (Self::Unknown | Self::Here | Self::Closed) => said,
        }
    }
}

/// From a staff page to the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FromStaff {
    /// The page is in sight and shows this call.
    Shown {
        /// The call's number.
        number: u32,
    },
    /// "J'arrive".
    Come {
        /// The call's number.
        number: u32,
        /// A first name or a desk.
        by: String,
    },
    /// "Je suis avec la personne".
    With {
        /// The call's number.
        number: u32,
    },
    /// "Terminé".
    Done {
        /// The call's number.
        number: u32,
    },
    /// "Je tiens l'accueil", "de retour à…", "fermé".
    Presence {
        /// What is said.
        presence: Presence,
    },
    /// Still there.
    Ping,
}

/// From the desk to a staff page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum ToStaff {
    /// Everything there is to know.
    Hall {
        /// Open calls, oldest first.
        calls: Vec<StaffCall>,
        /// The kiosks, and how they are.
        kiosks: Vec<StaffKiosk>,
        /// Who holds the desk.
        presence: Presence,
        /// Calls of the last day that are over, newest first, without names.
        ended: Vec<EndedCall>,
        /// So many seconds without an answer are late.
        late_s: u64,
        /// The halls elsewhere that this desk follows.
        #[serde(default)]
        elsewhere: Vec<FollowedHall>,
        /// The way to them.
        #[serde(default)]
        relay: Relay,
    },
    /// Something that was asked cannot be done.
    Refused {
        /// In French: what and why.
        why: String,
    },
    /// Still there.
    Pong,
}

/// A call as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffCall {
    /// The number of the day.
    pub number: u32,
    /// Where: the kiosk's name.
    pub kiosk: String,
    /// Seconds since it was made.
    pub seconds: u64,
    /// How it stands.
    #[serde(flatten)]
    pub state: CallState,
    /// The visitor has perhaps left.
    pub left: bool,
    /// The language of the visit.
    pub lang: String,
    /// What for, where the visitor chose to say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Nobody answered in time: the next rung of the ladder was called.
    pub late: bool,
    /// Who said that they came in an earlier round, and did not close the call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

/// A call that is over, as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedCall {
    /// The number of the day.
    pub number: u32,
    /// Where: the kiosk's name.
    pub kiosk: String,
    /// When it was made, in seconds since 1970 (UTC).
    pub made_at: u64,
    /// Seconds to the first "J'arrive"; nothing when nobody said it.
    pub answered_s: Option<u64>,
    /// How it ended: "closed", "cancelled" or "expired".
    pub end: String,
}

/// A kiosk as staff see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffKiosk {
    /// Its name.
    pub name: String,
    /// Whether it answers.
    pub alive: bool,
    /// What to do about its printer; empty when it prints.
    pub printer: String,
    /// What to do about its keypad; empty when it is read, or there is none.
    pub keypad: String,
}

fn french() -> String {
    "fr".to_owned()
}

/// A name as it may be shown and kept: without controls, not too long.
pub fn clean_name(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_read_as_the_staff_page_expects_them() {
        let call = StaffCall {
            number: 3,
            kiosk: "Borne".into(),
            seconds: 4,
            state: CallState::Acknowledged { by: "Marie".into() },
            left: false,
            lang: "fr".into(),
            reason: None,
            late: false,
            again: None,
        };
        let json = serde_json::to_string(&call).unwrap();
        assert_eq!(
            json,
            r#"{"number":3,"kiosk":"Borne","seconds":4,"state":"acknowledged","by":"Marie","left":false,"lang":"fr","late":false}"#
        );
        let come: FromStaff = serde_json::from_str(r#"{"type":"come","number":3,"by":"Marie"}"#).unwrap();
        assert_eq!(come, FromStaff::Come { number: 3, by: "Marie".into() });
        let away = r#"{"type":"presence","presence":{"is":"back","at":840}}"#;
        let presence = Presence::Back { at: 840 };
        assert_eq!(serde_json::from_str::<FromStaff>(away).unwrap(), FromStaff::Presence { presence });
    }

    #[test]
    fn unknown_messages_and_fields_are_refused() {
        assert!(serde_json::from_str::<FromStaff>(r#"{"type":"open-the-door"}"#).is_err());
        assert!(serde_json::from_str::<FromKiosk>(r#"{"type":"ask","key":1,"secret":"x"}"#).is_err());
    }

    #[test]
    fn names_are_cleaned_and_cut() {
        assert_eq!(clean_name(" Ma\u{0}rie\n "), "Marie");
        assert_eq!(clean_name(&"x".repeat(500)).len(), NAME_CHARS_MAX);
    }
}
