//! The kiosk's window: shows views, reports intents.

use std::cell::Cell;
use std::rc::Rc;

use parvis_ui_model::geometry::TextSize;
use parvis_ui_model::intent::{FocusMove, Intent};
use parvis_ui_model::keyboard::Key;
use parvis_ui_model::view::{CallView, PageView, ScreenView};
use slint::ComponentHandle as _;
use slint::platform::WindowEvent;

use crate::generated::{App, Intents, ScreenAdapter, Theme};
use crate::{adapters, fonts, keys};

/// The screen cannot be opened or drawn.
#[derive(Clone, Debug)]
pub struct UiError(String);

impl std::fmt::Display for UiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the screen cannot be opened: {}", self.0)
    }
}

impl std::error::Error for UiError {}

impl From<slint::PlatformError> for UiError {
    fn from(error: slint::PlatformError) -> Self {
        Self(error.to_string())
    }
}

/// The window.
pub struct KioskWindow {
    app: App,
    keys: Rc<std::cell::RefCell<Vec<Key>>>,
    shown: Option<ScreenView>,
    /// The last beat that was drawn.
    drawn: Rc<Cell<i32>>,
}

impl KioskWindow {
    /// Opens the window on the platform that is set, or on the one that Slint chooses.
    pub fn open(on: impl Fn(Intent) + 'static) -> Result<Self, UiError> {
        let app = App::new()?;
        fonts::register();
        let keys = Rc::<std::cell::RefCell<Vec<Key>>>::default();
        let ring = Waker(app.as_weak());
        let tell = move |intent| {
            on(intent);
            ring.wake();
        };
        connect(&app, &keys, Rc::new(tell));
        let drawn = Rc::<Cell<i32>>::default();
        let seen = Rc::clone(&drawn);
        app.global::<ScreenAdapter<'_>>().on_drawn(move |beat, colour| {
            seen.set(beat);
            colour
        });
        app.show()?;
        Ok(Self { app, keys, shown: None, drawn })
    }

    /// Shows `view`. What has not changed is not touched, so that it is not drawn again.
    pub fn show(&mut self, view: &ScreenView) {
        if self.shown.as_ref() == Some(view) {
            return;
        }
        if let PageView::Search(search) = &view.page {
            let flat: Vec<Key> = search.keys.iter().flatten().copied().collect();
            if *self.keys.borrow() != flat {
                *self.keys.borrow_mut() = flat;
            }
        }
        adapters::show(&self.app, self.shown.as_ref(), view);
        self.shown = Some(view.clone());
    }

    /// As a keyboard would do it.
    pub fn move_focus(&self, to: FocusMove) {
        let key = match to {
            FocusMove::Previous => slint::platform::Key::Backtab,
            FocusMove::Next => slint::platform::Key::Tab,
            FocusMove::Select => slint::platform::Key::Return,
        };
        let text = slint::SharedString::from(key);
        let window = self.app.window();
        for event in [WindowEvent::KeyPressed { text: text.clone() }, WindowEvent::KeyReleased { text }] {
            // A component that refuses an event has shown so itself; there is nobody to tell here.
            let _ = window.dispatch_event_with_result(event);
        }
    }

    /// Asks for a frame, though nothing has changed.
    pub fn ask_to_draw(&self) {
        let screen = self.app.global::<ScreenAdapter<'_>>();
        screen.set_beat(screen.get_beat().wrapping_add(1));
    }

    /// Whether the renderer has come by since [`Self::ask_to_draw`].
    pub fn has_drawn(&self) -> bool {
        self.drawn.get() == self.app.global::<ScreenAdapter<'_>>().get_beat()
    }

    /// A call in words, as its page says it: for whoever does not see the page.
    pub fn words_of(&self, call: &CallView) -> String {
        adapters::words_of(&self.app, call)
    }

    /// Rings this window's bell.
    pub fn waker(&self) -> Waker {
        Waker(self.app.as_weak())
    }

    /// The bell.
    pub fn bell(&self) -> Bell {
        Bell(self.app.as_weak())
    }

    /// What the window shows: width, height, and three bytes a pixel. None when it cannot be read back.
    pub fn snapshot(&self) -> Option<(u32, u32, Vec<u8>)> {
        let picture = self.app.window().take_snapshot().ok()?;
        let rgb = picture.as_slice().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect();
        Some((picture.width(), picture.height(), rgb))
    }

    /// Asks for a window of that many pixels, on a desk.
    pub fn set_size_px(&self, width: u32, height: u32) {
        self.app.window().set_size(slint::PhysicalSize::new(width, height));
    }

    /// Every pair of colours that the screens put one over the other, with the contrast that row D4
    /// asks of it: name, over, under, ratio.
    pub fn palette_pairs(&self) -> Vec<(&'static str, [u8; 3], [u8; 3], f32)> {
        let theme = self.app.global::<Theme<'_>>();
        let rgb = |color: slint::Color| [color.red(), color.green(), color.blue()];
        let (ground, surface, soft) =
            (rgb(theme.get_ground()), rgb(theme.get_surface()), rgb(theme.get_soft()));
        let (ink, quiet, main) = (rgb(theme.get_ink()), rgb(theme.get_quiet()), rgb(theme.get_main()));
        let edge = rgb(theme.get_edge());
        vec![
            ("ink on ground", ink, ground, 10.0),
            ("ink on surface", ink, surface, 10.0),
            ("ink on soft", ink, soft, 10.0),
            ("quiet on ground", quiet, ground, 10.0),
            ("quiet on surface", quiet, surface, 10.0),
            ("headings and pictograms on ground", main, ground, 7.0),
            ("pictograms on surface", main, surface, 7.0),
            ("pictograms on soft", main, soft, 7.0),
            ("words of the main action", rgb(theme.get_on_main()), main, 7.0),
            ("words of the call button", rgb(theme.get_on_call()), rgb(theme.get_call()), 7.0),
            ("edges on ground", edge, ground, 3.0),
            ("edges on surface", edge, surface, 3.0),
        ]
    }

    /// Every text that the screens hold of a visit; none after its end.
    #[doc(hidden)]
    pub fn texts_held(&self) -> Vec<String> {
        adapters::texts_held(&self.app).into_iter().map(Into::into).collect()
    }

    /// The component, for element queries in tests.
    #[doc(hidden)]
    pub fn component(&self) -> &impl slint::ComponentHandle {
        &self.app
    }
}

