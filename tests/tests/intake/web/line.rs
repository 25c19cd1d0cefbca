//! Lines between a server and a kiosk: one that drops after so many bytes, and a slow one that drops every minute.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use parvis::clock::since_start;

/// Bytes a second, each way: 64 kbit/s.
const RATE: u32 = 8_000;
/// How often the slow line drops.
const DROPS_EVERY: Duration = Duration::from_secs(60);

/// A line to a server; counts connections and the bytes that came back.
pub struct Line {
    pub address: SocketAddr,
    pub connections: Arc<AtomicUsize>,
    pub bytes: Arc<AtomicUsize>,
}

/// Carries each connection by `carry`, which is told where the bytes are counted.
fn line(carry: impl Fn(TcpStream, &AtomicUsize) + Clone + Send + 'static) -> Line {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (connections, bytes) = (Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let (counted, sent) = (connections.clone(), bytes.clone());
    std::thread::spawn(move || {
        for visitor in listener.incoming().flatten() {
            counted.fetch_add(1, Ordering::Relaxed);
            let (sent, carry) = (sent.clone(), carry.clone());
            std::thread::spawn(move || carry(visitor, &sent));
        }
    });
    Line { address, connections, bytes }
}

/// A line to `server` that drops after so many bytes of each connection.
pub fn dropping(server: SocketAddr, after: usize) -> Line {
    line(move |mut visitor, sent| {
        let mut server = TcpStream::connect(server).unwrap();
        let (mut from, mut to) = (visitor.try_clone().unwrap(), server.try_clone().unwrap());
        let asking = std::thread::spawn(move || std::io::copy(&mut from, &mut to));
        let (mut left, mut chunk) = (after, vec![0; 1_024]);
        while left > 0 {
            let wanted = chunk.len().min(left);
            let Ok(count @ 1..) = server.read(&mut chunk[..wanted]) else { break };
            if visitor.write_all(&chunk[..count]).is_err() {
                break;
            }
            left -= count;
        }
        let _ = visitor.shutdown(Shutdown::Both);
        let _ = server.shutdown(Shutdown::Both);
        let _ = asking.join();
        sent.fetch_add(after - left, Ordering::Relaxed);
    })
}

/// One way of the slow line, which all connections share: when it is free again.
#[derive(Clone, Default)]
struct Way(Arc<Mutex<Duration>>);

impl Way {
    /// Waits until so many bytes are through.
    fn pass(&self, bytes: usize) {
        let now = since_start();
        let through = {
            let mut free = self.0.lock().unwrap();
            *free = (*free).max(now) + Duration::from_secs(1) * bytes as u32 / RATE;
            *free
        };
        // A line of so many bytes a second is one: this is what the soak measures, and no test waits for it.
        std::thread::sleep(through.saturating_sub(now));
    }
}

/// A line of 64 kbit/s each way to `server`, which drops all it carries every minute, for the first time after
/// `first_drop`.
pub fn slow(server: SocketAddr, first_drop: Duration) -> Line {
    let begun = since_start() + first_drop;
    let (up, down) = (Way::default(), Way::default());
    line(move |visitor, sent| {
        let since = since_start().saturating_sub(begun).as_secs() / DROPS_EVERY.as_secs();
        let passed = since_start() >= begun;
        let drops = if passed { begun + DROPS_EVERY * (since as u32 + 1) } else { begun };
        let server = TcpStream::connect(server).unwrap();
        let (from, to) = (visitor.try_clone().unwrap(), server.try_clone().unwrap());
        let up = up.clone();
        let asking = std::thread::spawn(move || carry(from, to, &up, drops, &AtomicUsize::default()));
        carry(server, visitor, &down, drops, sent);
        let _ = asking.join();
    })
}

/// Carries what comes from one to the other, until either ends or the line drops.
fn carry(mut from: TcpStream, mut to: TcpStream, way: &Way, drops: Duration, sent: &AtomicUsize) {
    let mut chunk = vec![0; 1_000];
    loop {
        let left = drops.saturating_sub(since_start());
        if left.is_zero() || from.set_read_timeout(Some(left)).is_err() {
            break;
        }
        let Ok(count @ 1..) = from.read(&mut chunk) else { break };
        way.pass(count);
        if since_start() >= drops || to.write_all(&chunk[..count]).is_err() {
            break;
        }
        sent.fetch_add(count, Ordering::Relaxed);
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
