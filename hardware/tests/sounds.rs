//! Sounds through the real `aplay`, into a file instead of a loudspeaker: what it wrote is compared sample for sample.
#![allow(clippy::unwrap_used, reason = "a test says what is wrong by panicking")]

use parvis_hardware::simulated::SimulatedSpeaker;
use parvis_hardware::sound::alsa::AlsaSpeaker;
use parvis_hardware::sound::{SoundError, Speaker, Tune};

#[test]
fn every_sound_comes_out_of_the_systems_player_whole() {
    let folder = tempfile::tempdir().unwrap();
    for tune in Tune::ALL {
        let file = folder.path().join(tune.name());
        AlsaSpeaker::new(format!("file:{},raw", file.display())).play(tune).unwrap();
        let bytes = std::fs::read(file).unwrap();
        let played: Vec<i16> =
            bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
        // The device takes whole periods: silence may follow.
        let samples = tune.samples();
        assert_eq!(played[..samples.len()], samples[..], "{tune:?}");
        assert!(played[samples.len()..].iter().all(|sample| *sample == 0));
    }
}

#[test]
fn a_loudspeaker_that_is_not_there_says_so_and_one_that_hangs_is_given_up_after_three_seconds() {
    let refused = AlsaSpeaker::new("plughw:CARD=Nulle".into()).play(Tune::Sent);
    assert!(matches!(refused, Err(SoundError::Refused { .. })), "{refused:?}");
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
        .unwrap();
    // Nobody reads: the player waits for ever to open it.
    let late = AlsaSpeaker::new(format!("file:{},raw", pipe.display())).play(Tune::Sent);
    assert!(matches!(late, Err(SoundError::Late)), "{late:?}");
}

#[test]
fn a_simulated_loudspeaker_counts_what_it_plays_and_refuses_when_its_cable_is_out() {
    let mut speaker = SimulatedSpeaker::default();
    speaker.play(Tune::Sent).unwrap();
    speaker.unplug(true);
    assert!(matches!(speaker.play(Tune::Seen), Err(SoundError::Refused { .. })));
    speaker.unplug(false);
    speaker.play(Tune::Coming).unwrap();
    let view = speaker.view();
    assert_eq!((view.last, view.count), (Some(Tune::Coming), 2));
}
