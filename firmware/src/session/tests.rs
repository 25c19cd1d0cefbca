//! What a visit may and may not do.

use std::sync::Arc;

use parvis_ui_model::keyboard::KeyAction;
use parvis_ui_model::view::SlipPicture;

use super::*;

fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn offer() -> Offer {
    Offer {
        goals: vec![Spot::Node("papiers".into())],
        pages: 3,
        printable: Some(Printable::Sheet("carte".into())),
        reason: None,
    }
}

/// One answer called `title`, as the search gives it.
fn found(title: &str) -> Found {
    let answer = Answer {
        goal: Spot::Home,
        icon: String::new(),
        title: title.into(),
        marks: Vec::new(),
        kind: String::new(),
        reason: Some("« secret » = carte".into()),
    };
    Found { answers: vec![answer], sure: false, corrected: Some("secret".into()) }
}

struct Kiosk(Session, Duration);

impl Kiosk {
    fn awake() -> Self {
        let mut kiosk = Self(Session::new(Times::default(), 100), at(0));
        kiosk.wants(Intent::Wake);
        kiosk
    }

    fn wants(&mut self, intent: Intent) -> Vec<Effect> {
        self.0.on(Event::Intent(intent), &offer(), self.1)
    }

    fn types(&mut self, text: &str) -> Vec<Effect> {
        text.chars().flat_map(|c| self.wants(Intent::Key(KeyAction::Type(c)))).collect()
    }

    fn after(&mut self, seconds: u64) -> Vec<Effect> {
        self.1 += at(seconds);
        self.0.on(Event::Tick, &offer(), self.1)
    }

    fn visit(&self) -> &Visit {
        self.0.visit().unwrap()
    }
}

#[test]
fn each_letter_is_searched_and_only_the_last_answer_counts() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::OpenSearch);
    let effects = kiosk.types("ca");
    let ticket = |effect: &Effect| {
        let Effect::Search { ticket, .. } = effect else { return None };
        Some(*ticket)
    };
    let tickets: Vec<u64> = effects.iter().filter_map(ticket).collect();
    assert_eq!(tickets.len(), 2);
    kiosk.0.on(Event::Found { ticket: tickets[0], found: found("vieux") }, &offer(), kiosk.1);
    assert!(kiosk.visit().answers().is_empty() && !kiosk.visit().answered);
    kiosk.0.on(Event::Found { ticket: tickets[1], found: found("carte") }, &offer(), kiosk.1);
    assert!(kiosk.visit().answers()[0].title == "carte" && kiosk.visit().answered);
    // What was found stays in sight until the next answer, and goes with the question.
    kiosk.types("r");
    assert!(kiosk.visit().found.is_some() && !kiosk.visit().answered);
    kiosk.wants(Intent::Key(KeyAction::EraseAll));
    assert!(kiosk.visit().found.is_none() && kiosk.visit().answered);
}

#[test]
fn a_row_that_leads_to_the_call_calls_but_never_by_chance() {
    let rows = Offer { goals: vec![Spot::Call], ..offer() };
    let mut kiosk = Kiosk::awake();
    let effects = kiosk.0.on(Event::Intent(Intent::Choose(0)), &rows, kiosk.1);
    assert_eq!(effects, [Effect::Ask { key: 101 }]);
    assert_eq!(*kiosk.visit().flow.spot(), Spot::Call);
    let mut warned = Kiosk::awake();
    warned.after(125);
    assert!(warned.0.on(Event::Intent(Intent::Choose(0)), &rows, warned.1).is_empty());
    assert_eq!(*warned.visit().flow.spot(), Spot::Home);
}