/// Runs the event loop until [`quit`].
pub fn run() -> Result<(), UiError> {
    Ok(slint::run_event_loop_until_quit()?)
}

/// Ends the event loop, from any thread.
pub fn quit() {
    // Fails only when the loop is not running any more, which is what is wanted.
    let _ = slint::quit_event_loop();
}

/// Rings the window's [`Bell`], from any thread.
#[derive(Clone)]
pub struct Waker(slint::Weak<App>);

impl Waker {
    /// Rings. Without effect when the window is gone.
    pub fn wake(&self) {
        // Fails only when the loop is over; there is then nobody to wake.
        let _ = self.0.upgrade_in_event_loop(|app| app.global::<Intents<'_>>().invoke_ring());
    }
}

/// Rung by every intent and every [`Waker`]: something waits to be handled.
pub struct Bell(slint::Weak<App>);

impl Bell {
    /// Calls `handle` on the thread of the window, at each ring.
    pub fn on_ring(&self, handle: impl FnMut() + 'static) {
        if let Some(app) = self.0.upgrade() {
            let handle = std::cell::RefCell::new(handle);
            app.global::<Intents<'_>>().on_ring(move || (handle.borrow_mut())());
        }
    }
}

/// Keeps ticking until it is dropped.
pub struct Ticking(#[allow(dead_code, reason = "kept alive, never looked at")] slint::Timer);

/// Calls `handle` that often, on the thread of the window.
pub fn every(period: std::time::Duration, handle: impl FnMut() + 'static) -> Ticking {
    let timer = slint::Timer::default();
    timer.start(slint::TimerMode::Repeated, period, handle);
    Ticking(timer)
}

fn connect(app: &App, shown_keys: &Rc<std::cell::RefCell<Vec<Key>>>, on: Rc<dyn Fn(Intent)>) {
    let intents = app.global::<Intents<'_>>();
    let send = |intent: Intent| {
        let on = Rc::clone(&on);
        move || on(intent)
    };
    intents.on_wake(send(Intent::Wake));
    intents.on_back(send(Intent::Back));
    intents.on_home(send(Intent::Home));
    intents.on_call_person(send(Intent::CallPerson));
    intents.on_cancel_call(send(Intent::CancelCall));
    intents.on_person_is_here(send(Intent::PersonIsHere));
    intents.on_say_reason(send(Intent::SayReason));
    intents.on_print_number(send(Intent::PrintNumber));
    intents.on_finish(send(Intent::Finish));
    intents.on_open_settings(send(Intent::OpenSettings));
    intents.on_open_search(send(Intent::OpenSearch));
    intents.on_open_staff_door(send(Intent::OpenStaffDoor));
    intents.on_next_page(send(Intent::NextPage));
    intents.on_previous_page(send(Intent::PreviousPage));
    intents.on_show_results(send(Intent::ShowResults));
    intents.on_show_slip(send(Intent::ShowSlip));
    intents.on_print(send(Intent::Print));
    intents.on_read_large(send(Intent::ReadLarge));
    let to = Rc::clone(&on);
    intents.on_choose(move |index| to(Intent::Choose(usize::try_from(index).unwrap_or_default())));
    let to = Rc::clone(&on);
    intents.on_set_dark(move |dark| to(Intent::SetDark(dark)));
    let to = Rc::clone(&on);
    intents.on_set_text_size(move |percent| {
        let size = match percent {
            200 => TextSize::Largest,
            150 => TextSize::Large,
            _ => TextSize::Normal,
        };
        to(Intent::SetTextSize(size));
    });
    let to = Rc::clone(&on);
    intents.on_typed(move |text| {
        if let Some(intent) = keys::typed(&text) {
            to(intent);
        }
    });
    let shown_keys = Rc::clone(shown_keys);
    intents.on_key(move |index| {
        let key = usize::try_from(index).ok().and_then(|at| shown_keys.borrow().get(at).copied());
        if let Some(key) = key {
            on(Intent::Key(key.action));
        }
    });
}
