//! The same simulated printer behind every port (its own pipe, TCP on loopback, a terminal device, a serial line), and
//! on its own pipe as every profile. In the emulated machine, behind a USB cable between two ends of its kernel.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parvis_hardware::escpos::{CUT_FEED_ROWS, Cutter};
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::Printed;
use parvis_hardware::printer::device_file::DeviceFile;
use parvis_hardware::printer::esc_pos::{EscPosPrinter, Limits, Now};
use parvis_hardware::printer::network::NetworkPrinter;
use parvis_hardware::printer::port::Answers;
use parvis_hardware::printer::profile::{Command, Profile};
use parvis_hardware::simulated::SimulatedPrinter;

use super::board::eventually;

/// Wide enough for a busy machine: a healthy test never waits this long.
pub const PATIENT: Limits = Limits {
    open: Duration::from_secs(5),
    write: Duration::from_secs(5),
    read: Duration::from_secs(5),
    job: Duration::from_secs(60),
};

/// For tests in which somebody is silent on purpose.
pub const HASTY: Limits = Limits {
    open: Duration::from_millis(200),
    write: Duration::from_millis(100),
    read: Duration::from_millis(40),
    job: Duration::from_secs(2),
};

#[allow(clippy::disallowed_methods, reason = "the test is the caller that owns the clock")]
pub fn clock() -> Now {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}

/// A printer, its driver, and the wire between them.
pub struct Setup {
    pub name: String,
    pub profile: Profile,
    pub sim: SimulatedPrinter,
    pub printer: EscPosPrinter,
    _pump: Option<Pump>,
    _folder: Option<tempfile::TempDir>,
}

impl Setup {
    /// What a whole slip on this printer is called.
    pub fn whole(&self) -> Printed {
        if self.profile.knows(Command::SensorStatus) { Printed::Confirmed } else { Printed::Unconfirmed }
    }

    /// Rows that come out after the last one of a slip.
    pub fn rows_to_the_cut(&self) -> u32 {
        match self.profile.cutter {
            Cutter::Partial | Cutter::Full => u32::from(CUT_FEED_ROWS),
            Cutter::None => self.profile.paper.at_least(200),
        }
    }
}

/// One of each wire, and one of each profile; in the emulated machine the one on its USB cable.
pub fn every_printer(limits: Limits) -> Vec<Setup> {
    if let Some(cable) = Cable::find() {
        return vec![usb(cable, limits)];
    }
    let mut all = vec![tcp(limits), pty(limits), serial(limits)];
    all.extend(Profile::all().unwrap().into_iter().map(|profile| profiled(profile, limits)));
    all
}

fn profiled(profile: Profile, limits: Limits) -> Setup {
    let sim = SimulatedPrinter::of(profile.clone());
    let printer = sim.driver(limits, clock());
    Setup { name: format!("pipe to {}", profile.id), profile, sim, printer, _pump: None, _folder: None }
}

pub fn pipe(limits: Limits) -> Setup {
    profiled(Profile::generic(Paper::MM80), limits)
}

pub fn tcp(limits: Limits) -> Setup {
    let profile = Profile::generic(Paper::MM80);
    let sim = SimulatedPrinter::of(profile.clone());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let place = NetworkPrinter::new(listener.local_addr().unwrap());
    let printer = EscPosPrinter::new(Box::new(place), profile.clone(), limits, clock());
    let pump = Pump::start(sim.clone(), move |sim, stop| serve_tcp(&listener, sim, stop));
    Setup { name: "tcp".into(), profile, sim, printer, _pump: Some(pump), _folder: None }
}

pub fn pty(limits: Limits) -> Setup {
    let device = |path: &Path| DeviceFile::new(path, Answers::Expected);
    terminal("pty", Profile::generic(Paper::MM80), limits, device)
}

/// Our end is `/dev/usb/lp0` of the kernel's usblp; the other end is the kernel's printer gadget.
fn usb(cable: Cable, limits: Limits) -> Setup {
    let profile = Profile::generic(Paper::MM80);
    let sim = SimulatedPrinter::of(profile.clone());
    let place = DeviceFile::new("/dev/usb/lp0", Answers::Expected);
    let printer = EscPosPrinter::new(Box::new(place), profile.clone(), limits, clock());
    cable.plug();
    let pump = Pump::start(sim.clone(), move |sim, stop| serve_usb(&cable, sim, stop));
    Setup { name: "usb".into(), profile, sim, printer, _pump: Some(pump), _folder: None }
}

/// The cable between the two: a gadget that `tests/vm/gadget` has prepared.
struct Cable {
    controller: PathBuf,
}

impl Cable {
    fn find() -> Option<Self> {
        let controller = PathBuf::from("/sys/kernel/config/usb_gadget/parvis/UDC");
        controller.exists().then_some(Self { controller })
    }

    /// Returns when the host's end is there.
    fn plug(&self) {
        std::fs::write(&self.controller, "dummy_udc.0").unwrap();
        eventually("the printer is on USB", || Path::new("/dev/usb/lp0").exists());
    }

