//! The way out through an office's proxy: Debian's tinyproxy.

use super::authority::world;
use super::server::{Server, nginx, nginx_with_tls, nobody, tinyproxy};
use super::service::{configuration, serve_until};
use crate::editor::{Editor, Kiosk, bytes};
use crate::program::{must_refuse, once};

fn address(proxy: &Server) -> String {
    format!("http://{}", proxy.address)
}

/// A kiosk that shows release 1, and an editor who has published release 2.
fn plain_world() -> (Editor, Kiosk) {
    let editor = Editor::today();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    editor.publish(2);
    (editor, kiosk)
}

#[test]
fn a_release_comes_through_a_proxy_over_http_and_over_https() {
    let Some((editor, kiosk, authority)) = world() else { return };
    let Some(proxy) = tinyproxy("") else { return };
    let Some(plain) = nginx(&editor.repository()) else { return };
    let Some(safe) = nginx_with_tls(&editor.repository(), &authority.good()) else { return };
    let proxied = address(&proxy);
    let run = once(&kiosk, &format!("http://{}/", plain.address), &["--proxy", &proxied]);
    assert_eq!(run.code, 0, "{:?}", run.steps);
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
    assert!(proxy.log().contains("GET http://"), "{}", proxy.log());
    editor.publish(3);
    let [name, pem] = authority.arguments();
    let run = once(&kiosk, &format!("https://{}/", safe.address), &["--proxy", &proxied, name, pem]);
    assert_eq!(run.code, 0, "{:?}", run.steps);
    assert_eq!(kiosk.shown().unwrap(), bytes(3));
    assert!(proxy.log().contains(&format!("CONNECT {}", safe.address)), "{}", proxy.log());
}

#[test]
fn the_proxy_in_the_configuration_counts_for_the_service_and_for_a_pass_by_hand() {
    let (editor, kiosk) = plain_world();
    let Some(proxy) = tinyproxy("") else { return };
    let Some(nginx) = nginx(&editor.repository()) else { return };
    let from = format!("http://{}/", nginx.address);
    let file = configuration(&kiosk, &from, &format!("proxy = '{}'", address(&proxy)));
    serve_until(&kiosk, &file, 2);
    let asked = |proxy: &Server| proxy.log().matches("timestamp.json").count();
    let by_service = asked(&proxy);
    assert!(by_service > 0, "{}", proxy.log());
    editor.publish(3);
    let run = once(&kiosk, &from, &["--config", file.to_str().unwrap()]);
    assert_eq!((run.code, kiosk.shown().as_deref()), (0, Some(bytes(3))), "{:?}", run.steps);
    assert!(asked(&proxy) > by_service, "{}", proxy.log());
}

#[test]
fn a_proxy_that_is_not_there_is_named_and_what_is_shown_stays() {
    let (_editor, kiosk) = plain_world();
    let nobody = nobody();
    let dead = nobody.address.to_string();
    for from in ["http://parvis.example.fr/", "https://parvis.example.fr/"] {
        let what = must_refuse(&kiosk, from, &["--proxy", &format!("http://{dead}")], ("proxy", 3));
        assert!(what.contains(&dead), "{what}");
    }
}

#[test]
fn a_proxy_that_lets_nothing_through_is_named_and_what_is_shown_stays() {
    let (_editor, kiosk) = plain_world();
    // Nobody else may ask; and a tunnel leads to one port only, at which no server is.
    let Some(closed) = tinyproxy("Allow 192.0.2.1") else { return };
    let Some(no_tunnel) = tinyproxy("ConnectPort 563") else { return };
    for (proxy, from) in [
        (&closed, "http://parvis.example.fr/"),
        (&closed, "https://parvis.example.fr/"),
        (&no_tunnel, "https://parvis.example.fr/"),
    ] {
        let what = must_refuse(&kiosk, from, &["--proxy", &address(proxy)], ("proxy", 3));
        assert!(what.contains(&proxy.address.to_string()), "{what}");
    }
}

#[test]
fn a_proxy_that_asks_for_a_password_is_given_it_and_no_message_tells_it() {
    let Some((editor, kiosk, authority)) = world() else { return };
    let Some(proxy) = tinyproxy("BasicAuth borne secret") else { return };
    let Some(plain) = nginx(&editor.repository()) else { return };
    let Some(safe) = nginx_with_tls(&editor.repository(), &authority.good()) else { return };
    let [name, pem] = authority.arguments();
    let froms = [format!("http://{}/", plain.address), format!("https://{}/", safe.address)];
    for from in &froms {
        for who in ["", "borne:faux@"] {
            let proxied = format!("http://{who}{}", proxy.address);
            let what = must_refuse(&kiosk, from, &["--proxy", &proxied, name, pem], ("proxy", 3));
            assert!(what.contains(&proxy.address.to_string()) && !what.contains("faux"), "{what}");
        }
    }
    let proxied = format!("http://borne:secret@{}", proxy.address);
    for (release, from) in [2, 3].into_iter().zip(&froms) {
        let run = once(&kiosk, from, &["--proxy", &proxied, name, pem]);
        assert_eq!((run.code, kiosk.shown().as_deref()), (0, Some(bytes(release))), "{:?}", run.steps);
        if release == 2 {
            editor.publish(3);
        }
    }
}
