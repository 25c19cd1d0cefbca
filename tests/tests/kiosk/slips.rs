//! Every slip of real content, on every paper: long enough, short enough, nothing missing.

use std::io::Write as _;
use std::time::Duration;

use parvis::config::Config;
use parvis::kiosk::ways::{Way, Ways};
use parvis::present::slip::{self, InBoth, Reader};
use parvis::slip_file::{SlipFiles, SlipOf};
use parvis_content::{ContentFile, Fact, HumanWay, Lang, Sheet};
use parvis_hardware::paper::Paper;
use parvis_hardware::slip::{Fonts, Rendered, SlipError, SlipRenderer, TextSize};

use crate::world::NAME;

const PAPERS: [Paper; 3] = [Paper::MM58, Paper::MM80_NARROW, Paper::MM80];
const SIZES: [TextSize; 2] = [TextSize::Normal, TextSize::Large];
/// The longest slip: 60 cm (row J4).
const LONGEST_MM: u32 = 600;
/// Of the publisher's sheets, one in so many in `./dev test`; all in `./dev soak slips`.
const SAMPLE: usize = 60;

/// Languages of visitors: French, one that is read from the right, one with long words.
const LANGS: [&str; 3] = ["fr", "ar", "es"];
/// One sheet in so many is also drawn in the others: each takes several tries on narrow paper.
const IN_OTHERS: usize = 15;

fn lang(tag: &str) -> Lang {
    Lang::new(tag).unwrap()
}

/// The sheet as a talkative translator would write it.
fn translated(sheet: &Sheet, tag: &str, words: &str) -> Sheet {
    let line = words.repeat(2);
    let fact = || Fact::Stated(vec![line.clone(); 6]);
    let mut own = sheet.clone();
    (own.lang, own.title, own.summary) = (lang(tag), line.clone(), vec![line.clone(); 3]);
    (own.facts.place, own.facts.when, own.facts.bring) = (fact(), fact(), fact());
    let phone = Some("02 61 91 10 10".to_owned());
    own.facts.human = Fact::Stated(HumanWay { text: line.clone(), phone, place: None });
    own
}

fn letters() -> SlipRenderer {
    SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap())
}

fn must_be_whole(what: &str, drawn: Result<Rendered, SlipError>, paper: Paper) {
    let drawn = drawn.unwrap_or_else(|error| panic!("{what}, {paper:?}: {error}"));
    let long = paper.millimetres(drawn.raster.height());
    assert!(long <= LONGEST_MM, "{what}, {paper:?}: {long} mm");
    assert_eq!(drawn.missing, 0, "{what}, {paper:?}: characters that no font has");
}

#[test]
fn every_place_and_every_call_of_the_demonstration_has_a_slip() {
    let content = ContentFile::open(parvis_tests::content::demonstration()).unwrap();
    let (hall, ways, mut letters) = (&content.info().hall, Ways::of(&content), letters());
    let (mut in_hall, mut on_map) = (0, 0);
    for paper in PAPERS {
        for size in SIZES {
            for place in content.places().unwrap() {
                let way = ways.to(NAME, &place);
                in_hall += usize::from(matches!(way, Some(Way::Hall(_))));
                on_map += usize::from(matches!(way, Some(Way::Area(_))));
                for tag in LANGS.into_iter().take(2) {
                    let reader = Reader::of(&lang(tag), size);
                    let drawn = slip::draw_place(&place, hall, way.as_ref(), reader, &mut letters, paper);
                    must_be_whole(&place.name, drawn, paper);
                }
            }
            for tag in LANGS {
                let slip = slip::of_call(999, Some(hall), Reader::of(&lang(tag), size)).unwrap();
                must_be_whole("call", letters.render(&slip, paper), paper);
            }
        }
    }
    // The hall's own place has no map.
    assert_eq!([in_hall, on_map], [8, 14].map(|places| places * PAPERS.len() * SIZES.len()));
}

#[test]
fn the_command_writes_every_kind_of_slip_to_both_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let content = parvis_tests::content::demonstration();
    let state = folder.path().display();
    let text = format!(
        "[printer]\nroll-file = '{state}/roll'\n[desk]\nsocket = '{state}/desk'\nremote-token-file = '{state}/token'"
    );
    let config = Config::parse(&text, &at("parvis.toml")).unwrap();
    let (png, escpos) = (at("slip.png"), at("slip.bin"));
    let write = |of, tag, dots| {
        let (lang, large) = (lang(tag), false);
        let files =
            SlipFiles { content, of, lang, large, dots: Some(dots), escpos: Some(&escpos), png: Some(&png) };
        parvis::slip_file::write(&files, &config)
    };
    for of in [
        SlipOf::Sheet("carte-identite"),
        SlipOf::Place("ici-toilettes"),
        SlipOf::Orientation("carte-identite:ici-toilettes"),
        SlipOf::Call(12),
        SlipOf::Morning,
        SlipOf::Receipt(Some(content)),
        SlipOf::Test,
    ] {
        for dots in [384, 512, 576] {
            write(of, "ar", dots).unwrap_or_else(|error| panic!("{of:?}: {error}"));
            assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"), "{of:?}");
            assert!(std::fs::read(&escpos).unwrap().starts_with(b"\x1b@\x1dv0"), "{of:?}");
        }
    }
    for of in [SlipOf::Sheet("nothing"), SlipOf::Orientation("carte-identite")] {
        assert!(write(of, "fr", 576).is_err(), "{of:?}");
    }
}

