//! `parvis intake`: the service. Sticks as they come, the server now and then, one pass at a time.

use std::hash::{BuildHasher as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use parvis_bundle::SourceError;
use parvis_bundle::stick::STICK_FOLDER;
use parvis_hardware::usb::{Change, Changes, Mounted, present};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::command::{Once, once_async, settle};
use super::error::{IntakeError, UNREACHABLE};
use super::http::Line;
use super::library::{CURRENT, Shelf};
use super::news::{News, Receipt};
use super::schedule::Schedule;
use super::step::Step;
use crate::config::{Config, IntakeConfig};
use crate::durable::RealDisk;

/// How often intake looks whether the kiosk has shown what it was given.
const LOOK: Duration = Duration::from_secs(20);
/// Longest pass over a stick.
const STICK: Duration = Duration::from_secs(10 * 60);
/// Longest pass over a server: the whole content over a 64 kbit/s line takes half an hour.
const SERVER: Duration = Duration::from_secs(6 * 3_600);
/// Sticks that may wait their turn.
const STICKS_MAX: usize = 8;

/// Runs until `stopped` ends.
pub async fn serve(config: &Config, stopped: impl Future<Output = ()>) -> anyhow::Result<()> {
    let releases = releases(&config.content)?;
    let intake = &config.intake;
    let mut sticks = if intake.sticks { listen()? } else { mpsc::channel(1).1 };
    let mut schedule = Schedule::new(intake.every);
    let mut next = Instant::now() + schedule.first(chance());
    let mut look = tokio::time::interval(LOOK);
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => return Ok(()),
            Some(change) = sticks.recv() => {
                if change.here {
                    take_stick(&change.device, intake, &releases).await;
                } else {
                    News::clear(&RealDisk, &Shelf::new(&releases));
                }
            }
            () = sleep_until(next), if intake.from.is_some() => {
                let code = take_from_server(intake, &releases).await;
                next = Instant::now() + schedule.next(code, chance());
            }
            _ = look.tick() => settle(&intake.state, &releases, tell),
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

/// Any number; where it comes from does not matter, only that kiosks differ.
fn chance() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish()
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
            match changes.wait() {
                Ok(change) => waiting.push(change),
                // The kernel had more to say than the socket held: look at what is there.
                Err(_) => waiting = present(),
            }
        }
    })?;
    Ok(sticks)
}

async fn take_stick(device: &str, intake: &IntakeConfig, releases: &Path) {
    let mounted = match Mounted::new(device, &intake.state.join("stick")) {
        Ok(Some(mounted)) => mounted,
        // A disk whose partitions come as devices of their own, or a stick of another kind.
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(%error, "stick.unreadable");
            return;
        }
    };
    tracing::info!("stick.mounted");
    let from = mounted.folder().join(STICK_FOLDER).display().to_string();
    let shelf = Shelf::new(releases);
    let before = shelf.current(&RealDisk).ok().flatten();
    let mut told = Told { shelf: &shelf, before, receipt: None };
    if timeout(STICK, once_async(&asked(intake, releases, from), &mut |step| told.hear(step))).await.is_err()
    {
        tracing::warn!("stick.too_slow");
        told.hear(Step::refused(&IntakeError::Source(SourceError::TooSlow(device.to_owned()))));
    }
}

/// Tells whoever holds a stick what happens with it.
struct Told<'a> {
    shelf: &'a Shelf,
    before: Option<String>,
    receipt: Option<Receipt>,
}

impl Told<'_> {
    fn hear(&mut self, step: Step) {
        if let Some(news) = News::of(&step) {
            news.tell(&RealDisk, self.shelf);
        }
        if let Step::Verified { release, signers, expires, made, file, .. } = &step {
            let (signers, file, before) = (signers.clone(), file.clone(), self.before.clone());
            let (release, made, expires) = (*release, *made, *expires);
            self.receipt = Some(Receipt { release, made, expires, signers, file, before });
        }
        // Left before the release is named: the kiosk may open it the moment it is.
        if let (Step::Checked { .. }, Some(receipt)) = (&step, self.receipt.take()) {
            receipt.leave(&RealDisk, self.shelf);
        }
        tell(step);
    }
}

async fn take_from_server(intake: &IntakeConfig, releases: &Path) -> u8 {
    let from = intake.from.clone().unwrap_or_default();
    let asked = asked(intake, releases, from);
    timeout(SERVER, once_async(&asked, &mut tell)).await.unwrap_or(UNREACHABLE)
}

fn asked(intake: &IntakeConfig, releases: &Path, from: String) -> Once {
    let line = Line { proxy: intake.proxy.clone(), authority: None };
    let (state, root) = (intake.state.clone(), intake.root.clone());
    Once { from, state, content: releases.to_owned(), root, line, authority: intake.authority.clone() }
}

#[allow(clippy::needless_pass_by_value, reason = "a listener of steps is given them")]
fn tell(step: Step) {
    if let Step::Refused { error, what, .. } = &step {
        tracing::warn!(error, what, "intake.refused");
    } else {
        tracing::info!(%step, "intake.step");
    }
}
