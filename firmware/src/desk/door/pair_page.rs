//! What strangers may ask for: the page that pairs a device, the same for another kiosk, and whether the desk lives.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ORIGIN, REFERRER_POLICY, SET_COOKIE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, Router};

use super::devices::{AddError, Role};
use super::guard::is_own;
use super::kiosk_pair::{self, KioskAnswer, KioskRequest};
use super::serve::Connection;
use super::{Door, PairError};
use crate::clock;

/// One form to our own address, one style sheet, no script, in nobody's frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";
const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
/// Where the page says what went wrong.
const MESSAGE: &str = "<!-- message -->";
/// What it says before anything was tried, when no window is open.
const CLOSED: &str = "L’ajout d’appareils est fermé. Ouvrez-le d’abord sur la borne, dans l’espace du personnel : \
                      un code s’y affiche.";

pub(super) fn router(door: Arc<Door>) -> Router {
    Router::new()
        .route("/pair", get(page).post(pair))
        .route("/pair.css", get(|| async { file(CSS, include_str!("page/pair.css").into()) }))
        .route("/health", get(|| async { "ok" }))
        .route("/api/kiosk-pair", post(pair_kiosk))
        .with_state(door)
}

fn file(kind: &'static str, text: Cow<'static, str>) -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // With "no-referrer" browsers send forms from the origin "null", and our own page would be refused.
        (REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    ];
    (headers, text).into_response()
}

async fn page(State(door): State<Arc<Door>>) -> Response {
    let closed = door.pairing_left(clock::since_start()).is_none();
    form(StatusCode::OK, closed.then_some(CLOSED))
}

/// The form again. Nothing of what was typed comes back in it.
fn form(status: StatusCode, message: Option<&str>) -> Response {
    let message = message.map(|text| format!("<p id=\"message\" role=\"alert\">{text}</p>"));
    let text = include_str!("page/pair.html").replace(MESSAGE, &message.unwrap_or_default());
    (status, file(HTML, text.into())).into_response()
}

async fn pair(
    State(door): State<Arc<Door>>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_own(&headers, connection.tls) {
        return (StatusCode::FORBIDDEN, "only the form of this desk").into_response();
    }
    let typed = is_of_kind(&headers, "application/x-www-form-urlencoded").then(|| Typed::parse(&body));
    let Some(typed) = typed.flatten() else {
        return form(
            StatusCode::BAD_REQUEST,
            Some("Le formulaire est incomplet : remplissez-le de nouveau."),
        );
    };
    match door.pair(&typed.code, &typed.name, Role::Staff { second: typed.second }, connection.peer) {
        Ok((token, _)) => {
            ([(SET_COOKIE, token.set_cookie(connection.tls))], Redirect::to("/")).into_response()
        }
        Err(error) => form(status_of(&error), Some(said_of(&error))),
    }
}

async fn pair_kiosk(
    State(door): State<Arc<Door>>,
    Extension(connection): Extension<Connection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    // A kiosk is no browser: where an origin is named, a page of some site asks.
    if headers.contains_key(ORIGIN) {
        return (StatusCode::FORBIDDEN, "only a kiosk").into_response();
    }
    let asked = is_of_kind(&headers, "application/json").then(|| serde_json::from_slice(&body).ok());
    let Some(KioskRequest { code, name }) = asked.flatten() else {
        return (StatusCode::BAD_REQUEST, "a code and a name, as JSON").into_response();
    };
    match door.pair(&code, &name, Role::Kiosk, connection.peer) {
        Ok((token, name)) => Json(KioskAnswer { token: token.reveal(), name }).into_response(),
        Err(error) => kiosk_pair::refusal(&error),
    }
}

fn is_of_kind(headers: &HeaderMap, kind: &str) -> bool {
    let given = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(kind)
}

pub(super) fn status_of(error: &PairError) -> StatusCode {
    match error {
        PairError::Wrong | PairError::Closed => StatusCode::FORBIDDEN,
        PairError::TooSoon => StatusCode::TOO_MANY_REQUESTS,
        PairError::Add(AddError::NoName) => StatusCode::BAD_REQUEST,
        PairError::Add(AddError::Full) => StatusCode::CONFLICT,
        PairError::Add(AddError::NotSaved(_)) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn said_of(error: &PairError) -> &'static str {
    match error {
        PairError::Wrong => "Ce n’est pas le bon code. Regardez-le de nouveau sur la borne.",
        PairError::TooSoon => "Attendez une seconde, puis essayez de nouveau.",
        PairError::Closed => CLOSED,
        PairError::Add(AddError::NoName) => "Donnez un nom à cet appareil, par exemple « Accueil 1 ».",
        PairError::Add(AddError::Full) => {
            "64 appareils sont déjà reliés : retirez-en un, puis ouvrez de nouveau l’ajout sur la borne."
        }
        PairError::Add(AddError::NotSaved(_)) => {
            "La borne n’a pas pu enregistrer cet appareil. Prévenez le service technique."
        }
    }
}

/// What was typed into the form.
#[derive(Debug, PartialEq, Eq)]
struct Typed {
    code: String,
    name: String,
    second: bool,
}

impl Typed {
    /// Reads a form with a code, a name and perhaps the box of a second desk, each once, and nothing else.
    fn parse(body: &[u8]) -> Option<Self> {
        let (mut code, mut name, mut second) = (None, None, None);
        for (key, value) in url::form_urlencoded::parse(body) {
            let field = match &*key {
                "code" => &mut code,
                "name" => &mut name,
                "second" => &mut second,
                _ => return None,
            };
            if field.replace(value.into_owned()).is_some() {
                return None;
            }
        }
        Some(Self { code: code?, name: name?, second: second.is_some() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_is_read_as_browsers_send_it() {
        let typed = Typed::parse("code=305+172&name=Accueil+%C3%A9t%C3%A9&second=on".as_bytes()).unwrap();
        assert_eq!(typed, Typed { code: "305 172".into(), name: "Accueil été".into(), second: true });
        for bad in ["", "code=1", "name=x", "code=1&code=2&name=x", "code=1&name=x&role=kiosk", "code"] {
            assert_eq!(Typed::parse(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_page_has_one_place_for_its_message_and_no_script() {
        let page = include_str!("page/pair.html");
        assert_eq!(page.matches(MESSAGE).count(), 1);
        assert!(!page.contains("<script") && page.contains("lang=\"fr\""));
    }

    #[test]
    fn kinds_of_bodies_are_told_apart() {
        let headers = |kind| HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static(kind))]);
        assert!(is_of_kind(&headers("Application/JSON; charset=utf-8"), "application/json"));
        assert!(!is_of_kind(&headers("text/plain"), "application/json"));
        assert!(!is_of_kind(&HeaderMap::new(), "application/json"));
    }

    proptest! {
        #[test]
        fn any_body_is_read_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..600)) {
            let _ = Typed::parse(&body);
        }

        #[test]
        fn what_a_browser_encodes_is_what_was_typed(code in ".{0,20}", name in ".{0,80}", second in any::<bool>()) {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            body.append_pair("name", &name).append_pair("code", &code);
            if second {
                body.append_pair("second", "on");
            }
            let typed = Typed::parse(body.finish().as_bytes());
            prop_assert_eq!(typed, Some(Typed { code, name, second }));
        }
    }
}
