//! A screen without a screen: the same pixels, in memory. The simulator, the tests, the golden
//! pictures and the benches draw here.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use parvis_ui_model::geometry::Panel;
use slint::platform::software_renderer::{MinimalSoftwareWindow, RepaintBufferType};
use slint::platform::{EventLoopProxy, Platform, PointerEventButton, WindowAdapter, WindowEvent};
use slint::{LogicalPosition, PhysicalSize, PlatformError, Rgb8Pixel, SharedString};

use crate::window::UiError;

/// The time since the start of the program. In tests, whatever the test says.
pub type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// What comes from outside: a finger or a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A finger touches the panel, in pixels.
    Press(f32, f32),
    /// It moves.
    Move(f32, f32),
    /// It leaves.
    Release(f32, f32),
    /// Gives the whole picture to whoever watches, as it is.
    ShowAll,
    /// A key goes down and up; a character, or Slint's code of a special key.
    Key(String),
}

/// A part of the screen that was drawn again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Damage {
    /// Left edge, in pixels.
    pub x: u32,
    /// Upper edge.
    pub y: u32,
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// The picture, three bytes a pixel, row by row.
pub struct Frame<'a> {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Red, green, blue.
    pub rgb: &'a [Rgb8Pixel],
    /// What is new.
    pub damage: Damage,
}

impl Frame<'_> {
    /// The bytes of the rectangle `of`, row by row.
    pub fn bytes(&self, of: &Damage) -> Vec<u8> {
        let row = |y: u32| (y * self.width + of.x) as usize..(y * self.width + of.x + of.width) as usize;
        let pixels = (of.y..of.y + of.height).filter_map(|y| self.rgb.get(row(y))).flatten();
        pixels.flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect()
    }
}

type Task = Box<dyn FnOnce() + Send>;
type Sink = Box<dyn FnMut(&Frame<'_>)>;

#[derive(Default)]
struct Inbox {
    tasks: VecDeque<Task>,
    inputs: VecDeque<Input>,
    quit: bool,
}

/// Tasks and inputs waiting for the thread of the window. Bounded: a stuck screen drops touches.
#[derive(Default)]
struct Shared {
    inbox: Mutex<Inbox>,
    wake: Condvar,
}

/// Most touches and keys that wait.
const INPUTS_MAX: usize = 256;

/// Sends touches and keys to a [`Headless`] screen, from any thread.
#[derive(Clone)]
pub struct Inputs(Arc<Shared>);

impl Inputs {
    /// Sends one; dropped when too many wait already.
    pub fn send(&self, input: Input) {
        self.0.with(|inbox| {
            if inbox.inputs.len() < INPUTS_MAX {
                inbox.inputs.push_back(input);
            }
        });
    }
}

impl Shared {
    fn with(&self, change: impl FnOnce(&mut Inbox)) {
        let mut inbox = self.inbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        change(&mut inbox);
        self.wake.notify_one();
    }

    /// Takes what is there, waiting for at most `timeout`.
    fn take(&self, timeout: Option<Duration>) -> Inbox {
        let mut inbox = self.inbox.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let empty = |inbox: &mut Inbox| inbox.tasks.is_empty() && inbox.inputs.is_empty() && !inbox.quit;
        inbox = if let Some(timeout) = timeout {
            let waited = self.wake.wait_timeout_while(inbox, timeout, empty);
            waited.unwrap_or_else(std::sync::PoisonError::into_inner).0
        } else {
            let waited = self.wake.wait_while(inbox, empty);
            waited.unwrap_or_else(std::sync::PoisonError::into_inner)
        };
        std::mem::take(&mut inbox)
    }
}

struct Proxy(Arc<Shared>);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), slint::EventLoopError> {
        self.0.with(|inbox| inbox.quit = true);
        Ok(())
    }

    fn invoke_from_event_loop(&self, event: Box<dyn FnOnce() + Send>) -> Result<(), slint::EventLoopError> {
        self.0.with(|inbox| inbox.tasks.push_back(event));
        Ok(())
    }
}

struct Screen {
    window: Rc<MinimalSoftwareWindow>,
    shared: Arc<Shared>,
    clock: Clock,
    panel: Panel,
    pixels: RefCell<Vec<Rgb8Pixel>>,
    sink: RefCell<Sink>,
}

impl Screen {
    /// Draws what changed, if anything did, and gives it to the sink.
    fn draw(&self) -> bool {
        slint::platform::update_timers_and_animations();
        self.window.draw_if_needed(|renderer| {
            let mut pixels = self.pixels.borrow_mut();
            let region = renderer.render(&mut pixels, self.panel.width_px as usize);
            let (origin, size) = (region.bounding_box_origin(), region.bounding_box_size());
            let damage = Damage {
                x: u32::try_from(origin.x).unwrap_or(0),
                y: u32::try_from(origin.y).unwrap_or(0),
                width: size.width,
                height: size.height,
            };
            let frame =
                Frame { width: self.panel.width_px, height: self.panel.height_px, rgb: &pixels, damage };
            (self.sink.borrow_mut())(&frame);
        })
    }

