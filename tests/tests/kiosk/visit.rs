//! The scenario of the product: find, read, print, call, leave, by touch alone.

use std::time::Duration;

use parvis::present::slip::{self, InBoth, Reader};
use parvis::protocol::{CallState, FromStaff};
use parvis::words::tied;
use parvis_content::{ContentFile, Lang, SheetId, Target};
use parvis_hardware::light::LightState;
use parvis_hardware::paper::Paper;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Fonts, SlipRenderer, TextSize};
use parvis_ui_model::flow::Spot;
use parvis_ui_model::geometry::Panel;

use crate::world::{NAME, Setup, World, demonstration, in_a_hall};

const QUESTION: &str = "carte didentité perdu";

#[test]
fn by_themes_a_visitor_reaches_a_sheet_without_typing() {
    in_a_hall(demonstration(), |world| {
        by_themes(world);
        reads_the_sheet(world);
    });
}

#[test]
fn a_visitor_types_reads_prints_calls_and_leaves_nothing() {
    in_a_hall(demonstration(), whole_visit);
}

#[test]
fn with_a_real_keyboard_alone_a_visitor_finds_a_sheet() {
    in_a_hall(demonstration(), |world| {
        for key in ["\t", "\n"] {
            world.press_key(key);
        }
        world.must_show("Que cherchez-vous ?");
        for key in ["\t", "\n", "c", "a", "f"] {
            world.press_key(key);
        }
        world.wait_until("answers", |world| !world.kiosk.session().visit().unwrap().answers().is_empty());
        assert_eq!(world.kiosk.session().visit().unwrap().query, "caf");
        for key in ["\t", "\n"] {
            world.press_key(key);
        }
        assert!(matches!(
            world.kiosk.session().visit().unwrap().flow.spot(),
            Spot::Sheet { .. } | Spot::Node(_) | Spot::Place(_)
        ));
        world.press_key("\u{1b}");
        assert_eq!(*world.kiosk.session().visit().unwrap().flow.spot(), Spot::Search);
    });
}

#[test]
fn the_same_visit_works_on_the_panels_that_lie() {
    for panel in [Panel::LANDSCAPE_21, Panel::LANDSCAPE_10] {
        in_a_hall(Setup { panel, ..demonstration() }, |world| {
            by_themes(world);
            prints(world);
            calls(world);
            leaves(world);
        });
    }
}

#[test]
fn the_same_visit_works_on_the_real_content() {
    let Some(content) = parvis_tests::content::dila() else {
        println!("skipped: PARVIS_DATA is not set");
        return;
    };
    let setup = || Setup { content: Some(content.to_owned()), ..demonstration() };
    in_a_hall(setup(), whole_visit);
    in_a_hall(setup(), by_themes);
}

fn whole_visit(world: &mut World) {
    world.wake();
    world.must_show("Que cherchez-vous ?");
    types_and_sees_results_after_each_letter(world);
    opens_the_sheet_about_it(world);
    reads_the_sheet(world);
    prints(world);
    calls(world);
    leaves(world);
}

/// Home, then always the first choice, until it is a sheet: at most four choices.
fn by_themes(world: &mut World) {
    world.wake();
    let content = ContentFile::open(&world.content()).unwrap();
    let mut entries = content.home().unwrap();
    for _ in 0..4 {
        let entry = entries
            .iter()
            .find(|entry| !matches!(entry.target, Target::Guide(_) | Target::Place(_)))
            .expect("a list leads somewhere");
        world.tap(&tied(&entry.title));
        match &entry.target {
            Target::Sheet(id) => {
                assert_eq!(shown_sheet(world), id.as_str());
                return;
            }
            Target::Node(id) => entries = content.node(id).unwrap().unwrap().entries,
            Target::Guide(_) | Target::Place(_) => unreachable!("passed over"),
        }
    }
    panic!("four choices do not lead to a sheet");
}

fn types_and_sees_results_after_each_letter(world: &mut World) {
    world.tap("Écrire un mot");
    let mut typed = String::new();
    for letter in QUESTION.chars() {
        world.type_on_screen(&letter.to_string());
        typed.push(letter);
        let visit = world.kiosk.session().visit().unwrap();
        assert_eq!(visit.query, typed);
        let first = visit.answers().first().unwrap_or_else(|| panic!("no answer to {typed:?}"));
        assert!(world.target(&tied(&first.title)).is_some(), "the first answer to {typed:?} is not shown");
    }
}

fn opens_the_sheet_about_it(world: &mut World) {
    let answers = world.kiosk.session().visit().unwrap().answers().to_vec();
    let about = |title: &str| title.to_lowercase().contains("carte") && title.to_lowercase().contains("perd");
    let answer = answers
        .iter()
        .find(|answer| matches!(answer.goal, Spot::Sheet { .. }) && about(&answer.title))
        .unwrap_or_else(|| panic!("{QUESTION:?} finds {answers:#?}"));
    // On the first page of results: nobody has to turn one.
    world.tap(&tied(&answer.title));
}

