//! `parvis intake`: the service. Sticks as they come, the server now and then, one pass at a time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use parvis_bundle::stick::STICK_FOLDER;
use parvis_bundle::{SourceError, names};
use parvis_hardware::usb::{Change, Changes, Mounted, is_here, present};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, sleep_until, timeout};

use super::command::{Once, once_async, server, settle};
use super::error::{IntakeError, UNREACHABLE};
use super::library::{CURRENT, Shelf};
use super::news::{News, Receipt};
use super::schedule::Schedule;
use super::step::Step;
use crate::chance;
use crate::config::{Config, IntakeConfig};
use crate::durable::RealDisk;

/// How often intake looks whether the kiosk has shown what it was given.
const LOOK: Duration = Duration::from_secs(20);
/// Longest pass over a stick.
const STICK: Duration = Duration::from_secs(10 * 60);
/// Longest pass over a server; the next one goes on where this one stopped. Staff's own wishes wait no longer.
const SERVER: Duration = Duration::from_secs(15 * 60);
/// How long the line about a stick stays after it was pulled: long enough to be read.
const NEWS: Duration = Duration::from_secs(60);
/// Polls that believe the server that nothing has changed: many name a file by its second and its length alone.
const UNCHANGED_MAX: u32 = 12;
/// Sticks that may wait their turn.
const STICKS_MAX: usize = 8;

/// Runs until `stopped` ends.
pub async fn serve(config: &Config, stopped: impl Future<Output = ()>) -> anyhow::Result<()> {
    let mut service = Service::new(config)?;
    let mut sticks = if config.intake.sticks { listen()? } else { mpsc::channel(1).1 };
    let mut look = tokio::time::interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stopped);
    loop {
        let due = service.next;
        tokio::select! {
            () = &mut stopped => return Ok(()),
            Some(change) = sticks.recv() => tokio::select! {
                () = &mut stopped => return Ok(()),
                () = service.stick(change) => {}
            },
            () = sleep_until(due), if service.intake.from.is_some() => {
                // A stick that comes meanwhile goes first: what was read is kept, and the server asked again soon.
                let interrupted = tokio::select! {
                    () = &mut stopped => return Ok(()),
                    () = service.server() => None,
                    Some(change) = sticks.recv() => Some(change),
                };
                if let Some(change) = interrupted {
                    service.ask_again(UNREACHABLE, true);
                    service.stick(change).await;
                }
            }
            _ = look.tick() => service.look(),
        }
    }
}

/// What the service remembers between two passes.
struct Service<'a> {
    intake: &'a IntakeConfig,
    shelf: Shelf,
    schedule: Schedule,
    /// When the server is asked next.
    next: Instant,
    /// What the server called the timestamp when it was last read to the end.
    etag: Option<String>,
    /// Polls since then.
    unchanged: u32,
    /// When the line about a stick that was pulled goes.
    news_until: Option<Instant>,
}

impl<'a> Service<'a> {
    fn new(config: &'a Config) -> anyhow::Result<Self> {
        let shelf = Shelf::new(&releases(&config.content)?);
        // A stick that was pulled while the power was off left its line.
        News::clear(&RealDisk, &shelf);
        let schedule = Schedule::new(config.intake.every);
        let next = Instant::now() + schedule.first(chance::number());
        Ok(Self { intake: &config.intake, shelf, schedule, next, etag: None, unchanged: 0, news_until: None })
    }

    fn ask_again(&mut self, code: u8, brought: bool) {
        self.next = Instant::now() + self.schedule.next(code, brought, chance::number());
    }

    fn look(&mut self) {
        if self.news_until.is_some_and(|until| until <= Instant::now()) {
            self.news_until = None;
            News::clear(&RealDisk, &self.shelf);
        }
        settle(&self.intake.state, self.shelf.folder(), tell);
    }

    async fn stick(&mut self, change: Change) {
        if change.here {
            self.news_until = None;
            take_stick(&change.device, self.intake, &self.shelf).await;
        } else {
            self.news_until = Some(Instant::now() + NEWS);
        }
    }

    async fn server(&mut self) {
        let asked = asked(self.intake, &self.shelf, self.intake.from.clone().unwrap_or_default());
        let before = self.shelf.parts(&RealDisk);
        let code = timeout(SERVER, self.pass(&asked)).await.unwrap_or(UNREACHABLE);
        let brought = self.shelf.parts(&RealDisk) > before;
        self.ask_again(code, brought);
    }

    /// One request where nothing has changed; a pass where something has.
    async fn pass(&mut self, asked: &Once) -> u8 {
        let changed = match server(asked) {
            Ok(http) => {
                let known = self.etag.as_deref().filter(|_| self.unchanged < UNCHANGED_MAX);
                http.changed(names::TIMESTAMP, known).await
            }
            // The pass says what is wrong with the address.
            Err(_) => Ok(Some(String::new())),
        };
        match changed {
            Ok(None) => {
                self.unchanged += 1;
                0
            }
            Ok(Some(etag)) => {
                let code = once_async(asked, &mut tell).await;
                self.etag = Some(etag).filter(|etag| code == 0 && !etag.is_empty());
                self.unchanged = 0;
                code
            }
            Err(error) => {
                let error = IntakeError::Source(error);
                tell(Step::refused(&error));
                error.exit_code()
            }
        }
    }
}

/// The folder of releases, which the content of the configuration must be the link into.
fn releases(content: &Path) -> anyhow::Result<PathBuf> {
    let folder = content.parent().filter(|_| content.file_name().is_some_and(|name| name == CURRENT));
    folder.map(Path::to_owned).with_context(|| {
        format!(
            "content.file = {}: intake needs the link `current` in a folder of releases",
            content.display()
        )
    })
}

