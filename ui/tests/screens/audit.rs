//! The screens audit: labels, sizes, gaps, bounds, clipping, contrast, and the call button's place
//! (rows A1, A2, C1 to C3, D1 to D4 of the accessibility bar).

use std::collections::HashMap;

use i_slint_backend_testing::{AccessibleRole, ElementHandle, ElementQuery};
use parvis_ui_model::geometry::{Panel, TextSize};

use crate::samples::{PANELS, Stage, all_views, on_panel};

#[derive(Clone, Debug, PartialEq)]
struct Seen {
    label: String,
    kind: String,
    role: Option<AccessibleRole>,
    clipped: bool,
    /// Left, upper, right and lower edge, in millimetres.
    edges: [f32; 4],
}

#[test]
fn every_screen_meets_the_bar_on_every_panel_at_every_text_size_and_mirrored() {
    for (_, panel) in PANELS {
        for rtl in [false, true] {
            on_panel(panel, move |mut stage| {
                let mut faults = Vec::new();
                for text in TextSize::ALL {
                    for (name, view) in all_views(panel, text, rtl) {
                        stage.show(&view);
                        let screen = format!("{name} {panel:?} {text:?} rtl={rtl}");
                        let seen = look(&stage, panel);
                        let covered = view.idle_seconds_left.is_some();
                        faults.extend(
                            faults_of(&seen, panel, covered)
                                .into_iter()
                                .map(|fault| format!("{screen}: {fault}")),
                        );
                    }
                }
                assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
            });
        }
    }
}

#[test]
fn the_call_button_is_at_the_same_place_on_every_screen() {
    for (_, panel) in PANELS {
        on_panel(panel, move |mut stage| {
            let mut places: Vec<[f32; 4]> = Vec::new();
            for text in TextSize::ALL {
                for (name, view) in all_views(panel, text, false) {
                    stage.show(&view);
                    let seen = look(&stage, panel);
                    let call: Vec<&Seen> = seen.iter().filter(|s| s.kind == "CallButton").collect();
                    assert_eq!(call.len(), 1, "{name}");
                    places.push(call[0].edges);
                }
            }
            let [left, top, right, bottom] = places[0];
            assert!(right - left >= 30.0 && bottom - top >= 30.0, "row A2: {:?}", places[0]);
            for place in &places {
                assert!(place.iter().zip(&places[0]).all(|(a, b)| (a - b).abs() <= 1.0), "row A1: {place:?}");
            }
        });
    }
}

#[test]
fn mirrored_screens_are_mirrored() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        for ((name, view), (_, mirrored)) in all_views(Panel::PORTRAIT_21, TextSize::Normal, false)
            .into_iter()
            .zip(all_views(Panel::PORTRAIT_21, TextSize::Normal, true))
        {
            stage.show(&view);
            let plain = buttons(&stage);
            stage.show(&mirrored);
            let width = Panel::PORTRAIT_21.width_mm();
            let mirrored = buttons(&stage);
            for (label, [left, _, right, _]) in &plain {
                // The keyboard is the language's, not the layout's.
                if label.chars().count() <= 2
                    || ["Espace", "Apostrophe", "Effacer une lettre", "Effacer un chiffre", "Tout effacer"]
                        .contains(&label.as_str())
                    || label.starts_with("Clavier")
                    || label.starts_with("Chiffres")
                {
                    continue;
                }
                let [l, _, r, _] = mirrored[label];
                assert!(
                    (l - (width - right)).abs() < 1.0 && (r - (width - left)).abs() < 1.0,
                    "{name}: {label}"
                );
            }
        }
    });
}

#[test]
fn ink_and_ground_differ_enough_in_both_palettes() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        for dark in [false, true] {
            let (_, mut view) = all_views(Panel::PORTRAIT_21, TextSize::Normal, false).remove(1);
            view.dark = dark;
            stage.show(&view);
            for (name, over, under, at_least) in stage.window.palette_pairs() {
                let contrast = contrast(over, under);
                assert!(contrast >= at_least, "{name} dark={dark}: {contrast:.2} < {at_least}");
            }
        }
    });
}

fn buttons(stage: &Stage) -> HashMap<String, [f32; 4]> {
    let seen = look(stage, Panel::PORTRAIT_21);
    seen.into_iter().filter(|s| s.role == Some(AccessibleRole::Button)).map(|s| (s.label, s.edges)).collect()
}

