//! Session and content to view-model: pure functions, one file a subject.

mod browse;
mod call;
pub mod check_slip;
pub mod code;
mod guide;
pub mod morning;
mod place;
pub mod receipt;
mod search;
pub mod sheet;
pub mod slip;
mod staff;

use parvis_content::{ContentFile, Target};
use parvis_hardware::printer::profile::Profile;
use parvis_ui_model::document::{self, Block, Drawn};
use parvis_ui_model::flow::Spot;
use parvis_ui_model::geometry::{Layout, Panel, TextRole};
use parvis_ui_model::help_call::HelpCall;
use parvis_ui_model::measure::{Measure, height_mm};
use parvis_ui_model::view::{
    BarView, CallStage, CallView, DocumentView, PageView, Pager, ScreenView, SettingsView, TroubleView,
};
use std::sync::Arc;
use std::time::Duration;

pub(crate) use place::{commune_name, way_height_mm};

use crate::clock::HallTime;
use crate::intake::Releases;
use crate::session::{Offer, Phase, Session, Visit};
use crate::words;

/// What presenters need besides the session.
pub struct Stage<'a> {
    /// The panel.
    pub panel: Panel,
    /// The font's widths.
    pub measure: &'a dyn Measure,
    /// The content, or why there is none, for staff.
    pub content: Result<&'a ContentFile, &'a str>,
    /// A word for staff who bring new content.
    pub notice: &'a str,
    /// Which content is there, for staff.
    pub releases: &'a Releases,
    /// The way to the place that is shown, where there is a plan or a map of it.
    pub way: Option<&'a ShownWay>,
    /// The day and time of the hall, where it is certain.
    pub hall_time: Option<HallTime>,
}

/// The way to a place, as a visitor sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownWay {
    /// The place.
    pub place: String,
    /// The plan with the way, or the map.
    pub drawn: Arc<Drawn>,
    /// The same in sentences.
    pub words: Vec<String>,
    /// Whether these are steps, one after the other; otherwise it is a map.
    pub has_steps: bool,
}

/// A page, and what touching it leads to.
pub(crate) struct Presented {
    page: PageView,
    offer: Offer,
}

/// The screen, and what touching it leads to.
pub fn present(session: &Session, stage: &Stage<'_>, now: Duration) -> (ScreenView, Offer) {
    let visit = session.visit();
    let layout = Layout::new(stage.panel, visit.map(|visit| visit.text).unwrap_or_default());
    let Presented { page, offer } = page(session, stage, &layout, now);
    let view = ScreenView {
        layout,
        dark: visit.is_some_and(|visit| visit.dark),
        rtl: false,
        bar: BarView {
            can_go_back: visit.is_some_and(|visit| visit.flow.can_go_back()),
            call_open: session.call.is_open(),
        },
        page,
        idle_seconds_left: session.idle_seconds_left(now),
    };
    (view, offer)
}

/// How the call of the visit stands, in a word: asked at every change, so it reads nothing.
pub fn call_stage(session: &Session, stage: &Stage<'_>) -> Option<CallStage> {
    let open = session.visit().is_some() && session.call != HelpCall::Idle;
    open.then(|| call::shown(session, stage))
}

/// How the call of the visit stands, wherever its visitor is; nothing while there is none.
pub fn call_now(session: &Session, stage: &Stage<'_>, now: Duration) -> Option<CallView> {
    let visit = session.visit().filter(|_| session.call != HelpCall::Idle)?;
    let layout = Layout::new(stage.panel, visit.text);
    Some(call::view(session, visit, stage, &layout, now).0)
}

fn page(session: &Session, stage: &Stage<'_>, layout: &Layout, now: Duration) -> Presented {
    let visit = match &session.phase {
        Phase::Asleep => {
            return plain(PageView::Asleep { hall: hall(stage), notice: stage.notice.to_owned() });
        }
        Phase::Farewell { .. } => return plain(PageView::Farewell),
        Phase::Visiting(visit) => visit,
    };
    let reading = Reading { layout, measure: stage.measure, visit };
    // These need no content: a person can be called, and staff get in, whatever happened to it.
    match visit.flow.spot() {
        Spot::Call => return call::present(session, visit, stage, layout, now),
        Spot::Settings => return plain(PageView::Settings(SettingsView)),
        Spot::StaffDoor => return plain(staff::door(visit)),
        Spot::Staff => return staff::space(&reading, stage, session, now),
        Spot::StaffRollBack => return staff::rolled_back(&reading),
        Spot::StaffPairing => return staff::pairing(&reading),
        Spot::StaffRoll => return staff::new_roll(&reading, &session.printer),
        Spot::StaffSlip(slip) => return staff::slip(&reading, *slip, &session.printer),
        Spot::Home
        | Spot::Node(_)
        | Spot::Search
        | Spot::Sheet { .. }
        | Spot::Guide { .. }
        | Spot::Place(_)
        | Spot::Slip { .. } => {}
    }
    let content = match stage.content {
        Ok(content) => content,
        Err(why) => return trouble(why),
    };
    let (call_open, has_paused) = (session.call.is_open(), visit.has_paused(now));
    let scene =
        Scene { content, layout, measure: stage.measure, way: stage.way, visit, call_open, has_paused };
    let presented = match visit.flow.spot() {
        Spot::Home
        | Spot::Call
        | Spot::Settings
        | Spot::StaffDoor
        | Spot::Staff
        | Spot::StaffRollBack
        | Spot::StaffPairing
        | Spot::StaffRoll
        | Spot::StaffSlip(_) => browse::home(&scene),
        Spot::Node(id) => browse::node(&scene, id),
        Spot::Search => Ok(Some(search::present(&scene))),
        Spot::Sheet { id, steps } => sheet::present(&scene, id, steps),
        Spot::Guide { id, answers } => guide::present(&scene, id, answers),
        Spot::Place(id) => place::present(&scene, id),
        Spot::Slip { .. } => Ok(Some(slip::present(visit))),
    };
    match presented {
        Ok(Some(presented)) => presented,
        // A link to something that this release does not have: said, and Back is there.
        Ok(None) => nothing_here(&scene),
        Err(error) => trouble(&error.to_string()),
    }
}

