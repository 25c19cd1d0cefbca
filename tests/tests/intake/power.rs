//! The power is cut after every write, sync, rename and link of an update, and at thousands of seeded moments, on a
//! disk that forgets what was not synced. After each the kiosk opens a complete release, and the state is readable.
//!
//! `./dev soak power-cuts` goes on with more seeds.

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use parvis::durable::Disk as _;
use parvis::intake::check::{Check, CheckError};
use parvis::intake::library::SHOWN;
use parvis::intake::state::State;
use parvis::intake::{Pass, Shelf, run};
use parvis_bundle::{Digest, Folder, Release};

use parvis_tests::chance::Chance;
use parvis_tests::disk::Forgetful;

use crate::editor::{Editor, NOW, wait};

/// Seeded cuts in `./dev test`.
const CUTS: u64 = 400;
const STATE: &str = "/state";
const CONTENT: &str = "/content";

/// Reads the staged file from the forgetful disk and compares it with what was signed.
struct DigestCheck<'a>(&'a Forgetful);

impl Check for DigestCheck<'_> {
    fn check(&self, path: &Path, release: &Release) -> Result<u32, CheckError> {
        let digest = self.0.open(path).ok().and_then(|mut file| Digest::read(&mut file).ok());
        match digest {
            Some((digest, _)) if digest == release.content => Ok(release.about.sheets),
            _ => Err(CheckError::Sheets { found: 0, said: release.about.sheets }),
        }
    }
}

/// An editor's repository after each of three releases, small enough for thousands of updates.
struct Releases {
    root: Vec<u8>,
    folders: Vec<tempfile::TempDir>,
    contents: Vec<Digest>,
}

fn releases() -> Releases {
    let editor = Editor::new();
    let (mut folders, mut contents) = (Vec::new(), Vec::new());
    for version in 1..=3_u8 {
        let content: Vec<u8> =
            (0..9_000_u32).map(|at| (at % 251) as u8 ^ (at / 3_000 * u32::from(version)) as u8).collect();
        contents.push(Digest::of(&content));
        editor.publish_bytes(&content, 1, "Carte");
        let folder = tempfile::tempdir().unwrap();
        crate::attacks::copy(&editor.repository(), folder.path());
        folders.push(folder);
    }
    Releases { root: editor.root(), folders, contents }
}

/// One pass; the disk may fail under it.
fn update(disk: &Forgetful, releases: &Releases, number: usize) -> bool {
    let shelf = Shelf::new(Path::new(CONTENT));
    let check = DigestCheck(disk);
    let pass = Pass {
        disk,
        state: Path::new(STATE),
        shelf: &shelf,
        check: &check,
        root: Some(&releases.root),
        now: NOW,
    };
    wait(run(pass, Arc::new(Folder::new(releases.folders[number - 1].path())), |_| ())).is_ok()
}

/// The release that a kiosk would open now.
fn shown(disk: &Forgetful, releases: &Releases) -> Option<usize> {
    let mut file = disk.open_followed(&Path::new(CONTENT).join("current"))?;
    let (digest, _) = Digest::read(&mut file).unwrap();
    let at = releases.contents.iter().position(|content| *content == digest);
    Some(at.unwrap_or_else(|| panic!("what is shown is no release: {}", disk.story())) + 1)
}

/// After a cut: a complete release, none lost that was acknowledged, and the next update works.
fn must_stand(disk: &Forgetful, releases: &Releases, acknowledged: usize) {
    let now = shown(disk, releases);
    assert!(
        now.unwrap_or(0) >= acknowledged,
        "release {acknowledged} is lost, {now:?} shown: {}",
        disk.story()
    );
    let state = State::load(disk, Path::new(STATE));
    let state = state.unwrap_or_else(|error| panic!("{error}: {}", disk.story()));
    assert!(state.is_some() || acknowledged == 0, "the state is lost: {}", disk.story());
    assert!(update(disk, releases, 3), "the next update fails: {}", disk.story());
    assert_eq!(shown(disk, releases), Some(3));
}

#[test]
fn an_update_cut_after_each_single_call_leaves_a_complete_release() {
    let releases = releases();
    let mut calls = 0;
    loop {
        let disk = Forgetful::new(1);
        assert!(update(&disk, &releases, 1));
        disk.cut_after(calls);
        let done = update(&disk, &releases, 2);
        for survivor in disk.after_the_cut(6) {
            must_stand(&survivor, &releases, if done { 2 } else { 1 });
        }
        if done {
            break;
        }
        calls += 1;
    }
    assert!(calls > 15, "an update is more than {calls} calls");
}

