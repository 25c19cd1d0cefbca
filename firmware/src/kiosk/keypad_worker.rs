//! The keypad, read beside the window: what its keys do, and a word to the desk when it is gone.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parvis_hardware::keypad::evdev::name_of;
use parvis_hardware::keypad::{Keypad, KeypadError, KeypadKey, Stroke};
use parvis_ui_model::intent::{FocusMove, Intent};

use super::EventSender;
use super::desk_link::{LinkCommand, LinkSender};
use crate::session::Event;

/// One look lasts that long, so that a stop is heard; and one that is gone is looked for that often.
const LOOK: Duration = Duration::from_secs(1);
/// Unknown keys that are told of in one run.
const UNKNOWN_MAX: usize = 16;

/// The worker; it ends when this is dropped.
pub struct KeypadWorker(Arc<AtomicBool>);

impl KeypadWorker {
    /// Starts the worker, where there is a keypad.
    pub fn start(keypad: Option<Box<dyn Keypad>>, events: EventSender, desk: LinkSender) -> Self {
        let over = Arc::<AtomicBool>::default();
        if let Some(keypad) = keypad {
            let mine = Arc::clone(&over);
            std::thread::spawn(move || work(keypad, &mine, &events, &desk));
        }
        Self(over)
    }
}

impl Drop for KeypadWorker {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn work(mut keypad: Box<dyn Keypad>, over: &AtomicBool, events: &EventSender, desk: &LinkSender) {
    let mut known = None;
    let mut unknown = BTreeSet::new();
    while !over.load(Ordering::Relaxed) {
        let read = keypad.next_stroke(LOOK);
        let trouble = read.as_ref().err().cloned();
        if known.as_ref() != Some(&trouble) {
            if let Some(error) = &trouble {
                tracing::warn!(%error, "keypad.failed");
            }
            desk.tell(LinkCommand::Keypad(gesture(trouble.as_ref()).to_owned()));
            known = Some(trouble);
        }
        match read {
            Ok(Some(Stroke::Key(key))) => events.send(meaning(key)),
            Ok(Some(Stroke::Unknown(code))) => tell_once(code, &mut unknown),
            Ok(None) => {}
            Err(_) => std::thread::park_timeout(LOOK),
        }
    }
}

fn meaning(key: KeypadKey) -> Event {
    match key {
        KeypadKey::Previous => Event::Focus(FocusMove::Previous),
        KeypadKey::Next => Event::Focus(FocusMove::Next),
        KeypadKey::Select => Event::Focus(FocusMove::Select),
        KeypadKey::Back => Event::Intent(Intent::Back),
        KeypadKey::Home => Event::Intent(Intent::Home),
        KeypadKey::Help => Event::Intent(Intent::CallPerson),
    }
}

/// For the technician who completes a map.
fn tell_once(code: u16, told: &mut BTreeSet<u16>) {
    if let Some(key) = name_of(code)
        && told.len() < UNKNOWN_MAX
        && told.insert(code)
    {
        tracing::warn!(%key, "keypad.unknown_key");
    }
}

/// What staff must do about the keypad; empty when it is read.
fn gesture(trouble: Option<&KeypadError>) -> &'static str {
    match trouble {
        None => "",
        Some(KeypadError::NotConnected) => "pavé de touches : débranché, vérifiez le câble",
        Some(_) => "pavé de touches : illisible, débranchez-le et rebranchez-le",
    }
}
