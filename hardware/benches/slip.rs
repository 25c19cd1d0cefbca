//! How long a median sheet takes from document to dots: `cargo bench -p parvis-hardware`. Prints median and p99.
#![allow(clippy::print_stdout, reason = "the table is what a bench is for")]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock, and nothing else does")]

use std::time::{Duration, Instant};

use parvis_hardware::paper::Paper;
use parvis_hardware::slip::TextSize;

#[path = "../tests/support/mod.rs"]
mod support;

const RUNS: usize = 300;

fn main() {
    let start = Instant::now();
    let mut renderer = support::renderer();
    let fonts = start.elapsed();
    let start = Instant::now();
    let slip = support::samples::sheet(TextSize::Normal);
    renderer.render(&slip, Paper::MM80).expect("the sample slip is within bounds");
    println!("fonts_ms {:.1}", millis(fonts));
    println!("slip_first_ms {:.1}", millis(start.elapsed()));
    let samples = [
        ("slip_median_sheet", support::samples::median_sheet()),
        ("slip_rich_sheet", slip),
        ("slip_large", support::samples::sheet(TextSize::Large)),
        ("slip_arabic", support::samples::arabic()),
    ];
    for (name, slip) in samples {
        let mut times: Vec<Duration> = (0..RUNS)
            .map(|_| {
                let start = Instant::now();
                let made = renderer.render(&slip, Paper::MM80).expect("the sample slip is within bounds");
                std::hint::black_box(made.raster.bits());
                start.elapsed()
            })
            .collect();
        times.sort_unstable();
        println!("{name}_median_ms {:.2}", millis(times[RUNS / 2]));
        println!("{name}_p99_ms {:.2}", millis(times[RUNS * 99 / 100]));
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