#[test]
fn finishing_forgets_everything_at_once() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::OpenSearch);
    let effects = kiosk.types("secret");
    let Some(Effect::Search { ticket, .. }) = effects.last() else { panic!("{effects:?}") };
    kiosk.0.on(Event::Found { ticket: *ticket, found: found("secret") }, &offer(), kiosk.1);
    kiosk.wants(Intent::SetTextSize(TextSize::Largest));
    let effects = kiosk.wants(Intent::Finish);
    assert_eq!(effects, [Effect::Forget]);
    assert!(!format!("{:?}", kiosk.0).contains("secret"));
    kiosk.after(6);
    assert_eq!(kiosk.0.phase, Phase::Asleep);
    kiosk.wants(Intent::Wake);
    assert_eq!((kiosk.visit().text, kiosk.visit().query.as_str()), (TextSize::Normal, ""));
}

#[test]
fn a_forgotten_visit_ends_by_itself_and_leaves_its_call_with_staff() {
    let mut kiosk = Kiosk::awake();
    let asked = kiosk.wants(Intent::CallPerson);
    assert_eq!(asked, [Effect::Ask { key: 101 }]);
    kiosk.after(599);
    assert!(kiosk.0.visit().is_some());
    kiosk.after(1 + 150);
    assert_eq!(kiosk.0.phase, Phase::Asleep);
    assert_eq!(kiosk.0.call, HelpCall::Idle);
}

#[test]
fn a_touch_under_the_warning_only_says_i_am_here() {
    let mut kiosk = Kiosk::awake();
    kiosk.after(125);
    assert_eq!(kiosk.0.idle_seconds_left(kiosk.1), Some(25));
    kiosk.wants(Intent::Choose(0));
    assert_eq!(*kiosk.visit().flow.spot(), Spot::Home);
    assert_eq!(kiosk.0.idle_seconds_left(kiosk.1), None);
}

#[test]
fn a_person_can_be_called_even_under_the_warning_and_from_sleep() {
    let mut kiosk = Kiosk::awake();
    kiosk.after(125);
    assert_eq!(kiosk.wants(Intent::CallPerson), [Effect::Ask { key: 101 }]);
    let mut asleep = Kiosk(Session::new(Times::default(), 7), at(0));
    assert_eq!(
        asleep.wants(Intent::CallPerson),
        [Effect::Ask { key: 8 }, Effect::Began].into_iter().rev().collect::<Vec<_>>()
    );
    assert_eq!(*asleep.visit().flow.spot(), Spot::Call);
}

#[test]
fn a_slip_is_printed_once_and_never_again_by_itself() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::ShowSlip);
    assert!(kiosk.wants(Intent::Print).is_empty(), "nothing to print before it is drawn");
    let columns = Arc::new(vec![SlipPicture { width: 1, height: 1, grey: vec![0] }]);
    kiosk.0.on(Event::SlipDrawn(DrawnSlip { columns, code: None }), &offer(), kiosk.1);
    let effects = kiosk.wants(Intent::Print);
    let [Effect::Print { job }] = effects[..] else { panic!("{effects:?}") };
    assert!(kiosk.wants(Intent::Print).is_empty(), "it is being printed already");
    kiosk.0.on(Event::PrintEnded { job, state: PrintState::Printed }, &offer(), kiosk.1);
    assert_eq!(kiosk.visit().print, PrintState::Printed);
    assert!(kiosk.after(60).is_empty());
}

#[test]
fn whoever_reads_on_the_screen_what_did_not_come_out_reads_the_sheet_in_the_largest_type() {
    let mut kiosk = Kiosk::awake();
    let before = kiosk.visit().flow.spot().clone();
    kiosk.wants(Intent::ShowSlip);
    kiosk.wants(Intent::ReadLarge);
    assert_eq!((kiosk.visit().flow.spot(), kiosk.visit().text), (&before, TextSize::Largest));
}

#[test]
fn the_outcome_of_an_old_job_is_not_shown_to_the_next_visitor() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::ShowSlip);
    kiosk.0.on(Event::SlipDrawn(DrawnSlip::default()), &offer(), kiosk.1);
    let effects = kiosk.wants(Intent::Print);
    let [Effect::Print { job }] = effects[..] else { panic!("{effects:?}") };
    kiosk.wants(Intent::Finish);
    kiosk.wants(Intent::Wake);
    kiosk.0.on(Event::PrintEnded { job, state: PrintState::Printed }, &offer(), kiosk.1);
    assert_eq!(kiosk.visit().print, PrintState::Ready);
}