    /// As when a hand pulls it: the host learns of it whatever it is doing.
    fn pull(&self) {
        std::fs::write(&self.controller, "\n").unwrap();
    }
}

fn serve_usb(cable: &Cable, sim: &SimulatedPrinter, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        if !sim.is_unplugged() {
            let mut options = std::fs::OpenOptions::new();
            options.read(true).write(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits() as i32);
            carry(options.open("/dev/g_printer0").unwrap(), sim, stop);
        }
        if sim.is_unplugged() {
            cable.pull();
            while sim.is_unplugged() && !stop.load(Ordering::SeqCst) {
                std::thread::park_timeout(TICK);
            }
            cable.plug();
        }
    }
    cable.pull();
}

/// A pty has a speed and nothing that follows it: settings are tested here, not times.
pub fn serial(limits: Limits) -> Setup {
    let profile = Profile::generic(Paper::MM80).at_baud(38_400);
    terminal("serial", profile, limits, |path| DeviceFile::serial(path, 38_400))
}

fn terminal(name: &str, profile: Profile, limits: Limits, device: impl FnOnce(&Path) -> DeviceFile) -> Setup {
    let sim = SimulatedPrinter::of(profile.clone());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    let first = Some(plug_in(&path));
    let place = device(&path);
    let printer = EscPosPrinter::new(Box::new(place), profile.clone(), limits, clock());
    let pump = Pump::start(sim.clone(), move |sim, stop| serve_pty(&path, first, sim, stop));
    Setup { name: name.into(), profile, sim, printer, _pump: Some(pump), _folder: Some(folder) }
}

/// Carries bytes between a wire and the simulated printer until dropped.
struct Pump {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Pump {
    fn start(
        sim: SimulatedPrinter,
        serve: impl FnOnce(&SimulatedPrinter, &AtomicBool) + Send + 'static,
    ) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || serve(&sim, &stopped));
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Pump {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let outcome = thread.join();
            assert!(outcome.is_ok() || std::thread::panicking(), "the wire broke");
        }
    }
}

const TICK: Duration = Duration::from_millis(1);

fn serve_tcp(listener: &TcpListener, sim: &SimulatedPrinter, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        match listener.accept() {
            // An unplugged printer is not on the network: the connection dies at once.
            Ok((stream, _)) if sim.is_unplugged() => drop(stream),
            Ok((stream, _)) => carry_tcp(stream, sim, stop),
            Err(error) if error.kind() == ErrorKind::WouldBlock => std::thread::park_timeout(TICK),
            Err(error) => panic!("{error}"),
        }
    }
}

fn carry_tcp(stream: TcpStream, sim: &SimulatedPrinter, stop: &AtomicBool) {
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(TICK)).unwrap();
    stream.set_nodelay(true).unwrap();
    carry(stream, sim, stop);
}

fn serve_pty(path: &Path, mut line: Option<File>, sim: &SimulatedPrinter, stop: &AtomicBool) {
    while !stop.load(Ordering::SeqCst) {
        if sim.is_unplugged() {
            drop(line.take());
            let _ = std::fs::remove_file(path);
            std::thread::park_timeout(TICK);
        } else {
            let line = line.take().unwrap_or_else(|| plug_in(path));
            carry(line, sim, stop);
        }
    }
}

/// A new pty whose other end is at `path`, as a device appears when its cable is put in.
pub fn plug_in(path: &Path) -> File {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&master).unwrap();
    unlockpt(&master).unwrap();
    let name = ptsname(&master, Vec::new()).unwrap().into_string().unwrap();
    let beside: PathBuf = path.with_extension("new");
    std::os::unix::fs::symlink(name, &beside).unwrap();
    std::fs::rename(&beside, path).unwrap();
    let flags = rustix::fs::fcntl_getfl(&master).unwrap();
    rustix::fs::fcntl_setfl(&master, flags | rustix::fs::OFlags::NONBLOCK).unwrap();
    File::from(master)
}

fn carry(mut wire: impl Read + Write, sim: &SimulatedPrinter, stop: &AtomicBool) {
    let mut room = [0; 4_096];
    while !stop.load(Ordering::SeqCst) && !sim.is_unplugged() {
        let arrived = match wire.read(&mut room) {
            Ok(0) => return,
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => 0,
            // A pty says EIO while nobody has opened its other end; a driver may come yet.
            Err(error) if error.raw_os_error() == Some(5) => 0,
            Err(_) => return,
        };
        if arrived == 0 {
            std::thread::park_timeout(TICK);
        }
        let mut rest = &room[..arrived];
        loop {
            rest = &rest[sim.arrive(rest)..];
            if wire.write_all(&sim.take_answers(64)).is_err() || sim.is_unplugged() {
                return;
            }
            if rest.is_empty() || stop.load(Ordering::SeqCst) {
                break;
            }
            std::thread::park_timeout(TICK);
        }
    }
}
