//! Logs: kinds of events, never contents. Every event name is in [`EVENTS`]; a test holds that.

use tracing_subscriber::EnvFilter;

/// Every event that Parvis logs, as `subject.verb`.
pub const EVENTS: &[&str] = &[
    "bench.failed",
    "call.called_anew",
    "call.changed",
    "call.expired",
    "call.gave_way",
    "call.late",
    "call.refused",
    "call.requested",
    "calls.not_saved",
    "calls.unreadable",
    "certificate.damaged",
    "certificate.made",
    "certificate.not_saved",
    "certificate.unreadable",
    "content.activated",
    "content.not_rolled_back",
    "content.not_told",
    "content.opened",
    "content.refused",
    "content.rolled_back",
    "content.unreadable",
    "desk.listening",
    "desk.lost",
    "desk.reached",
    "desk.refused",
    "device.expired",
    "device.paired",
    "device.revoked",
    "devices.not_saved",
    "devices.unreadable",
    "entry.refused",
    "intake.refused",
    "intake.step",
    "kiosk.drawn",
    "kiosk.lost",
    "kiosk.reached",
    "lan.closed",
    "lan.failed",
    "lan.opened",
    "light.failed",
    "button.failed",
    "page.opened",
    "page.closed",
    "pairing.closed",
    "pairing.opened",
    "printer.job_done",
    "printer.job_failed",
    "printer.status_changed",
    "session.ended",
    "session.started",
    "slip.refused",
    "staff.entered",
    "staff.refused",
    "stick.mounted",
    "stick.too_slow",
    "stick.unreadable",
];

/// Writes events to the standard error. `RUST_LOG` filters them; by default `info` of ours.
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,parvis=info"));
    // Fails only when a subscriber is there already: a test's own.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
