//! Whether a screen is really drawn, which is what the watchdog lives on.

use parvis_ui_model::geometry::{Panel, TextSize};

use crate::samples::{all_views, on_panel};

#[test]
fn a_screen_that_is_drawn_says_so_on_every_page_and_one_that_is_not_does_not() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        for (name, view) in all_views(Panel::PORTRAIT_21, TextSize::Normal, false) {
            stage.show(&view);
            let before = stage.headless.picture();
            stage.window.ask_to_draw();
            assert!(!stage.window.has_drawn(), "{name}: nobody has drawn yet");
            assert!(stage.headless.step(), "{name}: nothing was drawn");
            assert!(stage.window.has_drawn(), "{name}");
            assert!(stage.headless.picture() == before, "{name}: it can be seen");
        }
    });
}
