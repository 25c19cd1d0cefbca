//! The hall in figures, for Prometheus. No identity, no reason, no name of a kiosk or of a person.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use super::broker::elsewhere::Figures;
use super::door::refusals::Refusals;
use super::hall::Hall;
use super::measures::Totals;
use crate::protocol::ToStaff;

/// What Prometheus reads: the `OpenMetrics` text, ending with `# EOF`.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The figures now.
pub fn text(hall: &Hall, refusals: &Refusals) -> String {
    let mut registry = Registry::default();
    gauges(&mut registry, hall);
    counters(&mut registry, hall.totals());
    if let Some((reached, figures)) = hall.elsewhere().figures() {
        broker(&mut registry, reached, figures);
    }
    refused(&mut registry, refusals);
    let mut text = String::new();
    // A string does not refuse to be written to.
    let _ = encode(&mut text, &registry);
    text
}

fn gauges(registry: &mut Registry, hall: &Hall) {
    let ToStaff::Hall { calls, kiosks, .. } = hall.for_staff() else { return };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let waiting = calls.iter().filter(|call| call.state.is_waiting());
    let longest = waiting.clone().map(|call| call.seconds).max().unwrap_or_default();
    let figures = [
        ("parvis_calls_open", "Calls that are not over", count(calls.len())),
        ("parvis_calls_waiting", "Calls that nobody has answered", count(waiting.clone().count())),
        (
            "parvis_calls_late",
            "Calls that nobody has answered in time",
            count(waiting.filter(|call| call.late).count()),
        ),
        (
            "parvis_call_longest_wait_seconds",
            "How long the oldest unanswered call has waited",
            i64::try_from(longest).unwrap_or(i64::MAX),
        ),
        ("parvis_kiosks_known", "Kiosks seen since the desk started", count(kiosks.len())),
        (
            "parvis_kiosks_alive",
            "Kiosks that answer",
            count(kiosks.iter().filter(|kiosk| kiosk.alive).count()),
        ),
        (
            "parvis_printers_in_trouble",
            "Kiosks whose printer needs a hand",
            count(kiosks.iter().filter(|kiosk| !kiosk.printer.is_empty()).count()),
        ),
        (
            "parvis_keypads_in_trouble",
            "Kiosks whose keypad needs a hand",
            count(kiosks.iter().filter(|kiosk| !kiosk.keypad.is_empty()).count()),
        ),
        ("parvis_staff_pages", "Staff pages that are connected", count(hall.pages())),
        ("parvis_state_saved", "1 while everything is written down", i64::from(hall.is_saved())),
    ];
    for (name, help, value) in figures {
        registry.register(name, help, ConstGauge::new(value));
    }
}

fn counters(registry: &mut Registry, totals: Totals) {
    let Totals { made, answered, abandoned, unanswered } = totals;
    for (name, help, value) in [
        ("parvis_calls_made", "Calls made", made),
        ("parvis_calls_answered", "Calls that somebody answered", answered),
        ("parvis_calls_abandoned", "Calls taken back before an answer", abandoned),
        ("parvis_calls_unanswered", "Calls that nobody answered", unanswered),
    ] {
        registry.register(name, help, ConstCounter::new(value));
    }
}

/// Only where there is a broker.
fn broker(registry: &mut Registry, reached: bool, figures: Figures) {
    let Figures { published, received, old, refused } = figures;
    let connected = ConstGauge::new(i64::from(reached));
    registry.register("parvis_broker_connected", "1 while the broker answers", connected);
    for (name, help, value) in [
        ("parvis_broker_published", "Documents of this hall that the broker took", published),
        ("parvis_broker_received", "Documents of halls elsewhere that were news", received),
        ("parvis_broker_old", "Documents that came twice or late", old),
        ("parvis_broker_refused", "Documents that were not believed", refused),
    ] {
        registry.register(name, help, ConstCounter::new(value));
    }
}

fn refused(registry: &mut Registry, refusals: &Refusals) {
    let by_kind = Family::<[(&str, &str); 1], Counter>::default();
    for (kind, total) in refusals.totals() {
        by_kind.get_or_create(&[("kind", kind.name())]).inc_by(total);
    }
    registry.register("parvis_entries_refused", "Connections, requests and messages refused", by_kind);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::door::refusals::Kind;
    use crate::desk::hall::{HallFiles, HallParts};
    use crate::desk::ladder::Ladder;
    use crate::protocol::{FromKiosk, FromStaff};
    use parvis_hardware::simulated::SimulatedLight;

    #[test]
    fn figures_follow_the_hall_and_name_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let files = HallFiles::beside(folder.path().join("calls.json"));
        let hall = Hall::open(HallParts::real(files, Ladder::default(), Box::new(SimulatedLight::new())));
        hall.kiosk_came("Borne du hall");
        hall.ask("Borne du hall", 1, "fr");
        let reason = FromKiosk::Reason { key: 1, title: "Divorce".into(), theme: "Famille".into() };
        hall.from_kiosk("Borne du hall", reason);
        let refusals = Refusals::default();
        refusals.add(Kind::Token, std::time::Duration::ZERO);
        let now = text(&hall, &refusals);
        for line in [
            "parvis_calls_waiting 1",
            "parvis_kiosks_alive 1",
            "parvis_calls_made_total 1",
            "parvis_entries_refused_total{kind=\"token\"} 1",
            "# EOF",
        ] {
            assert!(now.contains(line), "no {line} in {now}");
        }
        hall.from_staff(FromStaff::Come { number: 1, by: "Marie".into() }).unwrap();
        hall.from_staff(FromStaff::Done { number: 1 }).unwrap();
        let now = text(&hall, &refusals);
        for line in ["parvis_calls_open 0", "parvis_calls_answered_total 1"] {
            assert!(now.contains(line), "no {line} in {now}");
        }
        for secret in ["Marie", "Divorce", "Famille", "Borne"] {
            assert!(!now.contains(secret), "{secret} in {now}");
        }
    }
}
