//! Slips: of a sheet (what to do, where, when, what to bring, phone, human way, date: row J4), of a place with the way
//! to it, of a call; and their picture on screen.

use parvis_content::{Hall, Place, Sheet};
use parvis_hardware::paper::Paper;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{
    Direction, Element, Picture, Rendered, Slip, SlipError, SlipRenderer, TextSize, column_dots,
};
use parvis_ui_model::view::{PageView, SlipPicture, SlipView};

use super::sheet::{facts, kind_line, provenance};
use super::{Presented, plain};
use crate::kiosk::ways::Way;
use crate::session::Visit;
use crate::words;

/// Characters of one fact on a slip; the rest is on the screen. Where the paper is too short for that, fewer of each.
const FACT_CHARS_MAX: usize = 420;
const FACT_CHARS_FEWER: [usize; 5] = [FACT_CHARS_MAX, 280, 200, 140, 90];
/// Bytes of an address that makes a code that a telephone reads from paper.
const QR_BYTES_MAX: usize = 120;

/// The slip of `sheet`, drawn. What makes it too long goes in this order: the short version and the kind, line by line
/// from the end; the ends of facts; the large type. Where, when, papers, digital requirements, the human way, phone,
/// date and source are never left out, and what was cut says where to go on reading.
pub fn draw_sheet(
    sheet: &Sheet,
    hall: &Hall,
    size: TextSize,
    letters: &mut SlipRenderer,
    paper: Paper,
) -> Result<Rendered, SlipError> {
    draw_shorter(size, letters, paper, |chars| of_sheet(sheet, hall, size, chars))
}

/// The slip of a place, drawn, with the way to it through the hall or on a map; shortened as that of a sheet. A map goes before the
/// large type does: the address says then how far it is.
pub fn draw_place(
    place: &Place,
    hall: &Hall,
    way: Option<&Way<'_>>,
    size: TextSize,
    letters: &mut SlipRenderer,
    paper: Paper,
) -> Result<Rendered, SlipError> {
    let way = way.map(|way| way_on_paper(way, letters, paper, size));
    let is_map = way.as_ref().is_some_and(|way| !way.has_steps);
    let drawn = draw_shorter(size, letters, paper, |chars| of_place(place, hall, way.clone(), size, chars));
    if is_map && !drawn.as_ref().is_ok_and(|drawn| drawn.size == size) {
        let plain = draw_shorter(size, letters, paper, |chars| of_place(place, hall, None, size, chars));
        return if plain.as_ref().is_ok_and(|plain| plain.size == size) { plain } else { drawn.or(plain) };
    }
    drawn
}

/// The slip with the most words that fits in the size that was asked for. Where even the fewest do not, the one with the
/// most words in smaller type.
fn draw_shorter(
    size: TextSize,
    letters: &mut SlipRenderer,
    paper: Paper,
    slip: impl Fn(usize) -> Result<Slip, SlipError>,
) -> Result<Rendered, SlipError> {
    let (mut smaller, mut too_long) = (None, None);
    for chars in FACT_CHARS_FEWER {
        match letters.render(&slip(chars)?, paper) {
            Ok(drawn) if drawn.size == size => return Ok(drawn),
            Ok(drawn) => smaller = smaller.or(Some(drawn)),
            Err(error @ SlipError::EssentialTooLong { .. }) => too_long = Some(error),
            Err(error) => return Err(error),
        }
    }
    smaller.ok_or(too_long.unwrap_or(SlipError::Empty { what: "slip" }))
}

