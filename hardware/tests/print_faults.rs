//! Something goes wrong at any byte of a slip; then another visitor prints. Nobody is told more than is true, and nobody
//! gets another's words. `./dev soak print-faults` runs more of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod support;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::{Duration, Instant};

use parvis_hardware::escpos::Cutter;
use parvis_hardware::printer::esc_pos::{EscPosPrinter, Limits};
use parvis_hardware::printer::profile::{Command, Profile};
use parvis_hardware::printer::{PrintError, Printed, Printer};
use parvis_hardware::raster::Raster;
use parvis_hardware::simulated::{Lever, PrintedSlip, SimulatedPrinter};
use support::line::{Line, Mishap, Part, Plan};

/// Runs in the ordinary tests.
const RUNS: u64 = 300;
/// Looks at a printer that was put right, two seconds apart, before its next slip.
const LOOKS_MAX: u32 = 30;
/// The row of dots that was being received when a cable was pulled: the first question afterwards completes it. It is an
/// eighth of a millimetre high, and cut off before the next slip.
const ROW_UNDER_WAY: u32 = 1;
/// The first byte of each row says whose it is.
const FIRST: u8 = 0xA5;
const SECOND: u8 = 0x5A;

const PARTS: [Part; 5] = [Part::Start, Part::Status, Part::Band, Part::Barrier, Part::Cut];

/// A generator of numbers (`SplitMix64`): the same seed is the same run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % end.max(1)
    }
}

/// A kiosk's printer, from the driver to the paper.
struct World {
    profile: Profile,
    sim: SimulatedPrinter,
    line: Line,
    printer: EscPosPrinter,
}

/// What one run found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    part: Option<Part>,
    told_printed: bool,
    whole: bool,
    /// Inked rows of the first visitor that came out after the repair.
    ghost_rows: u32,
    second: Option<Result<Printed, PrintError>>,
    /// The second slip came out whole, with nothing else on its paper but what a printer without blade lets hang.
    second_alone: bool,
}

impl World {
    fn new(chance: &mut Chance) -> Self {
        let profiles = Profile::all().unwrap();
        let profile = profiles[chance.below(profiles.len() as u64) as usize].clone();
        let baud = [None, Some(38_400), Some(115_200)][chance.below(3) as usize];
        let limits = Limits::of(&profile);
        let (profile, limits, byte_time) = match baud {
            None => (profile, limits, Duration::from_nanos(300)),
            Some(baud) => {
                let profile = profile.at_baud(baud);
                let limits = limits.at_baud(baud, &profile);
                (profile, limits, Duration::from_micros(10_000_000 / u64::from(baud)))
            }
        };
        let sim = SimulatedPrinter::of(profile.clone());
        sim.pull(Lever::Paced(true));
        let line = Line::new(&sim, byte_time);
        let printer = EscPosPrinter::new(Box::new(line.clone()), profile.clone(), limits, line.clock());
        Self { profile, sim, line, printer }
    }

    fn slip(&self, whose: u8, bands: u32) -> Raster {
        let rows = (bands * self.profile.band_rows).saturating_sub(3).clamp(9, 700);
        let row_bytes = (self.profile.paper.dots() / 8) as usize;
        let row = |row: u32| {
            let mut bytes = vec![0; row_bytes];
            bytes[0] = whose;
            bytes[2..4].copy_from_slice(&(row as u16 ^ 0x5555).to_be_bytes());
            bytes
        };
        Raster::from_bits(self.profile.paper.dots(), rows, (0..rows).flat_map(row).collect()).unwrap()
    }

    /// The visitor takes what came out, where nothing cuts it.
    fn take(&self) {
        if self.profile.cutter == Cutter::None {
            self.sim.pull(Lever::TearOff);
        }
    }

    /// Pieces of paper since piece `number`, what hangs out last.
    fn pieces_since(&self, number: u64) -> Vec<PrintedSlip> {
        self.sim.paper().slips.into_iter().filter(|slip| slip.number > number).collect()
    }

    fn last_piece(&self) -> u64 {
        self.sim.paper().slips.last().map_or(0, |slip| slip.number)
    }

    fn repair(&self) {
        self.line.repair();
        let (sim, off) = (&self.sim, false);
        sim.pull(Lever::Silent(off));
        sim.pull(Lever::CoverOpen(off));
        sim.pull(Lever::Unplugged(off));
        sim.pull(Lever::LoadPaper);
    }
}

fn inked(piece: &PrintedSlip) -> impl Iterator<Item = &[u8]> {
    let row_bytes = piece.raster.row_bytes();
    piece.raster.bits().chunks(row_bytes).filter(|row| row.iter().any(|byte| *byte != 0))
}

/// Rows of the first visitor: any ink that is not the second's.
fn rows_of_another(piece: &PrintedSlip) -> usize {
    inked(piece).filter(|row| row[0] != SECOND).count()
}

fn is_whole(piece: &PrintedSlip, slip: &Raster) -> bool {
    let rows: Vec<&[u8]> = slip.bits().chunks(slip.row_bytes()).collect();
    let on_paper: Vec<&[u8]> = inked(piece).collect();
    on_paper.windows(rows.len()).any(|window| window == rows.as_slice())
}

/// A byte in the wanted part of a healthy slip.
fn position(chance: &mut Chance, parts: &[(u64, Part)], length: u64, wanted: Part) -> Option<u64> {
    let of_that: Vec<usize> = (0..parts.len()).filter(|index| parts[*index].1 == wanted).collect();
    let index = *of_that.get(chance.below(of_that.len() as u64) as usize)?;
    let end = parts.get(index + 1).map_or(length, |(at, _)| *at);
    Some(parts[index].0 + chance.below(end - parts[index].0))
}

