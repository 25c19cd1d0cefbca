//! View-models to Slint, one function a screen. Nothing is decided here.

use std::rc::Rc;

use parvis_ui_model::document::{self, Block, Drawn};
use parvis_ui_model::geometry::{GAP_MM, Layout, TextRole, TextSize};
use parvis_ui_model::list::Row;
use parvis_ui_model::view::{
    BarView, CallDeed as Deed, CallStage as Stage, CallView, DocumentView, DoorSaid as Said, HomeView,
    ListView, PageView, Pager, PrintState, PrintTrouble, ScreenView, SearchView, SlipPicture, SlipView,
    StaffDoorView,
};
use slint::{Global as _, Model as _, ModelRc, SharedString, VecModel};

use crate::generated::{
    App, AsleepAdapter, BarAdapter, BlockItem, BlockKind, CallAdapter, CallDeed, CallStage, DocumentAdapter,
    DoorSaid, Geometry, HomeAdapter, ListAdapter, PageKind, PrintView, RowItem, ScreenAdapter, SearchAdapter,
    SettingsAdapter, SlipAdapter, StaffDoorAdapter, Theme, TroubleAdapter,
};
use crate::keys::key_items;

/// Shows `view`; `before` is what was shown, so that only what changed is touched.
pub(crate) fn show(app: &App, before: Option<&ScreenView>, view: &ScreenView) {
    if before.is_none_or(|b| (b.layout, b.dark, b.rtl) != (view.layout, view.dark, view.rtl)) {
        show_layout(app, &view.layout);
        let theme = Theme::get(app);
        theme.set_dark(view.dark);
        theme.set_rtl(view.rtl);
    }
    if before.is_none_or(|b| b.page != view.page || b.layout != view.layout) {
        show_page(app, view, before.map(|b| &b.page));
    }
    show_bar(app, view.bar, matches!(view.page, PageView::Asleep { .. } | PageView::Farewell));
    ScreenAdapter::get(app).set_idle_seconds_left(view.idle_seconds_left.unwrap_or(0) as i32);
}

fn show_layout(app: &App, layout: &Layout) {
    let px = |mm: f32| mm * layout.panel.px_per_mm;
    let theme = Theme::get(app);
    theme.set_mm(px(1.0));
    theme.set_title(px(layout.em_mm(TextRole::Title)));
    theme.set_heading(px(layout.em_mm(TextRole::Heading)));
    theme.set_reading(px(layout.em_mm(TextRole::Reading)));
    theme.set_body(px(layout.em_mm(TextRole::Body)));
    theme.set_note(px(layout.em_mm(TextRole::Note)));
    let geometry = Geometry::get(app);
    geometry.set_page_x(px(layout.page.x));
    geometry.set_page_y(px(layout.page.y));
    geometry.set_page_width(px(layout.page.w));
    geometry.set_page_height(px(layout.page.h));
    geometry.set_bar_x(px(layout.bar.x));
    geometry.set_bar_y(px(layout.bar.y));
    geometry.set_bar_width(px(layout.bar.w));
    geometry.set_bar_height(px(layout.bar.h));
    geometry.set_bar_on_side(layout.bar_on_side());
    geometry.set_small(layout.panel.is_small());
    geometry.set_gap(px(GAP_MM));
    geometry.set_spacing(px(layout.spacing_mm()));
    geometry.set_footer(px(layout.footer_mm()));
    geometry.set_key(px(layout.key));
    geometry.set_column(px(layout.column_mm()));
    let document = DocumentAdapter::get(app);
    document.set_indent(px(document::INDENT_MM));
    document.set_fact_icon(px(document::FACT_ICON_MM));
    document.set_note_padding(px(document::NOTE_PADDING_MM));
    SettingsAdapter::get(app).set_percent(match layout.text {
        TextSize::Normal => 100,
        TextSize::Large => 150,
        TextSize::Largest => 200,
    });
}

fn show_bar(app: &App, bar: BarView, asleep: bool) {
    let adapter = BarAdapter::get(app);
    adapter.set_can_go_back(bar.can_go_back);
    adapter.set_call_open(bar.call_open);
    adapter.set_asleep(asleep);
}

