//! What a visitor can ask of the kiosk. Screens send these and nothing else.

use crate::geometry::TextSize;
use crate::keyboard::KeyAction;

/// One wish of the visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// Any touch on the sleeping screen, or "Je suis là" on the warning.
    Wake,
    /// One step back.
    Back,
    /// The first screen.
    Home,
    /// A person, please.
    CallPerson,
    /// No person needed after all.
    CancelCall,
    /// The person who was called is there.
    PersonIsHere,
    /// Tell the desk what the call is for.
    SayReason,
    /// Print the number of the call.
    PrintNumber,
    /// "Terminer": forget everything.
    Finish,
    /// Text size and colours.
    OpenSettings,
    /// The code of the staff's space.
    OpenStaffDoor,
    /// The search screen.
    OpenSearch,
    /// The choice number so and so of the whole screen, from 0, on whatever page.
    Choose(usize),
    /// The next page of the screen.
    NextPage,
    /// The page before.
    PreviousPage,
    /// A key of either keyboard.
    Key(KeyAction),
    /// From the keyboard to the results, where they are two steps.
    ShowResults,
    /// Show the slip of this sheet.
    ShowSlip,
    /// Print the slip that is shown.
    Print,
    /// Read on the screen, in the largest type, what could not be printed.
    ReadLarge,
    /// A text size.
    SetTextSize(TextSize),
    /// Colours.
    SetDark(bool),
}

/// What somebody without a finger on the screen does: from one thing that can be touched to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FocusMove {
    /// To the one before.
    Previous,
    /// To the next one.
    Next,
    /// Touches it.
    Select,
}
