//! MQTT packets in a stream of bytes. One that is too large is passed over, byte by byte: were it the end of the
//! connection, one hall that keeps such a document at the broker would cut off all who follow it, again and again.

use rumqttc::Packet;
use rumqttc::mqttbytes::Error;
use rumqttc::mqttbytes::v4::Codec;
use tokio_util::bytes::{Buf as _, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use super::document;

/// Bytes of a packet beside the document in it, at most: a topic, and MQTT's own.
const BESIDE_MAX: usize = 1024;

/// What comes in.
#[derive(Debug)]
pub(super) enum Frame {
    /// A packet.
    Packet(Packet),
    /// There was one, and it was too large.
    TooLarge,
}

/// Packets of bounded size.
pub(super) struct Frames {
    codec: Codec,
    /// Bytes still to come of a packet that is passed over.
    passing: usize,
}

impl Default for Frames {
    fn default() -> Self {
        let max = document::BYTES_MAX + BESIDE_MAX;
        Self { codec: Codec { max_incoming_size: max, max_outgoing_size: max }, passing: 0 }
    }
}

impl Decoder for Frames {
    type Item = Frame;
    type Error = Error;

    fn decode(&mut self, bytes: &mut BytesMut) -> Result<Option<Frame>, Error> {
        let here = self.passing.min(bytes.len());
        bytes.advance(here);
        self.passing -= here;
        if self.passing > 0 {
            return Ok(None);
        }
        match self.codec.decode(bytes) {
            Ok(packet) => Ok(packet.map(Frame::Packet)),
            Err(Error::PayloadSizeLimitExceeded(rest)) => {
                self.passing = header_bytes(bytes) + rest;
                let here = self.passing.min(bytes.len());
                bytes.advance(here);
                self.passing -= here;
                Ok(Some(Frame::TooLarge))
            }
            Err(error) => Err(error),
        }
    }
}

impl Encoder<Packet> for Frames {
    type Error = Error;

    fn encode(&mut self, packet: Packet, bytes: &mut BytesMut) -> Result<(), Error> {
        self.codec.encode(packet, bytes)
    }
}

/// Bytes before the body of a packet: its kind, then its length, of which every byte but the last has its highest bit.
fn header_bytes(bytes: &[u8]) -> usize {
    let more = bytes.iter().skip(1).take_while(|byte| **byte & 0x80 != 0).count();
    1 + more + 1
}

#[cfg(test)]
mod tests {
    use rumqttc::{Publish, QoS};

    use super::*;

    fn packet(payload: usize) -> BytesMut {
        let mut bytes = BytesMut::new();
        let publish = Publish::new("parvis/b/state", QoS::AtMostOnce, vec![b'x'; payload]);
        publish.write(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_packet_that_is_too_large_is_passed_over_and_what_follows_is_read() {
        let mut stream = packet(3_000_000);
        stream.extend_from_slice(&packet(5));
        stream.extend_from_slice(&packet(70_000));
        stream.extend_from_slice(&packet(7));
        // In pieces of any size, as a network brings them.
        for piece in [1_usize, 7, 4_096, 5_000_000] {
            let mut frames = Frames::default();
            let (mut bytes, mut heard) = (BytesMut::new(), Vec::new());
            for part in stream.chunks(piece) {
                bytes.extend_from_slice(part);
                while let Some(frame) = frames.decode(&mut bytes).unwrap() {
                    heard.push(match frame {
                        Frame::Packet(Packet::Publish(publish)) => publish.payload.len(),
                        Frame::Packet(other) => panic!("{other:?}"),
                        Frame::TooLarge => 0,
                    });
                }
                assert!(bytes.len() <= document::BYTES_MAX + BESIDE_MAX + piece);
            }
            assert_eq!(heard, [0, 5, 0, 7], "in pieces of {piece}");
        }
    }

    #[test]
    fn what_is_no_packet_is_an_error_and_never_a_panic() {
        for bytes in
            [&[0xFF_u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF][..], &[0x30, 0x02, 0xFF, 0xFF], &[0x20, 0x02, 0, 99]]
        {
            assert!(Frames::default().decode(&mut BytesMut::from(bytes)).is_err(), "{bytes:?}");
        }
    }
}
