//! Who may ask for what: everything needs a token, but the page that gives one.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, HOST, ORIGIN, SET_COOKIE, UPGRADE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::credentials::{Token, from_bearer, from_cookies};
use super::devices::Role;
use super::refusals::Kind;
use super::serve::Connection;
use super::{Door, Guest};

/// What strangers may ask for.
pub(super) const PUBLIC: [&str; 4] = ["/pair", "/pair.css", "/health", "/api/kiosk-pair"];
/// Where other kiosks speak: no page does.
const FOR_KIOSKS: &str = "/api/kiosk";
/// All that a machine with a token of its own may ask for: another kiosk, or Prometheus.
const FOR_MACHINES: [&str; 2] = [FOR_KIOSKS, "/metrics"];

/// Lets a request through, or not.
pub(super) async fn guard(State(door): State<Arc<Door>>, mut request: Request, next: Next) -> Response {
    let mut response = if PUBLIC.contains(&request.uri().path()) {
        next.run(request).await
    } else {
        match admit(&door, &request) {
            Ok((guest, token)) => {
                let renew = renews(&guest, &request).then(|| token.set_cookie(guest.connection.tls));
                guest.connection.place.known();
                request.extensions_mut().insert(guest);
                let mut response = next.run(request).await;
                renew.map(|cookie| response.headers_mut().append(SET_COOKIE, cookie));
                response
            }
            Err(refusal) => refuse(&door, refusal, &request),
        }
    };
    let headers = response.headers_mut();
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    response
}

fn admit(door: &Arc<Door>, request: &Request) -> Result<(Guest, Token), Kind> {
    let connection = request.extensions().get::<Connection>().ok_or(Kind::Token)?;
    let headers = request.headers();
    let is_kiosk = |role: Role| matches!(role, Role::Kiosk);
    let of_kiosk = from_bearer(headers).and_then(|token| Some((door.admit(&token, connection)?, token)));
    if let Some((guest, token)) = of_kiosk.filter(|(guest, _)| is_kiosk(guest.role())) {
        let allowed = FOR_MACHINES.contains(&request.uri().path());
        return if allowed { Ok((guest, token)) } else { Err(Kind::Role) };
    }
    let mut of_pages = from_cookies(headers).into_iter();
    let known = of_pages.find_map(|token| Some((door.admit(&token, connection)?, token)));
    let (guest, token) = known.ok_or(Kind::Token)?;
    if is_kiosk(guest.role()) || request.uri().path() == FOR_KIOSKS {
        return Err(Kind::Role);
    }
    // A browser shows the cookie whoever asks: what changes something, or listens, must come from our own page.
    let only_reads =
        matches!(*request.method(), Method::GET | Method::HEAD) && !headers.contains_key(UPGRADE);
    if only_reads || is_own(headers, connection.tls) { Ok((guest, token)) } else { Err(Kind::Origin) }
}

/// A page that is opened now and then stays paired, and so does one that is never closed: it connects again at times.
fn renews(guest: &Guest, request: &Request) -> bool {
    let opened = request.uri().path() == "/" || request.headers().contains_key(UPGRADE);
    opened && matches!(guest.role(), Role::Staff { .. })
}

fn refuse(door: &Door, refusal: Kind, request: &Request) -> Response {
    let goes_to_pair = request.uri().path() == "/" && request.method() == Method::GET;
    if refusal == Kind::Token && goes_to_pair {
        // A browser that comes for the first time: nothing is refused.
        return Redirect::to("/pair").into_response();
    }
    door.refused(refusal);
    let (status, why) = if refusal == Kind::Role {
        (StatusCode::FORBIDDEN, "this device is paired for other things")
    } else if refusal == Kind::Origin {
        (StatusCode::FORBIDDEN, "only a page of this desk")
    } else {
        (StatusCode::UNAUTHORIZED, "this device is not paired")
    };
    (status, why).into_response()
}

/// Whether a page of this very desk asks, as its browser tells: the origin is the host that was asked for.
pub(super) fn is_own(headers: &HeaderMap, tls: bool) -> bool {
    let one = |name| {
        let mut values = headers.get_all(name).into_iter();
        let (Some(value), None) = (values.next(), values.next()) else { return None };
        value.to_str().ok()
    };
    let (Some(origin), Some(host)) = (one(ORIGIN), one(HOST)) else { return false };
    let scheme = if tls { "https://" } else { "http://" };
    !host.is_empty()
        && origin.strip_prefix(scheme).is_some_and(|asked_from| asked_from.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_static(value));
        }
        headers
    }

    #[test]
    fn only_the_page_of_the_host_that_was_asked_for_is_our_own() {
        let host = ("host", "192.0.2.7:8443");
        assert!(is_own(&headers(&[host, ("origin", "https://192.0.2.7:8443")]), true));
        assert!(is_own(&headers(&[("host", "Borne.local"), ("origin", "http://borne.local")]), false));
        for origin in [
            "http://192.0.2.7:8443",
            "https://192.0.2.7",
            "https://192.0.2.7:8444",
            "https://evil.example",
            "null",
            "",
        ] {
            assert!(!is_own(&headers(&[host, ("origin", origin)]), true), "{origin}");
        }
        assert!(!is_own(&headers(&[host]), true));
        assert!(!is_own(&headers(&[("origin", "https://")]), true));
        assert!(!is_own(&headers(&[("host", ""), ("origin", "https://")]), true));
    }

    #[test]
    fn two_hosts_or_two_origins_are_nobody() {
        let own = ("origin", "https://a");
        assert!(is_own(&headers(&[("host", "a"), own]), true));
        assert!(!is_own(&headers(&[("host", "a"), ("host", "a"), own]), true));
        assert!(!is_own(&headers(&[("host", "a"), own, own]), true));
    }
}