fn look(stage: &Stage, panel: Panel) -> Vec<Seen> {
    let mut seen: Vec<Seen> = Vec::new();
    let elements = ElementQuery::from_root(stage.window.component())
        .match_predicate(|e| e.accessible_role().is_some())
        .find_all();
    for element in elements {
        let one = see(&element, panel);
        let empty = one.edges[2] - one.edges[0] < 0.1 || one.edges[3] - one.edges[1] < 0.1;
        // Elements under `if` come back twice from queries.
        if !empty && element.computed_opacity() > 0.0 && !seen.contains(&one) {
            seen.push(one);
        }
    }
    assert!(seen.len() >= 3, "an audit of nothing passes everything: {seen:?}");
    seen
}

fn see(element: &ElementHandle, panel: Panel) -> Seen {
    let (position, size) = (element.absolute_position(), element.size());
    let mm = |px: f32| px / panel.px_per_mm;
    let bases: Vec<String> = element.bases().into_iter().flatten().map(Into::into).collect();
    let own = element.type_name().map(String::from).unwrap_or_default();
    let kind = if own == "CallButton" || bases.iter().any(|base| base == "CallButton") {
        "CallButton".into()
    } else if bases.iter().any(|base| base == "KeyButton") || own == "KeyButton" {
        "KeyButton".into()
    } else {
        own
    };
    Seen {
        label: element.accessible_label().unwrap_or_default().into(),
        kind,
        role: element.accessible_role(),
        clipped: element.accessible_value().is_some_and(|value| value == "clipped"),
        edges: [mm(position.x), mm(position.y), mm(position.x + size.width), mm(position.y + size.height)],
    }
}

fn faults_of(seen: &[Seen], panel: Panel, covered: bool) -> Vec<String> {
    let mut faults = Vec::new();
    let targets: Vec<&Seen> = seen.iter().filter(|s| s.role == Some(AccessibleRole::Button)).collect();
    if targets.is_empty() {
        faults.push("nothing to touch".to_owned());
    }
    for one in seen {
        let [left, top, right, bottom] = one.edges;
        if one.label.is_empty() && one.role != Some(AccessibleRole::None) {
            faults.push(format!("no label: {one:?}"));
        }
        if one.clipped {
            faults.push(format!("clipped: {one:?}"));
        }
        if left < -0.1 || top < -0.1 || right > panel.width_mm() + 0.1 || bottom > panel.height_mm() + 0.1 {
            faults.push(format!("off the panel: {one:?}"));
        }
    }
    for one in &targets {
        let [left, top, right, bottom] = one.edges;
        let least = if one.kind != "KeyButton" {
            20.0
        } else if panel.is_small() {
            14.0
        } else {
            16.0
        };
        if right - left < least - 0.05 || bottom - top < least - 0.05 {
            faults.push(format!("under {least} mm: {one:?}"));
        }
    }
    for row in targets.iter().filter(|one| one.kind == "Row") {
        if !seen.iter().any(|text| text.label == row.label && text.role == Some(AccessibleRole::Text)) {
            faults.push(format!("says nothing: {row:?}"));
        }
    }
    // Under the idle warning the page is still there, out of reach.
    if !covered {
        for (at, one) in targets.iter().enumerate() {
            for other in targets.iter().skip(at + 1) {
                if gap(one.edges, other.edges) < 2.95 {
                    faults.push(format!("under 3 mm apart: {one:?} and {other:?}"));
                }
            }
            for text in seen.iter().filter(|s| s.role == Some(AccessibleRole::Text)) {
                if overlaps(one.edges, text.edges) && !contains(one.edges, text.edges) {
                    faults.push(format!("text {text:?} runs into {one:?}"));
                }
            }
        }
    }
    faults
}

fn gap(a: [f32; 4], b: [f32; 4]) -> f32 {
    let between = |low: usize, high: usize| f32::max(b[low] - a[high], a[low] - b[high]);
    f32::max(between(0, 2), between(1, 3))
}

fn overlaps(a: [f32; 4], b: [f32; 4]) -> bool {
    gap(a, b) < -0.2
}

fn contains(a: [f32; 4], b: [f32; 4]) -> bool {
    b[0] >= a[0] - 0.2 && b[1] >= a[1] - 0.2 && b[2] <= a[2] + 0.2 && b[3] <= a[3] + 0.2
}

/// WCAG 2 contrast ratio.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f32 {
    let (a, b) = (luminance(a), luminance(b));
    (f32::max(a, b) + 0.05) / (f32::min(a, b) + 0.05)
}

fn luminance(rgb: [u8; 3]) -> f32 {
    let channel = |c: u8| {
        let c = f32::from(c) / 255.0;
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(rgb[0]) + 0.7152 * channel(rgb[1]) + 0.0722 * channel(rgb[2])
}
