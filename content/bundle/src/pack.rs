//! Packing content files: whole, and as the difference from another.
//!
//! zstd does both. A patch is a frame whose dictionary is the old file; 53 changed sheets of the 5,000 of
//! service-public.fr take 0.46 MB instead of 14.

use std::io::{self, Read, Write};

/// Level of whole files: 14.0 MB for the DILA content, 14.5 at level 3.
const LEVEL: i32 = 19;
/// A patch may look back 32 MB, which is also the most memory that undoing one takes beside the old file.
const WINDOW_LOG: u32 = 25;
/// Largest file, old or new, between which patches are made, in bytes.
pub const PATCHED_BYTES_MAX: u64 = 1 << WINDOW_LOG;
/// Bytes moved at once.
const CHUNK_BYTES: usize = 128 * 1024;

/// Packs `content`.
pub fn pack(content: &[u8], out: impl Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::new(out, LEVEL)?;
    encoder.set_pledged_src_size(Some(content.len() as u64))?;
    finish(encoder, content)
}

/// The difference from `old` to `new`; both at most [`PATCHED_BYTES_MAX`].
pub fn pack_patch(old: &[u8], new: &[u8], out: impl Write) -> io::Result<()> {
    let mut encoder = zstd::Encoder::with_ref_prefix(out, LEVEL, old)?;
    encoder.window_log(WINDOW_LOG)?;
    encoder.long_distance_matching(true)?;
    encoder.set_pledged_src_size(Some(new.len() as u64))?;
    finish(encoder, new)
}

fn finish<W: Write>(mut encoder: zstd::Encoder<'_, W>, bytes: &[u8]) -> io::Result<()> {
    encoder.include_checksum(false)?;
    encoder.write_all(bytes)?;
    encoder.finish()?.flush()
}

/// Unpacks into `out`, never more than `bytes`; what is more is an error, so that no small file fills the disk.
pub fn unpack(packed: impl Read, bytes: u64, out: &mut impl Write) -> io::Result<()> {
    let mut decoder = zstd::Decoder::new(packed)?;
    decoder.window_log_max(WINDOW_LOG)?;
    copy(decoder, bytes, out)
}

/// The same for a patch from `old`.
pub fn unpack_patch(old: &[u8], patch: impl Read, bytes: u64, out: &mut impl Write) -> io::Result<()> {
    let mut decoder = zstd::Decoder::with_ref_prefix(io::BufReader::new(patch), old)?;
    decoder.window_log_max(WINDOW_LOG)?;
    copy(decoder, bytes, out)
}

fn copy(mut from: impl Read, bytes: u64, out: &mut impl Write) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK_BYTES];
    let mut left = bytes;
    loop {
        let count = from.read(&mut chunk)?;
        if count == 0 {
            return if left == 0 { out.flush() } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        }
        left = left.checked_sub(count as u64).ok_or(io::ErrorKind::FileTooLarge)?;
        out.write_all(chunk.get(..count).unwrap_or_default())?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(seed: u8) -> Vec<u8> {
        (0..200_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 ^ seed).collect()
    }

    #[test]
    fn what_is_packed_is_unpacked() {
        let content = sample(0);
        let (mut packed, mut back) = (Vec::new(), Vec::new());
        pack(&content, &mut packed).unwrap();
        unpack(&packed[..], content.len() as u64, &mut back).unwrap();
        assert!(back == content);
    }

    #[test]
    fn a_patch_is_small_and_gives_the_new_file_from_the_old_one_only() {
        let old = sample(0);
        let mut new = old.clone();
        new[100_000..100_010].copy_from_slice(b"0123456789");
        let (mut patch, mut back) = (Vec::new(), Vec::new());
        pack_patch(&old, &new, &mut patch).unwrap();
        assert!(patch.len() < 1_000, "{}", patch.len());
        unpack_patch(&old, &patch[..], new.len() as u64, &mut back).unwrap();
        assert!(back == new);
        let mut wrong = Vec::new();
        let outcome = unpack_patch(&sample(1), &patch[..], new.len() as u64, &mut wrong);
        assert!(outcome.is_err() || wrong != new);
    }

    #[test]
    fn a_bomb_stops_where_its_length_was_promised() {
        let mut bomb = Vec::new();
        pack(&vec![0; 50_000_000], &mut bomb).unwrap();
        assert!(bomb.len() < 10_000);
        let mut out = Vec::new();
        assert_eq!(unpack(&bomb[..], 1_000_000, &mut out).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert!(out.len() <= 1_000_000);
    }

    #[test]
    fn a_file_cut_short_and_one_that_is_no_archive_are_errors() {
        let content = sample(0);
        let mut packed = Vec::new();
        pack(&content, &mut packed).unwrap();
        packed.truncate(packed.len() / 2);
        assert!(unpack(&packed[..], content.len() as u64, &mut Vec::new()).is_err());
        assert!(unpack(&b"no archive at all"[..], 10, &mut Vec::new()).is_err());
        assert!(unpack_patch(&content, &b"no patch at all"[..], 10, &mut Vec::new()).is_err());
    }
}
