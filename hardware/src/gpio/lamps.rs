//! A lamp, and a buzzer where there is one, each behind a GPIO line.

use std::path::PathBuf;

use gpiocdev::Request;
use gpiocdev::line::{Value, Values};

use super::{CONSUMER, Fault, device, place};
use crate::light::LightError;
use crate::light::driven::Lamps;
use crate::light::rhythm::Lit;

/// Where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightLines {
    /// The chip: its label, or a device such as `/dev/gpiochip0`.
    pub chip: PathBuf,
    /// The lamp's line on it.
    pub lamp: u32,
    /// The buzzer's.
    pub buzzer: Option<u32>,
    /// On is low.
    pub active_low: bool,
}

/// Lamp and buzzer. The lines are taken when they are first set, and again after they were lost.
pub struct GpioLamps {
    at: LightLines,
    request: Option<Request>,
}

impl GpioLamps {
    /// The lamps at these lines; nothing is taken yet.
    pub fn new(at: LightLines) -> Self {
        Self { at, request: None }
    }

    fn lines(&self) -> Vec<u32> {
        [Some(self.at.lamp), self.at.buzzer].into_iter().flatten().collect()
    }

    fn open(&self) -> Result<Request, Fault> {
        let device = device(&self.at.chip).ok_or(Fault::Absent)?;
        let mut builder = Request::builder();
        builder.on_chip(device).with_consumer(CONSUMER).with_lines(&self.lines()).as_output(Value::Inactive);
        if self.at.active_low {
            builder.as_active_low();
        }
        builder.request().map_err(|error| Fault::of(&self.at.chip, &error))
    }

    fn try_set(&mut self, lit: Lit) -> Result<(), Fault> {
        let request = match self.request.take() {
            Some(request) => request,
            None => self.open()?,
        };
        let mut values = Values::default();
        values.set(self.at.lamp, lit.lamp.into());
        if let Some(buzzer) = self.at.buzzer {
            values.set(buzzer, lit.buzzer.into());
        }
        request.set_values(&values).map_err(|error| Fault::of(&self.at.chip, &error))?;
        self.request = Some(request);
        Ok(())
    }
}

impl Lamps for GpioLamps {
    fn set(&mut self, lit: Lit) -> Result<(), LightError> {
        self.try_set(lit).map_err(|fault| match fault {
            Fault::Absent => LightError::NotConnected,
            Fault::Refused(reason) => {
                LightError::Refused { place: place(&self.at.chip, &self.lines()), reason }
            }
        })
    }
}
