//! After a release was given to the kiosk: confirmed, or gone back from, by the kiosk's word or by staff's hand.
//! Staff's hand is the kiosk's staff space, or `parvis intake --roll-back`.

use super::error::IntakeError;
use super::pass::Pass;
use super::state::{Installed, State};
use super::step::Step;

/// The release that is shown, and the number of the one that staff can go back to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Releases {
    /// Shown; nothing when the content was not brought by intake.
    pub shown: Option<Installed>,
    /// Before it.
    pub before: Option<u64>,
}

impl Pass<'_> {
    /// Looks at what the kiosk said of the release that it was given last; nothing happens before the first one.
    pub fn settle(&self, told: &mut impl FnMut(Step)) -> Result<(), IntakeError> {
        match State::load(self.disk, self.state)? {
            Some(state) => self.settled(state, told).map(|_| ()),
            None => Ok(()),
        }
    }

    pub(super) fn settled(
        &self,
        mut state: State,
        told: &mut impl FnMut(Step),
    ) -> Result<State, IntakeError> {
        let current = self.shelf.current(self.disk)?;
        let shown = current.as_deref().and_then(|name| state.named(name)).cloned();
        // The power went between the decision to go back and going: it is gone through with.
        if shown.as_ref().is_some_and(|shown| state.has_rejected(&shown.content)) {
            return self.back_by_itself(state, "it was rejected", told);
        }
        let Some(number) = state.on_trial else { return Ok(state) };
        if shown.is_none_or(|shown| shown.number != number) {
            // The power went before it was shown: it was never tried.
            state.on_trial = None;
            state.save(self.disk, self.state)?;
            return Ok(state);
        }
        match self.shelf.shown(self.disk).filter(|shown| Some(&shown.file) == current.as_ref()) {
            Some(shown) if shown.opened => {
                state.on_trial = None;
                state.save(self.disk, self.state)?;
                told(Step::Confirmed { release: number });
                Ok(state)
            }
            Some(_) => self.back_by_itself(state, "the kiosk could not open it", told),
            // The kiosk has not looked yet: a visitor is there, or it is not running.
            None => Ok(state),
        }
    }

    /// Goes back without a person: never to what was rejected itself. Where there is nothing else, what is shown stays.
    fn back_by_itself(
        &self,
        mut state: State,
        because: &'static str,
        told: &mut impl FnMut(Step),
    ) -> Result<State, IntakeError> {
        let good = |state: &State, installed: &Installed| !state.has_rejected(&installed.content);
        match self.back(&mut state, good) {
            Ok(release) => told(Step::RolledBack { release, because }),
            Err(IntakeError::NothingBefore) => {
                state.on_trial = None;
                state.save(self.disk, self.state)?;
            }
            Err(error) => return Err(error),
        }
        Ok(state)
    }

    /// Goes back to the release before the one that is shown, and does not try that one again.
    fn back(&self, state: &mut State, good: impl Fn(&State, &Installed) -> bool) -> Result<u64, IntakeError> {
        let current = self.shelf.current(self.disk)?.ok_or(IntakeError::NothingBefore)?;
        let before = self.others(state, &current).find(|installed| good(state, installed)).cloned();
        let before = before.ok_or(IntakeError::NothingBefore)?;
        if let Some(content) = state.named(&current).map(|installed| installed.content) {
            state.reject(content);
        }
        state.on_trial = None;
        state.save(self.disk, self.state)?;
        self.shelf.show(self.disk, &before)?;
        tracing::info!(release = before.number, "content.rolled_back");
        Ok(before.number)
    }

    /// Releases that are on the disk beside the one that is shown, the newest first.
    fn others<'s>(&'s self, state: &'s State, current: &'s str) -> impl Iterator<Item = &'s Installed> {
        state.installed.iter().filter(move |installed| {
            let name = installed.file_name();
            name != current && matches!(self.disk.length(&self.shelf.path(&name)), Ok(Some(_)))
        })
    }

    /// What [`roll_back`](Self::roll_back) would show, and what is shown now.
    pub fn releases(&self) -> Result<Releases, IntakeError> {
        let Some(state) = State::load(self.disk, self.state)? else { return Ok(Releases::default()) };
        let Some(current) = self.shelf.current(self.disk)? else { return Ok(Releases::default()) };
        let before = self.others(&state, &current).next().map(|installed| installed.number);
        Ok(Releases { shown: state.named(&current).cloned(), before })
    }

    /// Staff want the release before: one touch, and one more to come back. Returns its number.
    pub fn roll_back(&self) -> Result<u64, IntakeError> {
        let mut state = State::load(self.disk, self.state)?.ok_or(IntakeError::NothingBefore)?;
        self.back(&mut state, |_, _| true)
    }
}