/// The five questions of every sheet have their answer, on whatever page they stand.
fn reads_the_sheet(world: &mut World) {
    let mut words = world.words();
    while world.target("Suite").is_some() {
        world.tap("Suite");
        words.extend(world.words());
    }
    for question in ["Où", "Quand", "À apporter", "Ce que cela demande en numérique", "Sans internet"] {
        let at = words.iter().position(|text| text == question);
        let answer = at.and_then(|at| words.get(at + 1)).unwrap_or_else(|| panic!("no {question:?}"));
        assert!(answer.chars().count() > 3, "{question:?} is answered by {answer:?}");
    }
    while world.target("Page d’avant").is_some() {
        world.tap("Page d’avant");
    }
}

fn prints(world: &mut World) {
    let expected = slip_of(world, &shown_sheet(world));
    world.tap("Imprimer");
    world.must_show("Voici ce qui sera imprimé.");
    world.tap("Imprimer");
    world.wait_until("the slip", |world| world.shows("Votre ticket est imprimé"));
    let paper = world.printer.paper();
    assert_eq!(paper.slips.len(), 1);
    let printed = &paper.slips[0];
    let (head, tail) = printed.raster.bits().split_at(expected.bits().len());
    assert!(!printed.torn && printed.raster.width() == expected.width());
    assert!(head == expected.bits(), "the paper is not the slip, dot for dot");
    assert!(tail.iter().all(|byte| *byte == 0), "after the slip comes white paper only");
    assert!(expected.ink_rows().is_some(), "a slip says something");
    world.tap("Continuer");
}

fn calls(world: &mut World) {
    let mut staff = world.staff();
    world.tap("Appeler une personne");
    world.run(staff.until("the call", |page| !page.hall.calls.is_empty()));
    let call = staff.call().clone();
    assert_eq!((call.kiosk.as_str(), call.state), (NAME, CallState::Requested));
    world.wait_until("the call to be written down", |world| world.shows("Votre appel est envoyé"));
    world.must_show(&format!("Appel n° {}", call.number));
    assert_eq!(world.light.view().state, LightState::Calling);
    world.run(staff.say(&FromStaff::Shown { number: call.number })).unwrap();
    world.wait_until("the call to be seen", |world| world.shows("L’accueil voit votre appel"));
    assert!(!world.shows("arrive"), "nobody comes before a person said so: {:?}", world.words());
    world.run(staff.say(&FromStaff::Come { number: call.number, by: "Marie".into() })).unwrap();
    world.wait_until("Marie", |world| world.shows("Marie arrive"));
    assert_eq!(world.light.view().state, LightState::Acknowledged);
    world.run(staff.say(&FromStaff::Done { number: call.number })).unwrap();
    world.wait_until("the end of the call", |world| world.shows("Votre appel est terminé"));
    assert_eq!(world.light.view().state, LightState::Off);
}

fn leaves(world: &mut World) {
    let visit = world.kiosk.session().visit().unwrap();
    let (query, answers) = (visit.query.clone(), visit.answers().to_vec());
    world.tap("Terminer");
    world.must_show("Tout ce que vous avez écrit et lu ici est effacé.");
    world.after(Duration::from_secs(6));
    world.must_show("Bonjour");
    let left = format!("{:?}", world.kiosk.session());
    assert!(query.is_empty() || !left.contains(&query), "{left}");
    assert!(answers.iter().all(|answer| !left.contains(&answer.title)), "{left}");
    world.wake();
    let visit = world.kiosk.session().visit().unwrap();
    assert_eq!((visit.flow.spot(), visit.query.as_str()), (&Spot::Home, ""));
    assert!(visit.answers().is_empty() && visit.slip.is_none() && !visit.flow.can_go_back());
}

/// The sheet on the screen.
pub fn shown_sheet(world: &World) -> String {
    match world.kiosk.session().visit().unwrap().flow.spot() {
        Spot::Sheet { id, .. } => id.clone(),
        other => panic!("not a sheet: {other:?}"),
    }
}

/// What production makes of that sheet, drawn a second time.
pub fn slip_of(world: &World, sheet: &str) -> Raster {
    let content = ContentFile::open(&world.content()).unwrap();
    let sheet = content.sheet(&SheetId::new(sheet).unwrap(), &Lang::french()).unwrap().unwrap();
    let mut letters = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap());
    let hall = &content.info().hall;
    slip::draw_sheet(
        InBoth::french(&sheet),
        hall,
        Reader::french(TextSize::Normal),
        &mut letters,
        Paper::MM80,
    )
    .unwrap()
    .raster
}
