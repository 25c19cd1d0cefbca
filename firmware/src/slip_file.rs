//! `parvis slip`: a slip of any kind, to files.

use std::cell::OnceCell;
use std::path::Path;

use anyhow::Context as _;
use parvis_content::{ContentFile, Date, Lang, PlaceId, SheetId};
use parvis_hardware::escpos;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::PrinterStatus;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Fonts, Rendered, SlipRenderer, TextSize};
use parvis_ui_model::flow::Printable;

use crate::config::Config;
use crate::kiosk::desk_place::DeskPlace;
use crate::kiosk::morning::{MorningParts, gather};
use crate::kiosk::paper_roll::RollKeeper;
use crate::kiosk::ways::Ways;
use crate::present::morning::of_morning;
use crate::present::receipt::Before;
use crate::present::slip::{self, InBoth, Reader};
use crate::present::{self, check_slip, receipt};
use crate::{clock, intake, words};

/// Which slip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlipOf<'a> {
    /// A sheet, by its identifier.
    Sheet(&'a str),
    /// A place, by its identifier, with the way to it where the hall's plan has it and the kiosk.
    Place(&'a str),
    /// Where a visitor is sent, as SHEET:PLACE.
    Orientation(&'a str),
    /// The call of that number.
    Call(u32),
    /// How this kiosk is, for staff.
    Morning,
    /// What an update changed, beside the release before, where it is given.
    Receipt(Option<&'a Path>),
    /// The test slip of the printer.
    Test,
}

/// What to write, and where.
pub struct SlipFiles<'a> {
    /// The content file. The test slip needs none.
    pub content: &'a Path,
    /// Of what.
    pub of: SlipOf<'a>,
    /// For whom.
    pub lang: Lang,
    /// In large type.
    pub large: bool,
    /// Dots across the paper; those of the configuration's printer when nothing is said.
    pub dots: Option<u32>,
    /// The printer's bytes go there.
    pub escpos: Option<&'a Path>,
    /// The picture goes there.
    pub png: Option<&'a Path>,
}

/// Writes the slip. What it tells of this kiosk is what `config` says.
pub fn write(files: &SlipFiles<'_>, config: &Config) -> anyhow::Result<()> {
    let usual = config.paper;
    let paper = match files.dots {
        Some(dots) if dots != usual.dots() => Paper::new(dots, 203)?,
        Some(_) | None => usual,
    };
    let printer = config.printer_profile.clone().with_paper(paper);
    let mut letters = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES)?);
    let raster = drawn(files, config, &printer, &mut letters)?;
    if let Some(path) = files.png {
        std::fs::write(path, raster.to_png()?).with_context(|| path.display().to_string())?;
    }
    if let Some(path) = files.escpos {
        std::fs::write(path, bytes(&raster, &printer)).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn drawn(
    files: &SlipFiles<'_>,
    config: &Config,
    printer: &Profile,
    letters: &mut SlipRenderer,
) -> anyhow::Result<Raster> {
    let size = if files.large { TextSize::Large } else { TextSize::Normal };
    let content = || ContentFile::open(files.content);
    let slip = match files.of {
        SlipOf::Test => {
            let today = words::day(clock::unix_seconds().cast_signed());
            return Ok(check_slip::of_printer(printer, &today, size, letters)?);
        }
        SlipOf::Sheet(_) | SlipOf::Place(_) | SlipOf::Orientation(_) => {
            let (of, lang, paper) = (printable(files.of)?, &files.lang, printer.paper);
            let (kiosk, ways) = (config.kiosk_name.as_str(), OnceCell::new());
            return Ok(drawn_slip(&content()?, (kiosk, &ways), &of, lang, size, letters, paper)?.raster);
        }
        SlipOf::Call(number) => {
            slip::of_call(number, Some(&content()?.info().hall), Reader::of(&files.lang, size))?
        }
        SlipOf::Morning => morning(files.content, config, printer)?,
        SlipOf::Receipt(before) => {
            let before = before.map(ContentFile::open).transpose()?;
            let today = Date::of_unix_seconds(clock::unix_seconds());
            let before = before.as_ref().map_or(Before::Unknown, Before::Content);
            receipt::of_update(&told(files.content, config), &content()?, before, today)?
        }
    };
    Ok(letters.render(&slip, printer.paper)?.raster)
}

/// What of the content it is a slip of.
fn printable(of: SlipOf<'_>) -> anyhow::Result<Printable> {
    Ok(match of {
        SlipOf::Sheet(id) => Printable::Sheet(id.to_owned()),
        SlipOf::Place(id) => Printable::Place(id.to_owned()),
        SlipOf::Orientation(both) => {
            let (sheet, place) = both.split_once(':').context("--orientation is SHEET:PLACE")?;
            Printable::Orientation { sheet: sheet.to_owned(), place: place.to_owned() }
        }
        SlipOf::Call(_) | SlipOf::Morning | SlipOf::Receipt(_) | SlipOf::Test => {
            anyhow::bail!("not a slip of the content")
        }
    })
}

/// What a visitor takes away, drawn: of a sheet, a place or both, in French and, where that is another language and the
/// content or our own words have it, in `lang`. `ways` are read for places, once; a sheet needs none.
pub(crate) fn drawn_slip(
    content: &ContentFile,
    (kiosk, ways): (&str, &OnceCell<Ways>),
    of: &Printable,
    lang: &Lang,
    size: TextSize,
    letters: &mut SlipRenderer,
    paper: Paper,
) -> anyhow::Result<Rendered> {
    let (hall, reader) = (&content.info().hall, Reader::of(lang, size));
    let in_lang = |id: &str, lang: &Lang| anyhow::Ok(content.sheet(&SheetId::new(id)?, lang)?);
    let french =
        |id: &str| in_lang(id, &Lang::french())?.with_context(|| format!("no sheet {id} in this content"));
    // Where there is no translation, the content answers with the French.
    let own = |id: &str| {
        let found = in_lang(id, lang)?;
        anyhow::Ok(found.filter(|sheet| sheet.lang != Lang::french()))
    };
    let place = |id: &str| {
        content.place(&PlaceId::new(id)?)?.with_context(|| format!("no place {id} in this content"))
    };
    let ways = || ways.get_or_init(|| Ways::of(content));
    Ok(match of {
        Printable::Sheet(id) => {
            let (french, own) = (french(id)?, own(id)?);
            let sheet = InBoth::new(&french, own.as_ref());
            slip::draw_sheet(sheet, hall, reader, letters, paper)?
        }
        Printable::Place(id) => {
            let place = place(id)?;
            let way = ways().to(kiosk, &place);
            slip::draw_place(&place, hall, way.as_ref(), reader, letters, paper)?
        }
        Printable::Orientation { sheet, place: id } => {
            let (french, own, place) = (french(sheet)?, own(sheet)?, place(id)?);
            let sheet = InBoth::new(&french, own.as_ref());
            let way = ways().to(kiosk, &place);
            slip::draw_orientation(sheet, (&place, way.as_ref()), hall, reader, letters, paper)?
        }
    })
}

/// How this kiosk is; the printer itself is not asked, since the kiosk that runs may be printing.
fn morning(
    content: &Path,
    config: &Config,
    printer: &Profile,
) -> anyhow::Result<parvis_hardware::slip::Slip> {
    let desk = DeskPlace { socket: config.desk_socket.clone(), remote: Some(config.remote.clone()) };
    let parts =
        MorningParts { kiosk: &config.kiosk_name, content, intake: &config.intake.state, desk: &desk };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let morning = runtime.block_on(gather(&parts, clock::unix_seconds()));
    let roll = RollKeeper::open(&config.roll, printer.clone());
    let mut news = roll.news(PrinterStatus::Ready);
    if news.gesture.is_empty() {
        "état non demandé".clone_into(&mut news.gesture);
    }
    Ok(of_morning(&morning, &present::model(printer), &news)?)
}

/// What is known of the release in `content`: where intake brought it, its number and who signed it.
fn told(content: &Path, config: &Config) -> receipt::Told {
    let folder = content.parent().unwrap_or(Path::new("."));
    let shown = intake::command::releases(&config.intake.state, folder).unwrap_or_default().shown;
    let name = std::fs::canonicalize(content).ok();
    let ours = |file: &str| name.as_ref().and_then(|name| name.file_name()).is_some_and(|name| name == file);
    shown.filter(|shown| ours(&shown.file_name())).map_or_else(receipt::Told::default, |shown| {
        receipt::Told {
            release: Some(shown.number),
            made: Some(shown.made),
            expires: None,
            signers: shown.signers,
        }
    })
}

/// The bytes as a printer of that profile gets them, questions of status left out: a file cannot answer.
fn bytes(raster: &Raster, profile: &Profile) -> Vec<u8> {
    let mut bytes = escpos::INIT.to_vec();
    bytes.extend(escpos::bands(raster, profile.band_rows).flatten());
    bytes.extend(escpos::cut(profile.cutter, profile.paper));
    bytes
}