fn mishap(chance: &mut Chance) -> Mishap {
    match chance.below(9) {
        0 => Mishap::PaperOut,
        1 => Mishap::CoverOpen,
        2 => Mishap::Unplugged,
        3 => Mishap::Silence,
        4 => Mishap::Garbage,
        5 => Mishap::StrayByte([0x00, 0x12, 0xFF, chance.below(256) as u8][chance.below(4) as usize]),
        6 => Mishap::Slow,
        7 => Mishap::PowerCycledOnUsb,
        _ => Mishap::PowerCycledOnSerial,
    }
}

/// Two visitors, and a mishap while the first prints.
fn run(seed: u64) -> (World, Mishap, Found) {
    let mut chance = Chance(seed);
    let mut world = World::new(&mut chance);
    let slip = world.slip(FIRST, 2 + chance.below(4) as u32);
    let mut found = Found::default();
    world.line.count_from_here();
    assert!(world.printer.print(&slip).is_ok(), "seed {seed}: a healthy printer prints");
    world.take();
    let (parts, length) = world.line.parts();
    found.part = PARTS.get(chance.below(5) as usize).copied();
    let at = found.part.and_then(|part| position(&mut chance, &parts, length, part));
    let later = Duration::from_millis(chance.below(2) * chance.below(400));
    let off = Duration::from_millis(1_000 + chance.below(4_000));
    let mishap = mishap(&mut chance);
    let before = world.last_piece();
    world.line.expect(Plan { mishap, at: at.unwrap_or(0), later, off });
    let told = world.printer.print(&slip);
    found.told_printed = matches!(told, Ok(Printed::Confirmed));
    world.take();
    found.whole = world.pieces_since(before).iter().any(|piece| is_whole(piece, &slip));
    // The visitor goes; somebody comes and puts the printer right.
    world.line.pass(Duration::from_secs(20));
    world.take();
    let before = world.last_piece();
    world.repair();
    // What was torn off with the old roll had come out before.
    let before = before.max(world.pieces_since(before).iter().map(|piece| piece.number).max().unwrap_or(0));
    second_visitor(&mut world, before, &mut found);
    (world, mishap, found)
}

fn second_visitor(world: &mut World, before: u64, found: &mut Found) {
    for _ in 0..LOOKS_MAX {
        let status = world.printer.status();
        world.line.pass(Duration::from_secs(2));
        if status.can_print() {
            break;
        }
    }
    let slip = world.slip(SECOND, 3);
    let told = world.printer.print(&slip);
    world.take();
    let pieces = world.pieces_since(before);
    found.ghost_rows = pieces.iter().map(rows_of_another).sum::<usize>() as u32;
    let most = if world.profile.cutter == Cutter::None { world.profile.band_rows } else { 0 };
    let alone = |piece: &PrintedSlip| rows_of_another(piece) as u32 <= most;
    found.second_alone = pieces.iter().any(|piece| is_whole(piece, &slip) && alone(piece));
    found.second = Some(told);
}

/// Checks one run; what it was, for the count.
fn check(seed: u64) -> (String, bool, bool, u32) {
    let (world, mishap, found) = run(seed);
    let what = format!("seed {seed}, {}, {mishap:?}: {found:?}", world.profile.id);
    assert!(!found.told_printed || found.whole, "told printed, and it is not: {what}");
    let most = if world.profile.knows(Command::Clear) { ROW_UNDER_WAY } else { world.profile.band_rows };
    assert!(found.ghost_rows <= most, "words of the first visitor: {what}");
    assert!(matches!(found.second, Some(Ok(_))), "the second visitor's slip: {what}");
    assert!(found.second_alone, "the second visitor's paper: {what}");
    let name = format!("{mishap:?}");
    let kind = name.split('(').next().unwrap_or_default().to_owned();
    (kind, found.told_printed, found.whole, found.ghost_rows)
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a soak ends after so many minutes")]
fn seeded_mishaps_make_no_slip_printed_that_is_not_and_no_visitor_gets_anothers_words() {
    let from = number("PARVIS_SOAK_FROM").unwrap_or(0);
    let runs = number("PARVIS_SOAK_PRINT_FAULTS").unwrap_or(RUNS);
    let most = Duration::from_secs(60 * number("PARVIS_SOAK_MINUTES").unwrap_or(60).min(60));
    let started = Instant::now();
    let mut counts: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    let mut next = from;
    while next < from + runs && started.elapsed() < most {
        let (kind, told, whole, ghost) = check(next);
        let count = counts.entry(kind).or_default();
        for (sum, more) in count.iter_mut().zip([1, u64::from(told), u64::from(whole), u64::from(ghost > 0)])
        {
            *sum += more;
        }
        next += 1;
    }
    let sum = |index: usize| counts.values().map(|count| count[index]).sum::<u64>();
    let line = format!(
        "{} runs of print faults in {} s: 0 told printed that were not, {} told printed, {} whole, {} with rows of at \
         most one band left over (printers that cannot empty their buffer); next seed {next}",
        sum(0),
        started.elapsed().as_secs(),
        sum(1),
        sum(2),
        sum(3),
    );
    println!("{counts:?}\n{line}");
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(out).unwrap();
        writeln!(file, "{line}").unwrap();
    }
}
