//! A picture of one bit per dot, black or nothing: what a slip becomes and what a printer prints.

use thiserror::Error;

/// Rows beyond which no raster is made: 1.5 m at 203 dpi, more than twice the longest slip.
pub const ROWS_MAX: u32 = 12_000;

/// Why a raster cannot be made, read or written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RasterError {
    /// The size is zero, too large, or not the size of the bits.
    #[error(
        "a raster of {width} x {height} dots cannot be made: width a multiple of 8 up to 832, height up to 12000"
    )]
    Size {
        /// Dots across.
        width: u32,
        /// Rows down.
        height: u32,
    },
    /// The PNG encoder refused.
    #[error("the slip cannot be written as PNG")]
    Encode(#[from] png::EncodingError),
}

/// A bitmap, one bit per dot, most significant bit leftmost, 1 is black. Rows are whole bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    width: u32,
    height: u32,
    bits: Vec<u8>,
}

impl Raster {
    /// A white raster. `width` is a multiple of 8 up to 832 dots, `height` at most [`ROWS_MAX`] (zero is allowed).
    pub fn white(width: u32, height: u32) -> Result<Self, RasterError> {
        if width == 0 || width > 832 || !width.is_multiple_of(8) || height > ROWS_MAX {
            return Err(RasterError::Size { width, height });
        }
        Ok(Self { width, height, bits: vec![0; (width / 8 * height) as usize] })
    }

    /// A raster from rows already packed, `width / 8` bytes each.
    pub fn from_bits(width: u32, height: u32, bits: Vec<u8>) -> Result<Self, RasterError> {
        if bits.len() as u64 != u64::from(width / 8) * u64::from(height) {
            return Err(RasterError::Size { width, height });
        }
        let empty = Self::white(width, height)?;
        Ok(Self { bits, ..empty })
    }

    /// Dots across, a multiple of 8.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows down.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Bytes in one row.
    pub const fn row_bytes(&self) -> usize {
        (self.width / 8) as usize
    }

    /// All rows, top first.
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Rows in bands of at most `rows` rows.
    pub fn bands(&self, rows: usize) -> std::slice::Chunks<'_, u8> {
        self.bits.chunks(self.row_bytes() * rows.max(1))
    }

    /// Whether the dot is black; anything outside is white.
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        x < self.width
            && y < self.height
            && self.bits.get(self.offset(x, y)).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Blackens one dot; outside is ignored, so that callers may draw over an edge.
    pub fn blacken(&mut self, x: i32, y: i32) {
        let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
        if x < self.width && y < self.height {
            let offset = self.offset(x, y);
            if let Some(byte) = self.bits.get_mut(offset) {
                *byte |= 0x80 >> (x % 8);
            }
        }
    }

    /// Blackens a rectangle, clipped to the raster.
    pub fn fill(&mut self, x: i32, y: i32, width: u32, height: u32) {
        for row in y..y.saturating_add_unsigned(height).min(self.height as i32) {
            for column in x..x.saturating_add_unsigned(width).min(self.width as i32) {
                self.blacken(column, row);
            }
        }
    }

    /// First and last row that hold a black dot.
    pub fn ink_rows(&self) -> Option<(u32, u32)> {
        let inked = |row: &[u8]| row.iter().any(|byte| *byte != 0);
        let rows = self.bits.chunks(self.row_bytes());
        let first = rows.clone().position(inked)?;
        let last = rows.clone().rposition(inked)?;
        Some((first as u32, last as u32))
    }

    /// The picture as PNG (1-bit grey, black on white), the same bytes for the same raster.
    pub fn to_png(&self) -> Result<Vec<u8>, RasterError> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height.max(1));
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        encoder.set_compression(png::Compression::Fast);
        let mut writer = encoder.write_header()?;
        let inverted: Vec<u8> = if self.height == 0 {
            vec![0xFF; self.row_bytes()]
        } else {
            self.bits.iter().map(|byte| !byte).collect()
        };
        writer.write_image_data(&inverted)?;
        writer.finish()?;
        Ok(file)
    }

    const fn offset(&self, x: u32, y: u32) -> usize {
        y as usize * self.row_bytes() + (x / 8) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_over_an_edge_is_clipped() {
        let mut raster = Raster::white(16, 4).unwrap();
        raster.fill(-3, -3, 8, 5);
        raster.fill(14, 3, 900, 900);
        raster.blacken(i32::MAX, i32::MIN);
        assert!(raster.is_black(4, 1) && !raster.is_black(5, 1) && !raster.is_black(0, 2));
        assert!(raster.is_black(15, 3) && !raster.is_black(13, 3));
        assert_eq!(raster.ink_rows(), Some((0, 3)));
    }

    #[test]
    fn sizes_that_would_eat_the_memory_are_refused() {
        assert!(Raster::white(8, u32::MAX).is_err());
        assert!(Raster::white(u32::MAX, 1).is_err());
        assert!(Raster::from_bits(8, 3, vec![0; 2]).is_err());
    }

    #[test]
    fn a_png_has_the_size_of_its_raster_even_when_empty() {
        for height in [0, 1, 7] {
            let png = Raster::white(24, height).unwrap().to_png().unwrap();
            let reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
            assert_eq!((reader.info().width, reader.info().height), (24, height.max(1)));
        }
    }
}