#[test]
fn whoever_is_sent_somewhere_has_a_slip_in_their_language_too_also_when_its_translator_wrote_a_lot() {
    let content = ContentFile::open(parvis_tests::content::demonstration()).unwrap();
    let (hall, ways, mut letters) = (&content.info().hall, Ways::of(&content), letters());
    let places = content.places().unwrap();
    let arabic = "يساعدك موظف الاستقبال في ملء الاستمارة الورقية وإرسالها بالبريد. ";
    let turkish = "Danışmadaki görevli formu sizinle birlikte doldurur ve postayla gönderir. ";
    for (at, (id, french)) in content.sheet_ids().unwrap().iter().enumerate().step_by(IN_OTHERS) {
        let sheet = content.sheet(id, french).unwrap().unwrap();
        let place = &places[at % places.len()];
        let way = ways.to(NAME, place);
        for (tag, words) in [("ar", arabic), ("tr", turkish)] {
            let own = translated(&sheet, tag, words);
            for (paper, size) in PAPERS.into_iter().flat_map(|paper| SIZES.map(|size| (paper, size))) {
                let reader = Reader::of(&lang(tag), size);
                for sheet in [InBoth::french(&sheet), InBoth::new(&sheet, Some(&own))] {
                    let drawn = slip::draw_sheet(sheet, hall, reader, &mut letters, paper);
                    must_be_whole(id.as_str(), drawn, paper);
                    let to = (place, way.as_ref());
                    let drawn = slip::draw_orientation(sheet, to, hall, reader, &mut letters, paper);
                    must_be_whole(&format!("{id} to {}", place.id), drawn, paper);
                }
            }
        }
    }
}

#[test]
fn every_sheet_has_a_slip_on_every_paper_in_both_sizes() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<usize>().expect(name));
    let from = number("PARVIS_SOAK_FROM").unwrap_or(0);
    let every = if number("PARVIS_SOAK_SLIPS").is_some() { 1 } else { SAMPLE };
    let most = Duration::from_secs(60 * number("PARVIS_SOAK_MINUTES").unwrap_or(60).min(60) as u64);
    let started = parvis::clock::since_start();
    let demonstration = every_sheet_of(parvis_tests::content::demonstration(), 1, 0, most, started);
    assert!(demonstration.0 > 50);
    let Some(dila) = parvis_tests::content::dila() else {
        println!("without PARVIS_DATA: the demonstration's sheets only");
        return;
    };
    let (sheets, next) = every_sheet_of(dila, every, from, most, started);
    println!("{sheets} sheets of the publisher on every paper, next seed {next}");
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "sheets {from} to {next}, all whole, next seed {next}").unwrap();
    }
}

/// One sheet in `every`, from number `from` on; how many, and where to go on.
fn every_sheet_of(
    file: &std::path::Path,
    every: usize,
    from: usize,
    most: Duration,
    started: Duration,
) -> (usize, usize) {
    let content = ContentFile::open(file).unwrap();
    let (hall, mut letters) = (&content.info().hall, letters());
    let ids = content.sheet_ids().unwrap();
    let mut drawn = 0;
    for (at, (id, tag)) in ids.iter().enumerate().skip(from).step_by(every) {
        if parvis::clock::since_start().saturating_sub(started) >= most {
            return (drawn, at);
        }
        let Some(sheet) = content.sheet(id, tag).unwrap().filter(|_| *tag == Lang::french()) else {
            continue;
        };
        for paper in PAPERS {
            for size in SIZES {
                let langs = if at % IN_OTHERS == 0 { LANGS.len() } else { 1 };
                for tag in LANGS.into_iter().take(langs) {
                    let reader = Reader::of(&lang(tag), size);
                    let sheet = InBoth::french(&sheet);
                    let drawn = slip::draw_sheet(sheet, hall, reader, &mut letters, paper);
                    must_be_whole(id.as_str(), drawn, paper);
                }
            }
        }
        drawn += 1;
    }
    (drawn, ids.len())
}
