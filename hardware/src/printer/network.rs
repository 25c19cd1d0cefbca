//! A printer on the network: raw TCP, port 9100 by custom.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::port::{Answers, OpenPort, Port, PortError};

/// The shortest wait that a socket can be given: zero would mean for ever.
const WAIT_MIN: Duration = Duration::from_millis(1);

/// Where a network printer is. An address, not a name: looking up names has no bound in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NetworkPrinter {
    address: SocketAddr,
}

impl NetworkPrinter {
    /// A printer at `address`, usually port 9100.
    pub const fn new(address: SocketAddr) -> Self {
        Self { address }
    }
}

impl OpenPort for NetworkPrinter {
    fn open(&mut self, limit: Duration) -> Result<Box<dyn Port>, PortError> {
        let place = self.address.to_string();
        let absent = |source| PortError::of(&place, source);
        let stream = TcpStream::connect_timeout(&self.address, limit.max(WAIT_MIN)).map_err(absent)?;
        // Questions of three bytes must not wait for company.
        stream.set_nodelay(true).map_err(absent)?;
        Ok(Box::new(NetworkPort { stream, place }))
    }
}

struct NetworkPort {
    stream: TcpStream,
    place: String,
}

impl NetworkPort {
    fn failed(&self, error: &std::io::Error, limit: Duration) -> PortError {
        let waited = [ErrorKind::WouldBlock, ErrorKind::TimedOut, ErrorKind::Interrupted];
        if waited.contains(&error.kind()) {
            PortError::timed_out(&self.place, limit)
        } else {
            PortError::Gone { place: self.place.clone() }
        }
    }
}

impl Port for NetworkPort {
    fn write(&mut self, bytes: &[u8], limit: Duration) -> Result<usize, PortError> {
        let limit = limit.max(WAIT_MIN);
        let written = self.stream.set_write_timeout(Some(limit)).and_then(|()| self.stream.write(bytes));
        match written {
            Ok(0) if !bytes.is_empty() => Err(PortError::Gone { place: self.place.clone() }),
            Ok(count) => Ok(count),
            Err(error) => Err(self.failed(&error, limit)),
        }
    }

    fn read(&mut self, room: &mut [u8], limit: Duration) -> Result<usize, PortError> {
        let limit = limit.max(WAIT_MIN);
        let read = self.stream.set_read_timeout(Some(limit)).and_then(|()| self.stream.read(room));
        match read {
            Ok(0) => Err(PortError::Gone { place: self.place.clone() }),
            Ok(count) => Ok(count),
            Err(error) => Err(self.failed(&error, limit)),
        }
    }

    fn answers(&self) -> Answers {
        Answers::Expected
    }
}
