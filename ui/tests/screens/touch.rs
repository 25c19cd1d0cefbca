//! How the screen answers a finger and a key (rows C4, C5).

use i_slint_backend_testing::ElementHandle;
use parvis_ui::headless::Input;
use parvis_ui_model::geometry::{Panel, TextSize};
use parvis_ui_model::intent::Intent;
use parvis_ui_model::keyboard::KeyAction;

use crate::samples::{Stage, all_views, on_panel};

fn stage_with(stage: &mut Stage, screen: &str) {
    let views = all_views(Panel::PORTRAIT_21, TextSize::Normal, false);
    let (_, view) = views.into_iter().find(|(name, _)| name == screen).unwrap();
    stage.show(&view);
}

fn middle_of(stage: &Stage, label: &str) -> (f32, f32) {
    let element = ElementHandle::find_by_accessible_label(stage.window.component(), label).next().unwrap();
    let (position, size) = (element.absolute_position(), element.size());
    (position.x + size.width / 2.0, position.y + size.height / 2.0)
}

#[test]
fn a_touch_acts_on_release_and_leaving_cancels_it() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        stage_with(&mut stage, "home");
        let (x, y) = middle_of(&stage, "Logement");
        stage.headless.input(Input::Press(x, y));
        assert!(stage.intents.borrow().is_empty());
        stage.headless.input(Input::Move(5.0, 5.0));
        stage.headless.input(Input::Release(5.0, 5.0));
        assert!(stage.intents.borrow().is_empty());
        stage.headless.tap(x, y);
        assert_eq!(*stage.intents.borrow(), [Intent::Choose(2)]);
    });
}

#[test]
fn both_keyboards_type_the_same() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        stage_with(&mut stage, "search");
        let (x, y) = middle_of(&stage, "q");
        stage.headless.tap(x, y);
        stage.headless.input(Input::Key("q".into()));
        let (x, y) = middle_of(&stage, "Effacer une lettre");
        stage.headless.tap(x, y);
        stage.headless.input(Input::Key("\u{8}".into()));
        let typed = Intent::Key(KeyAction::Type('q'));
        let erased = Intent::Key(KeyAction::Erase);
        assert_eq!(*stage.intents.borrow(), [typed, typed, erased, erased]);
    });
}

#[test]
fn every_target_but_the_keys_is_reached_by_tab_and_pressed_by_enter() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        stage_with(&mut stage, "home");
        let mut reached = Vec::new();
        for _ in 0..12 {
            stage.headless.input(Input::Key("\t".into()));
            stage.headless.input(Input::Key("\n".into()));
            reached.extend(stage.intents.borrow_mut().drain(..));
        }
        for wanted in [
            Intent::OpenSearch,
            Intent::Choose(0),
            Intent::Choose(5),
            Intent::NextPage,
            Intent::Finish,
            Intent::CallPerson,
        ] {
            assert!(reached.contains(&wanted), "{wanted:?} not in {reached:?}");
        }
        assert_eq!(
            &reached[..3],
            [Intent::OpenSearch, Intent::Choose(0), Intent::Choose(1)],
            "reading order"
        );
    });
}

#[test]
fn showing_the_same_view_again_draws_nothing() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        stage_with(&mut stage, "search");
        stage_with(&mut stage, "search");
        assert!(!stage.headless.step());
    });
}

#[test]
fn nothing_of_a_visit_is_held_by_the_screens_after_its_end() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        for last in ["farewell", "asleep"] {
            for screen in ["search", "search-unsure", "list", "document", "slip-ready", "call-coming"] {
                stage_with(&mut stage, screen);
            }
            assert!(stage.window.texts_held().len() > 10);
            stage_with(&mut stage, last);
            assert_eq!(stage.window.texts_held(), Vec::<String>::new());
        }
    });
}
