//! The document: how a hall is, as its topic says it. Built without anything that a broker must not keep; read as what a
//! stranger wrote. Its fields are explained in `docs/mqtt.md`, its form is in `docs/mqtt-state.schema.json`.

use serde::{Deserialize, Serialize};

use super::BrokerConfig;
use crate::desk::hall::Hall;
use crate::protocol::{CallState, Presence, StaffCall, StaffKiosk, ToStaff, clean_name};

/// The version of the form.
pub const VERSION: u32 = 1;
/// Bytes of a document, at most.
pub const BYTES_MAX: usize = 64 * 1024;
/// Calls in a document, at most; more cannot be open at once.
pub const CALLS_MAX: usize = 64;
/// Kiosks in a document, at most.
pub const KIOSKS_MAX: usize = 64;
/// Characters of a name or of a gesture; so cut, the largest document has fewer than [`BYTES_MAX`] bytes.
pub const CHARS_MAX: usize = 60;
/// The largest number that JSON carries anywhere.
const NUMBER_MAX: u64 = (1 << 53) - 1;
/// Nothing waits longer, in seconds: a day.
const SECONDS_MAX: u64 = 24 * 3600;

/// A hall at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// [`VERSION`].
    pub version: u32,
    /// Which hall.
    pub hall: HallName,
    /// Which start of its desk: a number by chance, another one at each start.
    pub run: u64,
    /// Grows with each document of a run.
    pub sequence: u64,
    /// Who holds the desk.
    pub presence: Presence,
    /// So many seconds without an answer are late.
    pub late_s: u64,
    /// Open calls, oldest first.
    pub calls: Vec<DocumentCall>,
    /// Kiosks.
    pub kiosks: Vec<DocumentKiosk>,
    /// Staff pages that are connected.
    pub pages: u32,
}

/// Which hall a document is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HallName {
    /// Its name in topics.
    pub id: String,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// An open call. Neither what for, nor its language, nor who comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentCall {
    /// The number of the day.
    pub number: u32,
    /// Where: the kiosk's name.
    pub kiosk: String,
    /// How it stands.
    pub state: Stage,
    /// Seconds since it was made.
    pub seconds: u64,
    /// Nobody answered in time.
    pub late: bool,
    /// The visitor has perhaps left.
    pub left: bool,
    /// Somebody had answered and did not close it: it is called anew.
    #[serde(default)]
    pub again: bool,
}

/// How an open call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Written down.
    Requested,
    /// Shown on a staff page.
    Delivered,
    /// Somebody comes.
    Acknowledged,
    /// The person is with the visitor.
    Arrived,
}

/// A kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentKiosk {
    /// Its name.
    pub name: String,
    /// Whether it answers.
    pub alive: bool,
    /// What to do about its printer, in French; empty when it prints.
    pub printer: String,
}

/// Why a document was not believed. It says nothing of what stood in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// More than [`BYTES_MAX`] bytes.
    #[error("the document is too large")]
    TooLarge,
    /// Not JSON, or not of this form.
    #[error("the document cannot be read")]
    Unreadable,
    /// Of another version.
    #[error("the document is of another version")]
    OtherVersion,
    /// It says that it is of another hall than its topic.
    #[error("the document is of another hall than its topic")]
    OtherHall,
    /// More calls or kiosks than there can be, or numbers that cannot be.
    #[error("the document is out of bounds")]
    OutOfBounds,
}

impl Document {
    /// The hall now.
    pub fn of(hall: &Hall, config: &BrokerConfig, run: u64, sequence: u64) -> Option<Self> {
        let ToStaff::Hall { calls, kiosks, presence, late_s, .. } = hall.for_staff() else { return None };
        Some(Self {
            version: VERSION,
            hall: HallName { id: config.hall.clone(), name: config.name.as_deref().map(cut) },
            run,
            sequence,
            presence,
            late_s,
            calls: calls.iter().take(CALLS_MAX).filter_map(document_call).collect(),
            kiosks: kiosks.iter().take(KIOSKS_MAX).map(document_kiosk).collect(),
            pages: u32::try_from(hall.pages()).unwrap_or(u32::MAX),
        })
    }

    /// Whether it says the same as `other`, but for the time that went by.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let still = |document: &Self| {
            let mut still = Self { sequence: 0, ..document.clone() };
            still.calls.iter_mut().for_each(|call| call.seconds = 0);
            still
        };
        still(self) == still(other)
    }

    /// As it is published.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Strings, numbers and lists are always JSON.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads what stood at the topic of `hall`.
    pub fn read(hall: &str, bytes: &[u8]) -> Result<Self, DocumentError> {
        if bytes.len() > BYTES_MAX {
            return Err(DocumentError::TooLarge);
        }
        // Another version may have another form: it is looked at first.
        let Versioned { version } = parse(bytes)?;
        if version != VERSION {
            return Err(DocumentError::OtherVersion);
        }
        let document: Self = parse(bytes)?;
        if document.hall.id != hall {
            return Err(DocumentError::OtherHall);
        }
        let Self { calls, kiosks, run, sequence, .. } = &document;
        let in_bounds = calls.len() <= CALLS_MAX
            && kiosks.len() <= KIOSKS_MAX
            && *run <= NUMBER_MAX
            && *sequence <= NUMBER_MAX;
        if in_bounds { Ok(document.cleaned()) } else { Err(DocumentError::OutOfBounds) }
    }

    /// Without controls, and everything as long as it may be.
    fn cleaned(mut self) -> Self {
        self.hall.name = self.hall.name.as_deref().map(cut).filter(|name| !name.is_empty());
        self.presence = self.presence.bounded();
        self.late_s = self.late_s.min(SECONDS_MAX);
        for call in &mut self.calls {
            call.kiosk = cut(&call.kiosk);
            call.seconds = call.seconds.min(SECONDS_MAX);
        }
        for kiosk in &mut self.kiosks {
            kiosk.name = cut(&kiosk.name);
            kiosk.printer = cut(&kiosk.printer);
        }
        self
    }
}