#[test]
fn a_first_update_cut_after_each_single_call_leaves_a_kiosk_that_starts_again() {
    let releases = releases();
    for calls in 0.. {
        let disk = Forgetful::new(2);
        disk.cut_after(calls);
        let done = update(&disk, &releases, 1);
        for survivor in disk.after_the_cut(3) {
            must_stand(&survivor, &releases, usize::from(done));
        }
        if done {
            break;
        }
    }
}

#[test]
fn a_rollback_by_staff_or_by_the_kiosk_s_word_cut_after_each_single_call_is_gone_through_with() {
    let releases = releases();
    for by_staff in [true, false] {
        for calls in 0.. {
            let disk = Forgetful::new(3);
            assert!(update(&disk, &releases, 1) && update(&disk, &releases, 2));
            if !by_staff {
                say_it_does_not_open(&disk);
            }
            disk.cut_after(calls);
            let done = if by_staff { roll_back(&disk) } else { settle(&disk) };
            for survivor in disk.after_the_cut(4) {
                let now = shown(&survivor, &releases);
                assert!(now == Some(1) || (now == Some(2) && !done), "{now:?}: {}", survivor.story());
                let decided = State::load(&survivor, Path::new(STATE)).unwrap().unwrap().rejected.is_some();
                assert!(settle(&survivor), "{}", survivor.story());
                if decided || !by_staff && survivor.length(&Path::new(CONTENT).join(SHOWN)).unwrap().is_some()
                {
                    assert_eq!(shown(&survivor, &releases), Some(1), "{}", survivor.story());
                }
            }
            if done {
                break;
            }
        }
    }
}

fn say_it_does_not_open(disk: &Forgetful) {
    let current = Path::new(CONTENT).join("current");
    let file = disk.linked(&current).unwrap().unwrap();
    Shelf::tell_shown(disk, &current, &file, false);
}

fn settle(disk: &Forgetful) -> bool {
    let shelf = Shelf::new(Path::new(CONTENT));
    let check = DigestCheck(disk);
    let pass = Pass { disk, state: Path::new(STATE), shelf: &shelf, check: &check, root: None, now: NOW };
    pass.settle(&mut |_| ()).is_ok()
}

#[test]
fn updates_and_rollbacks_cut_at_seeded_moments_again_and_again_lose_nothing() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
    let cuts = number("PARVIS_SOAK_POWER_CUTS").unwrap_or(CUTS);
    let minutes = number("PARVIS_SOAK_MINUTES").unwrap_or(60);
    let first = number("PARVIS_SOAK_FROM").unwrap_or(0);
    let (releases, started) = (releases(), parvis::clock::since_start());
    let (mut tried, mut seed) = (0, first);
    while tried < cuts && parvis::clock::since_start().saturating_sub(started).as_secs() < 60 * minutes {
        tried += a_bad_day(&releases, seed);
        seed += 1;
    }
    let told = format!("{tried} power cuts, seeds {first} to {}, nothing lost, next seed {seed}", seed - 1);
    println!("{told}");
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "{told}").unwrap();
    }
}

/// Six updates or rollbacks of one kiosk, each cut at some moment. Returns how often the power went.
fn a_bad_day(releases: &Releases, seed: u64) -> u64 {
    let mut chance = Chance::new(seed);
    let mut disk = Forgetful::new(seed);
    let mut cuts = 0;
    for _ in 0..6 {
        let before = shown(&disk, releases);
        // A rollback that was cut off is gone through with by whatever comes next.
        let state = State::load(&disk, Path::new(STATE)).unwrap();
        let leaves = |state: State| before.is_some_and(|at| state.has_rejected(&releases.contents[at - 1]));
        let goes_back = state.is_some_and(leaves);
        disk.cut_after(chance.below(60) as usize);
        let back = before.is_some() && chance.below(4) == 0;
        let next = 1 + chance.below(3) as usize;
        let done =
            if back { roll_back(&disk) } else { update(&disk, releases, next.max(before.unwrap_or(1))) };
        if disk.is_dead() {
            cuts += 1;
            disk = disk.after_the_cut(2).pop().unwrap();
        }
        let now = shown(&disk, releases);
        assert!(now.is_some() || before.is_none(), "seed {seed}: nothing is shown: {}", disk.story());
        assert!(back || goes_back || now >= before, "seed {seed}: a release is lost: {}", disk.story());
        assert!(
            !done || back || goes_back || now >= Some(next),
            "seed {seed}: an acknowledged release is lost: {}",
            disk.story()
        );
        assert!(State::load(&disk, Path::new(STATE)).is_ok(), "seed {seed}: {}", disk.story());
    }
    cuts
}

fn roll_back(disk: &Forgetful) -> bool {
    let shelf = Shelf::new(Path::new(CONTENT));
    let check = DigestCheck(disk);
    let pass = Pass { disk, state: Path::new(STATE), shelf: &shelf, check: &check, root: None, now: NOW };
    pass.roll_back().is_ok()
}