fn show_page(app: &App, view: &ScreenView, before: Option<&PageView>) {
    let kind = match &view.page {
        PageView::Asleep { hall, notice } => {
            wipe(app);
            let adapter = AsleepAdapter::get(app);
            adapter.set_hall(hall.into());
            adapter.set_notice(notice.into());
            PageKind::Asleep
        }
        PageView::Home(home) => {
            show_home(app, home, &view.layout);
            PageKind::Home
        }
        PageView::List(list) => {
            show_list(app, list);
            PageKind::List
        }
        PageView::Search(search) => {
            let before = match before {
                Some(PageView::Search(before)) => Some(before),
                _ => None,
            };
            show_search(app, search, before, &view.layout);
            PageKind::Search
        }
        PageView::Document(document) => {
            show_document(app, document, &view.layout);
            PageKind::Document
        }
        PageView::Slip(slip) => {
            show_slip(app, slip, before);
            PageKind::Slip
        }
        PageView::Call(call) => {
            show_call(app, call);
            PageKind::Call
        }
        PageView::Settings(_) => PageKind::Settings,
        PageView::StaffDoor(door) => {
            show_staff_door(app, *door);
            PageKind::StaffDoor
        }
        PageView::Farewell => {
            wipe(app);
            PageKind::Farewell
        }
        PageView::Trouble(trouble) => {
            TroubleAdapter::get(app).set_for_staff((&trouble.for_staff).into());
            PageKind::Trouble
        }
    };
    ScreenAdapter::get(app).set_page(kind);
}

/// Forgets what the screens showed to the visitor who left (row G4).
fn wipe(app: &App) {
    let search = SearchAdapter::get(app);
    search.set_query(SharedString::default());
    search.set_lead(SharedString::default());
    search.set_rows(ModelRc::default());
    let document = DocumentAdapter::get(app);
    document.set_title(SharedString::default());
    document.set_subtitle(SharedString::default());
    document.set_blocks(ModelRc::default());
    let list = ListAdapter::get(app);
    list.set_title(SharedString::default());
    list.set_rows(ModelRc::default());
    SlipAdapter::get(app).set_columns(ModelRc::default());
    let call = CallAdapter::get(app);
    call.set_by(SharedString::default());
    call.set_notes(ModelRc::default());
}

/// Every text that the adapters hold of a visit.
pub(crate) fn texts_held(app: &App) -> Vec<SharedString> {
    let search = SearchAdapter::get(app);
    let document = DocumentAdapter::get(app);
    let list = ListAdapter::get(app);
    let words = |row: RowItem| [row.label, row.note];
    let rows = search.get_rows().iter().chain(list.get_rows().iter()).flat_map(words).collect::<Vec<_>>();
    let blocks = document.get_blocks().iter().flat_map(|block| [block.text, block.label]).collect::<Vec<_>>();
    let own = [
        search.get_query(),
        search.get_lead(),
        document.get_title(),
        document.get_subtitle(),
        list.get_title(),
        CallAdapter::get(app).get_by(),
    ];
    let notes = CallAdapter::get(app).get_notes().iter().collect::<Vec<_>>();
    let held = own.into_iter().chain(notes).chain(rows).chain(blocks);
    held.filter(|text| !text.is_empty()).collect()
}

fn show_home(app: &App, home: &HomeView, layout: &Layout) {
    let adapter = HomeAdapter::get(app);
    let (columns, _) = layout.tile_grid();
    let columns = columns as i32;
    adapter.set_hall((&home.hall).into());
    adapter.set_columns(columns);
    adapter.set_rows((home.tiles.len() as i32 + columns - 1) / columns.max(1));
    adapter.set_tiles(model(home.tiles.iter().map(row_item)));
    adapter.set_page(home.pager.number as i32);
    adapter.set_pages(home.pager.count as i32);
}

fn show_list(app: &App, list: &ListView) {
    let adapter = ListAdapter::get(app);
    adapter.set_title((&list.title).into());
    adapter.set_rows(model(list.rows.iter().map(row_item)));
    adapter.set_page(list.pager.number as i32);
    adapter.set_pages(list.pager.count as i32);
}

