//! What was drawn, for whoever watches. Nothing is copied while nobody does.

use std::sync::Arc;

use parvis_ui::headless::{Damage, Frame};
use tokio::sync::broadcast;

/// Pieces that wait for a slow watcher; it then gets the whole picture again.
const WAITING_MAX: usize = 32;

/// A piece of the screen.
pub struct Piece {
    /// Where.
    pub place: Damage,
    /// Three bytes a pixel, row by row.
    pub rgb: Vec<u8>,
}

/// The watchers' end.
#[derive(Clone)]
pub struct Frames(broadcast::Sender<Arc<Piece>>);

impl Frames {
    /// Pieces from now on.
    pub fn watch(&self) -> broadcast::Receiver<Arc<Piece>> {
        self.0.subscribe()
    }
}

/// The screen's end.
pub struct FrameSink(broadcast::Sender<Arc<Piece>>);

impl FrameSink {
    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        self.0.receiver_count() > 0
    }

    /// Takes a whole picture: width, height, three bytes a pixel.
    pub fn take_whole(&self, picture: Option<(u32, u32, Vec<u8>)>) {
        if let Some((width, height, rgb)) = picture {
            let place = Damage { x: 0, y: 0, width, height };
            // Fails only when the last watcher has just left.
            let _ = self.0.send(Arc::new(Piece { place, rgb }));
        }
    }

    /// Takes what is new of `frame`.
    pub fn take(&self, frame: &Frame<'_>) {
        if self.is_watched() && frame.damage.width > 0 && frame.damage.height > 0 {
            let piece = Piece { place: frame.damage.clone(), rgb: frame.bytes(&frame.damage) };
            // Fails only when the last watcher has just left.
            let _ = self.0.send(Arc::new(piece));
        }
    }
}

/// Both ends.
pub fn frames() -> (FrameSink, Frames) {
    let (sender, _) = broadcast::channel(WAITING_MAX);
    (FrameSink(sender.clone()), Frames(sender))
}

/// A piece as a picture with its place before it: x and y, four bytes each, little end first, then PNG.
pub(super) fn encode(piece: &Piece) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::with_capacity(piece.rgb.len() / 8 + 64);
    bytes.extend(piece.place.x.to_le_bytes());
    bytes.extend(piece.place.y.to_le_bytes());
    let mut encoder = png::Encoder::new(&mut bytes, piece.place.width, piece.place.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fastest);
    encoder.write_header()?.write_image_data(&piece.rgb)?;
    Ok(bytes)
}
