//! View-models: everything a screen shows, ready to draw. Built by presenters, drawn by `parvis-ui`.

use std::sync::Arc;

use crate::document::Block;
use crate::geometry::{Layout, TextRole};
use crate::keyboard::Key;
use crate::list::Row;

/// The whole screen.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenView {
    /// Where everything stands.
    pub layout: Layout,
    /// Light ink on dark ground.
    pub dark: bool,
    /// Mirrored for scripts that run from right to left.
    pub rtl: bool,
    /// The bar.
    pub bar: BarView,
    /// The page.
    pub page: PageView,
    /// The warning that covers the page, with the seconds left.
    pub idle_seconds_left: Option<u32>,
}

/// The bar with the call button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BarView {
    /// Whether there is a screen to go back to.
    pub can_go_back: bool,
    /// Whether a call is open: the button then says so and leads to it.
    pub call_open: bool,
}

/// One page.
#[derive(Clone, Debug, PartialEq)]
pub enum PageView {
    /// Nobody is there.
    Asleep {
        /// The hall's name.
        hall: String,
        /// A word for staff who stand before it with a stick; empty for none.
        notice: String,
    },
    /// The first screen.
    Home(HomeView),
    /// A list of choices.
    List(ListView),
    /// The keyboard and what it finds.
    Search(SearchView),
    /// A sheet, a part of it, a place, a question of a guide.
    Document(DocumentView),
    /// The slip before, while and after it is printed.
    Slip(SlipView),
    /// The help call.
    Call(CallView),
    /// Text size and colours.
    Settings(SettingsView),
    /// The code of the staff's space.
    StaffDoor(StaffDoorView),
    /// Everything is forgotten.
    Farewell,
    /// There is no content to show.
    Trouble(TroubleView),
}

/// Page `number` of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pager {
    /// This page, from 1.
    pub number: usize,
    /// How many there are, at least 1.
    pub count: usize,
}

/// The first screen.
#[derive(Clone, Debug, PartialEq)]
pub struct HomeView {
    /// The hall's name.
    pub hall: String,
    /// At most six, beside the search: seven choices (row H1).
    pub tiles: Vec<Row>,
    /// More tiles on further pages.
    pub pager: Pager,
}

/// A list of choices.
#[derive(Clone, Debug, PartialEq)]
pub struct ListView {
    /// What is listed.
    pub title: String,
    /// The choices of this page, at most seven.
    pub rows: Vec<Row>,
    /// The pages.
    pub pager: Pager,
}

/// The search screen.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchView {
    /// What was typed.
    pub query: String,
    /// The keyboard's rows; empty on the step that shows results alone.
    pub keys: Vec<Vec<Key>>,
    /// What is said of the results, above them.
    pub lead: Option<Lead>,
    /// Room above the results, in millimetres: what the lead takes, or what is kept free for it.
    pub lead_mm: f32,
    /// The results of this page, and other ways on.
    pub rows: Vec<Row>,
    /// The pages of results.
    pub pager: Pager,
    /// How many were found in all.
    pub found: usize,
}

/// A sentence above a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The sentence.
    pub text: String,
    /// Its size.
    pub role: TextRole,
}

/// Blocks to read and to choose from.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentView {
    /// The sheet's title.
    pub title: String,
    /// The part of the sheet, when this is not the whole.
    pub subtitle: String,
    /// The blocks of this page.
    pub blocks: Vec<Block>,
    /// The pages.
    pub pager: Pager,
    /// Whether there is a slip to print.
    pub can_print: bool,
}

/// A picture of one bit a dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipPicture {
    /// Dots in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// One byte a dot, row by row: 0 is ink, 255 is paper.
    pub grey: Vec<u8>,
}

/// What is true of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum PrintState {
    /// It can be printed.
    #[default]
    Ready,
    /// It is being printed.
    Printing,
    /// The printer confirmed the whole slip.
    Printed,
    /// The bytes were taken, but this printer cannot confirm.
    Sent,
    /// Not printed, for this reason.
    Failed(PrintTrouble),
}

/// Why a slip did not come out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintTrouble {
    /// No paper.
    PaperOut,
    /// The cover is open.
    CoverOpen,
    /// The printer does not answer.
    Offline,
    /// A part came out.
    Incomplete,
}

/// What a telephone takes away instead of paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlipCode {
    /// The QR code, a dot a module, with its quiet zone.
    pub picture: SlipPicture,
    /// The same in words (row J5).
    pub text: String,
    /// It leads to a page on the internet; otherwise the words themselves are in it.
    pub is_address: bool,
}

/// A slip, drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DrawnSlip {
    /// What will be printed, dot for dot: columns beside each other. Empty until it is drawn.
    pub columns: Arc<Vec<SlipPicture>>,
    /// What else can be taken away.
    pub code: Option<Arc<SlipCode>>,
}

/// The slip.
#[derive(Clone, Debug, PartialEq)]
pub struct SlipView {
    /// What will be printed.
    pub drawn: DrawnSlip,
    /// What is true of the paper.
    pub state: PrintState,
}

/// What the visitor is told about the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallStage {
    /// The call is on its way to the desk.
    Asking,
    /// The desk has it; no staff page shows it yet.
    Sent,
    /// A staff page shows it.
    Shown,
    /// This person comes.
    Coming(String),
    /// Somebody had said that they come, and nobody came: the desk is called anew.
    Anew,
    /// This person is there.
    Arrived(String),
    /// Nobody could be alerted so far.
    Nobody,
    /// Nobody holds the desk now, and why; the call is open all the same.
    Away(String),
    /// The call is over.
    Closed,
}

/// The help call.
#[derive(Clone, Debug, PartialEq)]
pub struct CallView {
    /// What is true.
    pub stage: CallStage,
    /// The call's number, once the desk has written it down.
    pub number: Option<u32>,
    /// What else is known: how long it usually takes, what the desk was told, what became of the slip.
    pub notes: Vec<String>,
    /// Other ways to reach a person (phone, hours), offered when nobody answers.
    pub other_ways: Vec<String>,
    /// What the visitor may do beside cancelling.
    pub deed: CallDeed,
}

/// What a visitor may do about an open call, beside cancelling it: one thing at a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallDeed {
    /// Nothing.
    #[default]
    None,
    /// Say that the person is there.
    PersonIsHere,
    /// Say what for.
    SayReason,
    /// Print the number.
    PrintNumber,
}

/// Text size and colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingsView;

/// Figures of the staff's code.
pub const PIN_DIGITS: usize = 6;

/// The code of the staff's space, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StaffDoorView {
    /// How many figures are typed, at most [`PIN_DIGITS`].
    pub typed: usize,
    /// What is said of them.
    pub said: DoorSaid,
}

/// What is said at the staff's door.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DoorSaid {
    /// Type the code.
    #[default]
    Ask,
    /// It is being looked at.
    Checking,
    /// It was wrong.
    Wrong,
    /// Too many were wrong: not before so many minutes.
    Wait {
        /// At least 1.
        minutes: u32,
    },
    /// Nobody has chosen a code for this kiosk.
    NoPin,
}

/// No content to show.
#[derive(Clone, Debug, PartialEq)]
pub struct TroubleView {
    /// For staff: what, where, what to do.
    pub for_staff: String,
}