/// What a page is made from.
pub(crate) struct Scene<'a> {
    content: &'a ContentFile,
    layout: &'a Layout,
    measure: &'a dyn Measure,
    way: Option<&'a ShownWay>,
    visit: &'a Visit,
    call_open: bool,
    has_paused: bool,
}

type Outcome = Result<Option<Presented>, parvis_content::ReadError>;

impl Scene<'_> {
    /// A document cut into pages, at the page of the visit.
    fn document(&self, title: &str, subtitle: &str, blocks: Vec<Block>, offer: Offer) -> Presented {
        let Self { layout, measure, visit, .. } = *self;
        Reading { layout, measure, visit }.document(title, subtitle, blocks, offer)
    }
}

/// What anything that is read is cut with.
struct Reading<'a> {
    layout: &'a Layout,
    measure: &'a dyn Measure,
    visit: &'a Visit,
}

impl Reading<'_> {
    /// A document cut into pages, at the page of the visit.
    fn document(&self, title: &str, subtitle: &str, blocks: Vec<Block>, offer: Offer) -> Presented {
        let layout = self.layout;
        let width = layout.column_mm();
        let title = words::tied(title);
        let mut head = height_mm(self.measure, layout, TextRole::Title, &title, width);
        if !subtitle.is_empty() {
            head += height_mm(self.measure, layout, TextRole::Body, subtitle, width);
        }
        let height = layout.page.h - head - 2.0 * layout.spacing_mm() - layout.footer_mm();
        let mut blocks = blocks;
        for block in &mut blocks {
            if let Block::Picture { height_mm, .. } = block {
                *height_mm = height_mm.min(height);
            }
        }
        let mut pages = document::pages(self.measure, layout, blocks, width, height);
        let count = pages.len();
        let at = self.visit.flow.page().min(count - 1);
        let page = PageView::Document(DocumentView {
            title,
            subtitle: subtitle.to_owned(),
            blocks: pages.swap_remove(at),
            pager: Pager { number: at + 1, count },
            can_print: offer.printable.is_some(),
        });
        Presented { page, offer: Offer { pages: count, ..offer } }
    }
}

/// Where something of the content is in the kiosk.
pub(crate) fn spot_of(target: &Target) -> Spot {
    match target {
        Target::Node(id) => Spot::Node(id.as_str().to_owned()),
        Target::Sheet(id) => Spot::Sheet { id: id.as_str().to_owned(), steps: Vec::new() },
        Target::Guide(id) => Spot::Guide { id: id.as_str().to_owned(), answers: Vec::new() },
        Target::Place(id) => Spot::Place(id.as_str().to_owned()),
    }
}

/// The pictogram of a target that names none.
pub(crate) fn icon_of(target: &Target) -> &'static str {
    match target {
        Target::Node(_) => "list",
        Target::Sheet(_) => "paper",
        Target::Guide(_) => "question",
        Target::Place(_) => "place",
    }
}

/// What staff read of a printer.
pub(crate) fn model(profile: &Profile) -> String {
    let Profile { maker, model, .. } = profile;
    if maker == "any" { model.clone() } else { format!("{maker} {model}") }
}

fn hall(stage: &Stage<'_>) -> String {
    stage.content.map(|content| content.info().hall.name.clone()).unwrap_or_default()
}

fn plain(page: PageView) -> Presented {
    Presented { page, offer: Offer { pages: 1, ..Offer::default() } }
}

fn trouble(why: &str) -> Presented {
    plain(PageView::Trouble(TroubleView { for_staff: why.to_owned() }))
}

fn nothing_here(scene: &Scene<'_>) -> Presented {
    let text = "Cette fiche n’est pas dans cette borne. Demandez à l’accueil.";
    scene.document("Je n’ai pas cette fiche", "", vec![Block::Text(text.into())], Offer::default())
}