/// Sticks that are there, and those that come.
fn listen() -> anyhow::Result<mpsc::Receiver<Change>> {
    let changes = Changes::listen().context("cannot listen for USB sticks")?;
    let (sender, sticks) = mpsc::channel(STICKS_MAX);
    std::thread::Builder::new().name("usb".to_owned()).spawn(move || {
        let mut waiting = present();
        loop {
            for change in waiting.drain(..) {
                if sender.blocking_send(change).is_err() {
                    return;
                }
            }
            if let Ok(change) = changes.wait() {
                waiting.push(change);
            } else {
                // The kernel had more to say than the socket held: look at what is there, and never in a hot loop.
                std::thread::sleep(Duration::from_secs(1));
                waiting = present();
            }
        }
    })?;
    Ok(sticks)
}

async fn take_stick(device: &str, intake: &IntakeConfig, shelf: &Shelf) {
    let (name, folder) = (device.to_owned(), intake.state.join("stick"));
    let mounted = tokio::task::spawn_blocking(move || Mounted::new(&name, &folder)).await;
    let mounted = match mounted.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
        Ok(Some(mounted)) => mounted,
        // A whole disk has its partitions as devices of their own; a partition of another kind is not for us.
        Ok(None) => {
            if device.ends_with(|last: char| last.is_ascii_digit()) {
                News::unreadable().tell(&RealDisk, shelf);
            }
            return;
        }
        Err(error) => {
            tracing::warn!(%error, "stick.unreadable");
            return;
        }
    };
    tracing::info!("stick.mounted");
    let from = mounted.folder().join(STICK_FOLDER).display().to_string();
    let before = shelf.current(&RealDisk).ok().flatten();
    let mut told = Told { shelf, before, receipt: None, device };
    let asked = asked(intake, shelf, from);
    if timeout(STICK, once_async(&asked, &mut |step| told.hear(step))).await.is_err() {
        tracing::warn!("stick.too_slow");
        told.hear(Step::refused(&IntakeError::Source(SourceError::TooSlow(device.to_owned()))));
    }
}

/// Tells whoever holds a stick what happens with it.
struct Told<'a> {
    shelf: &'a Shelf,
    before: Option<String>,
    receipt: Option<Receipt>,
    device: &'a str,
}

impl Told<'_> {
    fn hear(&mut self, step: Step) {
        // What is missing on a stick that is no longer there was not forgotten by the editor.
        if matches!(step, Step::Refused { error: "missing", .. }) && !is_here(self.device) {
            let (path, reason) = (self.device.to_owned(), "the stick was pulled".to_owned());
            return self.hear(Step::refused(&IntakeError::Source(SourceError::Interrupted { path, reason })));
        }
        if let Some(news) = News::of(&step) {
            news.tell(&RealDisk, self.shelf);
        }
        if let Step::Verified { release, signers, expires, made, file, .. } = &step {
            let (signers, file, before) = (signers.clone(), file.clone(), self.before.clone());
            let (release, made, expires) = (*release, *made, *expires);
            self.receipt = Some(Receipt { release, made, expires, signers, file, before });
        }
        // Left before the release is named: the kiosk may open it the moment it is.
        if matches!(step, Step::Checked { .. })
            && let Some(receipt) = self.receipt.take()
        {
            receipt.leave(&RealDisk, self.shelf);
        }
        tell(step);
    }
}

fn asked(intake: &IntakeConfig, shelf: &Shelf, from: String) -> Once {
    Once {
        from,
        state: intake.state.clone(),
        content: shelf.folder().to_owned(),
        root: intake.root.clone(),
        proxy: intake.proxy.clone(),
        authority: intake.authority.clone(),
    }
}

#[allow(clippy::needless_pass_by_value, reason = "a listener of steps is given them")]
fn tell(step: Step) {
    if let Step::Refused { error, what, .. } = &step {
        tracing::warn!(error, what, "intake.refused");
    } else {
        tracing::info!(%step, "intake.step");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_from_a_stick_leaves_a_receipt_before_it_is_named_and_a_refused_one_none() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(folder.path());
        let verified = || Step::Verified {
            release: 2,
            title: String::new(),
            signers: vec!["0123".to_owned()],
            made: 5,
            expires: 7,
            file: "2-b.parvis".to_owned(),
        };
        let before = Some("1-a.parvis".to_owned());
        let mut told = Told { shelf: &shelf, before, receipt: None, device: "nothing9" };
        let missing = SourceError::NotFound("metadata/3.snapshot.json".to_owned());
        told.hear(Step::refused(&IntakeError::Source(missing)));
        let news = News::read(&RealDisk, &shelf.current_path()).unwrap();
        assert!(news.text.contains("La lecture s'est arrêtée en route"), "{news:?}");
        told.hear(Step::Found);
        told.hear(verified());
        told.hear(Step::refused(&IntakeError::NothingBefore));
        assert_eq!(Receipt::take(&RealDisk, &shelf.current_path()), None);
        told.hear(verified());
        told.hear(Step::Staged { release: 2, fetched_bytes: 1, resumed_bytes: 0, patch: true });
        told.hear(Step::Checked { release: 2, sheets: 3, probes: 1 });
        let receipt = Receipt::take(&RealDisk, &shelf.current_path()).unwrap();
        assert_eq!((receipt.release, receipt.before.as_deref()), (2, Some("1-a.parvis")));
        assert!(News::read(&RealDisk, &shelf.current_path()).is_some());
    }
}
