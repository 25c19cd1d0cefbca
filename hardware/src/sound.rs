//! Short sounds that say how a call stands, to whoever does not see the screen.
//!
//! Told apart by contour and number of notes, not by pitch. All lie between 390 and 790 Hz: with age, hearing is lost
//! from the high tones down.

pub mod alsa;

use std::f32::consts::TAU;
use std::io::Cursor;
use std::time::Duration;

use thiserror::Error;

/// What a sound says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tune {
    /// The call is sent: one note.
    Sent,
    /// Somebody's screen shows it: two that rise.
    Seen,
    /// A person comes: three that rise.
    Coming,
    /// The person is there: three that rise, the last one long.
    Arrived,
    /// Nobody could be alerted so far, or nobody holds the desk: two that fall, slowly.
    Alone,
    /// The call is over: one low note.
    Over,
}

/// One note: cycles in a second, and how long in milliseconds.
type Note = (f32, u16);

const LOW: f32 = 392.0;
const FIRST: f32 = 523.0;
const SECOND: f32 = 659.0;
const THIRD: f32 = 784.0;

/// Samples a second: enough for the overtones of the highest note.
pub const RATE: u32 = 16_000;
/// No sound is longer (accessibility-bar.md, row E14 has 3 s).
pub const LONGEST: Duration = Duration::from_millis(1_500);
/// Each note swells and fades for that long, so that no loudspeaker clicks.
const FADE_MS: f32 = 20.0;
/// Of full scale: a quarter, since halls are quiet and volume is the amplifier's.
const LEVEL: f32 = 0.25;

impl Tune {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Sent, Self::Seen, Self::Coming, Self::Arrived, Self::Alone, Self::Over];

    /// The name of its file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Seen => "seen",
            Self::Coming => "coming",
            Self::Arrived => "arrived",
            Self::Alone => "alone",
            Self::Over => "over",
        }
    }

    fn notes(self) -> &'static [Note] {
        match self {
            Self::Sent => &[(FIRST, 250)],
            Self::Seen => &[(FIRST, 180), (SECOND, 250)],
            Self::Coming => &[(FIRST, 180), (SECOND, 180), (THIRD, 300)],
            Self::Arrived => &[(FIRST, 150), (SECOND, 150), (THIRD, 700)],
            Self::Alone => &[(SECOND, 350), (LOW, 600)],
            Self::Over => &[(LOW, 350)],
        }
    }

    /// How long it is.
    pub fn length(self) -> Duration {
        Duration::from_millis(self.notes().iter().map(|(_, ms)| u64::from(*ms)).sum())
    }

    /// The sound: one channel of [`RATE`] samples a second.
    pub fn samples(self) -> Vec<i16> {
        self.notes().iter().flat_map(|note| samples_of(*note)).collect()
    }

    /// The sound as a WAV file.
    pub fn wav(self) -> Result<Vec<u8>, SoundError> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut file = Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut file, spec)?;
        for sample in self.samples() {
            writer.write_sample(sample)?;
        }
        writer.finalize()?;
        Ok(file.into_inner())
    }
}

/// A note with two overtones: small loudspeakers lose the fundamental.
fn samples_of((hz, ms): Note) -> impl Iterator<Item = i16> {
    let count = RATE * u32::from(ms) / 1_000;
    let fade = RATE as f32 * FADE_MS / 1_000.0;
    (0..count).map(move |at| {
        let turn = TAU * hz * at as f32 / RATE as f32;
        let wave = (turn.sin() + 0.4 * (2.0 * turn).sin() + 0.2 * (3.0 * turn).sin()) / 1.6;
        let edge = (at.min(count - at) as f32 / fade).min(1.0);
        (wave * edge * LEVEL * f32::from(i16::MAX)) as i16
    })
}

/// Why nothing is heard.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SoundError {
    /// The program that plays is not installed.
    #[error("aplay is not there: install alsa-utils ({0})")]
    NoPlayer(std::io::Error),
    /// It has no loudspeaker, or one that refuses.
    #[error("no sound came out of {device:?}: check its cable and the name of the device")]
    Refused {
        /// The device, as the system calls it.
        device: String,
    },
    /// It took too long.
    #[error("the sound was still not over after {LATEST_S} s")]
    Late,
    /// The system failed.
    #[error("the sound could not be played: {0}")]
    System(#[from] std::io::Error),
    /// The sound could not be written.
    #[error("the sound could not be made: {0}")]
    Wav(#[from] hound::Error),
}

/// Seconds after which a sound is cut off.
const LATEST_S: u64 = 3;

/// A loudspeaker.
///
/// Promises: `play` returns when the sound is over or has failed, three seconds later at most; nothing is heard after.
pub trait Speaker: Send {
    /// Plays a sound.
    fn play(&mut self, tune: Tune) -> Result<(), SoundError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sound_is_short_is_heard_and_neither_clicks_nor_clips() {
        for tune in Tune::ALL {
            assert!(tune.length() <= LONGEST, "{tune:?}");
            let samples = tune.samples();
            assert_eq!(samples.len() as u64, tune.length().as_millis() as u64 * u64::from(RATE) / 1_000);
            let (first, last) = (samples[0], *samples.last().unwrap());
            assert!(first.abs() < 200 && last.abs() < 200, "{tune:?} clicks: {first} {last}");
            let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
            assert!((4_000..16_000).contains(&loudest), "{tune:?}: {loudest}");
        }
    }

    #[test]
    fn no_two_sounds_have_the_same_contour() {
        let contour = |tune: Tune| {
            let notes = tune.notes();
            let steps: Vec<bool> = notes.windows(2).map(|two| two[0].0 < two[1].0).collect();
            (steps, notes.last().is_some_and(|last| last.1 > 500), notes[0].0 < FIRST)
        };
        for one in Tune::ALL {
            assert_eq!(
                Tune::ALL.iter().filter(|other| contour(**other) == contour(one)).count(),
                1,
                "{one:?}"
            );
        }
    }

    #[test]
    fn a_wav_file_is_read_back_by_its_library_sample_for_sample() {
        let wav = Tune::Coming.wav().unwrap();
        let read: Vec<i16> =
            hound::WavReader::new(&wav[..]).unwrap().into_samples().map(Result::unwrap).collect();
        assert_eq!(read, Tune::Coming.samples());
    }
}