/// The slip of `sheet`, from `hall`, with so many characters of each fact.
fn of_sheet(sheet: &Sheet, hall: &Hall, size: TextSize, chars: usize) -> Result<Slip, SlipError> {
    let mut slip =
        Slip::new(sheet.lang.as_str(), Direction::LeftToRight, size).with_continuation(words::CONTINUED)?;
    if !hall.name.is_empty() {
        slip.push_essential(Element::Header(hall.name.clone()))?;
    }
    slip.push_essential(Element::Title(words::tied(&sheet.title)))?;
    slip.push(Element::Text(kind_line(sheet)))?;
    for text in sheet.summary.iter().filter(|text| !text.trim().is_empty()) {
        slip.push(Element::Text(cut(&words::tied(text), FACT_CHARS_MAX)))?;
    }
    for (_, label, text) in facts(sheet, hall) {
        let text = words::tied(text.as_deref().unwrap_or(words::UNSPECIFIED));
        let text = cut(&text, chars);
        slip.push_essential(Element::Labelled { label: label.to_owned(), text })?;
    }
    if let Some(phone) = &hall.phone {
        let text = words::tied(&format!("{} : {phone}", hall.name));
        slip.push_essential(Element::Labelled { label: words::PHONE.to_owned(), text })?;
    }
    slip.push(Element::Rule)?;
    slip.push_essential(Element::Text(provenance(sheet)))?;
    if let Some(url) = sheet.source.url.as_ref().filter(|url| url.len() <= QR_BYTES_MAX) {
        slip.push_essential(Element::Qr { payload: url.clone(), beside: url.clone() })?;
    }
    Ok(slip)
}

/// A way as its slip has it.
#[derive(Clone, Debug)]
pub struct WayOnPaper {
    /// Where it can be drawn.
    pub picture: Option<Picture>,
    /// The same in sentences.
    pub words: Vec<String>,
    /// Whether these are steps, one after the other.
    pub has_steps: bool,
}

/// A way as its slip has it: the picture, where it can be drawn, and the sentences.
pub fn way_on_paper(way: &Way<'_>, letters: &mut SlipRenderer, paper: Paper, size: TextSize) -> WayOnPaper {
    // As the rest of the slip is read (row J1).
    let least = paper.at_least(35);
    let capitals = match size {
        TextSize::Normal => least,
        TextSize::Large => paper.at_least(63),
    };
    let picture = way.on_paper(letters, column_dots(paper), capitals, least);
    WayOnPaper { picture, words: way.words(), has_steps: way.has_steps() }
}

/// The slip of a place: where, when, phone, and the way to it, drawn and in words.
fn of_place(
    place: &Place,
    hall: &Hall,
    way: Option<WayOnPaper>,
    size: TextSize,
    chars: usize,
) -> Result<Slip, SlipError> {
    let mut slip = Slip::new("fr", Direction::LeftToRight, size).with_continuation(words::CONTINUED)?;
    if !hall.name.is_empty() {
        slip.push_essential(Element::Header(hall.name.clone()))?;
    }
    slip.push_essential(Element::Title(words::tied(&place.name)))?;
    slip.push(Element::Text(words::place_kind(place.kind).to_owned()))?;
    let from = super::place::told_from(hall, way.as_ref().is_some_and(|way| !way.has_steps));
    if let Some(way) = way {
        push_way(&mut slip, way)?;
    }
    for fact in super::place::facts(place, from) {
        let text = cut(&words::tied(fact.text.as_deref().unwrap_or(words::UNSPECIFIED)), chars);
        slip.push_essential(Element::Labelled { label: fact.label.to_owned(), text })?;
    }
    if let Some(note) = &place.note {
        slip.push(Element::Text(cut(&words::tied(note), FACT_CHARS_MAX)))?;
    }
    Ok(slip)
}

/// Steps are all essential. Of a map, the sentence that says how far and where is; what else it shows goes before the
/// large type does.
fn push_way(slip: &mut Slip, way: WayOnPaper) -> Result<(), SlipError> {
    if way.has_steps {
        slip.push_essential(Element::Heading(words::THE_WAY.to_owned()))?;
        for (number, sentence) in (1..).zip(&way.words) {
            slip.push_essential(Element::Text(words::tied(&format!("{number}. {sentence}"))))?;
        }
    } else {
        slip.push(Element::Heading(words::ON_THE_MAP.to_owned()))?;
        for (at, sentence) in way.words.iter().enumerate() {
            let text = Element::Text(words::tied(sentence));
            if at == 0 { slip.push_essential(text) } else { slip.push(text) }?;
        }
    }
    if let Some(picture) = way.picture {
        slip.push(Element::Picture(picture))?;
    }
    Ok(())
}

