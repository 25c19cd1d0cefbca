//! What staff ask of the kiosk, beside the window: a code takes a while to be looked at, a disk to be synced.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use parvis_ui_model::view::{PrintState, PrintTrouble};

use super::desk_place::DeskPlace;
use super::morning::{self, MorningParts};
use super::{Clock, EventSender};
use crate::clock;
use crate::desk::door::ask::{self, AskError};
use crate::intake::{self, IntakeError};
use crate::present::morning::Morning;
use crate::session::Event;
use crate::staff::{Door, PinFiles};

/// Wishes that wait: one person stands there.
const WAITING_MAX: usize = 4;

/// Where staff's things are.
#[derive(Clone, Debug)]
pub struct StaffParts {
    /// The kiosk's name.
    pub kiosk: String,
    /// The content file.
    pub content: PathBuf,
    /// Their code.
    pub pin: PinFiles,
    /// The folder of what intake remembers.
    pub intake: PathBuf,
    /// The folder of releases.
    pub releases: PathBuf,
    /// Where the desk is.
    pub desk: DeskPlace,
}

/// A desk on another machine lets in whoever staff let in over there.
const ELSEWHERE: &str =
    "Cette borne appelle l’accueil d’une autre machine : c’est là-bas que l’on relie un poste.";

/// While another intake is at work, it is tried again so many times,
const BUSY_TRIES: u32 = 20;
/// that long after each other.
const BUSY_PAUSE: Duration = Duration::from_millis(100);

enum Wish {
    Check { ticket: u64, pin: String },
    RollBack,
    OpenDoor,
    CloseDoor,
    Gather { job: u64 },
}

/// The worker; it ends when this is dropped.
pub struct StaffWorker(SyncSender<Wish>);

impl StaffWorker {
    /// Starts the worker.
    pub fn start(parts: StaffParts, clock: Clock, events: EventSender) -> Self {
        let (wishes, waiting) = sync_channel(WAITING_MAX);
        std::thread::spawn(move || work(&parts, &clock, &waiting, &events));
        Self(wishes)
    }

    /// Sees whether `pin` opens the space.
    pub fn check(&self, ticket: u64, pin: String) {
        // More than one person can want is a fault of ours; the screen then still has its way out.
        let _ = self.0.try_send(Wish::Check { ticket, pin });
    }

    /// Lets a staff page be paired.
    pub fn open_door(&self) {
        let _ = self.0.try_send(Wish::OpenDoor);
    }

    /// Lets none be paired any more.
    pub fn close_door(&self) {
        let _ = self.0.try_send(Wish::CloseDoor);
    }

    /// Gathers what the morning slip tells, for print job `job`.
    pub fn gather(&self, job: u64) {
        let _ = self.0.try_send(Wish::Gather { job });
    }

    /// Shows the content before again.
    pub fn roll_back(&self) {
        let _ = self.0.try_send(Wish::RollBack);
    }
}

fn work(parts: &StaffParts, clock: &Clock, waiting: &Receiver<Wish>, events: &EventSender) {
    let mut door = Door::new(parts.pin.clone(), clock());
    while let Ok(wish) = waiting.recv() {
        events.send(match wish {
            Wish::Check { ticket, pin } => Event::PinChecked { ticket, answer: door.answer(&pin, clock()) },
            Wish::RollBack => Event::RolledBack(roll_back(parts)),
            Wish::Gather { job } => match gathered(parts) {
                Ok(morning) => Event::Gathered { job, morning: Box::new(morning) },
                Err(error) => {
                    tracing::error!(%error, "slip.refused");
                    Event::PrintEnded { job, state: PrintState::Failed(PrintTrouble::Offline) }
                }
            },
            Wish::OpenDoor if parts.desk.is_far() => Event::DoorOpened(Err(ELSEWHERE.to_owned())),
            Wish::OpenDoor => Event::DoorOpened(at_the_desk(ask::ask(&parts.desk.socket))),
            Wish::CloseDoor => {
                // Where the desk does not answer, the window closes by itself.
                let _ = at_the_desk(ask::close(&parts.desk.socket));
                continue;
            }
        });
    }
}

fn gathered(parts: &StaffParts) -> std::io::Result<Morning> {
    let StaffParts { kiosk, content, intake, desk, .. } = parts;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let at = MorningParts { kiosk, content, intake, desk };
    Ok(runtime.block_on(morning::gather(&at, clock::unix_seconds())))
}

/// Asks the desk; why it does not do what is asked is for staff.
fn at_the_desk<T>(asking: impl Future<Output = Result<T, AskError>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime.block_on(asking).map_err(|error| error.for_staff().to_owned())
}

/// Goes back; intake may be looking at its state for a moment just now, which is no reason to refuse.
fn roll_back(parts: &StaffParts) -> Result<u64, &'static str> {
    for _ in 0..BUSY_TRIES {
        match intake::command::roll_back(&parts.intake, &parts.releases) {
            Err(IntakeError::Busy) => std::thread::sleep(BUSY_PAUSE),
            Ok(release) => return Ok(release),
            Err(error) => {
                tracing::warn!(error = error.name(), "content.not_rolled_back");
                return Err(error.for_staff());
            }
        }
    }
    Err(IntakeError::Busy.for_staff())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kiosk::events;
    use crate::kiosk::remote_desk::{DeskAddress, RemoteDesk};
    use std::sync::Arc;

    #[test]
    fn a_kiosk_whose_desk_is_elsewhere_says_so_to_whoever_would_pair_a_page_here() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let address = DeskAddress::parse("192.0.2.7:8443");
        let remote = Some(RemoteDesk { address, trust: None, file: at("desk-token") });
        let parts = StaffParts {
            kiosk: "Borne".to_owned(),
            content: at("current"),
            pin: PinFiles { pin: at("pin"), tries: at("tries") },
            intake: at("intake"),
            releases: at("releases"),
            desk: DeskPlace { socket: at("desk.sock"), remote },
        };
        let (sender, receiver) = events(None);
        let worker = StaffWorker::start(parts, Arc::new(|| Duration::ZERO), sender);
        worker.open_door();
        let said = receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(said, Event::DoorOpened(Err(ELSEWHERE.to_owned())));
    }
}
