//! The section `[broker]`: an address, who this hall is there, and whom its desk follows.

use std::collections::BTreeSet;

use url::Url;

use super::ConfigError;
use super::checked::check;
use super::raw::RawBroker;
use crate::desk::broker::document::CHARS_MAX;
use crate::desk::broker::{BrokerConfig, FOLLOWED_MAX, Times, is_hall};
use crate::protocol::clean_name;

/// Bytes of a user's name, at most: what MQTT can carry is far more.
const USER_BYTES_MAX: usize = 256;
const HALL: &str = "1 to 40 of a to z, 0 to 9 and -";

/// Where the broker is.
struct Place {
    host: String,
    port: u16,
    tls: bool,
}

pub(super) fn broker(raw: RawBroker) -> Result<Option<BrokerConfig>, ConfigError> {
    let Some(address) = &raw.address else {
        // Whoever wrote the rest believes that something happens.
        check(
            "broker.address",
            &"(nothing)",
            raw == RawBroker::default(),
            "needed by the other keys of [broker]",
        )?;
        return Ok(None);
    };
    let Place { host, port, tls } = place(address)?;
    let hall = raw.hall.unwrap_or_default();
    check("broker.hall", &hall, is_hall(&hall), HALL)?;
    let name = raw.name.as_deref().map(clean_name);
    if let Some(name) = &name {
        check("broker.name", name, (1..=CHARS_MAX).contains(&name.chars().count()), "1 to 60 characters")?;
    }
    if let Some(user) = &raw.user {
        check("broker.user", user, (1..=USER_BYTES_MAX).contains(&user.len()), "1 to 256 bytes")?;
    }
    let has_user = raw.user.is_some() || raw.password_file.is_none();
    check("broker.user", &"(nothing)", has_user, "needed beside broker.password-file")?;
    let is_safe = tls || raw.password_file.is_none() || is_here(&host);
    check(
        "broker.address",
        address,
        is_safe,
        "mqtts where there is a password: it must not be read on the way",
    )?;
    let is_used = tls || raw.authority.is_none();
    check(
        "broker.authority",
        &"(a file)",
        is_used,
        "mqtts in broker.address: without TLS no authority is asked",
    )?;
    followed(&raw.follow, &hall)?;
    Ok(Some(BrokerConfig {
        host,
        port,
        tls,
        hall,
        name,
        user: raw.user,
        password_file: raw.password_file,
        authority: raw.authority,
        follow: raw.follow,
        times: Times::default(),
    }))
}

fn place(address: &str) -> Result<Place, ConfigError> {
    let url = Url::parse(address).ok();
    let place = url.as_ref().and_then(|url| {
        let (tls, port) = match url.scheme() {
            "mqtts" => (true, 8883),
            "mqtt" => (false, 1883),
            _ => return None,
        };
        // A name and a password have their own keys; a path means nothing here.
        let plain = url.username().is_empty()
            && url.password().is_none()
            && matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none();
        let host = url.host_str()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        (plain && !host.is_empty()).then_some(Place { host, port: url.port().unwrap_or(port), tls })
    });
    // What was written is not repeated: somebody may have put a password into it.
    place.ok_or_else(|| ConfigError::Value {
        key: "broker.address",
        value: "(what it says)".to_owned(),
        expected: "mqtts://host:port or mqtt://host:port, and nothing else",
    })
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

fn followed(halls: &[String], own: &str) -> Result<(), ConfigError> {
    check("broker.follow", &halls.len(), halls.len() <= FOLLOWED_MAX, "at most 32 halls")?;
    for hall in halls {
        check("broker.follow", hall, is_hall(hall), HALL)?;
        check("broker.follow", hall, hall != own, "halls elsewhere: this one is shown anyway")?;
    }
    let different: BTreeSet<&String> = halls.iter().collect();
    check("broker.follow", &halls.join(" "), different.len() == halls.len(), "each hall once")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<BrokerConfig>, ConfigError> {
        let toml = format!("[broker]\n{text}");
        super::super::Config::parse(&toml, std::path::Path::new("parvis.toml")).map(|config| config.broker)
    }

    #[test]
    fn without_an_address_there_is_no_broker() {
        assert_eq!(read("").unwrap(), None);
    }

    #[test]
    fn a_broker_has_an_address_a_port_and_tls_or_not() {
        for (address, host, port, tls) in [
            ("mqtts://broker.example.fr", "broker.example.fr", 8883, true),
            ("mqtt://192.0.2.7/", "192.0.2.7", 1883, false),
            ("mqtts://[2001:db8::1]:9000", "2001:db8::1", 9000, true),
        ] {
            let config = read(&format!("address = '{address}'\nhall = 'a'")).unwrap().unwrap();
            assert_eq!((config.host.as_str(), config.port, config.tls), (host, port, tls));
        }
    }

    #[test]
    fn what_cannot_be_is_named_and_a_password_is_not_repeated() {
        let good = "address = 'mqtts://b:1'\nhall = 'a'\n";
        let many: Vec<String> = (0..33).map(|n| format!("'h{n}'")).collect();
        for (text, key) in [
            ("hall = 'a'".to_owned(), "broker.address"),
            ("address = 'https://b'\nhall = 'a'".to_owned(), "broker.address"),
            ("address = 'mqtts://b/path'\nhall = 'a'".to_owned(), "broker.address"),
            ("address = 'mqtts://me:geheim@b'\nhall = 'a'".to_owned(), "broker.address"),
            ("address = 'mqtts://b'".to_owned(), "broker.hall"),
            ("address = 'mqtts://b'\nhall = 'A B'".to_owned(), "broker.hall"),
            (
                "address = 'mqtt://b'\nhall = 'a'\nuser = 'a'\npassword-file = 'p'".to_owned(),
                "broker.address",
            ),
            ("address = 'mqtt://b'\nhall = 'a'\nauthority = 'p'".to_owned(), "broker.authority"),
            (format!("{good}password-file = 'p'"), "broker.user"),
            (format!("{good}user = ''"), "broker.user"),
            (format!("{good}name = ' '"), "broker.name"),
            (format!("{good}follow = ['a']"), "broker.follow"),
            (format!("{good}follow = ['b', 'b']"), "broker.follow"),
            (format!("{good}follow = ['b/#']"), "broker.follow"),
            (format!("{good}follow = [{}]", many.join(",")), "broker.follow"),
            (format!("{good}password = 'geheim'"), "password"),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(key), "{text}: {error}");
            assert!(!error.contains("me:geheim"), "{error}");
        }
        let local = "address = 'mqtt://127.0.0.1'\nhall = 'a'\nuser = 'a'\npassword-file = 'p'";
        assert!(read(local).unwrap().is_some(), "on this machine nobody reads it on the way");
    }
}
