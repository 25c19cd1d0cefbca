//! The bytes of ESC/POS that a slip needs, and no more: start, raster bands, feed, cut, status questions.
//!
//! Pure functions, kept apart from ports and policy. Figures are from Epson's "ESC/POS Command Reference"; printers
//! of other makers follow it for these commands.

pub mod status;

use crate::raster::Raster;

/// Rows in one band. Small printers buffer 4 KiB to 64 KiB: 128 rows of 576 dots are 9 KiB, so a stop of the paper is
/// noticed within 16 mm.
pub const BAND_ROWS: usize = 128;

/// ESC @: modes back to their defaults. It does not empty the receive buffer.
pub const INIT: [u8; 2] = [0x1B, 0x40];

/// GS r 1: send the paper sensor's byte *when its turn comes in the buffer*. Everything before it has then been
/// handled: this is the barrier at the end of a slip. The answer has bit 4 clear, unlike real-time answers.
pub const BARRIER: [u8; 3] = [0x1D, 0x72, 0x01];

/// DLE DC4 8: throw away all buffers, at once. After a slip that failed, so that its rest does not come out in front
/// of the next visitor. Printers without it ignore it.
pub const CLEAR: [u8; 10] = [0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08];

/// DLE EOT 1 to 4, asked one by one: printer, cause of being offline, errors, paper. Answered in real time, whatever
/// is in the buffer, so that they say nothing about what has been printed.
pub const STATUS_QUESTIONS: [[u8; 3]; 4] =
    [[0x10, 0x04, 0x01], [0x10, 0x04, 0x02], [0x10, 0x04, 0x03], [0x10, 0x04, 0x04]];

/// Rows fed between the last row and the cut: 4 mm at 203 dpi. The printer itself adds the way from head to blade.
pub const CUT_FEED_ROWS: u8 = 32;

/// GS V 66 n: feed to the blade and `CUT_FEED_ROWS` further, then cut leaving one point, so that the slip does not fall.
pub const FEED_AND_CUT: [u8; 4] = [0x1D, 0x56, 66, CUT_FEED_ROWS];

/// One band: GS v 0 at normal density, then its rows. `rows` are whole rows of `row_bytes` bytes, at most
/// [`BAND_ROWS`] of them by construction of [`bands`].
fn band(rows: &[u8], row_bytes: usize) -> Vec<u8> {
    let height = rows.len() / row_bytes.max(1);
    let mut bytes = Vec::with_capacity(8 + rows.len());
    bytes.extend([0x1D, 0x76, 0x30, 0x00]);
    bytes.extend((row_bytes as u16).to_le_bytes());
    bytes.extend((height as u16).to_le_bytes());
    bytes.extend_from_slice(rows);
    bytes
}

/// The bands of a raster, top first.
pub fn bands(raster: &Raster) -> impl Iterator<Item = Vec<u8>> + '_ {
    raster.bands(BAND_ROWS).map(|rows| band(rows, raster.row_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raster_becomes_bands_of_at_most_128_rows_byte_for_byte() {
        let mut raster = Raster::white(16, 130).unwrap();
        raster.fill(0, 128, 9, 1);
        let bands: Vec<_> = bands(&raster).collect();
        assert_eq!(bands.len(), 2);
        assert_eq!(bands[0][..8], [0x1D, 0x76, 0x30, 0, 2, 0, 128, 0]);
        assert_eq!(bands[0].len(), 8 + 2 * 128);
        assert_eq!(bands[1], [0x1D, 0x76, 0x30, 0, 2, 0, 2, 0, 0xFF, 0x80, 0, 0]);
    }

    #[test]
    fn commands_are_the_documented_bytes() {
        assert_eq!(INIT, *b"\x1b@");
        assert_eq!(FEED_AND_CUT, *b"\x1dVB\x20");
        assert_eq!(BARRIER, *b"\x1dr\x01");
        assert_eq!(STATUS_QUESTIONS[3], *b"\x10\x04\x04");
    }
}
