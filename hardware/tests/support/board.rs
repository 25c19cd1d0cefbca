//! A board of USB relays on a terminal device (pty): what it is told is kept, and its cable can be pulled.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parvis_hardware::printer::esc_pos::Now;

use super::wires::plug_in;

/// A clock that moves when a test says so.
#[derive(Clone, Default)]
pub struct HandClock(Arc<AtomicU64>);

impl HandClock {
    pub fn set(&self, now: Duration) {
        self.0.store(now.as_millis() as u64, Ordering::SeqCst);
    }

    pub fn shared(&self) -> Now {
        let clock = Arc::clone(&self.0);
        Arc::new(move || Duration::from_millis(clock.load(Ordering::SeqCst)))
    }
}

/// Asks until it holds, at most 20 s.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..20_000 {
        if holds() {
            return;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    panic!("not in 20 s: {what}");
}

pub struct Board {
    folder: tempfile::TempDir,
    line: Mutex<Option<File>>,
}

impl Board {
    pub fn plugged_in() -> Self {
        let board = Self { folder: tempfile::tempdir().unwrap(), line: Mutex::new(None) };
        board.plug();
        board
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("ttyUSB0")
    }

    pub fn plug(&self) {
        *self.line.lock().unwrap() = Some(plug_in(&self.path()));
    }

    pub fn pull(&self) {
        std::fs::remove_file(self.path()).unwrap();
        self.line.lock().unwrap().take();
    }

    /// Waits until it is told exactly that, whole commands before it left aside.
    pub fn says(&self, wanted: &[u8]) {
        let mut told: VecDeque<u8> = VecDeque::new();
        eventually(&format!("{wanted:02X?} is said"), || {
            let mut room = [0; 64];
            let read = self.line.lock().unwrap().as_ref().unwrap().read(&mut room);
            // Nobody has opened it, or nothing is there.
            told.extend(&room[..read.unwrap_or(0)]);
            while told.len() >= wanted.len() {
                let first: Vec<u8> = told.drain(..wanted.len()).collect();
                assert!(first.chunks(4).all(is_command), "{first:02X?}");
                if first == wanted {
                    return true;
                }
            }
            false
        });
    }

    pub fn settings_speed(&self) -> u32 {
        let line = self.line.lock().unwrap();
        rustix::termios::tcgetattr(line.as_ref().unwrap()).unwrap().output_speed()
    }
}

fn is_command(bytes: &[u8]) -> bool {
    matches!(bytes, [0xA0, 1 | 2, state @ (0 | 1), sum] if *sum == 0xA0 + bytes[1] + state)
}