fn show_search(app: &App, search: &SearchView, before: Option<&SearchView>, layout: &Layout) {
    let adapter = SearchAdapter::get(app);
    adapter.set_query((&search.query).into());
    if before.is_none_or(|before| before.keys != search.keys) {
        adapter.set_keys(model(key_items(&search.keys).into_iter()));
    }
    update_rows(&adapter.get_rows(), &search.rows, |rows| adapter.set_rows(rows));
    let Pager { number, count } = search.pager;
    adapter.set_page(number as i32);
    adapter.set_pages(count as i32);
    adapter.set_found(search.found as i32);
    let lead = search.lead.as_ref();
    adapter.set_lead(lead.map_or("", |lead| &lead.text).into());
    adapter.set_lead_room(search.lead_mm * layout.panel.px_per_mm);
    adapter.set_lead_is_quiet(lead.is_some_and(|lead| lead.role == TextRole::Note));
    adapter.set_shows_keys(!search.keys.is_empty());
    adapter.set_keyboard_alone(layout.keyboard_is_a_step() && !search.keys.is_empty());
    adapter.set_two_steps(layout.results_are_a_step());
    adapter.set_field_height(layout.search_field_mm() * layout.panel.px_per_mm);
    adapter.set_results_height(layout.results_mm(!search.keys.is_empty()) * layout.panel.px_per_mm);
}

/// Changes rows one by one: replacing the list would draw all of it again after each letter.
fn update_rows(shown: &ModelRc<RowItem>, rows: &[Row], replace: impl FnOnce(ModelRc<RowItem>)) {
    let Some(list) = shown.as_any().downcast_ref::<VecModel<RowItem>>() else {
        return replace(model(rows.iter().map(row_item)));
    };
    for (at, row) in rows.iter().enumerate() {
        let item = row_item(row);
        match list.row_data(at) {
            Some(old) if old == item => {}
            Some(_) => list.set_row_data(at, item),
            None => list.push(item),
        }
    }
    while list.row_count() > rows.len() {
        list.remove(list.row_count() - 1);
    }
}

fn show_document(app: &App, document: &DocumentView, layout: &Layout) {
    let adapter = DocumentAdapter::get(app);
    adapter.set_title((&document.title).into());
    adapter.set_subtitle((&document.subtitle).into());
    let blocks = document.blocks.iter().enumerate().map(|(at, block)| {
        let above = if at == 0 { 0.0 } else { document::space_above_mm(layout, block) };
        block_item(block, above)
    });
    adapter.set_blocks(model(blocks));
    adapter.set_page(document.pager.number as i32);
    adapter.set_pages(document.pager.count as i32);
    adapter.set_can_print(document.can_print);
}

fn show_slip(app: &App, slip: &SlipView, before: Option<&PageView>) {
    let adapter = SlipAdapter::get(app);
    let same = matches!(before, Some(PageView::Slip(before)) if before.drawn == slip.drawn);
    if !same {
        adapter.set_columns(model(slip.drawn.columns.iter().map(picture)));
        let code = slip.drawn.code.as_deref();
        adapter.set_has_code(code.is_some());
        adapter.set_code(code.map(|code| picture(&code.picture)).unwrap_or_default());
        adapter.set_code_text(code.map(|code| code.text.as_str().into()).unwrap_or_default());
        adapter.set_code_is_address(code.is_some_and(|code| code.is_address));
    }
    adapter.set_state(match slip.state {
        PrintState::Ready => PrintView::Ready,
        PrintState::Printing => PrintView::Printing,
        PrintState::Printed => PrintView::Printed,
        PrintState::Sent => PrintView::Sent,
        PrintState::Failed(PrintTrouble::PaperOut) => PrintView::PaperOut,
        PrintState::Failed(PrintTrouble::CoverOpen) => PrintView::CoverOpen,
        PrintState::Failed(PrintTrouble::Offline) => PrintView::Offline,
        PrintState::Failed(PrintTrouble::Incomplete) => PrintView::Incomplete,
    });
}

/// Everything that the page of a call says, in its order.
pub(crate) fn words_of(app: &App, call: &CallView) -> String {
    show_call(app, call);
    let adapter = CallAdapter::get(app);
    let mut said = vec![adapter.get_title(), adapter.get_sentence(), adapter.get_numbered()];
    said.extend(call.notes.iter().chain(&call.other_ways).map(SharedString::from));
    said.retain(|words| !words.is_empty());
    let closed = |words: &SharedString| {
        if words.ends_with(['.', ':', '…', '?', '!']) { words.to_string() } else { format!("{words}.") }
    };
    said.iter().map(closed).collect::<Vec<_>>().join(" ")
}

