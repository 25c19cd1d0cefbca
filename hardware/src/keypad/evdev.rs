//! A keypad on the kernel's input devices (`/dev/input/event*`), taken from every other reader.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use evdev::raw_stream::RawDevice;
use evdev::{EventType, InputEvent, KeyCode};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::{Keypad, KeypadError, KeypadMap, Stroke};

/// Event devices that one keypad may have: its keys, its volume keys, its sound card's.
const NODES_MAX: usize = 8;
/// Strokes that wait for a reader that is late; more are a hand that leans on it.
const STROKES_MAX: usize = 16;
/// The value of a key that goes down; 0 is up, 2 is the kernel's repetition.
const DOWN: i32 = 1;

/// A keypad by its USB vendor and product.
pub struct EvdevKeypad {
    map: KeypadMap,
    vendor: u16,
    product: u16,
    nodes: Vec<RawDevice>,
    /// Event devices that it had when they were opened.
    had: usize,
    /// Oldest first.
    strokes: VecDeque<Stroke>,
}

impl EvdevKeypad {
    /// The keypad of that vendor and product, with the keys of `map`. Nothing is opened before the first look.
    pub fn new(map: KeypadMap, vendor: u16, product: u16) -> Self {
        Self { map, vendor, product, nodes: Vec::new(), had: 0, strokes: VecDeque::new() }
    }

    /// Opens every event device of the keypad that has keys, and takes it.
    fn find(&mut self) -> Result<(), KeypadError> {
        let mut refused = None;
        let paths = self.event_devices();
        self.had = paths.len();
        for path in paths {
            match Self::open(&path) {
                Ok(Some(node)) => self.nodes.push(node),
                Ok(None) => {}
                Err(error) => {
                    refused = Some(KeypadError::Refused {
                        place: path.display().to_string(),
                        reason: error.to_string(),
                    });
                }
            }
        }
        match refused {
            // Half a keypad is none: the other half may be the one with the keys.
            Some(error) => {
                self.nodes.clear();
                Err(error)
            }
            None if self.nodes.is_empty() => Err(KeypadError::NotConnected),
            None => Ok(()),
        }
    }

    /// Those of this keypad, at most [`NODES_MAX`], in the order of their names. The system's own folder tells whose they
    /// are without opening them: one that nobody may read could be the one.
    fn event_devices(&self) -> Vec<PathBuf> {
        let mut paths = event_devices();
        paths.retain(|path| ids(path) == Some((self.vendor, self.product)));
        paths.truncate(NODES_MAX);
        paths
    }

    /// The device, taken, if it has keys.
    fn open(path: &Path) -> io::Result<Option<RawDevice>> {
        let mut device = RawDevice::open(path)?;
        if device.supported_keys().is_none() {
            return Ok(None);
        }
        set_nonblocking(&device)?;
        // Otherwise the screen's own keyboard handling would get each key too.
        device.grab()?;
        Ok(Some(device))
    }

    /// Waits until a device has something to say. `false` when none has.
    fn wait(&self, limit: Duration) -> bool {
        let mut polled: Vec<PollFd<'_>> =
            self.nodes.iter().map(|node| PollFd::new(node, PollFlags::IN)).collect();
        let limit = Timespec { tv_sec: limit.as_secs() as i64, tv_nsec: i64::from(limit.subsec_nanos()) };
        matches!(poll(&mut polled, Some(&limit)), Ok(ready) if ready > 0)
    }

    fn read(&mut self) -> io::Result<()> {
        for node in &mut self.nodes {
            match node.fetch_events() {
                Ok(events) => {
                    let went_down =
                        |event: &InputEvent| event.event_type() == EventType::KEY && event.value() == DOWN;
                    self.strokes.extend(events.filter(went_down).map(|event| self.map.stroke(event.code())));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        self.strokes.truncate(STROKES_MAX);
        Ok(())
    }
}

impl Keypad for EvdevKeypad {
    fn next_stroke(&mut self, limit: Duration) -> Result<Option<Stroke>, KeypadError> {
        if self.nodes.is_empty() {
            self.find()?;
        }
        if self.strokes.is_empty() && self.wait(limit) && self.read().is_err() {
            // Its cable is out; what was pressed before belongs to nobody any more.
            self.nodes.clear();
            self.strokes.clear();
            return Err(KeypadError::NotConnected);
        }
        if self.strokes.is_empty() && self.event_devices().len() != self.had {
            // Another part of it has come: all are opened anew at the next look.
            self.nodes.clear();
        }
        Ok(self.strokes.pop_front())
    }
}

/// In the order of their names, so that it does not change from one look to the next.
fn event_devices() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("/dev/input").into_iter().flatten().flatten();
    let is_event =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("event"));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_event).collect();
    paths.sort();
    paths
}

/// Vendor and product, as the system says them.
fn ids(path: &Path) -> Option<(u16, u16)> {
    let folder = Path::new("/sys/class/input").join(path.file_name()?).join("device/id");
    let id = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).ok()?;
        u16::from_str_radix(text.trim(), 16).ok()
    };
    Some((id("vendor")?, id("product")?))
}

fn set_nonblocking(device: &RawDevice) -> io::Result<()> {
    let flags = rustix::fs::fcntl_getfl(device)?;
    Ok(rustix::fs::fcntl_setfl(device, flags | rustix::fs::OFlags::NONBLOCK)?)
}

/// What a technician reads who completes a map: the kernel's name of a code. Nothing for a key that types a letter or a
/// figure: what somebody types is in no log.
pub fn name_of(code: u16) -> Option<String> {
    let name = format!("{:?}", KeyCode(code));
    let types =
        name.strip_prefix("KEY_").is_some_and(|key| key.trim_start_matches("KP").chars().count() == 1);
    (!types).then_some(name)
}
