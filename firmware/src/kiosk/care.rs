//! What the kiosk does for its machine: it feeds the watchdog while the screen is really drawn, and dims the panel at
//! night while nobody is there.

use std::time::Duration;

use parvis_hardware::backlight::Backlight;
use parvis_hardware::watchdog::Watchdog;
use parvis_ui::KioskWindow;

use crate::clock::HallTime;

/// The watchdog is fed that often, if the screen was drawn in between. A watchdog has to wait for 30 s or more: a kiosk
/// that is started anew must be in time.
pub const FEED: Duration = Duration::from_secs(4);
/// The brightness is said again that often, for a panel that was away.
const SAY_AGAIN: Duration = Duration::from_secs(60);
/// By day, and whenever somebody is there.
const FULL: u8 = 100;

/// When the panel is dimmed, and how far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Night {
    /// Minutes since midnight.
    pub from: u16,
    /// Minutes since midnight; before `from`, it is the next morning.
    pub to: u16,
    /// Of the brightest.
    pub percent: u8,
}

impl Night {
    fn holds(self, minute: u16) -> bool {
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }

    /// How bright the panel is, in percent. Dim only when nobody is there and the hour is certain.
    pub fn percent(self, asleep: bool, time: Option<HallTime>) -> u8 {
        if asleep && time.is_some_and(|time| self.holds(time.minute)) { self.percent } else { FULL }
    }
}

/// A screen that can be asked whether it is drawn.
pub trait Screen {
    /// Asks for a frame.
    fn ask_to_draw(&self);
    /// Whether it came since.
    fn has_drawn(&self) -> bool;
}

impl Screen for KioskWindow {
    fn ask_to_draw(&self) {
        Self::ask_to_draw(self);
    }

    fn has_drawn(&self) -> bool {
        Self::has_drawn(self)
    }
}

/// The watchdog and the backlight, where there are any.
#[derive(Default)]
pub struct Care {
    watchdog: Option<Box<dyn Watchdog>>,
    /// How the last feeding ended.
    fed: Option<bool>,
    asked: Option<Duration>,
    panel: Option<(Box<dyn Backlight>, Night)>,
    panel_fails: bool,
    said: Option<(u8, Duration)>,
}

impl Care {
    /// Nothing is touched before the first beat.
    pub fn new(watchdog: Option<Box<dyn Watchdog>>, panel: Option<(Box<dyn Backlight>, Night)>) -> Self {
        Self { watchdog, panel, ..Self::default() }
    }

    /// Called on the window's thread, which answers visitors: that it is called shows that it does.
    pub fn feed(&mut self, screen: &dyn Screen, now: Duration) {
        let Some(watchdog) = &mut self.watchdog else { return };
        if self.asked.is_some_and(|asked| now.saturating_sub(asked) < FEED) {
            return;
        }
        // The first time, nothing was asked for yet: it is armed by a screen that works.
        if self.asked.is_some() && screen.has_drawn() {
            let fed = watchdog.feed();
            match &fed {
                Ok(()) if self.fed != Some(true) => tracing::info!("watchdog.fed"),
                Err(error) if self.fed != Some(false) => tracing::warn!(%error, "watchdog.failed"),
                Ok(()) | Err(_) => {}
            }
            self.fed = Some(fed.is_ok());
        }
        self.asked = Some(now);
        screen.ask_to_draw();
    }

    /// Sets the panel as bright as it should be; at once where that has changed.
    pub fn light(&mut self, asleep: bool, time: Option<HallTime>, now: Duration) {
        let Some((panel, night)) = &mut self.panel else { return };
        let percent = night.percent(asleep, time);
        if self.said.is_some_and(|(said, at)| said == percent && now.saturating_sub(at) < SAY_AGAIN) {
            return;
        }
        self.said = Some((percent, now));
        let set = panel.set(percent);
        if let Err(error) = &set
            && !self.panel_fails
        {
            tracing::warn!(%error, "backlight.failed");
        }
        self.panel_fails = set.is_err();
    }

