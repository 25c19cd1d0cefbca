//! The service on a configuration file.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parvis::clock::since_start;
use parvis::config::Config;
use parvis::intake::service;

use crate::editor::{Kiosk, bytes, wait};

/// The configuration of a kiosk, in its file, with these lines under `[intake]`.
pub fn configuration(kiosk: &Kiosk, from: &str, lines: &str) -> PathBuf {
    let file = kiosk.folder.path().join("parvis.toml");
    let (current, state) = (kiosk.shelf.current_path(), kiosk.state());
    let (current, state) = (current.display(), state.display());
    let text =
        format!("[content]\nfile = '{current}'\n[intake]\nfrom = '{from}'\nstate = '{state}'\n{lines}\n");
    std::fs::write(&file, text).unwrap();
    file
}

/// The service on that configuration, asking all the time, until the kiosk shows `release`.
pub fn serve_until(kiosk: &Kiosk, configuration: &Path, release: u32) {
    let mut config = Config::read(configuration).unwrap();
    // Five minutes are the least that a configuration may ask for.
    config.intake.every = Duration::from_millis(20);
    let started = since_start();
    let shown = async {
        while kiosk.shown().as_deref() != Some(bytes(release)) {
            let waited = since_start().saturating_sub(started);
            assert!(waited.as_secs() < 60, "the service brought nothing");
            tokio::task::yield_now().await;
        }
    };
    wait(service::serve(&config, shown)).unwrap();
}