    /// Handles what waits; false when the loop must end.
    fn turn(&self, timeout: Option<Duration>) -> bool {
        let inbox = self.shared.take(timeout);
        for input in inbox.inputs {
            self.dispatch(input);
        }
        for task in inbox.tasks {
            task();
        }
        !inbox.quit
    }

    fn show_all(&self) {
        let pixels = self.pixels.borrow();
        let (width, height) = (self.panel.width_px, self.panel.height_px);
        let damage = Damage { x: 0, y: 0, width, height };
        (self.sink.borrow_mut())(&Frame { width, height, rgb: &pixels, damage });
    }

    fn dispatch(&self, input: Input) {
        let button = PointerEventButton::Left;
        let send = |event: WindowEvent| {
            // A component that refuses an event has shown so itself; there is nobody to tell here.
            let _ = self.window.dispatch_event_with_result(event);
        };
        match input {
            Input::ShowAll => self.show_all(),
            Input::Press(x, y) => {
                send(WindowEvent::PointerPressed { position: LogicalPosition::new(x, y), button });
            }
            Input::Move(x, y) => send(WindowEvent::PointerMoved { position: LogicalPosition::new(x, y) }),
            Input::Release(x, y) => {
                send(WindowEvent::PointerReleased { position: LogicalPosition::new(x, y), button });
                send(WindowEvent::PointerExited);
            }
            Input::Key(text) => {
                let text = SharedString::from(text);
                send(WindowEvent::KeyPressed { text: text.clone() });
                send(WindowEvent::KeyReleased { text });
            }
        }
    }
}

struct HeadlessPlatform {
    screen: Rc<Screen>,
    looping: bool,
}

impl Platform for HeadlessPlatform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        Ok(Rc::clone(&self.screen.window) as Rc<dyn WindowAdapter>)
    }

    fn duration_since_start(&self) -> Duration {
        (self.screen.clock)()
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        self.looping.then(|| Box::new(Proxy(Arc::clone(&self.screen.shared))) as Box<dyn EventLoopProxy>)
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        loop {
            self.screen.draw();
            let timeout = if self.screen.window.has_active_animations() {
                Some(Duration::from_millis(16))
            } else {
                slint::platform::duration_until_next_timer_update()
            };
            if !self.screen.turn(timeout) {
                return Ok(());
            }
        }
    }
}

/// The screen in memory. One for each thread: Slint keeps its platform by thread.
pub struct Headless(Rc<Screen>);

impl Headless {
    /// Installs the platform on this thread, for [`run`](crate::run). Once in a process.
    pub fn install(panel: Panel, clock: Clock) -> Result<Self, UiError> {
        Self::with(panel, clock, true)
    }

    /// Installs the platform on this thread, to be driven with [`step`](Self::step). Once in a thread.
    pub fn install_stepped(panel: Panel, clock: Clock) -> Result<Self, UiError> {
        Self::with(panel, clock, false)
    }

    fn with(panel: Panel, clock: Clock, looping: bool) -> Result<Self, UiError> {
        let window = MinimalSoftwareWindow::new(RepaintBufferType::ReusedBuffer);
        window.set_size(PhysicalSize::new(panel.width_px, panel.height_px));
        let pixels = vec![Rgb8Pixel::default(); (panel.width_px * panel.height_px) as usize];
        let screen = Rc::new(Screen {
            window,
            shared: Arc::default(),
            clock,
            panel,
            pixels: RefCell::new(pixels),
            sink: RefCell::new(Box::new(|_| {})),
        });
        slint::platform::set_platform(Box::new(HeadlessPlatform { screen: Rc::clone(&screen), looping }))
            .map_err(|error| UiError::from(PlatformError::Other(error.to_string())))?;
        Ok(Self(screen))
    }

    /// Gives every drawn frame to `sink`, on this thread.
    pub fn on_frame(&self, sink: impl FnMut(&Frame<'_>) + 'static) {
        *self.0.sink.borrow_mut() = Box::new(sink);
    }

    /// A sender of touches and keys.
    pub fn inputs(&self) -> Inputs {
        Inputs(Arc::clone(&self.0.shared))
    }

    /// Handles what waits and draws: one turn of the loop, without waiting. True when something was drawn.
    pub fn step(&self) -> bool {
        self.0.turn(Some(Duration::ZERO));
        self.0.draw()
    }

    /// Touches the panel at that pixel and lets go.
    pub fn tap(&self, x: f32, y: f32) {
        self.0.dispatch(Input::Press(x, y));
        self.0.dispatch(Input::Release(x, y));
    }

    /// Sends one input at once.
    pub fn input(&self, input: Input) {
        self.0.dispatch(input);
    }

    /// The whole picture as it is now: three bytes a pixel.
    pub fn picture(&self) -> Vec<u8> {
        self.0.pixels.borrow().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect()
    }
}
