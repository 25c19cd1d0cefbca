//! The other end of the wire: ESC/POS bytes read the way a printer reads them, without a line of the encoder.
//!
//! A byte at a time, no allocation that grows with the input: a row is the most that is ever held.

/// Bytes in a row of the widest paper (832 dots); what a picture has beyond its paper is dropped.
const ROW_BYTES_MAX: usize = 104;

/// What a byte made happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// Nothing yet.
    Nothing,
    /// A row of dots is to be printed, 1 is black, most significant bit leftmost.
    Row(Vec<u8>),
    /// The paper is to move on by so many rows.
    Feed(u16),
    /// The paper is to be cut, after so many rows.
    Cut(u16),
    /// Modes are reset (ESC @).
    Reset,
    /// Status unasked is wanted or not (GS a).
    AutoStatus(bool),
    /// The paper sensor's byte is asked for, in turn (GS r 1).
    SensorAsked,
    /// A byte that belongs to no command known here; a printer would print or ignore it.
    Unknown(u8),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Idle,
    /// Collecting the bytes of a command of known length.
    Command(Vec<u8>),
    /// Rows of a picture: bytes in a row, rows left, the row so far and how many of its bytes have come.
    Rows {
        row_bytes: u16,
        rows_left: u16,
        row: Vec<u8>,
        come: u16,
    },
}

/// Reads bytes into happenings.
#[derive(Debug, Clone)]
pub struct Decoder {
    state: State,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder between two commands.
    pub const fn new() -> Self {
        Self { state: State::Idle }
    }

    /// Whether no command is under way.
    pub const fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// Takes one byte.
    pub fn take(&mut self, byte: u8) -> Happening {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => self.start(byte),
            State::Command(mut bytes) => {
                bytes.push(byte);
                self.command(bytes)
            }
            State::Rows { row_bytes, rows_left, row, come } => {
                self.row_byte(byte, row_bytes, rows_left, row, come)
            }
        }
    }

    fn start(&mut self, byte: u8) -> Happening {
        match byte {
            0x1B | 0x1D | 0x10 => {
                self.state = State::Command(vec![byte]);
                Happening::Nothing
            }
            // Filling: nothing at all.
            0x00 => Happening::Nothing,
            // A line feed of 1/6 inch, the default line spacing.
            0x0A => Happening::Feed(34),
            other => Happening::Unknown(other),
        }
    }

    fn command(&mut self, bytes: Vec<u8>) -> Happening {
        match *bytes.as_slice() {
            [0x1B, 0x40] => Happening::Reset,
            [0x1B, 0x4A, rows] => Happening::Feed(u16::from(rows)),
            [0x1B, 0x64, lines] => Happening::Feed(u16::from(lines) * 34),
            [0x1D, 0x72, 0x01 | 0x31] => Happening::SensorAsked,
            [0x1D, 0x61, what] => Happening::AutoStatus(what != 0),
            [0x1D, 0x56, 0 | 1 | 48 | 49] => Happening::Cut(0),
            [0x1D, 0x56, 65 | 66, rows] => Happening::Cut(u16::from(rows)),
            // Real-time questions were answered on arrival; in turn they mean nothing more.
            [0x10, 0x04, _] | [0x10, 0x14, 0x08, _, _, _, _, _, _, _] => Happening::Nothing,
            [0x1D, 0x76, 0x30, _, xl, xh, yl, yh] => {
                self.picture(u16::from_le_bytes([xl, xh]), u16::from_le_bytes([yl, yh]))
            }
            [first, ..] if !is_prefix(&bytes) => Happening::Unknown(first),
            _ => {
                self.state = State::Command(bytes);
                Happening::Nothing
            }
        }
    }

    fn picture(&mut self, row_bytes: u16, rows_left: u16) -> Happening {
        if row_bytes > 0 && rows_left > 0 {
            self.state =
                State::Rows { row_bytes, rows_left, row: Vec::with_capacity(ROW_BYTES_MAX), come: 0 };
        }
        Happening::Nothing
    }

    fn row_byte(
        &mut self,
        byte: u8,
        row_bytes: u16,
        rows_left: u16,
        mut row: Vec<u8>,
        come: u16,
    ) -> Happening {
        if row.len() < ROW_BYTES_MAX {
            row.push(byte);
        }
        if come + 1 < row_bytes {
            self.state = State::Rows { row_bytes, rows_left, row, come: come + 1 };
            return Happening::Nothing;
        }
        if rows_left > 1 {
            let next = Vec::with_capacity(ROW_BYTES_MAX);
            self.state = State::Rows { row_bytes, rows_left: rows_left - 1, row: next, come: 0 };
        }
        Happening::Row(row)
    }
}

/// Whether more bytes can still make a known command of `bytes`.
fn is_prefix(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x1B | 0x1D | 0x10]
            | [0x1B, 0x4A | 0x64]
            | [0x1D, 0x61 | 0x72 | 0x56 | 0x76]
            | [0x1D, 0x56, 65 | 66]
            | [0x10, 0x04 | 0x14]
            | [0x10, 0x14, 0x08]
    ) || (bytes.starts_with(&[0x10, 0x14, 0x08]) && bytes.len() < 10)
        || (bytes.starts_with(&[0x1D, 0x76, 0x30]) && bytes.len() < 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Vec<Happening> {
        let mut decoder = Decoder::new();
        let all = bytes.iter().map(|byte| decoder.take(*byte));
        all.filter(|happening| *happening != Happening::Nothing).collect()
    }

    #[test]
    fn a_stream_written_by_hand_is_read() {
        let bytes = b"\x1b@\x1dv0\x00\x02\x00\x02\x00\x80\x01\xff\xff\x1bJ\x10\x1dVB\x20\x1dr\x01\n";
        assert_eq!(
            read(bytes),
            [
                Happening::Reset,
                Happening::Row(vec![0x80, 0x01]),
                Happening::Row(vec![0xFF, 0xFF]),
                Happening::Feed(16),
                Happening::Cut(32),
                Happening::SensorAsked,
                Happening::Feed(34),
            ]
        );
    }

    #[test]
    fn a_picture_without_size_prints_nothing() {
        assert_eq!(read(b"\x1dv0\x00\x00\x00\x05\x00\x1dV0"), [Happening::Cut(0)]);
    }

    #[test]
    fn a_picture_wider_than_any_paper_is_clipped_not_stored() {
        let mut bytes = b"\x1dv0\x00\xff\xff\x01\x00".to_vec();
        bytes.extend(vec![0xAA; 0xFFFF]);
        assert_eq!(read(&bytes), [Happening::Row(vec![0xAA; ROW_BYTES_MAX])]);
    }
}
