//! A repository behind a stock nginx, over a line that drops. In the folder: an authority of one's own, proxies, servers
//! that want to hold the kiosk, and the slow line of `./dev soak slow-line`.

mod authority;
mod hostile;
mod line;
mod proxy;
mod server;
mod service;
mod slow_line;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use parvis::intake::Step;
use parvis::intake::http::{Http, Line};
use parvis_bundle::{Source, names};

use self::line::dropping;
use self::server::{nginx, nobody};
use crate::editor::{Editor, Kiosk, bytes, wait};

fn http(address: SocketAddr) -> Http {
    Http::new(&format!("http://{address}"), &Line::default()).unwrap()
}

#[test]
fn a_stock_nginx_serves_a_repository_as_it_is() {
    let editor = Editor::new();
    editor.publish(1);
    let Some(nginx) = nginx(&editor.repository()) else { return };
    let kiosk = Kiosk::new(&editor);
    let source = http(nginx.address);
    kiosk.take_from(Arc::new(source.clone())).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
    editor.publish(2);
    let (steps, outcome) = kiosk.take_from(Arc::new(source));
    outcome.unwrap();
    assert!(steps.iter().any(|step| matches!(step, Step::Staged { patch: true, .. })), "{steps:?}");
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn a_poll_of_what_has_not_changed_is_one_request_without_a_body() {
    let editor = Editor::new();
    editor.publish(1);
    let Some(nginx) = nginx(&editor.repository()) else { return };
    let source = http(nginx.address);
    // nginx names a file by its second and its length, and both releases are of this second.
    let written = |second: u64| {
        let file = std::fs::File::options().append(true).open(editor.file(names::TIMESTAMP)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(second)).unwrap();
    };
    written(1_000_000);
    let name = wait(source.changed(names::TIMESTAMP, None)).unwrap().unwrap();
    assert_eq!(wait(source.changed(names::TIMESTAMP, Some(&name))).unwrap(), None);
    editor.publish(2);
    written(1_000_001);
    assert!(wait(source.changed(names::TIMESTAMP, Some(&name))).unwrap().is_some());
}

#[test]
fn a_line_that_drops_again_and_again_finishes_an_update_and_reads_no_byte_of_it_twice() {
    let editor = Editor::new();
    let release = editor.publish(1);
    let Some(nginx) = nginx(&editor.repository()) else { return };
    // Room for the metadata and a third of the file on each connection.
    let a_third = usize::try_from(release.full.bytes).unwrap() / 3;
    let line = dropping(nginx.address, a_third + 12_000);
    let kiosk = Kiosk::new(&editor);
    let mut passes = 0;
    while kiosk.shown().is_none() {
        passes += 1;
        assert!(passes < 30, "it never ends");
        let (_, outcome) = kiosk.take_from(Arc::new(http(line.address)));
        if let Err(error) = outcome {
            assert_eq!(error.exit_code(), 3, "{error}");
        }
    }
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
    assert!(passes > 1, "the line never dropped");
    let most = usize::try_from(release.full.bytes).unwrap() + passes * 14_000 + a_third;
    let read = line.bytes.load(Ordering::Relaxed);
    assert!(
        read < most,
        "{read} bytes read in {passes} passes, {} connections",
        line.connections.load(Ordering::Relaxed)
    );
}

#[test]
fn a_server_that_is_not_there_or_answers_with_errors_leaves_what_is_shown() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    let nobody = nobody();
    kiosk.must_refuse_from(Arc::new(http(nobody.address)), "interrupted");
    let Some(nginx) = nginx(editor.folder.path()) else { return };
    kiosk.must_refuse_from(Arc::new(http(nginx.address)), "missing");
}

#[test]
fn an_address_that_is_none_is_refused_and_only_http_is_spoken() {
    for bad in ["", "repository", "ftp://example.fr/", "file:///etc"] {
        assert!(Http::new(bad, &Line::default()).is_err(), "{bad}");
    }
    let line = Line { proxy: Some("::".to_owned()), ..Line::default() };
    assert!(Http::new("http://example.fr", &line).is_err());
}

/// The trait is used as the kiosk uses it.
#[test]
fn a_range_that_the_server_does_not_serve_is_skipped() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut visitor, _) = listener.accept().unwrap();
        let mut asked = [0; 4_096];
        let count = visitor.read(&mut asked).unwrap();
        visitor
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n0123456789")
            .unwrap();
        String::from_utf8_lossy(&asked[..count]).into_owned()
    });
    let rest = wait(async {
        use futures_util::StreamExt as _;
        let mut body = http(address).open("targets/x", 4).await.unwrap();
        let mut rest = Vec::new();
        while let Some(piece) = body.next().await {
            rest.extend_from_slice(&piece.unwrap());
        }
        rest
    });
    assert_eq!(rest, b"456789");
    assert!(server.join().unwrap().to_lowercase().contains("range: bytes=4-"));
}

/// As tinyproxy does: it never says that it closes.
#[test]
fn a_connection_that_is_closed_while_the_next_file_is_asked_for_costs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let closed = Arc::new(AtomicUsize::new(0));
    let counted = closed.clone();
    std::thread::spawn(move || {
        for mut visitor in listener.incoming().flatten() {
            let counted = counted.clone();
            std::thread::spawn(move || {
                let mut asked = [0; 4_096];
                if let Ok(1..) = visitor.read(&mut asked) {
                    let _ = visitor.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes");
                }
                if let Ok(1..) = visitor.read(&mut asked) {
                    counted.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let source = http(address);
    wait(async {
        use futures_util::TryStreamExt as _;
        // A connection is kept once its answer was read to the end, which is another task's matter.
        for _ in 0..1_000 {
            let body = source.open("targets/x", 0).await.unwrap();
            let pieces: Vec<_> = body.try_collect().await.unwrap();
            assert_eq!(pieces.concat(), b"yes");
            if closed.load(Ordering::Relaxed) > 2 {
                return;
            }
        }
        panic!("no connection was used twice");
    });
}