#[test]
fn a_question_has_a_bound() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::OpenSearch);
    kiosk.types(&"é".repeat(500));
    assert_eq!(kiosk.visit().query.chars().count(), QUERY_CHARS_MAX);
}

#[test]
fn words_of_the_desk_about_another_call_change_nothing() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::CallPerson);
    let word = DeskWord::Acknowledged { by: "Marie".into() };
    kiosk.0.on(
        Event::Desk { key: 1, number: 9, round: 1, left: false, word: word.clone() },
        &offer(),
        kiosk.1,
    );
    assert!(matches!(kiosk.0.call, HelpCall::Asking { .. }));
    kiosk.0.on(Event::Desk { key: 101, number: 9, round: 1, left: false, word }, &offer(), kiosk.1);
    assert!(matches!(kiosk.0.call, HelpCall::Acknowledged { .. }));
}

fn pin_ticket(effects: &[Effect]) -> Option<u64> {
    effects.iter().find_map(|effect| {
        let Effect::CheckPin { ticket, .. } = effect else { return None };
        Some(*ticket)
    })
}

#[test]
fn a_code_is_looked_at_once_it_has_six_figures_and_only_its_own_answer_opens() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::OpenStaffDoor);
    assert_eq!(pin_ticket(&kiosk.types("a30517")), None);
    let ticket = pin_ticket(&kiosk.types("2")).unwrap();
    assert_eq!(pin_ticket(&kiosk.types("999999")), None, "while one is looked at");
    let answer = |ticket| Event::PinChecked { ticket, answer: PinAnswer::Right };
    kiosk.0.on(answer(ticket + 1), &offer(), kiosk.1);
    assert_eq!(*kiosk.visit().flow.spot(), Spot::StaffDoor);
    kiosk.0.on(answer(ticket), &offer(), kiosk.1);
    assert_eq!(*kiosk.visit().flow.spot(), Spot::Staff);
    assert!(!format!("{:?}", kiosk.0).contains("305172"));
}

#[test]
fn a_code_that_turns_out_right_after_its_visitor_left_opens_nothing() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::OpenStaffDoor);
    let ticket = pin_ticket(&kiosk.types("305172")).unwrap();
    kiosk.wants(Intent::Finish);
    kiosk.wants(Intent::Wake);
    kiosk.wants(Intent::OpenStaffDoor);
    kiosk.0.on(Event::PinChecked { ticket, answer: PinAnswer::Right }, &offer(), kiosk.1);
    assert_eq!(*kiosk.visit().flow.spot(), Spot::StaffDoor);
    assert_eq!(kiosk.visit().staff.left(kiosk.1), None);
}

#[test]
fn the_desk_is_told_what_for_once_and_only_if_the_visitor_chose_to() {
    let reason = Reason { title: "Carte d’identité perdue".into(), theme: "papiers".into() };
    let offer = Offer { reason: Some(reason.clone()), ..offer() };
    let mut kiosk = Kiosk::awake();
    let mut wants = |intent| kiosk.0.on(Event::Intent(intent), &offer, kiosk.1);
    assert_eq!(wants(Intent::SayReason), [], "before the call");
    assert_eq!(wants(Intent::CallPerson), [Effect::Ask { key: 101 }]);
    assert_eq!(wants(Intent::SayReason), [Effect::Reason { key: 101, reason }]);
    assert_eq!(wants(Intent::SayReason), []);
    assert_eq!(wants(Intent::CancelCall), [Effect::Cancel { key: 101 }]);
    wants(Intent::CallPerson);
    assert_eq!(kiosk.visit().reason, None, "another call says nothing by itself");
}