impl DocumentCall {
    /// Nobody has said yet that they come.
    pub fn waits(&self) -> bool {
        matches!(self.state, Stage::Requested | Stage::Delivered)
    }
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, DocumentError> {
    serde_json::from_slice(bytes).map_err(|_| DocumentError::Unreadable)
}

fn cut(name: &str) -> String {
    clean_name(name).chars().take(CHARS_MAX).collect()
}

fn document_call(call: &StaffCall) -> Option<DocumentCall> {
    let state = match call.state {
        CallState::Requested => Stage::Requested,
        CallState::Delivered => Stage::Delivered,
        CallState::Acknowledged { .. } => Stage::Acknowledged,
        CallState::Arrived { .. } => Stage::Arrived,
        CallState::Closed | CallState::Cancelled | CallState::Expired => return None,
    };
    Some(DocumentCall {
        number: call.number,
        kiosk: cut(&call.kiosk),
        state,
        seconds: call.seconds,
        late: call.late,
        left: call.left,
        again: call.again.is_some(),
    })
}

fn document_kiosk(kiosk: &StaffKiosk) -> DocumentKiosk {
    DocumentKiosk { name: cut(&kiosk.name), alive: kiosk.alive, printer: cut(&kiosk.printer) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A document of the hall `b`.
    pub fn document(run: u64, sequence: u64) -> Document {
        Document {
            version: VERSION,
            hall: HallName { id: "b".into(), name: Some("Mairie de B".into()) },
            run,
            sequence,
            presence: Presence::Here,
            late_s: 60,
            calls: vec![call(7, "Borne")],
            kiosks: vec![DocumentKiosk { name: "Borne".into(), alive: true, printer: String::new() }],
            pages: 1,
        }
    }

    fn call(number: u32, kiosk: &str) -> DocumentCall {
        let kiosk = kiosk.to_owned();
        DocumentCall {
            number,
            kiosk,
            state: Stage::Requested,
            seconds: 9,
            late: false,
            left: false,
            again: false,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let written = document(5, 6);
        assert_eq!(Document::read("b", &written.to_bytes()), Ok(written.clone()));
        let later = Document {
            sequence: 7,
            calls: vec![DocumentCall { seconds: 39, ..call(7, "Borne") }],
            ..written.clone()
        };
        assert!(written.says_the_same_as(&later));
        assert!(!written.says_the_same_as(&Document { pages: 0, ..later }));
    }

    #[test]
    fn the_largest_document_fits() {
        let wide = "\u{1F3DB}".repeat(500);
        let quotes = "\"".repeat(500);
        for name in [wide, quotes] {
            let largest = Document {
                run: NUMBER_MAX,
                sequence: NUMBER_MAX,
                late_s: u64::MAX,
                presence: Presence::Back { at: 1_439 },
                calls: vec![
                    DocumentCall { seconds: u64::MAX, number: u32::MAX, ..call(1, &cut(&name)) };
                    CALLS_MAX
                ],
                kiosks: vec![
                    DocumentKiosk { name: cut(&name), alive: false, printer: cut(&name) };
                    KIOSKS_MAX
                ],
                pages: u32::MAX,
                ..document(1, 1)
            };
            let bytes = largest.to_bytes();
            assert!(bytes.len() <= BYTES_MAX, "{} bytes", bytes.len());
            assert!(Document::read("b", &bytes).is_ok());
        }
    }

    #[test]
    fn what_a_stranger_wrote_is_refused_or_cut() {
        let text = |document: &Document| String::from_utf8(document.to_bytes()).unwrap();
        let good = text(&document(1, 1));
        let many = Document { calls: vec![call(1, "x"); CALLS_MAX + 1], ..document(1, 1) };
        for (bytes, why) in [
            (String::new(), DocumentError::Unreadable),
            ("{".into(), DocumentError::Unreadable),
            ("[".repeat(50_000), DocumentError::Unreadable),
            ("x".repeat(BYTES_MAX + 1), DocumentError::TooLarge),
            (r#"{"version":2,"shape":"other"}"#.into(), DocumentError::OtherVersion),
            (good.replace("\"id\":\"b\"", "\"id\":\"c\""), DocumentError::OtherHall),
            (good.replace("\"state\":\"requested\"", "\"state\":\"closed\""), DocumentError::Unreadable),
            (good.replace("\"sequence\":1", "\"sequence\":-1"), DocumentError::Unreadable),
            (good.replace("\"sequence\":1", "\"sequence\":9007199254740992"), DocumentError::OutOfBounds),
            (text(&many), DocumentError::OutOfBounds),
        ] {
            assert_eq!(
                Document::read("b", bytes.as_bytes()),
                Err(why),
                "{}",
                bytes.get(..60).unwrap_or(&bytes)
            );
        }
        assert_eq!(Document::read("b", &[0xFF, 0xFE]), Err(DocumentError::Unreadable));
        let hostile = good.replace("Mairie de B", &format!("\\u0007{}", "W".repeat(900)));
        let read = Document::read("b", hostile.as_bytes()).unwrap();
        assert_eq!(read.hall.name.unwrap(), "W".repeat(CHARS_MAX));
        // What a later form of this version adds is passed over.
        assert!(
            Document::read("b", good.replace("{\"version\"", "{\"more\":[1],\"version\"").as_bytes()).is_ok()
        );
    }
}
