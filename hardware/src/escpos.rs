//! The bytes of ESC/POS that a slip needs, and no more: start, raster bands, feed, cut, status questions.
//!
//! Pure functions, kept apart from ports and policy. Figures are from Epson's "ESC/POS Command Reference"; printers
//! of other makers follow it for these commands.

pub mod status;

use serde::Deserialize;

use crate::paper::Paper;
use crate::raster::Raster;

/// How slips come off the roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cutter {
    /// By hand, at the edge that the printer has.
    None,
    /// A blade that leaves one point, so that the slip does not fall.
    Partial,
    /// A blade that cuts through.
    Full,
}

/// ESC @: modes back to their defaults. It does not empty the receive buffer.
pub const INIT: [u8; 2] = [0x1B, 0x40];

/// GS r 1: send the paper sensor's byte *when its turn comes in the buffer*. Everything before it has then been
/// handled: this is the barrier at the end of a slip. The answer has bit 4 clear, unlike real-time answers.
pub const BARRIER: [u8; 3] = [0x1D, 0x72, 0x01];

/// DLE DC4 8: throw away all buffers, at once. After a slip that failed, so that its rest does not come out in front
/// of the next visitor. Printers without it ignore it.
pub const CLEAR: [u8; 10] = [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08];

/// What a printer answers when it has thrown everything away. Nothing may be sent before: its last two bytes look like
/// answers to [`BARRIER`].
pub const CLEARED: [u8; 3] = [0x37, 0x25, 0x00];

/// GS a 0: no status unasked. The last bytes of such a status look like answers to [`BARRIER`].
pub const AUTO_STATUS_OFF: [u8; 3] = [0x1D, 0x61, 0x00];

/// DLE EOT 1 to 4, asked one by one: printer, cause of being offline, errors, paper. Answered in real time, whatever
/// is in the buffer, so that they say nothing about what has been printed.
pub const STATUS_QUESTIONS: [[u8; 3]; 4] =
    [[0x10, 0x04, 0x01], [0x10, 0x04, 0x02], [0x10, 0x04, 0x03], [0x10, 0x04, 0x04]];

/// Rows fed between the last row and the cut: 4 mm at 203 dpi. The printer itself adds the way from head to blade.
pub const CUT_FEED_ROWS: u8 = 32;

/// Where nothing cuts, the slip comes out so far beyond the edge that it is torn at, in tenths of a millimetre.
const TEAR_FEED_TENTHS_MM: u32 = 200;

/// The end of a slip: GS V 66 n or GS V 65 n (feed to the blade and `CUT_FEED_ROWS` further, then cut leaving one point,
/// or through), or ESC J n as often as it takes to tear the slip off.
pub fn cut(cutter: Cutter, paper: Paper) -> Vec<u8> {
    match cutter {
        Cutter::Partial => vec![0x1D, 0x56, 66, CUT_FEED_ROWS],
        Cutter::Full => vec![0x1D, 0x56, 65, CUT_FEED_ROWS],
        Cutter::None => {
            let rows = paper.at_least(TEAR_FEED_TENTHS_MM);
            (0..rows.div_ceil(u32::from(u8::MAX)))
                .flat_map(|piece| {
                    let left = rows - piece * u32::from(u8::MAX);
                    [0x1B, 0x4A, left.min(u32::from(u8::MAX)) as u8]
                })
                .collect()
        }
    }
}

/// One band: GS v 0 at normal density, then its rows. `rows` are whole rows of `row_bytes` bytes.
fn band(rows: &[u8], row_bytes: usize) -> Vec<u8> {
    let height = rows.len() / row_bytes.max(1);
    let mut bytes = Vec::with_capacity(8 + rows.len());
    bytes.extend([0x1D, 0x76, 0x30, 0x00]);
    bytes.extend((row_bytes as u16).to_le_bytes());
    bytes.extend((height as u16).to_le_bytes());
    bytes.extend_from_slice(rows);
    bytes
}

/// The bands of a raster, of at most `rows` rows each, top first.
pub fn bands(raster: &Raster, rows: u32) -> impl Iterator<Item = Vec<u8>> + '_ {
    raster.bands(rows as usize).map(|rows| band(rows, raster.row_bytes()))
}

/// What completes a picture that was cut short by at most `rows` rows of `paper`. Between two commands a printer
/// ignores it.
pub fn blank(rows: u32, paper: Paper) -> Vec<u8> {
    vec![0; 8 + (rows * paper.dots() / 8) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raster_becomes_bands_of_at_most_128_rows_byte_for_byte() {
        let mut raster = Raster::white(16, 130).unwrap();
        raster.fill(0, 128, 9, 1);
        let bands: Vec<_> = bands(&raster, 128).collect();
        assert_eq!(bands.len(), 2);
        assert_eq!(bands[0][..8], [0x1D, 0x76, 0x30, 0, 2, 0, 128, 0]);
        assert_eq!(bands[0].len(), 8 + 2 * 128);
        assert_eq!(bands[1], [0x1D, 0x76, 0x30, 0, 2, 0, 2, 0, 0xFF, 0x80, 0, 0]);
    }

    #[test]
    fn commands_are_the_documented_bytes() {
        assert_eq!(INIT, *b"\x1b@");
        assert_eq!(cut(Cutter::Partial, Paper::MM80), *b"\x1dVB\x20");
        assert_eq!(cut(Cutter::Full, Paper::MM80), *b"\x1dVA\x20");
        assert_eq!(cut(Cutter::None, Paper::MM58), *b"\x1bJ\xa0");
        assert_eq!(cut(Cutter::None, Paper::new(576, 300).unwrap()), *b"\x1bJ\xed");
        assert_eq!(BARRIER, *b"\x1dr\x01");
        assert_eq!(STATUS_QUESTIONS[3], *b"\x10\x04\x04");
    }
}
