//! `parvis kiosk`: the screen, the session, search, printer, and the link to the desk.
//!
//! Everything here runs on the thread of the window. Workers get plain data and send [`Event`]s back.

pub mod area_painter;
mod canvas;
pub mod care;
pub mod desk_link;
pub mod desk_place;
mod drawing;
pub mod keypad_worker;
pub mod morning;
pub mod paper_roll;
pub mod plan_painter;
pub mod print_worker;
pub mod remote_desk;
pub mod search_worker;
mod shown_content;
pub mod sound_worker;
pub mod staff_worker;
pub mod unsettled;
pub mod ways;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use parvis_content::{ContentFile, Lang};
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::TextSize as SlipSize;
use parvis_ui::KioskWindow;
use parvis_ui::fonts::FontMeasure;
use parvis_ui_model::flow::{Printable, StaffSlip};
use parvis_ui_model::geometry::{Panel, TextSize};
use parvis_ui_model::help_call::HelpCall;
use parvis_ui_model::view::{CallStage, CallView, DrawnSlip, PrintState};
use tokio::sync::watch;

use crate::clock::{self, HallTime};
use crate::durable::{FileMark, RealDisk};
use crate::intake::news::{News, Receipt};
use crate::intake::{self, Releases, Shelf};
use crate::present::morning::{Morning, of_morning};
use crate::present::receipt::Before;
use crate::present::slip::{self, Reader};
use crate::present::{self, Stage, receipt};
use crate::session::{Effect, Event, Offer, Phase, Session, Times};
use crate::words;
use desk_link::{DeskLink, LinkCommand};
use drawing::Drawing;
use keypad_worker::KeypadWorker;
use print_worker::PrintWorker;
use search_worker::SearchWorker;
use sound_worker::SoundWorker;
use staff_worker::StaffWorker;

/// Events that wait; a flood beyond it is dropped, the screen stays usable.
const EVENTS_MAX: usize = 512;
/// The clock of the session ticks that often.
pub const TICK: Duration = Duration::from_millis(500);
/// While no visitor is there, the content file is looked at every so many ticks.
const LOOK_AT_CONTENT_TICKS: u32 = 4;
/// The print job of a receipt: visitors' jobs begin at 1.
const RECEIPT_JOB: u64 = 0;

/// The time since the start, from [`crate::clock`] or from a test.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The day and time of the hall; nothing while the machine's clock is not certain.
pub type HallClock = Arc<dyn Fn() -> Option<HallTime> + Send + Sync>;

/// What a kiosk needs.
pub struct KioskParts {
    /// What staff call it, also on the plan of the hall.
    pub name: String,
    /// The panel.
    pub panel: Panel,
    /// The content file.
    pub content: PathBuf,
    /// The times of a visit and of its call.
    pub times: Times,
    /// The printer's profile, with the paper that it has.
    pub printer: Profile,
    /// The clock.
    pub clock: Clock,
    /// The time of the day, where it is certain.
    pub hall_time: HallClock,
    /// The folder of what intake remembers.
    pub intake: PathBuf,
    /// Differs at every start, so that the desk never takes a new call for an old one.
    pub first_key: u64,
    /// What is to be said aloud of a call goes there; empty when there is none.
    pub spoken: watch::Sender<String>,
}

/// Sends events to the kiosk, from any thread.
#[derive(Clone)]
pub struct EventSender {
    queue: SyncSender<Event>,
    waker: Option<parvis_ui::Waker>,
}

impl EventSender {
    /// Sends one; dropped when too many wait.
    pub fn send(&self, event: Event) {
        if self.queue.try_send(event).is_ok()
            && let Some(waker) = &self.waker
        {
            waker.wake();
        }
    }
}

/// What runs beside the window.
pub struct Workers {
    /// Searches.
    pub search: SearchWorker,
    /// Prints.
    pub printer: PrintWorker,
    /// Speaks with the desk.
    pub desk: DeskLink,
    /// Does what staff ask for.
    pub staff: StaffWorker,
    /// Is heard.
    pub sound: SoundWorker,
    /// Reads the keypad.
    pub keypad: KeypadWorker,
}

