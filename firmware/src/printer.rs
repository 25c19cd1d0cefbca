//! The printer of the configuration, opened.

use std::sync::Arc;

use parvis_hardware::printer::Printer;
use parvis_hardware::printer::device_file::DeviceFile;
use parvis_hardware::printer::esc_pos::{EscPosPrinter, Limits, Now};
use parvis_hardware::printer::network::NetworkPrinter;
use parvis_hardware::printer::port::{Answers, OpenPort};
use parvis_hardware::simulated::SimulatedPrinter;

use crate::clock;
use crate::config::{Config, PrinterKind};

/// The printer, and its levers when it is simulated. Nothing is opened before its first use.
pub fn open(config: &Config) -> (Box<dyn Printer>, Option<SimulatedPrinter>) {
    let now: Now = clock::shared();
    let profile = &config.printer_profile;
    let limits = Limits::of(profile);
    let real = |place: Box<dyn OpenPort>, limits| -> Box<dyn Printer> {
        Box::new(EscPosPrinter::new(place, profile.clone(), limits, Arc::clone(&now)))
    };
    match &config.printer {
        PrinterKind::Simulated => {
            let simulated = SimulatedPrinter::of(profile.clone());
            (Box::new(simulated.driver(limits, now)), Some(simulated))
        }
        PrinterKind::File(path) => {
            (real(Box::new(DeviceFile::new(path.clone(), Answers::Expected)), limits), None)
        }
        PrinterKind::Serial(path, baud) => {
            let place = Box::new(DeviceFile::serial(path.clone(), *baud));
            (real(place, limits.at_baud(*baud, profile)), None)
        }
        PrinterKind::Network(address) => (real(Box::new(NetworkPrinter::new(*address)), limits), None),
    }
}
