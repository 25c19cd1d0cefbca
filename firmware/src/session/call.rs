//! The call of a visit: what the desk is told of it, and what is known of the desk.

use std::time::Duration;

use parvis_ui_model::flow::Spot;
use parvis_ui_model::help_call::{DeskWord, HelpCall, HelpEffect, HelpEvent};
use parvis_ui_model::view::PrintState;

use super::{Effect, Offer, Phase, Session, Visit};
use crate::protocol::Presence;

/// How the desk is, as far as the kiosk knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskNews {
    /// Whether there is a link to the desk.
    pub linked: bool,
    /// Whether a staff page is connected to it.
    pub watched: bool,
    /// Whether somebody holds it.
    pub presence: Presence,
    /// Half of the last calls were answered within that time; nothing while too few were.
    pub usual: Option<Duration>,
    /// Why there is no link, where staff or technicians must do something about it.
    pub trouble: Option<LinkTrouble>,
}

/// Why the desk is not to be reached, beyond a desk that is off and a line that is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkTrouble {
    /// The desk does not know this kiosk, or not any more.
    NotPaired,
    /// Whoever answers has not the desk's certificate: another machine, or the certificate was replaced.
    OtherCertificate,
    /// Another living kiosk is connected under this one's name.
    NameTaken,
    /// What is kept of the desk on this machine cannot be used.
    Unreadable,
}

impl LinkTrouble {
    /// Its kind, for logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotPaired => "not-paired",
            Self::OtherCertificate => "other-certificate",
            Self::NameTaken => "name-taken",
            Self::Unreadable => "unreadable",
        }
    }

    /// What staff read at the kiosk, with what to do.
    pub fn for_staff(self) -> &'static str {
        match self {
            Self::NotPaired => {
                "Aucun appel n’y arrive : l’accueil ne connaît pas cette borne, ou l’a retirée. Un technicien la relie avec « parvis join-desk »."
            }
            Self::OtherCertificate => {
                "Aucun appel n’y arrive : la machine qui répond n’a pas le certificat de l’accueil. Prévenez le technicien."
            }
            Self::NameTaken => {
                "Aucun appel n’y arrive : une autre borne appelle déjà sous le nom de celle-ci. Prévenez le technicien."
            }
            Self::Unreadable => {
                "Aucun appel n’y arrive : le lien gardé sur cette borne est illisible. Un technicien la relie de nouveau avec « parvis join-desk »."
            }
        }
    }
}

/// What a call is for, as the visitor may choose to say it. Never anything that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The title of a sheet.
    pub title: String,
    /// The theme through which it was found.
    pub theme: String,
}

impl Session {
    /// Whether the visitor has waited so long that another way is offered.
    pub fn offers_another_way(&self, now: Duration) -> bool {
        self.call.offers_another_way(&self.times.help, now)
    }

    pub(super) fn call_on(&mut self, event: HelpEvent, now: Duration, effects: &mut Vec<Effect>) {
        let (call, effect) = std::mem::take(&mut self.call).on(event, &self.times.help, now);
        self.call = call;
        match effect {
            HelpEffect::None => {}
            HelpEffect::Ask => {
                self.last_key += 1;
                self.key = self.last_key;
                effects.push(Effect::Ask { key: self.key });
                if let Some(visit) = self.visit_mut() {
                    visit.reason = None;
                    visit.number_print = PrintState::Ready;
                }
            }
            HelpEffect::Cancel => effects.push(Effect::Cancel { key: self.key }),
            HelpEffect::Arrived => effects.push(Effect::Arrived { key: self.key }),
            HelpEffect::Leave => effects.push(Effect::Left { key: self.key }),
        }
    }

    /// The kiosk died with a call open: whoever still stands here sees it again.
    pub(super) fn adopt(&mut self, key: u64, word: &DeskWord, now: Duration, effects: &mut Vec<Effect>) {
        if !self.fresh || *word == DeskWord::Closed {
            return;
        }
        self.fresh = false;
        self.key = key;
        self.last_key = self.last_key.max(key);
        self.call = HelpCall::Asking { since: now };
        let mut visit = Visit::new(self.times.idle, now);
        visit.flow.go(Spot::Call);
        self.phase = Phase::Visiting(Box::new(visit));
        effects.push(Effect::Began);
        // Asked again, it is the same call: the link says it again after a break from now on.
        effects.push(Effect::Ask { key });
    }

    /// The desk is told what for, once.
    pub(super) fn say_reason(&mut self, offer: &Offer, effects: &mut Vec<Effect>) {
        let (key, open) = (self.key, self.call.is_open());
        let Some(visit) = self.visit_mut().filter(|visit| open && visit.reason.is_none()) else { return };
        if let Some(reason) = offer.reason.clone() {
            visit.reason = Some(reason.clone());
            effects.push(Effect::Reason { key, reason });
        }
    }

    pub(super) fn print_number(&mut self, effects: &mut Vec<Effect>) {
        let Some(number) = number(&self.call) else { return };
        let job = self.counter + 1;
        let Some(visit) = self.visit_mut().filter(|visit| visit.is_paper_free()) else { return };
        visit.number_job = Some(job);
        visit.number_print = PrintState::Printing;
        effects.push(Effect::PrintNumber { job, number });
        self.counter = job;
    }
}

impl Visit {
    /// No slip of this visit is on its way.
    pub(super) fn is_paper_free(&self) -> bool {
        self.print_job.is_none() && self.number_job.is_none() && !self.staff.is_printing()
    }
}

/// The number of an open call, once the desk has written it down.
pub fn number(call: &HelpCall) -> Option<u32> {
    match call {
        HelpCall::Idle | HelpCall::Asking { .. } | HelpCall::Closed => None,
        HelpCall::Unreachable { number, .. } => *number,
        HelpCall::Requested { number, .. }
        | HelpCall::Delivered { number, .. }
        | HelpCall::Acknowledged { number, .. }
        | HelpCall::CalledAnew { number, .. }
        | HelpCall::Arrived { number, .. } => Some(*number),
    }
}
