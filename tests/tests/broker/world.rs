//! Halls with real desks in this process, and their clocks made short.

use std::net::SocketAddr;
use std::time::Duration;

use parvis::desk::broker::{BrokerConfig, Times};
use parvis::desk::door::Entry;
use parvis::desk::hall::HallFiles;
use parvis::desk::ladder::Ladder;
use parvis::desk::{Desk, DeskParts};
use parvis::protocol::{FollowedHall, News};
use parvis_hardware::simulated::{SimulatedButton, SimulatedLight};
use parvis_tests::staff::{PATIENCE, StaffPage};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::test_kiosk::TestKiosk;

/// A hall that is silent for that long is not known any more.
pub const SILENT: Duration = Duration::from_secs(3);

/// The usual times, shorter.
pub const TIMES: Times = Times {
    tick: Duration::from_millis(20),
    beat: Duration::from_millis(500),
    silent: SILENT,
    ping: Duration::from_millis(500),
    answer: Duration::from_secs(2),
    retry_first: Duration::from_millis(50),
    retry_most: Duration::from_millis(400),
};

/// The desk of the hall `hall` at the broker on that port, which follows others.
pub fn config(port: u16, hall: &str, follow: &[&str]) -> BrokerConfig {
    BrokerConfig {
        host: "127.0.0.1".to_owned(),
        port,
        tls: false,
        hall: hall.to_owned(),
        name: Some(format!("Mairie de {hall}")),
        user: None,
        password_file: None,
        authority: None,
        follow: follow.iter().map(|&hall| hall.to_owned()).collect(),
        times: TIMES,
    }
}

/// A hall whose desk is open.
pub struct World {
    pub folder: TempDir,
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl World {
    pub fn open(broker: BrokerConfig) -> Self {
        let folder = TempDir::with_prefix("parvis-hall-").unwrap();
        let parts = DeskParts {
            socket: folder.path().join("desk.sock"),
            staff_address: "127.0.0.1:0".parse().unwrap(),
            files: HallFiles::beside(folder.path().join("calls.json")),
            content: folder.path().join("content.parvis"),
            // Late at once: at the next beat of the hall's clock.
            ladder: Ladder { late: Duration::from_secs(1), ..Ladder::default() },
            entry: Entry::Open,
            button: Box::new(SimulatedButton::new().0),
            light: Box::new(SimulatedLight::new()),
        };
        let desk = Desk::open(parts).unwrap().with_broker(Some(broker));
        let address = desk.staff_address().unwrap();
        let (stop, stopping) = watch::channel(false);
        let serving = tokio::spawn(async move { drop(desk.serve(stopping).await.unwrap()) });
        Self { folder, address, stop, serving }
    }

    pub async fn kiosk(&self, name: &str) -> TestKiosk {
        TestKiosk::open(&self.folder.path().join("desk.sock"), name).await
    }

    pub async fn page(&self) -> StaffPage {
        StaffPage::open(self.address).await.unwrap()
    }

    /// A figure that the desk tells Prometheus.
    pub async fn figure(&self, name: &str) -> u64 {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.address);
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().parse().unwrap()
    }

    /// Waits until a figure is at least that.
    pub async fn until_figure(&self, name: &str, least: u64) {
        let waiting = async {
            while self.figure(name).await < least {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let reached = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(reached.is_ok(), "{name} does not reach {least}");
    }

    /// Ends the desk politely.
    pub async fn close(mut self) {
        self.stop.send_replace(true);
        tokio::time::timeout(PATIENCE, &mut self.serving).await.unwrap().unwrap();
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

/// The one hall that a page follows.
pub fn other(page: &StaffPage) -> &FollowedHall {
    &page.hall.elsewhere[0]
}

pub fn is_fresh(page: &StaffPage) -> bool {
    page.hall.elsewhere.first().is_some_and(|hall| hall.news == News::Fresh)
}

pub fn is_silent(page: &StaffPage) -> bool {
    page.hall.elsewhere.first().is_some_and(|hall| matches!(hall.news, News::Silent { .. }))
}
