//! The first screen and the lists behind it.

use parvis_content::{Entry, NodeId};
use parvis_ui_model::geometry::TextRole;
use parvis_ui_model::list::{self, Row};
use parvis_ui_model::measure::height_mm;
use parvis_ui_model::view::{HomeView, ListView, PageView, Pager};

use super::{Outcome, Presented, Scene, icon_of, spot_of};
use crate::session::Offer;
use crate::words::tied;

pub(super) fn home(scene: &Scene<'_>) -> Outcome {
    let entries = scene.content.home()?;
    let (columns, lines) = scene.layout.tile_grid();
    let on_page = columns * lines;
    let count = entries.len().div_ceil(on_page).max(1);
    let at = scene.visit.flow.page().min(count - 1);
    let tiles = entries.iter().enumerate().skip(at * on_page).take(on_page);
    let page = PageView::Home(HomeView {
        hall: scene.content.info().hall.name.clone(),
        tiles: tiles.map(|(index, entry)| Row { index, note: String::new(), ..row(entry) }).collect(),
        pager: Pager { number: at + 1, count },
    });
    Ok(Some(Presented { page, offer: offer(&entries, count) }))
}

pub(super) fn node(scene: &Scene<'_>, id: &str) -> Outcome {
    let Ok(id) = NodeId::new(id) else { return Ok(None) };
    let Some(node) = scene.content.node(&id)? else { return Ok(None) };
    let layout = scene.layout;
    let title = tied(&node.title);
    let rows = node.entries.iter().map(row).collect();
    let rows = list::measured(scene.measure, layout, rows, layout.column_mm());
    let head = height_mm(scene.measure, layout, TextRole::Title, &title, layout.page.w);
    let height = layout.page.h - head - 2.0 * layout.spacing_mm() - layout.footer_mm();
    let pages = list::pages(&rows, height);
    let at = scene.visit.flow.page().min(pages.len() - 1);
    let shown = pages.get(at).and_then(|page| rows.get(page.clone())).unwrap_or_default();
    let page = PageView::List(ListView {
        title,
        rows: shown.to_vec(),
        pager: Pager { number: at + 1, count: pages.len() },
    });
    Ok(Some(Presented { page, offer: offer(&node.entries, pages.len()) }))
}

fn row(entry: &Entry) -> Row {
    Row {
        icon: entry.icon.clone().unwrap_or_else(|| icon_of(&entry.target).to_owned()),
        label: tied(&entry.title),
        note: tied(entry.group.as_deref().or(entry.summary.as_deref()).unwrap_or_default()),
        ..Row::default()
    }
}

fn offer(entries: &[Entry], pages: usize) -> Offer {
    Offer { goals: entries.iter().map(|entry| spot_of(&entry.target)).collect(), pages, ..Offer::default() }
}
