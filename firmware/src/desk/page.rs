//! The staff page's files: plain HTML, CSS and JavaScript, no build step, nothing from outside. All are in the binary.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Nothing but our own files; shown in a frame only by a page of this machine (the bench).
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; font-src 'self'; \
                      connect-src 'self'; img-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors http://127.0.0.1:* http://localhost:*";

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const MANIFEST: &str = "application/manifest+json";
const PICTURE: &str = "image/svg+xml";
const FONT: &str = "font/ttf";

/// A page and its scripts belong together: none is ever older than the others.
const ALWAYS_NEW: &str = "no-store";
/// A browser keeps fonts and pictures for a day: the picture that says that the desk is gone is shown when it is gone.
const FOR_A_DAY: &str = "private, max-age=86400";

struct File {
    path: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

/// A file of the folder `page`, under the path that it has there.
macro_rules! page_file {
    ($kind:ident, $name:literal) => {
        File { path: concat!("/", $name), kind: $kind, bytes: include_bytes!(concat!("page/", $name)) }
    };
}

const FILES: [File; 36] = [
    File { path: "/", kind: HTML, bytes: include_bytes!("page/staff.html") },
    File {
        path: "/font/regular.ttf",
        kind: FONT,
        bytes: include_bytes!("../../../fonts/AtkinsonHyperlegibleNext-Regular.ttf"),
    },
    File {
        path: "/font/bold.ttf",
        kind: FONT,
        bytes: include_bytes!("../../../fonts/AtkinsonHyperlegibleNext-Bold.ttf"),
    },
    page_file!(CSS, "staff.css"),
    page_file!(CSS, "cards.css"),
    page_file!(CSS, "elsewhere.css"),
    page_file!(MANIFEST, "manifest.webmanifest"),
    page_file!(PICTURE, "icon/app.svg"),
    page_file!(PICTURE, "icon/maskable.svg"),
    page_file!(PICTURE, "icon/quiet.svg"),
    page_file!(PICTURE, "icon/call.svg"),
    page_file!(PICTURE, "icon/late.svg"),
    page_file!(PICTURE, "icon/coming.svg"),
    page_file!(PICTURE, "icon/lost.svg"),
    page_file!(SCRIPT, "calls.js"),
    page_file!(SCRIPT, "day.js"),
    page_file!(SCRIPT, "delivered.js"),
    page_file!(SCRIPT, "dom.js"),
    page_file!(SCRIPT, "elsewhere.js"),
    page_file!(SCRIPT, "kiosks.js"),
    page_file!(SCRIPT, "languages.js"),
    page_file!(SCRIPT, "link.js"),
    page_file!(SCRIPT, "memory.js"),
    page_file!(SCRIPT, "metronome.js"),
    page_file!(SCRIPT, "names.js"),
    page_file!(SCRIPT, "people.js"),
    page_file!(SCRIPT, "presence.js"),
    page_file!(SCRIPT, "pulse.js"),
    page_file!(SCRIPT, "ringing.js"),
    page_file!(SCRIPT, "signals.js"),
    page_file!(SCRIPT, "sound.js"),
    page_file!(SCRIPT, "spoken.js"),
    page_file!(SCRIPT, "staff.js"),
    page_file!(SCRIPT, "state.js"),
    page_file!(SCRIPT, "wake.js"),
    page_file!(SCRIPT, "words.js"),
];

/// The routes of all files.
pub(super) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES
        .iter()
        .fold(Router::new(), |router, file| router.route(file.path, get(move || async move { answer(file) })))
}

fn answer(file: &'static File) -> Response {
    let kept = if [PICTURE, FONT].contains(&file.kind) { FOR_A_DAY } else { ALWAYS_NEW };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(file.kind)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (headers, file.bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served_and_small() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/desk/page");
        let mut names = Vec::new();
        for place in [folder.clone(), folder.join("icon")] {
            for entry in std::fs::read_dir(place).unwrap() {
                let path = entry.unwrap().path();
                if path.is_file() {
                    names.push(format!("/{}", path.strip_prefix(&folder).unwrap().display()));
                }
            }
        }
        for name in names.iter().filter(|name| *name != "/staff.html") {
            assert!(FILES.iter().any(|file| file.path == name), "{name} is not served");
        }
        let all: usize = FILES.iter().map(|file| file.bytes.len()).sum();
        assert!(all < 250_000, "the page weighs {all} bytes");
    }
}
