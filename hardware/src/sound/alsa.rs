//! A loudspeaker of the system, played by `aplay` of alsa-utils: a process that may hang is ended, a library that hangs
//! takes the kiosk with it.

use std::io::Write as _;
use std::process::{Child, Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::{LATEST_S, SoundError, Speaker, Tune};

/// A device of ALSA.
#[derive(Debug)]
pub struct AlsaSpeaker {
    device: String,
}

impl AlsaSpeaker {
    /// The device as ALSA calls it: `default`, `plughw:CARD=Device`.
    pub fn new(device: String) -> Self {
        Self { device }
    }
}

impl Speaker for AlsaSpeaker {
    fn play(&mut self, tune: Tune) -> Result<(), SoundError> {
        let wav = tune.wav()?;
        let mut child = Command::new("aplay")
            .args(["--quiet", "--file-type", "wav", "--device", &self.device])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(SoundError::NoPlayer)?;
        if let Some(mut to) = child.stdin.take() {
            // It fits into the pipe as a whole: this does not wait. A player that is gone says so by its end.
            let _ = to.write_all(&wav);
        }
        let ended = wait(&mut child);
        if ended.is_err() {
            // It may have ended meanwhile: then there is nothing to end.
            let _ = child.kill();
        }
        let status = child.wait()?;
        ended?;
        if status.success() { Ok(()) } else { Err(SoundError::Refused { device: self.device.clone() }) }
    }
}

/// Waits for the end, not for ever.
fn wait(child: &mut Child) -> Result<(), SoundError> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let pid = pid.ok_or_else(|| std::io::Error::other("a process without a number"))?;
    let process = pidfd_open(pid, PidfdFlags::empty()).map_err(std::io::Error::from)?;
    let until = Timespec { tv_sec: LATEST_S as i64, tv_nsec: 0 };
    let mut ends = [PollFd::new(&process, PollFlags::IN)];
    match poll(&mut ends, Some(&until)).map_err(std::io::Error::from)? {
        0 => Err(SoundError::Late),
        _ => Ok(()),
    }
}
