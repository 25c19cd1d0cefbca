//! The guarded desk as a process: who enters, who does not, and that strangers cannot keep staff out.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use futures_util::future::join_all;
use parvis::desk::door::certificate::{CertificateFrom, FILE};
use parvis::desk::door::credentials::Token;
use parvis::desk::door::devices::Role;
use parvis::desk::door::{Door, DoorConfig, Entry};
use parvis::desk::{Desk, DeskParts};
use parvis::protocol::FromKiosk;
use parvis_hardware::simulated::{SimulatedButton, SimulatedLight};
use parvis_tests::staff::PATIENCE;
use tokio::io::AsyncReadExt as _;
use tokio::sync::watch;

use crate::entrance::{Entrance, call, cookie, local, offer, say, until, until_cut_off};
use crate::hall::{DESK, Hall, NAME, Service};

/// A guarded desk in its folder.
pub struct Guarded {
    pub hall: Hall,
    pub desk: Service,
    pub loopback: Entrance,
}

impl Guarded {
    pub fn new() -> Self {
        Self::at("127.0.0.2:0")
    }

    /// With this address on the network.
    pub fn at(lan: &str) -> Self {
        Self::start(Self::hall(lan))
    }

    /// The same with the log of every day: a full one takes time.
    pub fn quiet_at(lan: &str) -> Self {
        let hall = Self::hall(lan);
        let mut command = hall.command("desk", "desk");
        command.env("RUST_LOG", "parvis=info");
        Self::run(hall, &mut command)
    }

    fn hall(lan: &str) -> Hall {
        let hall = Hall::new();
        let path = hall.path("parvis.toml");
        let config = std::fs::read_to_string(&path).unwrap().replace(
            "[desk]\n",
            &format!(
                "[desk]\nlan-address = \"{lan}\"\ndevices-file = \"state/devices.json\"\n\
                 certificate-folder = \"state/tls\"\n"
            ),
        );
        std::fs::write(path, config).unwrap();
        hall
    }

    fn start(hall: Hall) -> Self {
        let mut command = hall.command("desk", "desk");
        Self::run(hall, &mut command)
    }

    fn run(hall: Hall, command: &mut Command) -> Self {
        let mut desk = Service::start(command);
        let loopback = Entrance::loopback(desk.address(DESK));
        Self { hall, desk, loopback }
    }

    /// After a power cut, and what `change` did to the disk meanwhile.
    pub fn again(self, change: impl FnOnce(&Hall)) -> Self {
        self.desk.kill();
        change(&self.hall);
        Self::start(self.hall)
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.desk.id()
    }

    pub fn log(&self) -> String {
        self.hall.log("desk")
    }

    pub fn socket(&self) -> PathBuf {
        self.hall.path("state/desk.sock")
    }

    /// Opens a window; the code, and the port on the network.
    pub async fn open(&self) -> (String, Entrance) {
        let offer = offer(&self.socket()).await;
        (offer.code.clone(), Entrance::offered(&offer))
    }
}

/// Another code than this one.
fn wrong(code: &str, by: u32) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + by) % 1_000_000)
}

#[tokio::test]
async fn a_page_is_paired_with_the_code_once_and_stays_paired_across_a_power_cut() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let home = lan.get("/", None).await;
    assert_eq!((home.status, home.line("location")), (303, Some("/pair")));
    let form = lan.get("/pair", None).await;
    assert!(form.status == 200 && form.body.contains("name=\"code\""), "{form:?}");
    assert!(form.line("content-security-policy").unwrap().contains("form-action 'self'"));
    assert_eq!(lan.get("/pair.css", None).await.status, 200);
    assert_eq!(lan.get("/health", None).await.body, "ok");

    let token = lan.pair(&code, "Accueil+1").await;
    let page = lan.get("/", Some(&token)).await;
    assert!(page.status == 200 && page.line("set-cookie").is_some_and(|cookie| cookie.contains(&token)));
    let mut socket = lan.page(&token).await;
    let _kiosk = call(&desk.socket(), NAME).await;
    until(&mut socket, |calls, _| calls == [NAME]).await;

    let again = lan.send_form(&code, "Voleur", Some(&lan.origin())).await;
    assert_eq!((again.status, again.line("set-cookie")), (403, None), "a code is for one device");
    let written = std::fs::read_to_string(desk.hall.path("state/devices.json")).unwrap();
    assert!(written.contains("Accueil 1") && !written.contains(&token));
    assert!(!desk.hall.log("desk").contains(&token) && !desk.hall.log("desk").contains(&code));

    let desk = desk.again(|_| ());
    let (_, later) = desk.open().await;
    assert_eq!(later.fingerprint, lan.fingerprint);
    later.page(&token).await;
    assert_eq!(desk.loopback.get("/", Some(&token)).await.status, 200);
}