/// The kiosk.
pub struct Kiosk {
    window: KioskWindow,
    session: Session,
    offer: Offer,
    content: Result<ContentFile, String>,
    content_path: PathBuf,
    content_mark: Option<FileMark>,
    /// A word for staff who bring new content.
    notice: String,
    /// Which content is there, for staff; looked up when they come in.
    releases: Releases,
    intake: PathBuf,
    measure: FontMeasure,
    panel: Panel,
    drawing: Drawing,
    raster: Option<Arc<Raster>>,
    workers: Workers,
    clock: Clock,
    hall_time: HallClock,
    ticks: u32,
    /// What is on screen of all that time alone may change.
    shown: Option<TimeMark>,
    /// How the call stood when it was last heard.
    heard: Option<CallStage>,
    /// The same in words, for whoever does not see them: a speech engine, or the bench page.
    spoken: watch::Sender<String>,
}

/// What a tick may change on screen.
#[derive(PartialEq)]
struct TimeMark {
    call: HelpCall,
    offers_another_way: bool,
    phase: std::mem::Discriminant<Phase>,
    has_paused: bool,
    idle_seconds_left: Option<u32>,
    staff_minutes_left: Option<u64>,
}

impl Kiosk {
    /// Opens the content and shows the first screen. Without content, the screen says so, and a
    /// person can still be called.
    pub fn new(window: KioskWindow, parts: KioskParts, workers: Workers) -> Self {
        let content = shown_content::open(&parts.content);
        let mut kiosk = Self {
            window,
            session: Session::new(parts.times, parts.first_key),
            offer: Offer::default(),
            content_mark: FileMark::of(&parts.content),
            content,
            content_path: parts.content,
            notice: String::new(),
            releases: Releases::default(),
            intake: parts.intake,
            measure: FontMeasure::default(),
            panel: parts.panel,
            drawing: Drawing::new(parts.name, parts.panel, parts.printer),
            raster: None,
            workers,
            clock: parts.clock,
            hall_time: parts.hall_time,
            ticks: 0,
            shown: None,
            heard: None,
            spoken: parts.spoken,
        };
        kiosk.give_index();
        kiosk.refresh();
        kiosk
    }

    /// One event: the session changes, effects are performed, the screen follows.
    pub fn handle(&mut self, event: Event) {
        let now = (self.clock)();
        let ticks = event == Event::Tick;
        let outside = self.staff_left(now).is_none();
        let went_back = matches!(event, Event::RolledBack(_));
        for effect in self.session.on(event, &self.offer, now) {
            self.perform(effect);
        }
        if ticks {
            self.ticks += 1;
        }
        let comes_in = outside && self.staff_left(now).is_some();
        if comes_in || went_back || (ticks && self.ticks.is_multiple_of(LOOK_AT_CONTENT_TICKS)) {
            self.look_at_content(now);
        }
        if !ticks || self.shown.as_ref() != Some(&self.what_time_changes(now)) {
            self.refresh();
        }
    }

    /// The session, to look at.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The window, to look at.
    pub fn window(&self) -> &KioskWindow {
        &self.window
    }

    fn what_time_changes(&self, now: Duration) -> TimeMark {
        TimeMark {
            call: self.session.call.clone(),
            offers_another_way: self.session.offers_another_way(now),
            phase: std::mem::discriminant(&self.session.phase),
            has_paused: self.session.visit().is_some_and(|visit| visit.has_paused(now)),
            idle_seconds_left: self.session.idle_seconds_left(now),
            staff_minutes_left: self.staff_left(now).map(|left| left.as_secs().div_ceil(60)),
        }
    }

    fn refresh(&mut self) {
        let shown = self.session.visit().and_then(|visit| Some((visit.flow.spot().place()?, visit.text)));
        self.drawing.look_for_way(self.content.as_ref().ok(), shown);
        let stage = Stage {
            panel: self.panel,
            measure: &self.measure,
            content: self.content.as_ref().map_err(String::as_str),
            notice: &self.notice,
            releases: &self.releases,
            way: self.drawing.way(),
            hall_time: (self.hall_time)(),
        };
        let now = (self.clock)();
        let (view, offer) = present::present(&self.session, &stage, now);
        self.offer = offer;
        let heard = present::call_stage(&self.session, &stage);
        // A call is read out only when it stands otherwise: that takes a look into the content.
        let news = (heard != self.heard).then(|| present::call_now(&self.session, &stage, now));
        self.shown = Some(self.what_time_changes(now));
        self.window.show(&view);
        if let Some(call) = news {
            self.sound(heard, call.as_ref());
        }
    }

