//! Content updates: publishing, the size of a patch, time and memory of a kiosk that takes one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use parvis_bundle::Release;
use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::SigningKey;
use parvis_bundle::publish::{Publication, publish};
use parvis_bundle::root::RolePlan;
use parvis_content::Library;
use parvis_tests::content::{change_one_in_a_hundred, described};

use crate::Figures;

pub fn measure(mut library: Library, content: &Path, folder: &Path, figures: &mut Figures) {
    let repository = folder.join("repository");
    let key = SigningKey::generate().unwrap();
    let plan = || RolePlan { keys: vec![key.public()], threshold: 1 };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let now = parvis::clock::unix_seconds() as i64;
    let signers = std::slice::from_ref(&key);
    let root = sign_root(&repository, Powers { root: plan(), publication: plan() }, signers, now);
    std::fs::write(folder.join("root.json"), runtime.block_on(root).unwrap()).unwrap();
    let release = |file: &Path| {
        let start = Instant::now();
        let publication = Publication { content: file, about: described(file, now), days: 180 };
        let release = runtime.block_on(publish(&repository, publication, &key, |_| ())).unwrap();
        (release, start.elapsed())
    };
    let (first, _) = release(content);
    let whole = take(folder);
    change_one_in_a_hundred(&mut library);
    let newer = folder.join("newer.parvis");
    parvis_content::file::write(&library, &newer).unwrap();
    drop(library);
    let (second, seconds) = release(&newer);
    let by_patch = take(folder);
    let patch: &Release = &second;
    figures.add("publish_s", seconds.as_secs_f64(), "≤ 60");
    figures.add(
        "update_share_percent",
        100.0 * patch.patches[0].1.bytes as f64 / first.full.bytes as f64,
        "≤ 4",
    );
    figures.add("update_whole_s", whole.time.as_secs_f64(), "≤ 8");
    figures.add("update_patch_s", by_patch.time.as_secs_f64(), "≤ 8");
    figures.add("intake_peak_mb", whole.peak_mb.max(by_patch.peak_mb), "≤ 160");
    figures.add("intake_anonymous_mb", whole.anonymous_mb.max(by_patch.anonymous_mb), "≤ 64");
}

/// What one pass of `parvis intake --once` took.
struct Taken {
    time: Duration,
    peak_mb: f64,
    anonymous_mb: f64,
}

fn take(folder: &Path) -> Taken {
    let start = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis-under-test"))
        .args(["intake", "--once", "--from"])
        .arg(folder.join("repository"))
        .arg("--state")
        .arg(folder.join("state"))
        .arg("--content")
        .arg(folder.join("releases"))
        .arg("--root")
        .arg(folder.join("root.json"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let (mut peak_mb, mut anonymous_mb) = (0.0_f64, 0.0_f64);
    let ended = loop {
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let megabytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_suffix(" kB"));
            line.and_then(|kilobytes| kilobytes.trim().parse::<f64>().ok()).unwrap_or(0.0) / 1000.0
        };
        peak_mb = peak_mb.max(megabytes("VmHWM:"));
        anonymous_mb = anonymous_mb.max(megabytes("RssAnon:"));
        std::thread::yield_now();
    };
    assert!(ended.success(), "parvis intake: {ended}");
    Taken { time: start.elapsed(), peak_mb, anonymous_mb }
}