fn show_call(app: &App, call: &CallView) {
    let adapter = CallAdapter::get(app);
    let (stage, by) = match &call.stage {
        Stage::Asking => (CallStage::Asking, ""),
        Stage::Sent => (CallStage::Sent, ""),
        Stage::Shown => (CallStage::Shown, ""),
        Stage::Coming(by) => (CallStage::Coming, by.as_str()),
        Stage::Anew => (CallStage::Anew, ""),
        Stage::Arrived(by) => (CallStage::Arrived, by.as_str()),
        Stage::Nobody => (CallStage::Nobody, ""),
        Stage::Away(why) => (CallStage::Away, why.as_str()),
        Stage::Closed => (CallStage::Closed, ""),
    };
    adapter.set_stage(stage);
    adapter.set_by(by.into());
    adapter.set_number(call.number.unwrap_or(0) as i32);
    adapter.set_notes(model(call.notes.iter().map(SharedString::from)));
    adapter.set_other_ways(model(call.other_ways.iter().map(SharedString::from)));
    adapter.set_deed(match call.deed {
        Deed::None => CallDeed::None,
        Deed::PersonIsHere => CallDeed::PersonIsHere,
        Deed::SayReason => CallDeed::SayReason,
        Deed::PrintNumber => CallDeed::PrintNumber,
    });
}

fn show_staff_door(app: &App, door: StaffDoorView) {
    let adapter = StaffDoorAdapter::get(app);
    adapter.set_typed(door.typed as i32);
    let (said, minutes) = match door.said {
        Said::Ask => (DoorSaid::Ask, 0),
        Said::Checking => (DoorSaid::Checking, 0),
        Said::Wrong => (DoorSaid::Wrong, 0),
        Said::Wait { minutes } => (DoorSaid::Wait, minutes),
        Said::NoPin => (DoorSaid::NoPin, 0),
    };
    adapter.set_said(said);
    adapter.set_minutes(minutes as i32);
}

fn model<T: Clone + 'static>(items: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::from(Rc::new(items.collect::<VecModel<T>>()))
}

fn row_item(row: &Row) -> RowItem {
    RowItem {
        index: row.index as i32,
        icon: (&row.icon).into(),
        label: (&row.label).into(),
        has_marks: !row.marks.is_empty(),
        marked: crate::marked::styled(&row.label, &row.marks),
        note: (&row.note).into(),
        height_mm: row.height_mm,
    }
}

fn block_item(block: &Block, above_mm: f32) -> BlockItem {
    let item = |kind, text: &str| BlockItem { kind, text: text.into(), above_mm, ..BlockItem::default() };
    match block {
        Block::Picture { drawn, label, height_mm } => {
            BlockItem { picture: colours(drawn), height_mm: *height_mm, ..item(BlockKind::Picture, label) }
        }
        Block::Heading(text) => item(BlockKind::Heading, text),
        Block::Text(text) => item(BlockKind::Text, text),
        Block::Note(text) => item(BlockKind::Note, text),
        Block::Small(text) => item(BlockKind::Small, text),
        Block::Item { mark, text } => BlockItem { mark: mark.into(), ..item(BlockKind::Item, text) },
        Block::Fact { icon, label, text, stated } => BlockItem {
            mark: icon.into(),
            label: label.into(),
            stated: *stated,
            ..item(BlockKind::Fact, text)
        },
        Block::Choice { index, icon, label, height_mm } => BlockItem {
            mark: icon.into(),
            label: label.into(),
            index: *index as i32,
            height_mm: *height_mm,
            ..item(BlockKind::Choice, "")
        },
    }
}

fn colours(drawn: &Drawn) -> slint::Image {
    let mut buffer = slint::SharedPixelBuffer::<slint::Rgb8Pixel>::new(drawn.width, drawn.height);
    for (pixel, rgb) in buffer.make_mut_slice().iter_mut().zip(drawn.rgb.chunks_exact(3)) {
        *pixel = slint::Rgb8Pixel::new(rgb[0], rgb[1], rgb[2]);
    }
    slint::Image::from_rgb8(buffer)
}

fn picture(slip: &SlipPicture) -> slint::Image {
    let mut buffer = slint::SharedPixelBuffer::<slint::Rgb8Pixel>::new(slip.width, slip.height);
    for (pixel, grey) in buffer.make_mut_slice().iter_mut().zip(&slip.grey) {
        *pixel = slint::Rgb8Pixel::new(*grey, *grey, *grey);
    }
    slint::Image::from_rgb8(buffer)
}
