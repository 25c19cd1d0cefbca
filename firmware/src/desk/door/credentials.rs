//! What a paired device shows: a token of 256 random bits, in a cookie (staff pages) or a header (kiosks).

use aws_lc_rs::rand;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, HeaderValue};
use parvis_bundle::Digest;

use super::devices::KEPT_S;

/// The cookie's name.
pub const COOKIE_NAME: &str = "parvis-device";
/// Bytes of a token: 256 bits.
const TOKEN_BYTES: usize = 32;
/// Cookies of our name that are looked at. Another program of the same machine may have set one: ours still counts.
const TOKENS_MAX: usize = 4;

/// A token. It is shown once, to the device; the desk keeps its digest only.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; TOKEN_BYTES]);

impl Token {
    /// A new one, from the system's randomness.
    pub fn random() -> Self {
        Self(random_bytes())
    }

    /// Reads 64 lowercase hexadecimal digits, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let written_by_us = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        Digest::parse(text).filter(|_| written_by_us).map(|bytes| Self(*bytes.bytes()))
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The 64 digits that [`parse`](Self::parse) reads.
    pub fn reveal(&self) -> String {
        self.0.iter().fold(String::with_capacity(2 * TOKEN_BYTES), |text, byte| text + &format!("{byte:02x}"))
    }

    /// The header that gives it to a browser; `secure` when it came over TLS.
    pub fn set_cookie(&self, secure: bool) -> HeaderValue {
        let secure = if secure { "; Secure" } else { "" };
        let token = self.reveal();
        let text =
            format!("{COOKIE_NAME}={token}; Path=/; Max-Age={KEPT_S}; HttpOnly; SameSite=Strict{secure}");
        let mut value =
            HeaderValue::from_str(&text).expect("digits and our own words are always a header's value");
        value.set_sensitive(true);
        value
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("Token(…)")
    }
}

/// Random bytes.
pub(super) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the kernel's randomness does not fail once a service of it runs");
    bytes
}

/// The tokens in the cookies of a request, at most [`TOKENS_MAX`].
pub fn from_cookies(headers: &HeaderMap) -> Vec<Token> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let ours = pairs.filter(|(name, _)| *name == COOKIE_NAME).take(TOKENS_MAX);
    ours.filter_map(|(_, value)| Token::parse(value)).collect()
}

/// The token in `Authorization: Bearer …`; `None` when there is not exactly one such header.
pub fn from_bearer(headers: &HeaderMap) -> Option<Token> {
    let mut lines = headers.get_all(AUTHORIZATION).into_iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return None };
    let (scheme, token) = line.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { Token::parse(token.trim()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn headers(name: &'static str, values: &[&[u8]]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.append(name, value);
            }
        }
        headers
    }

    #[test]
    fn tokens_differ_and_are_not_shown_by_accident() {
        let token = Token::random();
        assert_ne!(token, Token::random());
        assert_eq!(Token::parse(&token.reveal()), Some(token.clone()));
        assert!(!format!("{token:?}").contains(&token.reveal()));
        assert!(format!("{:?}", token.set_cookie(true)).contains("Sensitive"));
    }

    #[test]
    fn the_cookie_is_for_the_desk_alone() {
        let token = Token::random();
        let cookie = token.set_cookie(true).to_str().unwrap().to_owned();
        for part in ["Path=/", "Max-Age=34560000", "HttpOnly", "SameSite=Strict", "Secure"] {
            assert!(cookie.split("; ").any(|one| one == part), "{part}: {cookie}");
        }
        assert!(!token.set_cookie(false).to_str().unwrap().contains("Secure"));
    }

    #[test]
    fn a_cookie_is_found_among_others_and_a_foreign_one_of_its_name_hides_nothing() {
        let token = Token::random();
        let line = format!("a=b; {COOKIE_NAME}=junk;{COOKIE_NAME}={}; c", token.reveal());
        assert_eq!(from_cookies(&headers("cookie", &[b"x=y", line.as_bytes()])), [token]);
    }

    #[test]
    fn a_bearer_is_one_and_well_formed() {
        let token = Token::random();
        let line = format!("Bearer {}", token.reveal());
        assert_eq!(from_bearer(&headers("authorization", &[line.as_bytes()])), Some(token.clone()));
        assert_eq!(from_bearer(&headers("authorization", &[line.as_bytes(), line.as_bytes()])), None);
        for bad in [
            token.reveal(),
            format!("Basic {}", token.reveal()),
            format!("Bearer {}", token.reveal().to_uppercase() + "AA"),
        ] {
            assert_eq!(from_bearer(&headers("authorization", &[bad.as_bytes()])), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_a_panic_and_never_gives_many_tokens(
            lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..8),
        ) {
            let lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
            prop_assert!(from_cookies(&headers("cookie", &lines)).len() <= TOKENS_MAX);
            let _ = from_bearer(&headers("authorization", &lines));
        }

        #[test]
        fn what_is_almost_a_token_in_a_cookie_is_none(text in "(parvis-device=[0-9a-fA-F]{0,70};? ?){0,9}") {
            for token in from_cookies(&headers("cookie", &[text.as_bytes()])) {
                prop_assert!(text.contains(&token.reveal()));
            }
        }

        #[test]
        fn every_token_is_read_back(bytes in any::<[u8; 32]>()) {
            let token = Token(bytes);
            prop_assert_eq!(Token::parse(&token.reveal()), Some(token));
        }
    }
}