    /// A call that stands otherwise is heard, wherever in the kiosk its visitor is.
    fn sound(&mut self, stage: Option<CallStage>, call: Option<&CallView>) {
        let visited = self.session.visit().is_some();
        if let Some(tune) = sound_worker::tune(self.heard.as_ref(), stage.as_ref(), visited) {
            self.workers.sound.play(tune);
        }
        self.spoken.send_replace(call.map(|call| self.window.words_of(call)).unwrap_or_default());
        self.heard = stage;
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Search { ticket, query } => self.workers.search.ask(ticket, query),
            Effect::DrawSlip { of } => self.draw_slip(&of),
            Effect::Print { job } => {
                if let Some(raster) = &self.raster {
                    self.workers.printer.print(job, Arc::clone(raster));
                }
            }
            Effect::MoveFocus(to) => self.window.move_focus(to),
            Effect::Ask { key } => self.workers.desk.tell(LinkCommand::Ask(key)),
            Effect::Cancel { key } => self.workers.desk.tell(LinkCommand::Cancel(key)),
            Effect::Left { key } => self.workers.desk.tell(LinkCommand::Left(key)),
            Effect::Arrived { key } => self.workers.desk.tell(LinkCommand::Arrived(key)),
            Effect::Reason { key, reason } => self.workers.desk.tell(LinkCommand::Reason(key, reason)),
            Effect::PrintNumber { job, number } => self.print_number(job, number),
            Effect::PrintForStaff { job, slip: StaffSlip::Test } => {
                let drawn = self.drawing.check_slip(&words::day(clock::unix_seconds().cast_signed()));
                self.print_or_say(job, drawn);
            }
            Effect::PrintForStaff { job, slip: StaffSlip::Morning } => self.workers.staff.gather(job),
            Effect::PrintMorning { job, morning } => self.print_morning(job, &morning),
            Effect::NewRoll => self.workers.printer.new_roll(),
            Effect::CheckPin { ticket, pin } => self.workers.staff.check(ticket, pin),
            Effect::RollBack => self.workers.staff.roll_back(),
            Effect::OpenDoor => self.workers.staff.open_door(),
            Effect::CloseDoor => self.workers.staff.close_door(),
            Effect::Began => tracing::info!("session.started"),
            Effect::Forget => {
                self.raster = None;
                self.workers.search.forget();
                self.workers.printer.forget();
                tracing::info!("session.ended");
            }
        }
    }

    fn draw_slip(&mut self, of: &Printable) {
        let (size, content) =
            (self.slip_size(), self.content.as_ref().map_err(|why| anyhow::anyhow!("{why}")));
        match content.and_then(|content| self.drawing.slip_of(content, of, size)) {
            Ok(raster) => {
                let columns = Arc::new(slip::pictures(&raster));
                self.raster = Some(Arc::new(raster));
                let code = self.content.as_ref().ok().and_then(|content| present::code::of(content, of));
                let drawn = DrawnSlip { columns, code: code.map(Arc::new) };
                let now = (self.clock)();
                self.session.on(Event::SlipDrawn(drawn), &self.offer, now);
            }
            Err(error) => tracing::error!(%error, "slip.refused"),
        }
    }

    /// The number of the call, on paper. Where it cannot even be drawn, the screen says that it did not come out.
    fn print_number(&mut self, job: u64, number: u32) {
        let hall = self.content.as_ref().ok().map(|content| &content.info().hall);
        let reader = Reader::french(self.slip_size());
        let slip = slip::of_call(number, hall, reader).map_err(anyhow::Error::from);
        let drawn = slip.and_then(|slip| self.drawing.slip(&slip));
        self.print_or_say(job, drawn);
    }

    /// How the kiosk is this morning, for staff.
    fn print_morning(&mut self, job: u64, morning: &Morning) {
        let slip = of_morning(morning, &self.drawing.model(), &self.session.printer);
        let drawn = slip.map_err(anyhow::Error::from).and_then(|slip| self.drawing.slip(&slip));
        self.print_or_say(job, drawn);
    }

    /// Prints what was drawn; says that it did not come out where nothing was.
    fn print_or_say(&mut self, job: u64, drawn: anyhow::Result<Raster>) {
        match drawn {
            Ok(raster) => self.workers.printer.print(job, Arc::new(raster)),
            Err(error) => {
                tracing::error!(%error, "slip.refused");
                let state = PrintState::Failed(parvis_ui_model::view::PrintTrouble::Offline);
                let now = (self.clock)();
                self.session.on(Event::PrintEnded { job, state }, &self.offer, now);
            }
        }
    }

    /// Who reads large text on screen gets it on paper.
    fn slip_size(&self) -> SlipSize {
        match self.session.visit().map(|visit| visit.text) {
            Some(TextSize::Large | TextSize::Largest) => SlipSize::Large,
            Some(TextSize::Normal) | None => SlipSize::Normal,
        }
    }

    /// How long staff may still stay in their space; nothing while nobody is in it.
    fn staff_left(&self, now: Duration) -> Option<Duration> {
        self.session.visit().and_then(|visit| visit.staff.left(now))
    }

    /// Between two visitors, and for staff: is there another content file?
    fn look_at_content(&mut self, now: Duration) {
        let staff = self.staff_left(now).is_some();
        if self.session.phase != Phase::Asleep && !staff {
            return;
        }
        if staff {
            self.look_at_releases();
        }
        let notice = News::read(&RealDisk, &self.content_path).map(|news| news.text).unwrap_or_default();
        if notice != self.notice {
            self.notice = notice;
            self.refresh();
        }
        let mark = FileMark::of(&self.content_path);
        if mark == self.content_mark {
            return;
        }
        self.content_mark = mark;
        match shown_content::open(&self.content_path) {
            Ok(content) => {
                self.content = Ok(content);
                self.drawing.forget_content();
                self.give_index();
                self.print_receipt();
            }
            // What is open still works: a broken newcomer does not take it away.
            Err(why) if self.content.is_err() => self.content = Err(why),
            Err(_) => {}
        }
        self.session.on(Event::ContentChanged, &self.offer, now);
        self.refresh();
    }

    fn look_at_releases(&mut self) {
        let folder = self.content_path.parent().unwrap_or(Path::new("."));
        // What cannot be read is nothing that staff could go back to.
        let releases = intake::command::releases(&self.intake, folder).unwrap_or_default();
        if releases != self.releases {
            self.releases = releases;
            self.refresh();
        }
    }

    /// Whoever brought the new content on a stick gets a receipt. It belongs to no visitor, so to no session.
    fn print_receipt(&mut self) {
        let Some(receipt) = Receipt::take(&RealDisk, &self.content_path) else { return };
        let Ok(content) = &self.content else { return };
        let folder = self.content_path.parent().unwrap_or(Path::new("."));
        // A receipt of a release that was not activated in the end, or did not open, is none.
        let shown = Shelf::new(folder).shown(&RealDisk);
        if shown.is_none_or(|shown| shown.file != receipt.file || !shown.opened) {
            return;
        }
        let before = receipt.before.as_ref().map(|file| ContentFile::open(&folder.join(file)));
        let before = match &before {
            None => Before::Nothing,
            Some(Ok(before)) => Before::Content(before),
            Some(Err(_)) => Before::Unknown,
        };
        let slip = receipt::of_update(&(&receipt).into(), content, before, None);
        let slip = slip.map_err(anyhow::Error::from);
        match slip.and_then(|slip| self.drawing.slip(&slip)) {
            Ok(raster) => self.workers.printer.print(RECEIPT_JOB, Arc::new(raster)),
            Err(error) => tracing::error!(%error, "slip.refused"),
        }
    }

    fn give_index(&self) {
        let index = self.content.as_ref().ok().map(|content| content.search_index(&Lang::french()));
        match index {
            Some(Ok(index)) => self.workers.search.use_index(index),
            Some(Err(error)) => tracing::error!(%error, "content.unreadable"),
            None => {}
        }
    }
}

/// A channel for events; `waker` brings the window's thread to look at it.
pub fn events(waker: Option<parvis_ui::Waker>) -> (EventSender, Receiver<Event>) {
    let (queue, events) = sync_channel(EVENTS_MAX);
    (EventSender { queue, waker }, events)
}

/// What the visitor is told of a print.
pub(crate) fn print_state(
    outcome: &Result<parvis_hardware::printer::Printed, parvis_hardware::printer::PrintError>,
) -> PrintState {
    use parvis_hardware::printer::{PrintError, Printed, PrinterStatus};
    use parvis_ui_model::view::PrintTrouble;
    match outcome {
        Ok(Printed::Confirmed) => PrintState::Printed,
        Ok(Printed::Unconfirmed) => PrintState::Sent,
        Err(PrintError::NotStarted(PrinterStatus::PaperOut)) => PrintState::Failed(PrintTrouble::PaperOut),
        Err(PrintError::NotStarted(PrinterStatus::CoverOpen)) => PrintState::Failed(PrintTrouble::CoverOpen),
        Err(PrintError::Incomplete { .. }) => PrintState::Failed(PrintTrouble::Incomplete),
        Err(_) => PrintState::Failed(PrintTrouble::Offline),
    }
}
