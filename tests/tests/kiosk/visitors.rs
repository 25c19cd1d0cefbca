//! Visitors who do anything: seeded, so that each can come again. Sixty in every test run; any number in
//! `./dev soak visitors`, which goes on where it stopped.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use parvis::session::{Event, Phase};
use parvis_hardware::simulated::Lever;
use parvis_tests::chance::Chance;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::help_call::DeskWord;

use crate::eyes::Target;
use crate::world::{Setup, World, demonstration, in_a_hall};

/// Visitors of a usual test run, on all panels together.
const VISITORS: u64 = 60;
/// What one visitor does before the visit is ended.
const DEEDS: u32 = 40;
/// Visitors at one kiosk before it is started anew.
const IN_A_ROW: u64 = 30;
const PANELS: [Panel; 3] = [Panel::PORTRAIT_21, Panel::LANDSCAPE_10, Panel::LANDSCAPE_21];

/// How many visitors come, from which seed, and for how long.
struct Soak {
    visitors: u64,
    from: u64,
    at_most: Duration,
    out: Option<PathBuf>,
}

impl Soak {
    fn from_environment() -> Self {
        let number = |name: &str| std::env::var(name).ok().map(|text| text.parse().expect(name));
        Self {
            visitors: number("PARVIS_SOAK_VISITORS").unwrap_or(VISITORS),
            from: number("PARVIS_SOAK_FROM").unwrap_or(0),
            // Slices of at most an hour, however long the soak is.
            at_most: Duration::from_secs(60 * number("PARVIS_SOAK_MINUTES").unwrap_or(60).min(60)),
            out: std::env::var_os("PARVIS_SOAK_OUT").map(PathBuf::from),
        }
    }
}

#[test]
fn seeded_visitors_never_break_the_kiosk_nor_leave_a_trace() {
    let soak = Soak::from_environment();
    let started = parvis::clock::since_start();
    let end = soak.from + soak.visitors;
    let mut next = soak.from;
    while next < end && parvis::clock::since_start().saturating_sub(started) < soak.at_most {
        let until = end.min(next + IN_A_ROW);
        let panel = PANELS[((next / IN_A_ROW) % PANELS.len() as u64) as usize];
        in_a_hall(Setup { panel, desk: false, ..demonstration() }, move |world| {
            for seed in next..until {
                visit(world, seed);
            }
        });
        next = until;
        report(&soak, next);
    }
    println!("{} visitors, next seed {next}", next - soak.from);
}

fn report(soak: &Soak, next: u64) {
    let Some(out) = &soak.out else { return };
    let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
    writeln!(file, "visitors {} to {} well, next seed {next}", soak.from, next - 1).unwrap();
}

/// One visitor, from the sleeping screen to the sleeping screen.
fn visit(world: &mut World, seed: u64) {
    let mut visitor = Visitor { chance: Chance::new(seed), done: format!("seed {seed}:"), typed: Vec::new() };
    world.wake();
    let call = call_button(world, &visitor);
    for _ in 0..DEEDS {
        visitor.does_something(world);
        visitor.looks_around(world, &call);
    }
    if world.kiosk.session().visit().is_some() {
        world.tap("Terminer");
    }
    visitor.looks_around(world, &call);
    world.after(parvis::session::FAREWELL);
    assert_eq!(world.kiosk.session().phase, Phase::Asleep, "{}", visitor.done);
    for lever in [Lever::LoadPaper, Lever::CoverOpen(false), Lever::Unplugged(false)] {
        world.printer.pull(lever);
    }
}

struct Visitor {
    chance: Chance,
    /// What was done so far, for whoever reads a failure.
    done: String,
    /// Every question that was on the screen, once it had four letters.
    typed: Vec<String>,
}

impl Visitor {
    fn does_something(&mut self, world: &mut World) {
        match self.chance.below(20) {
            0 => self.waits(world),
            1 => self.taps_anywhere(world),
            2 => self.presses_a_key(world),
            3 => self.breaks_the_printer(world),
            4 => self.hears_of_the_desk(world),
            _ => self.taps_a_target(world),
        }
        if let Some(visit) = world.kiosk.session().visit()
            && visit.query.trim().chars().count() >= 4
            && self.typed.last() != Some(&visit.query)
        {
            self.typed.push(visit.query.clone());
        }
    }