#[tokio::test]
async fn strangers_and_forged_tokens_get_nothing_on_loopback_either() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let token = lan.pair(&code, "Accueil").await;
    let forged = [
        None,
        Some(Token::random().reveal()),
        Some(token.to_uppercase()),
        Some(token.split_at(63).0.to_owned()),
        Some(format!("{token}0")),
        Some(String::new()),
    ];
    for entrance in [&lan, &desk.loopback] {
        for token in &forged {
            for path in
                ["/staff.js", "/staff.css", "/api/staff", "/api/kiosk", "/api/door/open", "/none", "//"]
            {
                assert_eq!(entrance.get(path, token.as_deref()).await.status, 401, "{path} with {token:?}");
            }
            assert_eq!(entrance.get("/", token.as_deref()).await.status, 303);
            let mut lines = entrance.page_lines(token.as_deref().unwrap_or_default()).to_vec();
            assert_eq!(entrance.refusal("/api/staff", &lines).await, 401);
            lines.push(("Authorization", format!("Bearer {}", token.as_deref().unwrap_or("x"))));
            assert_eq!(entrance.refusal("/api/kiosk", &lines).await, 401);
        }
        // What opens the door is not behind the door.
        assert_eq!(entrance.get("/api/door/open", Some(&token)).await.status, 404);
        entrance.page(&token).await;
    }
}

#[tokio::test]
async fn each_role_does_its_own_thing_only_and_a_kiosk_speaks_in_its_own_name() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let staff = lan.pair(&code, "Accueil").await;
    let kiosk = lan.pair_kiosk(&desk.open().await.0, "Borne du fond").await;
    let bearer = |token: &str| ("Authorization", format!("Bearer {token}"));

    for path in ["/", "/staff.js"] {
        assert_eq!(lan.get(path, Some(&kiosk)).await.status, 403);
        let shown = format!("Authorization: Bearer {kiosk}");
        assert_eq!(lan.ask(&format!("GET {path}"), &[shown], "").await.status, 403);
    }
    assert_eq!(lan.refusal("/api/staff", &lan.page_lines(&kiosk)).await, 403);
    assert_eq!(lan.refusal("/api/staff", &[("Origin", lan.origin()), bearer(&kiosk)]).await, 403);
    assert_eq!(lan.refusal("/api/kiosk", &lan.page_lines(&staff)).await, 403);
    assert_eq!(lan.refusal("/api/kiosk", &[bearer(&staff)]).await, 401);
    assert_eq!(lan.refusal("/api/staff", &[("Origin", lan.origin()), bearer(&staff)]).await, 401);

    let mut page = lan.page(&staff).await;
    let mut calling = lan.socket("/api/kiosk", &[bearer(&kiosk)]).await.unwrap();
    say(&mut calling, &FromKiosk::Hello { kiosk: NAME.into() }).await;
    say(&mut calling, &FromKiosk::Ask { key: 1, lang: "fr".into() }).await;
    let own = "Borne du fond";
    until(&mut page, |calls, kiosks| calls == [own] && kiosks == [own]).await;
}

#[tokio::test]
async fn ten_wrong_codes_from_anywhere_close_the_window_and_the_port() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    // A connection that waits in the page of the open window is closed with it.
    let mut waiting = lan.enter().await.unwrap();
    for number in 1..=10 {
        let from = lan.from(number);
        let answer = from.send_form(&wrong(&code, number.into()), "Voleur", Some(&lan.origin())).await;
        assert_eq!((answer.status, answer.line("set-cookie")), (403, None), "{answer:?}");
    }
    lan.until_closed().await;
    let ended = tokio::time::timeout(PATIENCE, waiting.read(&mut [0; 16])).await.unwrap();
    assert!(!matches!(ended, Ok(1..)));
    let origin = desk.loopback.origin();
    assert_eq!(desk.loopback.send_form(&code, "Accueil", Some(&origin)).await.status, 403);
    assert!(desk.hall.log("desk").contains("pairing.closed"));

    let (code, lan) = desk.open().await;
    lan.pair(&code, "Accueil").await;
}

