//! What a visitor sees: words, and targets that a finger can reach.

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use parvis_ui::KioskWindow;

/// A target on the screen, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub label: String,
    pub left: f32,
    pub top: f32,
    pub width: f32,
    pub height: f32,
}

impl Target {
    /// Its middle.
    pub fn middle(&self) -> (f32, f32) {
        (self.left + self.width / 2.0, self.top + self.height / 2.0)
    }
}

/// Everything that can be touched.
pub fn targets(window: &KioskWindow) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    for element in seen(window, AccessibleRole::Button) {
        let (position, size) = (element.absolute_position(), element.size());
        let target = Target {
            label: label(&element),
            left: position.x,
            top: position.y,
            width: size.width,
            height: size.height,
        };
        // Elements under `if` come back twice from queries.
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    targets
}

/// Everything that can be read.
pub fn words(window: &KioskWindow) -> Vec<String> {
    seen(window, AccessibleRole::Text).iter().map(label).collect()
}

fn seen(window: &KioskWindow, role: AccessibleRole) -> Vec<ElementHandle> {
    let all = ElementQuery::from_root(window.component())
        .match_predicate(move |element| element.accessible_role() == Some(role))
        .find_all();
    let visible = |element: &ElementHandle| {
        let size = element.size();
        size.width > 0.5 && size.height > 0.5 && element.computed_opacity() > 0.0
    };
    all.into_iter().filter(visible).collect()
}

fn label(element: &ElementHandle) -> String {
    element.accessible_label().unwrap_or_default().into()
}
