//! The help call, and other ways to reach a person when nobody can be alerted.

use std::time::Duration;

use parvis_ui_model::geometry::{Layout, TextSize};
use parvis_ui_model::help_call::HelpCall;
use parvis_ui_model::view::{CallStage, CallView, PageView};

use super::{Stage, place};
use crate::words::{PHONE, tied};

pub(super) fn present(call: &HelpCall, stage: &Stage<'_>, layout: &Layout, now: Duration) -> PageView {
    let (shown, number) = match call {
        HelpCall::Asking { .. } => (CallStage::Asking, None),
        HelpCall::Requested { number, .. } => (CallStage::Sent, Some(*number)),
        HelpCall::Delivered { number, .. } => (CallStage::Shown, Some(*number)),
        HelpCall::Acknowledged { number, by } => (CallStage::Coming(by.clone()), Some(*number)),
        HelpCall::Unreachable { number, .. } => (CallStage::Nobody, *number),
        HelpCall::Idle | HelpCall::Closed => (CallStage::Closed, None),
    };
    let other_ways = if call.offers_another_way(now) { other_ways(stage, layout) } else { Vec::new() };
    PageView::Call(CallView { stage: shown, number, other_ways })
}

/// Lines of opening hours that the screen has room for at the normal text size. A part of the week
/// alone would say that the hall is closed on the other days: it is all of them or none.
const HOURS_LINES_MAX: usize = 4;

/// The hall's phone, and its hours where they fit, as far as the content says them.
fn other_ways(stage: &Stage<'_>, layout: &Layout) -> Vec<String> {
    let Ok(content) = stage.content else {
        return vec!["Allez à l’accueil.".to_owned()];
    };
    let hall = &content.info().hall;
    let phone = hall.phone.iter().map(|phone| tied(&format!("{PHONE} : {phone}")));
    let room = !layout.panel.is_small() || layout.text == TextSize::Normal;
    let hours = Some(place::hours_lines(&hall.hours)).filter(|lines| room && lines.len() <= HOURS_LINES_MAX);
    let hours = hours.unwrap_or_default();
    let ways: Vec<String> = phone.chain(hours).collect();
    if ways.is_empty() { vec!["Allez à l’accueil.".to_owned()] } else { ways }
}