#[tokio::test]
async fn the_port_on_the_network_is_open_only_while_somebody_may_enter() {
    let desk = Guarded::new();
    // The desk answers on loopback: whatever it would open at its start is open by now.
    assert_eq!(desk.loopback.get("/health", None).await.body, "ok");
    assert!(!desk.hall.log("desk").contains("lan.opened"));
    let (_, lan) = desk.open().await;
    assert_eq!(lan.get("/health", None).await.status, 200);
    assert_eq!(local(&desk.socket(), "POST /api/door/close").await.status, 204);
    lan.until_closed().await;

    let (code, again) = desk.open().await;
    assert_eq!(again.address, lan.address, "pages find the desk where it was");
    again.pair(&code, "Accueil").await;
    let standing = local(&desk.socket(), "GET /api/door").await.body;
    assert_eq!(standing, r#"{"seconds":null,"devices":1}"#);
    // A paired device keeps it open, across a start too.
    assert_eq!(again.get("/health", None).await.status, 200);
    let desk = desk.again(|_| ());
    let opened = async {
        while !desk.hall.log("desk").lines().filter(|line| line.contains("lan.opened")).count().eq(&3) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, opened).await.unwrap();
}

#[tokio::test]
async fn other_sites_in_the_same_browser_neither_pair_nor_listen() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let plain = format!("http://{}", lan.address);
    let others = [None, Some("https://evil.example"), Some("null"), Some(plain.as_str()), Some("")];
    for origin in others {
        let answer = lan.send_form(&code, "Voleur", origin).await;
        assert_eq!((answer.status, answer.line("set-cookie")), (403, None), "{origin:?}");
    }
    let body = format!("{{\"code\":\"{code}\",\"name\":\"x\"}}");
    let json = "Content-Type: application/json".to_owned();
    let from_a_page =
        lan.ask("POST /api/kiosk-pair", &[json, format!("Origin: {}", lan.origin())], &body).await;
    assert_eq!(from_a_page.status, 403);
    let text = "Content-Type: text/plain".to_owned();
    assert_eq!(lan.ask("POST /api/kiosk-pair", &[text], &body).await.status, 400);

    let token = lan.pair(&code, "Accueil").await;
    let shown = ("Cookie", format!("parvis-device={token}"));
    assert_eq!(lan.refusal("/api/staff", std::slice::from_ref(&shown)).await, 403);
    for origin in others.into_iter().flatten() {
        let lines = [("Origin", origin.to_owned()), shown.clone()];
        assert_eq!(lan.refusal("/api/staff", &lines).await, 403, "{origin}");
    }
    // Whatever changes something comes from our own page, too.
    let evil = "Origin: https://evil.example".to_owned();
    assert_eq!(lan.ask("POST /anything", &[cookie(&token), evil], "").await.status, 403);
}

#[tokio::test]
async fn what_is_too_large_too_slow_or_nonsense_is_cut_off() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    for entrance in [&lan, &desk.loopback] {
        let long = format!("X-Long: {}", "x".repeat(20_000));
        let answer = entrance.ask("GET /health", &[long], "").await;
        assert!([0, 431].contains(&answer.status), "{answer:?}");
        let body = format!("code={code}&name={}", "x".repeat(5_000));
        let kind = "Content-Type: application/x-www-form-urlencoded".to_owned();
        let lines = [kind, format!("Origin: {}", entrance.origin())];
        assert_eq!(entrance.ask("POST /pair", &lines, &body).await.status, 413);
        assert_ne!(entrance.raw(b"\x16\x03\x01\x00\xFF\x00\r\n\r\n").await.status, 200);
    }
    // Four that are slow: no handshake, no head, half a head, no body.
    let half = format!("GET / HTTP/1.1\r\nHost: {}\r\n", lan.address);
    let no_body = format!("{half}Content-Length: 9\r\n\r\n").replace("GET /", "POST /pair");
    let silent = async {
        let mut stream = lan.connect().await.unwrap();
        let ended = stream.read(&mut [0; 16]).await;
        assert!(!matches!(ended, Ok(1..)));
    };
    let slow =
        async { tokio::join!(silent, lan.raw(b""), lan.raw(half.as_bytes()), lan.raw(no_body.as_bytes())) };
    let ((), nothing, half, no_body) = tokio::time::timeout(PATIENCE, slow).await.unwrap();
    assert_eq!((nothing.status, half.status, no_body.status), (0, 0, 408), "{half:?}");
    lan.pair(&code, "Accueil").await;
}

