//! A call button between a GPIO line and ground, or a supply.

use std::path::PathBuf;
use std::time::Duration;

use gpiocdev::Request;
use gpiocdev::line::{EdgeDetection, Value};

use super::{CONSUMER, Fault, device, place};
use crate::button::{ButtonError, CallButton, DEBOUNCE, Hold, PRESSES_MAX, Press};
use crate::printer::esc_pos::Now;

/// What holds the line while nobody presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// The chip's own resistor to its supply.
    PullUp,
    /// The chip's own resistor to ground.
    PullDown,
    /// A resistor on the board.
    External,
}

/// Where the button is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ButtonLine {
    /// The chip: its label, or a device such as `/dev/gpiochip0`.
    pub chip: PathBuf,
    /// The line's number on it.
    pub line: u32,
    /// Pressed is low: the button is between line and ground.
    pub active_low: bool,
    /// What holds the line.
    pub bias: Bias,
}

/// The button. It is opened when it is first asked, and again after it was lost.
pub struct GpioButton {
    at: ButtonLine,
    now: Now,
    request: Option<Request>,
    hold: Hold,
    /// The number of the last press before the line was opened: the kernel counts from there.
    before: u64,
    last: u64,
}

impl GpioButton {
    /// The button at a line; nothing is opened yet.
    pub fn new(at: ButtonLine, now: Now) -> Self {
        Self { at, now, request: None, hold: Hold::default(), before: 0, last: 0 }
    }

    /// The kernel debounces, keeps the newest presses for a late reader, and numbers them.
    fn open(&self) -> Result<Request, LookError> {
        let device = device(&self.at.chip).ok_or(LookError::Lost(Fault::Absent))?;
        let mut builder = Request::builder();
        builder
            .on_chip(device)
            .with_consumer(CONSUMER)
            .with_line(self.at.line)
            .as_input()
            .with_edge_detection(EdgeDetection::RisingEdge)
            .with_debounce_period(DEBOUNCE)
            .with_kernel_event_buffer_size(PRESSES_MAX as u32);
        if self.at.active_low {
            builder.as_active_low();
        }
        match self.at.bias {
            Bias::PullUp => builder.with_bias(gpiocdev::line::Bias::PullUp),
            Bias::PullDown => builder.with_bias(gpiocdev::line::Bias::PullDown),
            Bias::External => &mut builder,
        };
        builder.request().map_err(|error| self.lost(&error))
    }

    fn lost(&self, error: &gpiocdev::Error) -> LookError {
        LookError::Lost(Fault::of(&self.at.chip, error))
    }

    fn look(&mut self, request: &Request, limit: Duration) -> Result<Option<Press>, LookError> {
        // A wait that a signal ended is no fault; a line that has gone says so when it is read.
        if request.wait_edge_event(limit).unwrap_or(false) {
            // `read_edge_event` of gpiocdev 0.8.0 takes all that wait out of the kernel and gives back the first.
            let event = request.new_edge_event_buffer(1).read_event().map_err(|error| self.lost(&error))?;
            self.last = self.before + u64::from(event.line_seqno);
            return Ok(Some(Press { number: self.last }));
        }
        let down = request.lone_value().map_err(|error| self.lost(&error))? == Value::Active;
        if self.hold.look(down, (self.now)()) { Err(LookError::Stuck) } else { Ok(None) }
    }
}

enum LookError {
    Stuck,
    Lost(Fault),
}

impl CallButton for GpioButton {
    fn next_press(&mut self, limit: Duration) -> Result<Option<Press>, ButtonError> {
        let opened = match self.request.take() {
            Some(request) => Ok(request),
            None => self.open(),
        };
        let looked = opened.and_then(|request| {
            let looked = self.look(&request, limit);
            if !matches!(looked, Err(LookError::Lost(_))) {
                self.request = Some(request);
            }
            looked
        });
        looked.map_err(|error| match error {
            LookError::Stuck => ButtonError::Stuck,
            LookError::Lost(fault) => {
                self.before = self.last;
                self.hold = Hold::default();
                match fault {
                    Fault::Absent => ButtonError::NotConnected,
                    Fault::Refused(reason) => {
                        ButtonError::Refused { place: place(&self.at.chip, &[self.at.line]), reason }
                    }
                }
            }
        })
    }
}
