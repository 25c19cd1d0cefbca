//! Servers that want to hold the kiosk: a byte now and then, silence, and data without end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parvis::intake::http::{Http, Limits, Line};

use crate::editor::{Editor, Kiosk};
use crate::program::must_refuse;

/// Bytes that a server may have got rid of before the kiosk hangs up: the buffers of two sockets, and not much more.
const SENT_MAX: u64 = 32 * 1024 * 1024;
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nETag: \"x\"\r\n\r\n";
const MISSING: &[u8] = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// A server whose answer to a path is written by `answer`, on one connection each.
fn server(answer: impl Fn(&mut TcpStream, &str) + Clone + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let (mut asked, mut chunk) = (Vec::new(), [0; 4_096]);
                while !asked.ends_with(b"\r\n\r\n") {
                    let Ok(count @ 1..) = visitor.read(&mut chunk) else { return };
                    asked.extend_from_slice(&chunk[..count]);
                }
                let asked = String::from_utf8_lossy(&asked).into_owned();
                answer(&mut visitor, asked.split(' ').nth(1).unwrap_or(""));
            });
        }
    });
    address
}

/// Waits for the kiosk to hang up, for a moment. Whether it did.
fn hung_up(visitor: &mut TcpStream) -> bool {
    visitor.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
    matches!(visitor.read(&mut [0]), Ok(0)) || matches!(visitor.take_error(), Ok(Some(_)))
}

/// A byte every 20 ms, until the kiosk hangs up.
fn drip(visitor: &mut TcpStream) {
    while !hung_up(visitor) && visitor.write_all(b" ").is_ok() {}
}

/// A kiosk that shows release 1.
fn kiosk() -> Kiosk {
    let editor = Editor::today();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    kiosk
}

/// A client like the kiosk's, which loses its patience after a tenth of a second instead of a minute.
fn impatient(address: SocketAddr, silence: Duration) -> Arc<Http> {
    // Fifty bytes a second are dripped.
    let limits =
        Limits { silence, patience: Duration::from_millis(100), rate_min: 1_000, ..Limits::default() };
    Arc::new(Http::new(&format!("http://{address}"), &Line { limits, ..Line::default() }).unwrap())
}

#[test]
fn a_server_that_sends_a_byte_now_and_then_is_given_up_in_each_file() {
    let kiosk = kiosk();
    for file in ["2.root.json", "timestamp.json"] {
        let dripping = server(move |visitor, path| {
            if path.ends_with(file) && visitor.write_all(OK).is_ok() {
                drip(visitor);
            } else {
                let found = path.ends_with("timestamp.json");
                let _ = visitor.write_all(if found { OK } else { MISSING });
            }
        });
        // Never silent for long: it is the rate that is too low.
        kiosk.must_refuse_from(impatient(dripping, Duration::from_secs(60)), "too-slow");
    }
}

#[test]
fn a_server_that_never_answers_or_falls_silent_or_drips_its_answer_s_head_is_given_up() {
    let kiosk = kiosk();
    let silent = server(|visitor, _| while !hung_up(visitor) {});
    let falls_silent = server(|visitor, path| {
        let _ = visitor.write_all(if path.ends_with("timestamp.json") { OK } else { MISSING });
        while path.ends_with("timestamp.json") && !hung_up(visitor) {}
    });
    let drips_its_head = server(|visitor, _| {
        if visitor.write_all(b"HTTP/1.1 200 OK\r\nX: ").is_ok() {
            drip(visitor);
        }
    });
    for address in [silent, falls_silent, drips_its_head] {
        kiosk.must_refuse_from(impatient(address, Duration::from_millis(200)), "too-slow");
    }
}

#[test]
fn metadata_without_end_is_refused_by_the_program_in_bounded_bytes() {
    let kiosk = kiosk();
    for (file, head, error) in [
        ("timestamp.json", OK, ("too-long", 4)),
        ("2.root.json", OK, ("too-long", 4)),
        // The head of an answer that never ends.
        ("timestamp.json", b"HTTP/1.1 200 OK\r\nX: ", ("interrupted", 3)),
    ] {
        let sent = Arc::<AtomicU64>::default();
        let counted = sent.clone();
        let endless = server(move |visitor, path| {
            if !path.ends_with(file) {
                let found = path.ends_with("timestamp.json");
                let _ = visitor.write_all(if found { OK } else { MISSING });
                return;
            }
            let chunk = vec![b' '; 16 * 1024];
            let mut open = visitor.write_all(head).is_ok();
            while open && counted.load(Ordering::Relaxed) <= SENT_MAX {
                open = visitor.write_all(&chunk).is_ok();
                counted.fetch_add(chunk.len() as u64, Ordering::Relaxed);
            }
        });
        let what = must_refuse(&kiosk, &format!("http://{endless}/"), &[], error);
        let sent = sent.load(Ordering::Relaxed);
        println!("{file}: {sent} bytes sent: {what}");
        assert!(sent < SENT_MAX, "{file}: {sent} bytes");
    }
}
