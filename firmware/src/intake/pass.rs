//! One pass: look at a source, and bring the kiosk to what it offers.

use std::path::Path;
use std::sync::Arc;

use parvis_bundle::{Release, Source, Trust, Verified, names, verify};

use super::check::Check;
use super::error::IntakeError;
use super::library::Shelf;
use super::stage::{part_name, stage};
use super::state::{Installed, State};
use super::step::Step;
use crate::durable::Disk;

/// What a pass works with.
#[derive(Clone, Copy)]
pub struct Pass<'a> {
    /// The disk of the kiosk.
    pub disk: &'a dyn Disk,
    /// The folder of the state.
    pub state: &'a Path,
    /// The folder of releases.
    pub shelf: &'a Shelf,
    /// How a release is checked.
    pub check: &'a dyn Check,
    /// The root to begin with; unused once there is a state.
    pub root: Option<&'a [u8]>,
    /// The machine's clock, in seconds since 1970 (UTC).
    pub now: i64,
}

/// Runs one pass over `source`. `told` hears of each step as it is done; the last one is told before this returns.
pub async fn run(
    pass: Pass<'_>,
    source: Arc<dyn Source>,
    mut told: impl FnMut(Step),
) -> Result<(), IntakeError> {
    let outcome = bring(pass, source, &mut told).await;
    if let Err(error) = &outcome {
        told(Step::refused(error));
    }
    outcome
}

async fn bring(
    pass: Pass<'_>,
    source: Arc<dyn Source>,
    told: &mut impl FnMut(Step),
) -> Result<(), IntakeError> {
    let mut state = pass.recovered(told)?;
    drop(source.open(names::TIMESTAMP, 0).await?);
    told(Step::Found);
    let Verified { release, trust, signers, expires } =
        verify(source.clone(), &state.trust, pass.now).await?;
    state.trust = trust;
    state.save(pass.disk, pass.state)?;
    let current = pass.shelf.current(pass.disk)?;
    let shown = current.as_deref().and_then(|name| state.named(name)).cloned();
    if let Some(shown) = shown.as_ref().filter(|shown| shown.content == release.content) {
        told(Step::NothingNew { release: shown.number });
        return Ok(());
    }
    let new =
        Installed { number: release.number, content: release.content, made: release.about.made, signers };
    told(Step::verified(&release, &new, expires));
    if state.rejected == Some(release.content) {
        return Err(IntakeError::Rejected(release.number));
    }
    pass.make_room(&state, &release, &new, current.as_deref())?;
    let base = shown.as_ref().zip(current.as_deref()).map(|(shown, name)| (&shown.content, name));
    let staged = stage(&*source, pass.disk, pass.shelf, &release, base, &new.file_name()).await?;
    told(Step::Staged {
        release: release.number,
        fetched_bytes: staged.fetched.bytes,
        resumed_bytes: staged.fetched.resumed,
        patch: staged.patch,
    });
    match pass.check.check(&pass.shelf.path(&new.file_name()), &release) {
        Ok(sheets) => {
            let probes = release.about.probes.len();
            told(Step::Checked { release: release.number, sheets, probes });
        }
        Err(error) => {
            state.rejected = Some(release.content);
            state.save(pass.disk, pass.state)?;
            return Err(error.into());
        }
    }
    pass.activate(&mut state, &new)?;
    told(Step::Activated { release: release.number });
    Ok(())
}

impl Pass<'_> {
    /// The state as it is, or a first one from the root; and what the kiosk said of the last release.
    fn recovered(&self, told: &mut impl FnMut(Step)) -> Result<State, IntakeError> {
        self.disk
            .make_folder(self.shelf.folder())
            .map_err(IntakeError::disk("make the folder of releases"))?;
        match State::load(self.disk, self.state)? {
            Some(state) => self.settled(state, told),
            None => self.first_state(),
        }
    }

    /// Looks at what the kiosk said of the release that it was given last; nothing happens before the first one.
    pub fn settle(&self, told: &mut impl FnMut(Step)) -> Result<(), IntakeError> {
        match State::load(self.disk, self.state)? {
            Some(state) => self.settled(state, told).map(|_| ()),
            None => Ok(()),
        }
    }

    fn settled(&self, mut state: State, told: &mut impl FnMut(Step)) -> Result<State, IntakeError> {
        let Some(number) = state.on_trial else { return Ok(state) };
        let current = self.shelf.current(self.disk)?;
        let shown = self.shelf.shown(self.disk).filter(|shown| Some(&shown.file) == current.as_ref());
        match shown {
            Some(shown) if shown.opened => {
                state.on_trial = None;
                state.save(self.disk, self.state)?;
                told(Step::Confirmed { release: number });
            }
            Some(_) => {
                let release = self.back(&mut state)?;
                told(Step::RolledBack { release, because: "the kiosk could not open it" });
            }
            // The kiosk has not looked yet: a visitor is there, or it is not running.
            None => {}
        }
        Ok(state)
    }

    fn first_state(&self) -> Result<State, IntakeError> {
        let mut trust = Trust::first(self.root.ok_or(IntakeError::NoRoot)?)?;
        // A state that was emptied does not open the way back: the release that is shown still counts.
        trust.floors.targets = self.shelf.current_number(self.disk)?;
        let state = State::new(trust);
        state.save(self.disk, self.state)?;
        Ok(state)
    }

    /// Removes what is neither shown, nor the release before, nor part of what is coming.
    fn make_room(
        &self,
        state: &State,
        release: &Release,
        new: &Installed,
        current: Option<&str>,
    ) -> Result<(), IntakeError> {
        let files = std::iter::once(&release.full).chain(release.patches.iter().map(|(_, file)| file));
        let mut keep: Vec<String> = files.map(part_name).collect();
        keep.push(new.file_name());
        keep.extend(current.map(str::to_owned));
        keep.extend(state.installed.iter().take(2).map(Installed::file_name));
        self.shelf.prune(self.disk, &keep)
    }

    /// The state knows of the release before the link does: whatever is cut off between the two, what is shown is known.
    fn activate(&self, state: &mut State, new: &Installed) -> Result<(), IntakeError> {
        state.on_trial = Some(new.number);
        state.remember(new.clone());
        state.save(self.disk, self.state)?;
        self.shelf.show(self.disk, new)?;
        tracing::info!(release = new.number, "content.activated");
        Ok(())
    }

    /// Goes back to the release before the one that is shown, and does not try that one again.
    fn back(&self, state: &mut State) -> Result<u64, IntakeError> {
        let current = self.shelf.current(self.disk)?.ok_or(IntakeError::NothingBefore)?;
        let there = |installed: &&Installed| {
            let path = self.shelf.path(&installed.file_name());
            installed.file_name() != current && matches!(self.disk.length(&path), Ok(Some(_)))
        };
        let before = state.installed.iter().find(there).cloned().ok_or(IntakeError::NothingBefore)?;
        state.rejected = state.named(&current).map(|installed| installed.content);
        state.on_trial = None;
        state.save(self.disk, self.state)?;
        self.shelf.show(self.disk, &before)?;
        tracing::info!(release = before.number, "content.rolled_back");
        Ok(before.number)
    }

    /// Staff want the release before: one touch. Returns its number.
    pub fn roll_back(&self) -> Result<u64, IntakeError> {
        let mut state = State::load(self.disk, self.state)?.ok_or(IntakeError::NothingBefore)?;
        self.back(&mut state)
    }
}