    /// The kiosk ends because it was asked to: the machine is not to be reset.
    pub fn release(&mut self) {
        if let Some(Err(error)) = self.watchdog.as_mut().map(|watchdog| watchdog.release()) {
            tracing::warn!(%error, "watchdog.failed");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use parvis_content::Weekday;
    use parvis_hardware::backlight::SimulatedBacklight;
    use parvis_hardware::watchdog::SimulatedWatchdog;

    use super::*;

    /// A screen that draws or does not, and counts how often it was asked.
    #[derive(Default)]
    struct Panel {
        draws: Cell<bool>,
        asked: Cell<u32>,
    }

    impl Screen for Panel {
        fn ask_to_draw(&self) {
            self.asked.set(self.asked.get() + 1);
        }

        fn has_drawn(&self) -> bool {
            self.draws.get()
        }
    }

    fn at(hour: u16, minute: u16) -> HallTime {
        HallTime { day: Weekday::ALL[0], minute: hour * 60 + minute }
    }

    fn seconds(from: u64, to: u64) -> impl Iterator<Item = Duration> {
        (from * 2..to * 2).map(|half| Duration::from_millis(500 * half))
    }

    const NIGHT: Night = Night { from: 21 * 60, to: 7 * 60, percent: 30 };

    #[test]
    fn the_watchdog_is_fed_while_the_screen_is_drawn_and_not_a_moment_longer() {
        let (screen, watchdog) = (Panel::default(), SimulatedWatchdog::default());
        let mut care = Care::new(Some(Box::new(watchdog.clone())), None);
        seconds(0, 60).for_each(|now| care.feed(&screen, now));
        assert!(!watchdog.view().armed, "a screen that was never drawn arms nothing");
        screen.draws.set(true);
        seconds(60, 120).for_each(|now| care.feed(&screen, now));
        let fed = watchdog.view().feedings;
        assert_eq!(fed, 15, "every four seconds");
        screen.draws.set(false);
        seconds(120, 180).for_each(|now| care.feed(&screen, now));
        assert_eq!(watchdog.view().feedings, fed);
        assert_eq!(screen.asked.get(), 45, "it is asked on: it may come back before the watchdog bites");
        care.release();
        assert!(!watchdog.view().armed);
    }

    #[test]
    fn a_watchdog_that_is_away_is_tried_again() {
        let (screen, watchdog) = (Panel::default(), SimulatedWatchdog::default());
        screen.draws.set(true);
        watchdog.unplug(true);
        let mut care = Care::new(Some(Box::new(watchdog.clone())), None);
        seconds(0, 60).for_each(|now| care.feed(&screen, now));
        watchdog.unplug(false);
        seconds(60, 70).for_each(|now| care.feed(&screen, now));
        assert!(watchdog.view().armed);
    }

    #[test]
    fn the_panel_is_dim_only_at_night_with_nobody_there_and_a_certain_clock() {
        for (asleep, time, percent) in [
            (true, Some(at(20, 59)), 100),
            (true, Some(at(21, 0)), 30),
            (true, Some(at(3, 0)), 30),
            (true, Some(at(7, 0)), 100),
            (true, None, 100),
            (false, Some(at(3, 0)), 100),
        ] {
            assert_eq!(NIGHT.percent(asleep, time), percent, "{asleep} {time:?}");
        }
        let by_day = Night { from: 12 * 60, to: 14 * 60, percent: 10 };
        assert_eq!((by_day.percent(true, Some(at(13, 0))), by_day.percent(true, Some(at(3, 0)))), (10, 100));
    }

    #[test]
    fn a_visitor_who_wakes_the_kiosk_has_the_full_light_at_once() {
        let panel = SimulatedBacklight::default();
        let mut care = Care::new(None, Some((Box::new(panel.clone()), NIGHT)));
        seconds(0, 30).for_each(|now| care.light(true, Some(at(23, 0)), now));
        assert_eq!(panel.view().percent, Some(30));
        assert_eq!(panel.view().settings, 1, "what has not changed is not said again all the time");
        care.light(false, Some(at(23, 0)), Duration::from_secs(30));
        assert_eq!(panel.view().percent, Some(100));
        panel.unplug(true);
        seconds(30, 60).for_each(|now| care.light(true, Some(at(23, 0)), now));
        panel.unplug(false);
        seconds(60, 150).for_each(|now| care.light(true, Some(at(23, 0)), now));
        assert_eq!(panel.view().percent, Some(30), "a panel that was away is told again");
    }
}
