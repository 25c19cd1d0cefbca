//! Slips: of a sheet (what to do, where, when, what to bring, phone, human way, date: row J4), of a place with the way
//! to it, of where a visitor is sent, of a call; and their picture on screen. For whoever reads another language than
//! French, our own words are in both, and a sheet is where the content has it in both.

mod place;
mod sheet;

use parvis_content::{Hall, Lang, Place};
use parvis_hardware::paper::Paper;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Element, Rendered, Slip, SlipError, SlipRenderer, TextSize, column_dots};
use parvis_ui_model::view::{PageView, SlipPicture, SlipView};

use super::{Presented, plain};
use crate::kiosk::ways::Way;
use crate::session::Visit;
use crate::words;
use crate::words::tongues::{Tongue, both};

pub use place::PaperWay;
pub use sheet::InBoth;

/// Characters of one fact on a slip; the rest is on the screen. Where the paper is too short for that, fewer of each.
const FACT_CHARS_MAX: usize = 420;
/// The last is for narrow paper in two languages.
const FACT_CHARS_FEWER: [usize; 6] = [FACT_CHARS_MAX, 280, 200, 140, 90, 60];
/// Bytes of an address that makes a code that a telephone reads from paper.
const QR_BYTES_MAX: usize = 120;

/// Who reads a slip.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// How large they want it.
    pub size: TextSize,
    /// Our words in their language, where that is not French and we have them.
    pub tongue: Option<&'static Tongue>,
    /// Whether the names of facts are in it, too.
    names: bool,
}

impl Reader {
    /// Somebody who reads French.
    pub const fn french(size: TextSize) -> Self {
        Self { size, tongue: None, names: true }
    }

    /// Somebody who reads `lang`.
    pub fn of(lang: &Lang, size: TextSize) -> Self {
        Self { size, tongue: Tongue::of(lang), names: true }
    }

    /// The name of a fact, as they read it.
    fn name(self, french: &str) -> String {
        both(self.tongue.filter(|_| self.names), french)
    }
}

/// The slip of `sheet`, drawn. What makes it too long goes in this order: the short version and the kind, line by line
/// from the end; the ends of facts; the large type. Where, when, papers, digital requirements, the human way, phone,
/// date and source are never left out, and what was cut says where to go on reading. Narrow paper that is too
/// short for the facts in both languages has them in French.
pub fn draw_sheet(
    sheet: InBoth<'_>,
    hall: &Hall,
    reader: Reader,
    letters: &mut SlipRenderer,
    paper: Paper,
) -> Result<Rendered, SlipError> {
    in_both_or_french(sheet, reader, |sheet, reader| {
        draw_shorter(reader.size, letters, paper, |chars| sheet::of_sheet(sheet, hall, reader, chars))
    })
}

/// The slip of a place, drawn, with the way to it through the hall or on a map; shortened as that of a sheet.
pub fn draw_place(
    place: &Place,
    hall: &Hall,
    way: Option<&Way<'_>>,
    reader: Reader,
    letters: &mut SlipRenderer,
    paper: Paper,
) -> Result<Rendered, SlipError> {
    let way = way.map(|way| way_on_paper(way, letters, paper, reader.size));
    with_or_without_map(reader.size, way, |way, ending| {
        draw_shorter(reader.size, letters, paper, |chars| {
            place::of_place(place, hall, way.clone(), reader, chars).map(ending)
        })
    })
}

