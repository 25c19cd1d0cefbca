//! A hall at its largest: twenty kiosks on one desk and ten staff pages, all through the door, two calls a second. The
//! kiosks are the real link. Five seconds of it in every test run, any time in `./dev soak load`.

mod kiosk;
mod page;
mod tally;

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use parvis::clock;
use tokio::task::JoinSet;
use tokio::time::interval;

use crate::door::Guarded;
use kiosk::LoadKiosk;
use tally::Tally;

const KIOSKS: usize = 20;
const PAGES: usize = 10;
/// Between two presses, at any kiosk: two calls a second.
const EVERY: Duration = Duration::from_millis(500);
/// In every test run.
const SAMPLE: Duration = Duration::from_secs(5);
/// After the last press, calls are waited for so long.
const SETTLE_MAX: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kiosks_and_ten_pages_lose_no_call() {
    let asked = std::env::var("PARVIS_SOAK_LOAD_SECONDS").ok();
    let duration =
        asked.map_or(SAMPLE, |text| Duration::from_secs(text.parse().expect("PARVIS_SOAK_LOAD_SECONDS")));
    let desk = Guarded::quiet_at("127.0.0.2:0");
    let tally = Arc::new(Tally::default());
    let mut kiosks = Vec::new();
    for number in 0..KIOSKS {
        kiosks.push(LoadKiosk::joined(&desk, &format!("Borne {}", number + 1), &tally).await);
    }
    // Ended before the desk is.
    let mut pages = JoinSet::new();
    for number in 0..PAGES {
        let (code, lan) = desk.open().await;
        let token = lan.pair(&code, &format!("Accueil+{}", number + 1)).await;
        pages.spawn(page::work(lan.page(&token).await, number, Arc::clone(&tally)));
    }
    tally.until_there(KIOSKS, PAGES).await;

    let mut beat = interval(EVERY);
    let presses = (duration.as_millis() / EVERY.as_millis()) as usize;
    for (_, kiosk) in (0..presses).zip((0..KIOSKS).cycle()) {
        beat.tick().await;
        kiosks[kiosk].press();
    }
    let last = clock::since_start();
    while tally.unsettled(PAGES) > 0 && clock::since_start() < last + SETTLE_MAX {
        beat.tick().await;
    }

    let line = format!(
        "{KIOSKS} kiosks, {PAGES} pages, {presses} calls in {} s: {}, desk at most {:.1} MB (≤ 48)",
        duration.as_secs(),
        tally.spoken(PAGES),
        peak_mb(desk.desk.id())
    );
    pages.shutdown().await;
    println!("{line}");
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "{line}").unwrap();
    }
    assert_eq!(tally.unsettled(PAGES), 0, "calls were lost: {}", tally.lost(PAGES));
}

/// The most memory that the process has ever had.
fn peak_mb(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let kib: f64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    kib * 1024.0 / 1e6
}
