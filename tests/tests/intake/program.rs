//! The program as a technician runs it: `parvis intake --once --json`.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::editor::Kiosk;

/// One run of the program.
pub struct Run {
    /// Its exit code.
    pub code: i32,
    /// What it said, step by step.
    pub steps: Vec<Value>,
    /// The most memory it had in use, in kB.
    pub peak_kb: u64,
}

impl Run {
    /// The steps by name.
    pub fn names(&self) -> Vec<&str> {
        self.steps.iter().filter_map(|step| step["step"].as_str()).collect()
    }

    /// The short name of the error in the last step, and what happened.
    pub fn refusal(&self) -> (&str, &str) {
        let text = |key: &str| self.steps.last().and_then(|step| step[key].as_str()).unwrap_or("");
        (text("error"), text("what"))
    }
}

/// `parvis intake --once --from FROM …` on that kiosk, with `more` arguments.
pub fn once(kiosk: &Kiosk, from: &str, more: &[&str]) -> Run {
    let root: PathBuf = kiosk.folder.path().join("root.json");
    std::fs::write(&root, kiosk.root.as_deref().unwrap()).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_parvis-under-test"))
        // No proxy and no authority but those that the test names.
        .env_clear()
        .args(["intake", "--once", "--json", "--from", from, "--state"])
        .arg(kiosk.state())
        .arg("--content")
        .arg(kiosk.shelf.folder())
        .arg("--root")
        .arg(&root)
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&status).unwrap_or_default();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.strip_suffix(" kB"));
        peak_kb = peak.and_then(|peak| peak.trim().parse().ok()).unwrap_or(0).max(peak_kb);
        std::thread::yield_now();
    }
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let steps: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let code = output.status.code().unwrap();
    assert!(!steps.is_empty(), "exit code {code}: {}", String::from_utf8_lossy(&output.stderr));
    Run { code, steps, peak_kb }
}

/// What is offered is refused under the name `error`, with that exit code, and what was shown still is. Returns what
/// happened, in words.
pub fn must_refuse(kiosk: &Kiosk, from: &str, more: &[&str], (error, code): (&str, i32)) -> String {
    let before = kiosk.shown();
    let run = once(kiosk, from, more);
    let (found, what) = run.refusal();
    assert_eq!((found, run.code), (error, code), "{what}");
    assert!(kiosk.shown() == before, "{error}: what was shown has changed");
    what.to_owned()
}