/// The slip of where a visitor is sent, drawn: the need is that of `sheet`. Shortened as that of a sheet; the lines for
/// an appointment and the plan go first.
pub fn draw_orientation(
    sheet: InBoth<'_>,
    (place, way): (&Place, Option<&Way<'_>>),
    hall: &Hall,
    reader: Reader,
    letters: &mut SlipRenderer,
    paper: Paper,
) -> Result<Rendered, SlipError> {
    let way = way.map(|way| way_on_paper(way, letters, paper, reader.size));
    with_or_without_map(reader.size, way, |way, ending| {
        in_both_or_french(sheet, reader, |sheet, reader| {
            draw_shorter(reader.size, letters, paper, |chars| {
                place::of_orientation(sheet, (place, way.clone()), hall, reader, chars).map(ending)
            })
        })
    })
}

/// How a slip ends: as it is, or with the words that say that there is more on the screen.
type Ending = fn(Slip) -> Slip;

/// A map goes before the large type does: the address says then how far it is, and the slip that the map is on the screen.
fn with_or_without_map(
    size: TextSize,
    way: Option<PaperWay>,
    mut draw: impl FnMut(Option<PaperWay>, Ending) -> Result<Rendered, SlipError>,
) -> Result<Rendered, SlipError> {
    let in_size = |drawn: &Result<Rendered, SlipError>| drawn.as_ref().is_ok_and(|drawn| drawn.size == size);
    let has_map = way.as_ref().is_some_and(PaperWay::is_map);
    let drawn = draw(way, |slip| slip);
    if !has_map || in_size(&drawn) {
        return drawn;
    }
    let plain = draw(None, Slip::shortened);
    if in_size(&plain) { plain } else { drawn.or(plain) }
}

/// As much in both languages as fits in any size: everything; title and names, with the facts in French; or the one
/// sentence of who helps.
fn in_both_or_french(
    sheet: InBoth<'_>,
    reader: Reader,
    mut draw: impl FnMut(InBoth<'_>, Reader) -> Result<Rendered, SlipError>,
) -> Result<Rendered, SlipError> {
    let french = (InBoth::french(sheet.french), Reader { names: false, ..reader });
    let mut drawn = draw(sheet, reader);
    for (sheet, reader) in [(sheet.with_french_facts(), reader), french] {
        if !matches!(drawn, Err(SlipError::EssentialTooLong { .. })) {
            break;
        }
        drawn = draw(sheet, reader);
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
    let [most, between @ .., fewest] = FACT_CHARS_FEWER;
    let mut draw = |chars| letters.render(&slip(chars)?, paper);
    let drawn = match draw(most) {
        Err(SlipError::EssentialTooLong { .. }) => None,
        drawn if drawn.as_ref().is_ok_and(|drawn| drawn.size != size) => drawn.ok(),
        drawn => return drawn,
    };
    // The fewest say at once whether there is a way at all, and in which size.
    let last = draw(fewest)?;
    if last.size != size
        && let Some(drawn) = drawn
    {
        return Ok(drawn);
    }
    for chars in between {
        match draw(chars) {
            Err(SlipError::EssentialTooLong { .. }) => {}
            Ok(drawn) if drawn.size != last.size => {}
            drawn => return drawn,
        }
    }
    Ok(last)
}

/// A way as its slip has it: the picture, where it can be drawn, and the sentences.
pub fn way_on_paper(way: &Way<'_>, letters: &mut SlipRenderer, paper: Paper, size: TextSize) -> PaperWay {
    // As the rest of the slip is read (row J1).
    let least = paper.at_least(35);
    let capitals = match size {
        TextSize::Normal => least,
        TextSize::Large => paper.at_least(63),
    };
    let picture = way.on_paper(letters, column_dots(paper), capitals, least);
    PaperWay { picture, words: way.words(), has_steps: way.has_steps() }
}

/// The slip of a call: its number, and how to reach the hall otherwise. Never what the call is for.
pub fn of_call(number: u32, hall: Option<&Hall>, reader: Reader) -> Result<Slip, SlipError> {
    let mut slip = place::in_french(hall.map_or("", |hall| &hall.name), reader)?;
    slip.push_essential(Element::Title(words::tied(&format!("{} {number}", words::CALL_NUMBER))))?;
    slip.push_essential(Element::Text(words::CALL_SLIP.to_owned()))?;
    if let Some(phone) = hall.and_then(|hall| hall.phone.as_ref()) {
        let text = words::tied(phone);
        slip.push_essential(Element::Labelled { label: reader.name(words::PHONE), text })?;
    }
    let hours = hall.map(|hall| super::place::hours_lines(&hall.hours)).unwrap_or_default();
    if !hours.is_empty() {
        let label = reader.name(words::OPENING_HOURS);
        slip.push(Element::Labelled { label, text: hours.join("\n") })?;
    }
    if let Some(tongue) = reader.tongue {
        place::push_call(&mut slip, tongue, number)?;
    }
    Ok(slip)
}

/// At most `max` characters, cut between two words; the French say where to go on.
fn cut(text: &str, max: usize) -> String {
    cut_with(text, max, &words::CONTINUED.to_lowercase())
}

/// The same, with those words at the end.
fn cut_with(text: &str, max: usize, more: &str) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max).collect();
    let head = head.rsplit_once(char::is_whitespace).map_or(head.as_str(), |(head, _)| head);
    format!("{} … ({more})", head.trim_end())
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
    let drawn = visit.slip.clone().unwrap_or_default();
    plain(PageView::Slip(SlipView { drawn, state: visit.print }))
}
