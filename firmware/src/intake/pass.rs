//! One pass: look at a source, and bring the kiosk to what it offers.

use std::path::Path;
use std::sync::Arc;

use parvis_bundle::{Release, Source, Trust, Verified, follow_roots, names, verify};

use super::check::{Check, CheckError};
use super::error::IntakeError;
use super::library::Shelf;
use super::stage::{part_name, stage};
use super::state::{Installed, State};
use super::step::Step;
use crate::clock;
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
    // Kept even when nothing else holds: keys that were revoked once stay revoked.
    let rooted = follow_roots(&*source, &state.trust).await?;
    if rooted != state.trust {
        state.trust = rooted;
        state.save(pass.disk, pass.state)?;
    }
    let Verified { release, trust, signers, expires } =
        verify(source.clone(), &state.trust, pass.now).await?;
    state.trust = trust;
    state.save(pass.disk, pass.state)?;
    let current = pass.shelf.current(pass.disk)?;
    let broken = pass.shelf.shown(pass.disk).filter(|shown| !shown.opened).map(|shown| shown.file);
    let works = current.as_deref().filter(|name| broken.as_deref() != Some(*name));
    let shown = works.and_then(|name| state.named(name)).cloned();
    if let Some(shown) = shown.as_ref().filter(|shown| shown.content == release.content) {
        told(Step::NothingNew { release: shown.number });
        return Ok(());
    }
    let new =
        Installed { number: release.number, content: release.content, made: release.about.made, signers };
    told(Step::verified(&release, &new, expires));
    if state.has_rejected(&release.content) {
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
    let (sheets, probes) = (pass.checked(&mut state, &release, &new)?, release.about.probes.len());
    told(Step::Checked { release: release.number, sheets, probes });
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
        let mut state = match State::load(self.disk, self.state)? {
            Some(state) => self.settled(state, told)?,
            None => self.first_state()?,
        };
        // A state that was emptied, or exchanged for an older one, does not open the way back: what lies on the shelf
        // was believed once.
        let floor = &mut state.trust.floors.targets;
        *floor = (*floor).max(self.shelf.highest_number(self.disk)?);
        Ok(state)
    }

    fn first_state(&self) -> Result<State, IntakeError> {
        let mut trust = Trust::first(self.root.ok_or(IntakeError::NoRoot)?)?;
        trust.seen = trust.seen.max(clock::BUILT_AFTER);
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

    /// Does the staged release work here? Returns its sheets. One that does not is removed, and not tried again.
    fn checked(&self, state: &mut State, release: &Release, new: &Installed) -> Result<u32, IntakeError> {
        let file = self.shelf.path(&new.file_name());
        let error = match self.check.check(&file, release) {
            Ok(sheets) => return Ok(sheets),
            Err(error) => error,
        };
        self.disk.remove(&file).map_err(IntakeError::disk("remove a release that does not work"))?;
        // A disk that could not be read says nothing of the release.
        if !matches!(error, CheckError::Read(_)) {
            state.reject(release.content);
            state.save(self.disk, self.state)?;
        }
        Err(error.into())
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
}
