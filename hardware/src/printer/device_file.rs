//! A printer behind a path: `/dev/usb/lp0`, a serial line (`/dev/ttyUSB0`), or a plain file that keeps the bytes of the
//! last slip.
//!
//! The descriptor never blocks; waits are `poll` with a limit. On a character device answers are expected, unless the
//! configuration knows a one-way printer. A regular file or a pipe never answers, and the policy then says
//! [`Printed::Unconfirmed`](super::Printed::Unconfirmed).

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::PathBuf;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fs::OFlags;
use rustix::termios::{ControlModes, OptionalActions, Termios, isatty, tcgetattr, tcsetattr};

use super::port::{Answers, OpenPort, Port, PortError};
use crate::escpos;

/// Bytes kept in a plain file. A slip of 60 cm at 832 dots is half of it; a new slip starts the file anew.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// Where a printer, or a file in its place, is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceFile {
    path: PathBuf,
    answers: Answers,
    baud: Option<u32>,
}

/// Bits in a second that a serial line may have. Below, the longest slip takes minutes.
pub const BAUDS: [u32; 4] = [38_400, 57_600, 115_200, 230_400];

impl DeviceFile {
    /// A device, a pipe or an existing file at `path`. Never creates anything: a printer that is unplugged must not
    /// leave a plain file under its name. `answers` says whether the printer is known to answer.
    pub fn new(path: impl Into<PathBuf>, answers: Answers) -> Self {
        Self { path: path.into(), answers, baud: None }
    }

    /// A serial line at `path`: 8 bits, no parity, one stop bit, and the printer says with its DTR (wired to our CTS) when
    /// it is busy. `baud` is one of [`BAUDS`]; anything that is no serial line with this speed is
    /// [`OfflineReason::NotConnected`](super::OfflineReason::NotConnected).
    pub fn serial(path: impl Into<PathBuf>, baud: u32) -> Self {
        Self { path: path.into(), answers: Answers::Expected, baud: Some(baud) }
    }

    fn options(is_pipe: bool) -> OpenOptions {
        let mut options = OpenOptions::new();
        // Reading from a pipe would give back our own bytes.
        options.read(!is_pipe).write(true);
        options.custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32);
        options
    }

    fn open_file(&self) -> io::Result<DevicePort> {
        let kind = std::fs::metadata(&self.path)?.file_type();
        let file = Self::options(kind.is_fifo()).open(&self.path)?;
        // Asked again on what was opened: the path may have changed hands in between.
        let kind = file.metadata()?.file_type();
        let (answers, is_plain) = match () {
            () if kind.is_char_device() => (self.answers, false),
            () if kind.is_fifo() => (Answers::Never, false),
            () if kind.is_file() => (Answers::Never, true),
            () => return Err(io::Error::new(ErrorKind::InvalidInput, "neither a device, a pipe nor a file")),
        };
        if isatty(&file) {
            self.set_line(&file)?;
        } else if self.baud.is_some() {
            return Err(io::Error::new(ErrorKind::InvalidInput, "no serial line"));
        }
        Ok(DevicePort { file, place: self.path.display().to_string(), answers, is_plain })
    }
}

impl DeviceFile {
    fn set_line(&self, file: &File) -> io::Result<()> {
        let mut settings = tcgetattr(file)?;
        // Otherwise the line would echo answers and change bytes of the picture.
        settings.make_raw();
        if let Some(baud) = self.baud {
            settings.set_speed(baud)?;
            settings.control_modes.remove(ControlModes::PARENB | ControlModes::CSTOPB);
            settings.control_modes.insert(ControlModes::CLOCAL | ControlModes::CREAD | ControlModes::CRTSCTS);
        }
        tcsetattr(file, OptionalActions::Now, &settings)?;
        self.check_line(&tcgetattr(file)?)
    }

    /// The system may take a part of the settings only, without a word.
    fn check_line(&self, settings: &Termios) -> io::Result<()> {
        match self.baud {
            Some(baud) if settings.output_speed() != baud => {
                Err(io::Error::new(ErrorKind::InvalidInput, "the line does not have this speed"))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl OpenPort for DeviceFile {
    fn open(&mut self, _limit: Duration) -> Result<Box<dyn Port>, PortError> {
        match self.open_file() {
            Ok(port) => Ok(Box::new(port)),
            Err(error) => Err(PortError::of(&self.path.display().to_string(), error)),
        }
    }
}

struct DevicePort {
    file: File,
    place: String,
    answers: Answers,
    is_plain: bool,
}

impl DevicePort {
    /// Waits until the descriptor is ready for `wanted`. Returns whether the other end has hung up.
    fn wait(&self, wanted: PollFlags, limit: Duration) -> Result<bool, PortError> {
        let limit_given =
            Timespec { tv_sec: limit.as_secs() as i64, tv_nsec: i64::from(limit.subsec_nanos()) };
        let mut polled = [PollFd::new(&self.file, wanted)];
        match rustix::event::poll(&mut polled, Some(&limit_given)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => Err(PortError::timed_out(&self.place, limit)),
            Ok(_) if polled[0].revents().intersects(wanted) => {
                Ok(polled[0].revents().intersects(PollFlags::HUP | PollFlags::ERR))
            }
            Ok(_) | Err(_) => Err(self.gone()),
        }
    }

    fn gone(&self) -> PortError {
        PortError::Gone { place: self.place.clone() }
    }

    fn moved(&self, result: io::Result<usize>, limit: Duration) -> Result<usize, PortError> {
        match result {
            Ok(0) => Err(self.gone()),
            Ok(count) => Ok(count),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {
                Err(PortError::timed_out(&self.place, limit))
            }
            Err(_) => Err(self.gone()),
        }
    }

    /// A plain file holds one slip: it starts anew where a slip starts, and has an end.
    fn keep_bounded(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes == escpos::INIT || self.file.stream_position()? > FILE_BYTES_MAX {
            self.file.set_len(0)?;
            self.file.rewind()?;
        }
        Ok(())
    }
}

impl Port for DevicePort {
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, PortError> {
        if self.is_plain {
            self.keep_bounded(bytes).map_err(|_| self.gone())?;
        } else if self.wait(PollFlags::OUT, limit)? {
            return Err(self.gone());
        }
        let written = self.file.write(bytes);
        self.moved(written, limit)
    }

    fn read(&mut self, room: &mut [u8], limit: Duration) -> Result<usize, PortError> {
        let hung_up = self.wait(PollFlags::IN, limit)?;
        match self.file.read(room) {
            // Some USB printers answer with empty packets; only a hang-up makes that the end.
            Ok(0) if !hung_up => Err(PortError::timed_out(&self.place, limit)),
            read => self.moved(read, limit),
        }
    }

    fn answers(&self) -> Answers {
        self.answers
    }
}