#[tokio::test]
async fn three_hundred_silent_connections_keep_no_paired_page_from_a_call() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let token = lan.pair(&code, "Accueil").await;
    let mut page = lan.page(&token).await;
    until(&mut page, |calls, _| calls.is_empty()).await;
    let silent = join_all((0..300).map(|number| {
        let from = lan.from((number / 30) as u8 + 1);
        async move { from.connect().await }
    }))
    .await;
    assert!(silent.iter().all(Result::is_ok));

    let second = Duration::from_secs(1);
    let _kiosk = call(&desk.socket(), NAME).await;
    tokio::time::timeout(second, until(&mut page, |calls, _| calls == [NAME])).await.unwrap();
    // One that comes only now finds a place, too.
    let mut late = tokio::time::timeout(second, lan.page(&token)).await.unwrap();
    tokio::time::timeout(second, until(&mut late, |calls, _| calls == [NAME])).await.unwrap();
    drop(silent);
}

#[tokio::test]
async fn a_damaged_list_of_devices_lets_nobody_in_and_is_put_aside() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let token = lan.pair(&code, "Accueil").await;
    let desk = desk.again(|hall| {
        let file = hall.path("state/devices.json");
        let text = std::fs::read_to_string(&file).unwrap().replace("Accueil", "Acqueil");
        std::fs::write(file, text).unwrap();
    });
    assert_eq!(desk.loopback.get("/staff.js", Some(&token)).await.status, 401);
    assert!(desk.hall.path("state/devices.broken").exists());
    assert!(desk.hall.log("desk").contains("devices.unreadable"));
    let (code, lan) = desk.open().await;
    lan.pair(&code, "Accueil").await;
}

#[tokio::test]
async fn a_damaged_certificate_is_made_anew_and_pages_that_trusted_the_old_one_notice() {
    let desk = Guarded::new();
    let (_, before) = desk.open().await;
    let desk = desk.again(|hall| std::fs::write(hall.path("state/tls").join(FILE), b"rien").unwrap());
    let (code, after) = desk.open().await;
    assert_ne!(before.fingerprint, after.fingerprint);
    assert!(desk.hall.log("desk").contains("certificate.damaged"));
    let trusting = Entrance { fingerprint: before.fingerprint, ..after.clone() };
    assert!(trusting.enter().await.is_err());
    after.pair(&code, "Accueil").await;
}

#[test]
fn a_broken_certificate_of_the_site_is_named_to_technicians() {
    let hall = Hall::new();
    let path = hall.path("parvis.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    let config = config.replace("[desk]\n", "[desk]\ncertificate = \"site.pem\"\nkey = \"site.key\"\n");
    std::fs::write(path, config).unwrap();
    std::fs::write(hall.path("site.pem"), b"-----BEGIN CERTIFICATE-----\nnon\n").unwrap();
    let ended = hall.command("desk", "desk").output().unwrap();
    assert!(!ended.status.success());
    let log = hall.log("desk");
    assert!(
        log.contains("desk.certificate") && log.contains("site.pem") && !log.contains("panicked"),
        "{log}"
    );
}

