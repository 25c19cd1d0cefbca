//! The search: what was typed, what was found, and the keyboard.

use parvis_ui_model::flow::Spot;
use parvis_ui_model::geometry::{GAP_MM, TextRole};
use parvis_ui_model::keyboard;
use parvis_ui_model::list::{self, BESIDE, Row};
use parvis_ui_model::measure::height_mm;
use parvis_ui_model::view::{Lead, PageView, Pager, SearchView};

use super::{Presented, Scene};
use crate::session::{Answer, Found, Offer};
use crate::words;

/// So many answers come before the other ways on, when the search is not sure.
const BEST: usize = 3;

pub(super) fn present(scene: &Scene<'_>) -> Presented {
    let (layout, visit) = (scene.layout, scene.visit);
    let with_keyboard = !(layout.results_are_a_step() && visit.shows_results);
    let first_rows_only = layout.results_are_a_step() && with_keyboard;
    let height = layout.results_mm(with_keyboard);
    // Half a word finds little: what is said of the answers waits until the visitor stops typing.
    let found = visit.found.as_ref();
    let told = found.filter(|_| scene.has_paused || !with_keyboard);
    let choices = choices(scene, told.is_some());
    let room = Room { scene, rows: &choices.rows, height };
    let lead = told.and_then(|found| room.lead(found));
    let kept = if with_keyboard && found.is_some() { room.kept() } else { 0.0 };
    let lead_mm = lead.as_ref().map_or(0.0, |lead| room.of(lead)).max(kept);
    let (rows, pager) = if first_rows_only {
        let left = if layout.keyboard_is_a_step() { 0.0 } else { height - lead_mm };
        let rows = list::glimpse(scene.measure, layout, choices.rows, layout.page.w, left);
        (rows, Pager { number: 1, count: 1 })
    } else {
        let pages = list::pages(&choices.rows, height - lead_mm);
        let at = visit.flow.page().min(pages.len() - 1);
        let rows = pages.get(at).and_then(|page| choices.rows.get(page.clone())).unwrap_or_default();
        (rows.to_vec(), Pager { number: at + 1, count: pages.len() })
    };
    let page = PageView::Search(SearchView {
        query: visit.query.clone(),
        keys: if with_keyboard { keyboard::rows(visit.keyboard).to_vec() } else { Vec::new() },
        lead,
        lead_mm,
        rows,
        pager,
        found: visit.answers().len(),
    });
    Presented { page, offer: Offer { goals: choices.goals, pages: pager.count, ..Offer::default() } }
}

/// The room between the field and the keyboard, and the rows that want it.
struct Room<'a> {
    scene: &'a Scene<'a>,
    rows: &'a [Row],
    height: f32,
}

impl Room<'_> {
    /// What is said above the rows: that the search did not find, is not sure, or read another word.
    fn lead(&self, found: &Found) -> Option<Lead> {
        if found.answers.is_empty() {
            return Some(self.sentence(words::NOTHING_FOUND));
        }
        if !found.sure {
            return Some(self.sentence(words::UNSURE));
        }
        // Good to know, but never in the place of an answer.
        let text = words::understood(found.corrected.as_ref().filter(|_| self.kept() > 0.0)?);
        Some(Lead { text, role: TextRole::Note })
    }

    fn sentence(&self, text: &str) -> Lead {
        let role = if self.scene.layout.panel.is_small() { TextRole::Note } else { TextRole::Body };
        Lead { text: text.to_owned(), role }
    }

    fn of(&self, lead: &Lead) -> f32 {
        let Scene { measure, layout, .. } = self.scene;
        height_mm(*measure, layout, lead.role, &lead.text, layout.page.w) + GAP_MM
    }

    /// Kept free for a sentence where that costs no answer: then nothing moves under the finger when it comes.
    fn kept(&self) -> f32 {
        let room = self.of(&self.sentence(words::UNSURE));
        let fitting = |height| list::fitting(self.rows, height);
        if fitting(self.height - room) == fitting(self.height) { room } else { 0.0 }
    }
}

/// Everything that can be chosen, and where it leads.
#[derive(Default)]
struct Choices {
    rows: Vec<Row>,
    goals: Vec<Spot>,
}

impl Choices {
    fn add(&mut self, row: Row, goal: Spot) {
        self.rows.push(row);
        self.goals.push(goal);
    }
}

/// The answers, best first. When it is told that they perhaps do not answer, a person and the themes come right after
/// the best of them.
fn choices(scene: &Scene<'_>, told: bool) -> Choices {
    let mut choices = Choices::default();
    let Some(found) = &scene.visit.found else { return choices };
    let unsure = told && (!found.sure || found.answers.is_empty());
    let best = if unsure { BEST.min(found.answers.len()) } else { found.answers.len() };
    let (best, others) = found.answers.split_at(best);
    for answer in best {
        choices.add(row(answer), answer.goal.clone());
    }
    if unsure {
        let call = if scene.call_open { words::YOUR_CALL } else { words::CALL };
        choices.add(way("hand", call), Spot::Call);
        choices.add(way("home", words::ALL_THEMES), Spot::Home);
    }
    for answer in others {
        choices.add(row(answer), answer.goal.clone());
    }
    choices.rows = list::measured(scene.measure, scene.layout, choices.rows, scene.layout.page.w);
    choices
}

fn row(answer: &Answer) -> Row {
    let note = match &answer.reason {
        Some(reason) => format!("{}{BESIDE}{reason}", answer.kind),
        None => answer.kind.clone(),
    };
    let (icon, label, marks) = (answer.icon.clone(), answer.title.clone(), answer.marks.clone());
    Row { icon, label, marks, note, ..Row::default() }
}

fn way(icon: &str, label: &str) -> Row {
    Row { icon: icon.to_owned(), label: label.to_owned(), ..Row::default() }
}
