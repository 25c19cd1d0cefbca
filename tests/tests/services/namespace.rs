//! Another machine on the network, as far as this one can play it: a network namespace behind a virtual cable.

use std::process::{Command, Stdio};

/// The two ends of the cable, from the range that is kept for measurements (RFC 2544).
pub const HERE: &str = "198.18.45.1";
pub const THERE: &str = "198.18.45.2";

/// The namespace; it is gone when this is dropped, and the cable with it.
pub struct Namespace {
    pub name: String,
    cable: String,
}

impl Namespace {
    /// `None`, and a word on the output, where this user may not make one.
    pub fn new() -> Option<Self> {
        let id = std::process::id();
        let namespace = Self { name: format!("parvis-{id}"), cable: format!("pv{id}") };
        let (name, cable) = (&namespace.name, &namespace.cable);
        let inner = format!("{cable}i");
        let made = ip(&["netns", "add", name])
            && ip(&["link", "add", cable, "type", "veth", "peer", "name", &inner])
            && ip(&["link", "set", &inner, "netns", name])
            && ip(&["addr", "add", &format!("{HERE}/30"), "dev", cable])
            && ip(&["link", "set", cable, "up"])
            && ip(&["-n", name, "addr", "add", &format!("{THERE}/30"), "dev", &inner])
            && ip(&["-n", name, "link", "set", &inner, "up"])
            && ip(&["-n", name, "link", "set", "lo", "up"]);
        if !made {
            println!("skipped: this user may not make a network namespace");
        }
        made.then_some(namespace)
    }

    /// Pulls the cable: nothing is said, nothing arrives any more.
    pub fn pull(&self) {
        assert!(ip(&["link", "set", &self.cable, "down"]));
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        // Whatever was made is taken away; the cable goes with either end.
        ip(&["link", "del", &self.cable]);
        ip(&["netns", "del", &self.name]);
    }
}

fn ip(arguments: &[&str]) -> bool {
    let done = Command::new("ip").args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    done.is_ok_and(|status| status.success())
}