#[test]
fn the_number_is_printed_once_the_desk_has_given_it_and_one_at_a_time() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::CallPerson);
    assert_eq!(kiosk.wants(Intent::PrintNumber), []);
    let word = Event::Desk { key: 101, number: 9, round: 1, left: false, word: DeskWord::Requested };
    kiosk.0.on(word, &offer(), kiosk.1);
    let effects = kiosk.wants(Intent::PrintNumber);
    let [Effect::PrintNumber { job, number: 9 }] = effects[..] else { panic!("{effects:?}") };
    assert_eq!(kiosk.wants(Intent::PrintNumber), []);
    kiosk.0.on(Event::PrintEnded { job, state: PrintState::Printed }, &offer(), kiosk.1);
    assert_eq!((kiosk.visit().number_print, kiosk.visit().print), (PrintState::Printed, PrintState::Ready));
}

#[test]
fn a_kiosk_that_starts_anew_shows_the_call_that_is_open_and_never_that_of_somebody_who_left() {
    let word = |key, left, word| Event::Desk { key, number: 9, round: 1, left, word };
    let asleep = || Kiosk(Session::new(Times::default(), 5_000), at(0));
    let mut kiosk = asleep();
    let effects = kiosk.0.on(word(77, false, DeskWord::Delivered), &offer(), kiosk.1);
    assert_eq!(effects, [Effect::Began, Effect::Ask { key: 77 }]);
    assert_eq!(*kiosk.visit().flow.spot(), Spot::Call);
    assert_eq!(kiosk.0.call, HelpCall::Delivered { number: 9, since: at(0) });
    assert_eq!(kiosk.wants(Intent::CancelCall), [Effect::Cancel { key: 77 }]);
    assert_eq!(kiosk.wants(Intent::CallPerson), [Effect::Ask { key: 5_001 }]);
    for event in [word(77, true, DeskWord::Delivered), word(77, false, DeskWord::Closed)] {
        let mut kiosk = asleep();
        assert_eq!(kiosk.0.on(event, &offer(), kiosk.1), []);
        assert_eq!(kiosk.0.phase, Phase::Asleep);
    }
    let mut used = asleep();
    used.wants(Intent::Wake);
    assert_eq!(used.0.on(word(77, false, DeskWord::Delivered), &offer(), used.1), []);
    assert_eq!(used.0.call, HelpCall::Idle);
}

#[test]
fn the_pairing_code_is_good_no_longer_however_its_page_is_left() {
    let goals = Offer { goals: vec![Spot::StaffPairing], ..offer() };
    let ways: [fn(&mut Kiosk) -> Vec<Effect>; 4] = [
        |kiosk| kiosk.wants(Intent::Finish),
        |kiosk| kiosk.wants(Intent::Back),
        |kiosk| kiosk.wants(Intent::CallPerson),
        |kiosk| kiosk.after(700),
    ];
    for leave in ways {
        let mut kiosk = Kiosk::awake();
        kiosk.wants(Intent::OpenStaffDoor);
        let ticket = pin_ticket(&kiosk.types("305172")).unwrap();
        kiosk.0.on(Event::PinChecked { ticket, answer: PinAnswer::Right }, &offer(), kiosk.1);
        let effects = kiosk.0.on(Event::Intent(Intent::Choose(0)), &goals, kiosk.1);
        assert_eq!(effects, [Effect::OpenDoor]);
        // Also before the desk has answered.
        assert!(leave(&mut kiosk).contains(&Effect::CloseDoor));
    }
}

#[test]
fn under_the_warning_no_button_of_the_call_acts() {
    let mut kiosk = Kiosk::awake();
    kiosk.wants(Intent::CallPerson);
    let word = DeskWord::Acknowledged { by: "Marie".into() };
    kiosk.0.on(Event::Desk { key: 101, number: 9, round: 1, left: false, word }, &offer(), kiosk.1);
    // An open call stops the clock for ten minutes; then the warning comes.
    kiosk.after(600);
    kiosk.after(125);
    assert!(kiosk.0.idle_seconds_left(kiosk.1).is_some());
    assert_eq!(kiosk.wants(Intent::CancelCall), []);
    assert!(matches!(kiosk.0.call, HelpCall::Acknowledged { .. }));
}
