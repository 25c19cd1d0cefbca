//! The help call, what is known of the desk, and other ways to reach a person when nobody can be alerted.

use std::time::Duration;

use parvis_ui_model::flow::Spot;
use parvis_ui_model::geometry::{Layout, TextSize};
use parvis_ui_model::help_call::HelpCall;
use parvis_ui_model::view::{CallDeed, CallStage, CallView, PageView, PrintState};

use super::{Presented, Stage, place};
use crate::clock::HallTime;
use crate::protocol::Presence;
use crate::session::call::{Reason, number};
use crate::session::{Offer, Session, Visit};
use crate::words::{self, PHONE, tied};

pub(super) fn present(
    session: &Session,
    visit: &Visit,
    stage: &Stage<'_>,
    layout: &Layout,
    now: Duration,
) -> Presented {
    let (view, reason) = view(session, visit, stage, layout, now);
    Presented { page: PageView::Call(view), offer: Offer { pages: 1, reason, ..Offer::default() } }
}

/// The call, and what the visitor may say that it is for.
pub(super) fn view(
    session: &Session,
    visit: &Visit,
    stage: &Stage<'_>,
    layout: &Layout,
    now: Duration,
) -> (CallView, Option<Reason>) {
    let shown = shown(session, stage);
    let alone = matches!(shown, CallStage::Nobody | CallStage::Away(_) | CallStage::Anew);
    let other = alone || session.offers_another_way(now);
    let other_ways = if other { other_ways(stage, layout) } else { Vec::new() };
    let number = number(&session.call);
    let reason = reason(visit, stage);
    let deed = deed(visit, &shown, number.is_some(), reason.is_some());
    let notes = notes(session, visit, &shown, layout);
    (CallView { stage: shown, number, notes, other_ways, deed }, reason)
}

/// What the visitor may do: at an empty desk a number on paper is worth most.
fn deed(visit: &Visit, shown: &CallStage, has_number: bool, has_reason: bool) -> CallDeed {
    let alone = matches!(shown, CallStage::Nobody | CallStage::Away(_));
    let may_say = matches!(shown, CallStage::Sent | CallStage::Shown | CallStage::Away(_));
    if matches!(shown, CallStage::Coming(_)) {
        CallDeed::PersonIsHere
    } else if alone && has_number && may_print(visit.number_print) {
        CallDeed::PrintNumber
    } else if may_say && has_reason && visit.reason.is_none() {
        CallDeed::SayReason
    } else {
        CallDeed::None
    }
}

/// What is true of the call. While nobody has seen it, an empty desk is said at once, not after some seconds.
pub(super) fn shown(session: &Session, stage: &Stage<'_>) -> CallStage {
    let unseen = |stage_of_call| away(session, stage).map_or(stage_of_call, CallStage::Away);
    match &session.call {
        HelpCall::Asking { .. } => unseen(CallStage::Asking),
        HelpCall::Requested { .. } => unseen(CallStage::Sent),
        HelpCall::Unreachable { .. } => unseen(CallStage::Nobody),
        // It was seen; whether anybody still sees it, the desk must go on saying.
        HelpCall::Delivered { .. } if !session.desk.linked => CallStage::Nobody,
        HelpCall::Delivered { .. } if !session.desk.watched => unseen(CallStage::Nobody),
        HelpCall::Delivered { .. } => CallStage::Shown,
        HelpCall::Acknowledged { by, .. } => CallStage::Coming(by.clone()),
        HelpCall::CalledAnew { .. } => CallStage::Anew,
        HelpCall::Arrived { by, .. } => CallStage::Arrived(by.clone()),
        HelpCall::Idle | HelpCall::Closed => CallStage::Closed,
    }
}

