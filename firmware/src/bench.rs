//! The bench page: the kiosk's screen live in a browser, its paper, the light, the button, the staff
//! page beside it, and levers for faults. On loopback only, never in an image.

mod frames;
mod page;

use std::net::SocketAddr;

use parvis_hardware::simulated::ButtonLever;
use parvis_hardware::simulated::SimulatedLight;
use parvis_hardware::simulated::SimulatedPrinter;
use parvis_hardware::simulated::SimulatedSpeaker;
use parvis_ui::headless::Inputs;
use parvis_ui_model::geometry::Panel;
use tokio::sync::watch;

pub use frames::{FrameSink, Frames, frames};
pub use page::{BenchError, serve};

/// What the bench page can look at and pull.
#[derive(Clone)]
pub struct BenchParts {
    /// The panel.
    pub panel: Panel,
    /// Touches and keys go there; none when the screen is elsewhere.
    pub inputs: Option<Inputs>,
    /// The screen's frames.
    pub frames: Frames,
    /// The simulated printer, when there is one.
    pub printer: Option<SimulatedPrinter>,
    /// The simulated loudspeaker, when there is one.
    pub speaker: Option<SimulatedSpeaker>,
    /// What a speech engine would say of the call.
    pub said: watch::Receiver<String>,
    /// The simulated hall, when the desk runs in this process.
    pub hall: Option<HallLevers>,
}

/// The desk's simulated side.
#[derive(Clone)]
pub struct HallLevers {
    /// The call button.
    pub button: ButtonLever,
    /// The light.
    pub light: SimulatedLight,
    /// Where the staff page is.
    pub staff: SocketAddr,
    /// Whether the desk should run.
    pub desk_wanted: watch::Sender<bool>,
}