    fn note(&mut self, what: &str) {
        write!(self.done, " {what};").unwrap();
    }

    fn waits(&mut self, world: &mut World) {
        let seconds = self.chance.below(90);
        self.note(&format!("waits {seconds} s"));
        world.after(Duration::from_secs(seconds));
    }

    fn taps_anywhere(&mut self, world: &mut World) {
        let x = self.chance.below(u64::from(world.panel.width_px)) as f32;
        let y = self.chance.below(u64::from(world.panel.height_px)) as f32;
        self.note(&format!("taps at {x},{y}"));
        world.tap_at(x, y);
    }

    fn presses_a_key(&mut self, world: &mut World) {
        let keys = ["a", "é", " ", "\t", "\n", "\u{8}", "\u{1b}", "\u{f700}", "Z", "7"];
        let key = *self.chance.pick(&keys).unwrap();
        self.note(&format!("presses {key:?}"));
        world.press_key(key);
    }

    fn breaks_the_printer(&mut self, world: &mut World) {
        let levers = [
            Lever::PaperOut,
            Lever::LoadPaper,
            Lever::PaperOutAfter(300),
            Lever::CoverOpen(true),
            Lever::CoverOpen(false),
            Lever::Unplugged(true),
            Lever::Unplugged(false),
        ];
        let lever = *self.chance.pick(&levers).unwrap();
        self.note(&format!("{lever:?}"));
        world.printer.pull(lever);
    }

    fn hears_of_the_desk(&mut self, world: &mut World) {
        let words = [
            DeskWord::Requested,
            DeskWord::Delivered,
            DeskWord::Acknowledged { by: "Marie".into() },
            DeskWord::Arrived { by: "Marie".into() },
            DeskWord::Closed,
        ];
        let said = self.chance.pick(&words).unwrap().clone();
        let key = 1000 + self.chance.below(8);
        self.note(&format!("hears {said:?} of {key}"));
        world.kiosk.handle(Event::Desk {
            key,
            number: 1 + key as u32 % 999,
            round: 1 + self.chance.below(2) as u32,
            left: false,
            word: said,
        });
        world.settle();
    }

    fn taps_a_target(&mut self, world: &mut World) {
        let targets = world.targets();
        let target: &Target = self.chance.pick(&targets).expect("there is something to touch");
        self.note(&format!("taps {:?}", target.label));
        let (x, y) = target.middle();
        world.tap_at(x, y);
    }

    /// What is true at every moment, whoever did what.
    fn looks_around(&self, world: &World, call: &Target) {
        let targets = world.targets();
        let now = call_button(world, self);
        let apart = |a: f32, b: f32| (a - b).abs() <= world.panel.px_per_mm;
        assert!(
            apart(now.left, call.left)
                && apart(now.top, call.top)
                && apart(now.width, call.width)
                && apart(now.height, call.height),
            "row A1: {now:?} is not {call:?}: {}",
            self.done
        );
        match world.kiosk.session().phase {
            Phase::Visiting(_) => {
                for button in ["Accueil", "Affichage", "Terminer"] {
                    let there = targets.iter().any(|target| target.label == button);
                    assert!(there, "no {button} in the bar: {}", self.done);
                }
                assert!(targets.len() > 4 || !world.words().is_empty(), "an empty screen: {}", self.done);
            }
            Phase::Asleep | Phase::Farewell { .. } => self.left_nothing(world),
        }
    }

    fn left_nothing(&self, world: &World) {
        let session = format!("{:?}", world.kiosk.session());
        let screen = world.words().join("\n");
        for typed in &self.typed {
            assert!(!session.contains(typed.as_str()), "{typed:?} is still there: {}", self.done);
            assert!(!screen.contains(typed.as_str()), "{typed:?} is still on screen: {}", self.done);
        }
    }
}

/// The call button of the bar: always there, once. A search that is not sure offers the call as a row too.
fn call_button(world: &World, visitor: &Visitor) -> Target {
    let mut found = world.targets();
    found.retain(|target| {
        ["Appeler une personne", "Votre appel"].contains(&target.label.as_str())
            && world.is_on_the_bar(target)
    });
    assert_eq!(found.len(), 1, "call buttons: {found:?} after {}", visitor.done);
    found.remove(0)
}
