//! The search: what was typed, what was found, and the keyboard.

use parvis_ui_model::keyboard;
use parvis_ui_model::list::{self, Row};
use parvis_ui_model::view::{PageView, Pager, SearchView};

use super::{Presented, Scene};
use crate::session::{Answer, Offer};
use crate::words::tied;

pub(super) fn present(scene: &Scene<'_>) -> Presented {
    let (layout, visit) = (scene.layout, scene.visit);
    let results_alone = layout.results_are_a_step() && visit.shows_results;
    let rows = visit.answers.iter().map(row).collect();
    let rows = list::measured(scene.measure, layout, rows, layout.page.w);
    let height = layout.results_mm(!results_alone);
    let pages = list::pages(&rows, height);
    let at = visit.flow.page().min(pages.len() - 1);
    let shown = if layout.results_are_a_step() && !results_alone {
        let preview = if layout.keyboard_is_a_step() { 0 } else { list::fitting(&rows, height) };
        rows.get(..preview)
    } else {
        pages.get(at).and_then(|page| rows.get(page.clone()))
    };
    let count = if layout.results_are_a_step() && !results_alone { 1 } else { pages.len() };
    let page = PageView::Search(SearchView {
        query: visit.query.clone(),
        keys: if results_alone { Vec::new() } else { keyboard::rows(visit.keyboard).to_vec() },
        rows: shown.unwrap_or_default().to_vec(),
        pager: Pager { number: at.min(count - 1) + 1, count },
        nothing_found: visit.answered && visit.answers.is_empty() && !visit.query.trim().is_empty(),
        found: visit.answers.len(),
    });
    let goals = visit.answers.iter().map(|answer| answer.goal.clone()).collect();
    Presented { page, offer: Offer { goals, pages: count, sheet: None } }
}

fn row(answer: &Answer) -> Row {
    Row { icon: answer.icon.clone(), label: tied(&answer.title), note: answer.kind.clone(), ..Row::default() }
}
