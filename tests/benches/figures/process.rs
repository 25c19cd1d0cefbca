//! What is seen from outside the process: start, size, idle CPU.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Figures;

/// The program, built with the profile of the bench.
const PROGRAM: &str = env!("CARGO_BIN_EXE_parvis-under-test");
/// The start is measured so many times; the median counts.
const STARTS: usize = 5;
/// Idle CPU is measured over that long.
const IDLE: Duration = Duration::from_secs(20);

/// Kills the process however the bench ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub fn measure(content: &Path, folder: &Path, figures: &mut Figures) {
    let mut starts: Vec<Duration> = (0..STARTS).map(|_| start(content, folder).0).collect();
    figures.add_share("first_frame_ms", &mut starts, 0.5, "≤ 1000");
    figures.add("binary_mb", std::fs::metadata(PROGRAM).unwrap().len() as f64 / 1e6, "");
    let (_, running) = start(content, folder);
    std::thread::sleep(Duration::from_secs(3));
    let before = cpu_seconds(&running);
    std::thread::sleep(IDLE);
    let percent = (cpu_seconds(&running) - before) / IDLE.as_secs_f64() * 100.0;
    figures.add("idle_cpu_percent", percent, "< 0.5");
}

/// Starts the simulator and waits for its first frame.
fn start(content: &Path, folder: &Path) -> (Duration, Running) {
    let begun = Instant::now();
    let mut child = Command::new(PROGRAM)
        .args(["simulate", "--port", "0", "--content"])
        .arg(content)
        .arg("--state")
        .arg(folder)
        .env("RUST_LOG", "parvis=info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let running = Running(child);
    let drawn = lines.find(|line| line.as_ref().is_ok_and(|line| line.contains("kiosk.drawn")));
    assert!(drawn.is_some(), "no frame was drawn");
    let elapsed = begun.elapsed();
    // Keep reading, so that the program never waits for a full pipe.
    std::thread::spawn(move || lines.for_each(drop));
    (elapsed, running)
}

/// User and system time of the process so far.
fn cpu_seconds(running: &Running) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", running.0.id())).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: f64 = [11, 12].iter().map(|at| fields[*at].parse::<f64>().unwrap()).sum();
    // Linux counts in hundredths of a second on every architecture that we run on.
    ticks / 100.0
}