/// Why nobody is there, where that is known.
fn away(session: &Session, stage: &Stage<'_>) -> Option<String> {
    let desk = &session.desk;
    match &desk.presence {
        Presence::Back { at } => Some(tied(&format!("L’accueil est de retour à {}", words::time(*at)))),
        Presence::Closed => Some("L’accueil est fermé pour le moment".to_owned()),
        Presence::Unknown if is_closed_now(stage) => Some("L’accueil est fermé à cette heure".to_owned()),
        Presence::Unknown if desk.linked && !desk.watched => {
            Some("Personne n’est devant l’écran de l’accueil".to_owned())
        }
        Presence::Here | Presence::Unknown => None,
    }
}

/// Whether the hall's own hours say that it is closed, at a time that is certain.
fn is_closed_now(stage: &Stage<'_>) -> bool {
    let (Ok(content), Some(HallTime { day, minute })) = (stage.content, stage.hall_time) else {
        return false;
    };
    let hours = &content.info().hall.hours;
    let open = |range: &parvis_content::TimeRange| (range.from()..range.to()).contains(&minute);
    // Hours with a remark ("fermé en août") or none at all say nothing certain.
    !hours.is_unknown() && hours.note.is_none() && !hours.on(day).iter().any(open)
}

/// The sheet that the visitor came from, for them to say or not.
fn reason(visit: &Visit, stage: &Stage<'_>) -> Option<Reason> {
    let content = stage.content.ok()?;
    let french = parvis_content::Lang::french();
    let sheet = visit.flow.way().find_map(Spot::sheet)?;
    let sheet = content.sheet(&parvis_content::SheetId::new(sheet).ok()?, &french).ok()??;
    let theme = visit.flow.way().filter_map(Spot::node).last().unwrap_or("recherche").to_owned();
    Some(Reason { title: sheet.title, theme })
}

fn may_print(print: PrintState) -> bool {
    matches!(print, PrintState::Ready | PrintState::Failed(_))
}

fn notes(session: &Session, visit: &Visit, shown: &CallStage, layout: &Layout) -> Vec<String> {
    let mut notes = Vec::new();
    let waits = matches!(shown, CallStage::Sent | CallStage::Shown);
    if let Some(reason) = visit.reason.as_ref().filter(|_| session.call.is_open()) {
        notes.push(tied(&format!("L’accueil sait pour quoi : « {} »", short(&reason.title))));
    }
    let alone = matches!(shown, CallStage::Nobody | CallStage::Away(_));
    let paper = match visit.number_print {
        PrintState::Ready => None,
        PrintState::Printing => Some("Votre ticket s’imprime."),
        PrintState::Printed => Some("Prenez votre ticket."),
        PrintState::Sent => Some("Votre ticket est parti vers l’imprimante."),
        PrintState::Failed(_) => Some("Le ticket n’est pas sorti. Notez votre numéro."),
    };
    notes.extend(paper.filter(|_| alone).map(str::to_owned));
    if let Some(usual) = session.desk.usual.filter(|_| waits) {
        notes.push(words::usual_wait(usual));
    }
    // The small panel has room for the first of them.
    if layout.panel.is_small() && layout.text != TextSize::Normal {
        notes.truncate(1);
    }
    notes
}

/// Characters of a title that is repeated on the screen of the call.
const TITLE_CHARS_MAX: usize = 60;

/// As much of a title as the screen has room for at every text size.
fn short(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARS_MAX {
        return title.to_owned();
    }
    let head: String = title.chars().take(TITLE_CHARS_MAX).collect();
    format!("{}…", head.rsplit_once(' ').map_or(head.as_str(), |(head, _)| head))
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
    let room = match layout.text {
        TextSize::Normal => true,
        TextSize::Large => !layout.panel.is_small(),
        TextSize::Largest => layout.panel.is_portrait(),
    };
    let hours = Some(place::hours_lines(&hall.hours)).filter(|lines| room && lines.len() <= HOURS_LINES_MAX);
    let hours = hours.unwrap_or_default();
    let ways: Vec<String> = phone.chain(hours).collect();
    if ways.is_empty() { vec!["Allez à l’accueil.".to_owned()] } else { ways }
}