/// The slip of a call: its number, and how to reach the hall otherwise. Never what the call is for.
pub fn of_call(number: u32, hall: Option<&Hall>, size: TextSize) -> Result<Slip, SlipError> {
    let mut slip = Slip::new("fr", Direction::LeftToRight, size).with_continuation(words::CONTINUED)?;
    if let Some(hall) = hall.filter(|hall| !hall.name.is_empty()) {
        slip.push_essential(Element::Header(hall.name.clone()))?;
    }
    slip.push_essential(Element::Title(words::tied(&format!("Appel n° {number}"))))?;
    slip.push_essential(Element::Text(words::CALL_SLIP.to_owned()))?;
    let Some(hall) = hall else { return Ok(slip) };
    if let Some(phone) = &hall.phone {
        let text = words::tied(phone);
        slip.push_essential(Element::Labelled { label: words::PHONE.to_owned(), text })?;
    }
    let hours = super::place::hours_lines(&hall.hours);
    if !hours.is_empty() {
        slip.push(Element::Labelled { label: words::OPENING_HOURS.to_owned(), text: hours.join("\n") })?;
    }
    Ok(slip)
}

/// At most `max` characters, cut between two words.
fn cut(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max).collect();
    let head = head.rsplit_once(char::is_whitespace).map_or(head.as_str(), |(head, _)| head);
    format!("{} … ({})", head.trim_end(), words::CONTINUED.to_lowercase())
}

/// Rows of a column on screen: 26 cm of paper at 203 dpi, beside each other at their real size.
const COLUMN_ROWS: u32 = 2_080;

/// Rows of white that part two blocks: 4 mm; between two lines of one block there are fewer.
const GAP_ROWS: u32 = 32;

/// The middle of each white gap between two blocks.
fn gaps_between_blocks(raster: &Raster) -> Vec<u32> {
    let is_white = |y: u32| (0..raster.width()).all(|x| !raster.is_black(x, y));
    let mut gaps = Vec::new();
    let mut white = 0;
    for y in 0..raster.height() {
        if is_white(y) {
            white += 1;
            continue;
        }
        if white >= GAP_ROWS {
            gaps.push(y - white / 2);
        }
        white = 0;
    }
    gaps
}

/// The same dots, for the screen: a long slip stands in columns, cut where the paper is white.
pub fn pictures(raster: &Raster) -> Vec<SlipPicture> {
    let (width, height) = (raster.width(), raster.height());
    let columns = height.div_ceil(COLUMN_ROWS).max(1);
    let wanted = height.div_ceil(columns);
    let gaps = gaps_between_blocks(raster);
    let mut pictures = Vec::new();
    let mut top = 0;
    while top < height {
        let ideal = top + wanted;
        let near = |gap: &&u32| gap.abs_diff(ideal) < wanted / 3;
        let gap = gaps.iter().filter(near).min_by_key(|gap| gap.abs_diff(ideal));
        let bottom = if ideal >= height { height } else { gap.copied().unwrap_or(ideal) };
        let dot = |x, y| if raster.is_black(x, y) { 0 } else { 255 };
        let grey = (top..bottom).flat_map(|y| (0..width).map(move |x| dot(x, y))).collect();
        pictures.push(SlipPicture { width, height: bottom - top, grey });
        top = bottom;
    }
    pictures
}

pub(super) fn present(visit: &Visit) -> Presented {
    let columns = visit.slip.clone().unwrap_or_default();
    plain(PageView::Slip(SlipView { columns, state: visit.print }))
}