#[tokio::test]
async fn a_technician_asks_for_a_code_in_the_terminal() {
    let desk = Guarded::new();
    let said = |desk: &Guarded| {
        let output = desk.hall.command("pairing-code", "technician").output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (worked, text) = said(&desk);
    assert!(worked, "{}", desk.hall.log("technician"));
    let code: String = text.lines().next().unwrap().chars().filter(char::is_ascii_digit).take(6).collect();
    let address = text.lines().find_map(|line| line.trim().strip_prefix("https://")).unwrap();
    let address = address.trim_end_matches('/').parse().unwrap();
    let groups: Vec<&str> = text.lines().rev().take(2).map(str::trim).collect();
    let fingerprint = Some(format!("{} {}", groups[1], groups[0]));
    Entrance { address, fingerprint, ..desk.loopback.clone() }.pair(&code, "Accueil").await;

    let hall = desk.hall;
    desk.desk.kill();
    let ended = hall.command("pairing-code", "no-desk").output().unwrap();
    assert!(
        !ended.status.success() && hall.log("no-desk").contains("ne répond pas"),
        "{}",
        hall.log("no-desk")
    );
    let mut open = hall.start("desk", "open-desk");
    open.address(DESK);
    let ended = hall.command("pairing-code", "no-door").output().unwrap();
    assert!(
        !ended.status.success() && hall.log("no-door").contains("n’est pas gardé"),
        "{}",
        hall.log("no-door")
    );
}

/// In this process: revoking has no command of its own, it belongs to the staff page.
#[tokio::test]
async fn a_revoked_device_is_cut_off_at_once_and_the_port_closes_behind_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let door = Door::open(DoorConfig {
        lan_address: Some("127.0.0.2:0".parse().unwrap()),
        certificate: CertificateFrom::Own(path("tls")),
        devices_file: path("devices.json"),
        own_kiosk: NAME.into(),
    })
    .unwrap();
    let desk = Desk::open(DeskParts {
        socket: path("desk.sock"),
        staff_address: "127.0.0.1:0".parse().unwrap(),
        files: parvis::desk::hall::HallFiles::beside(path("calls.json")),
        content: path("content.parvis"),
        ladder: parvis::desk::ladder::Ladder::default(),
        entry: Entry::Guarded(door.clone()),
        button: Box::new(SimulatedButton::new().0),
        light: Box::new(SimulatedLight::new()),
    })
    .unwrap();
    let (stop, stopping) = watch::channel(false);
    let serving = tokio::spawn(desk.serve(stopping));

    let first = offer(&path("desk.sock")).await;
    let lan = Entrance::offered(&first);
    let staff = lan.pair(&first.code, "Accueil").await;
    let kiosk = lan.pair_kiosk(&offer(&path("desk.sock")).await.code, "Borne 2").await;
    let mut page = lan.page(&staff).await;
    let bearer = [("Authorization", format!("Bearer {kiosk}"))];
    let mut calling = lan.socket("/api/kiosk", &bearer).await.unwrap();
    say(&mut calling, &FromKiosk::Hello { kiosk: "Borne 2".into() }).await;
    until(&mut page, |_, kiosks| kiosks == ["Borne 2"]).await;
    let devices = door.devices();
    assert!(devices.iter().all(|device| device.connected));
    assert_eq!(devices[0].device.role, Role::Staff { second: false });
    assert_eq!(devices[1].device.role, Role::Kiosk);

    assert!(door.revoke(devices[0].device.id) && !door.revoke(devices[0].device.id));
    until_cut_off(&mut page).await;
    assert_eq!(lan.refusal("/api/staff", &lan.page_lines(&staff)).await, 401);
    assert_eq!(lan.get("/", Some(&staff)).await.status, 303);
    assert!(door.revoke(devices[1].device.id));
    until_cut_off(&mut calling).await;
    lan.until_closed().await;
    stop.send_replace(true);
    tokio::time::timeout(PATIENCE, serving).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn a_technician_lists_devices_and_revokes_one_in_the_terminal_and_prometheus_reads_figures() {
    let desk = Guarded::new();
    let (code, lan) = desk.open().await;
    let token = lan.pair(&code, "Accueil").await;
    let mut page = lan.page(&token).await;
    let scraper = lan.pair_kiosk(&desk.open().await.0, "Prometheus").await;
    let figures = lan.ask("GET /metrics", &[format!("Authorization: Bearer {scraper}")], "").await;
    assert!(figures.status == 200 && figures.body.contains("parvis_staff_pages 1"), "{figures:?}");
    assert_eq!(lan.get("/metrics", None).await.status, 401);
    let run = |arguments: &[&str]| {
        let mut command = desk.hall.command("devices", "devices");
        let output = command.args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let (_, listed) = run(&[]);
    assert!(listed.contains("Accueil · là"), "{listed}");
    let id = listed.split(' ').next().unwrap();
    assert!(!run(&["--revoke", "77"]).0);
    let (revoked, left) = run(&["--revoke", id]);
    assert!(revoked && left.starts_with("2 · Prometheus · absent") && left.lines().count() == 1, "{left}");
    until_cut_off(&mut page).await;
}
