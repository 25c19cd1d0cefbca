//! A kiosk whose desk is on another machine: joined by a technician, over TLS, believing one certificate.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use parvis::desk::door::certificate::{Certificate, CertificateFrom};
use parvis::protocol::{CallState, FromStaff, ToKiosk};
use parvis_tests::staff::{PATIENCE, StaffPage};
use tokio::io::AsyncReadExt as _;
use tokio_rustls::TlsAcceptor;

use crate::bench_page::{BenchPage, CALL};
use crate::door::Guarded;
use crate::entrance::{Any, Entrance};
use crate::hall::{BENCH, Hall, NAME, Service};
use crate::test_kiosk::TestKiosk;

/// What the desk calls the other kiosk: the name is that of its own.
const SECOND: &str = "Borne de l’entrée 2";

/// A desk, and the folder of a kiosk on another machine.
struct TwoMachines {
    desk: Guarded,
    kiosk: Hall,
    lan: SocketAddr,
}

/// What a technician reads, and whether it worked.
struct Said {
    worked: bool,
    out: String,
    errors: String,
}

impl TwoMachines {
    fn new() -> Self {
        // A port that is free, and stays the desk's across its death.
        let free = TcpListener::bind("127.0.0.2:0").unwrap().local_addr().unwrap();
        let kiosk = Hall::new();
        let path = kiosk.path("parvis.toml");
        let config = std::fs::read_to_string(&path).unwrap();
        let config = config.replace("[desk]\n", "[desk]\nremote-token-file = \"state/desk-token\"\n");
        std::fs::write(path, config).unwrap();
        kiosk.take_in_content();
        Self { desk: Guarded::at(&free.to_string()), kiosk, lan: free }
    }

    /// `parvis join-desk`, by a technician who answers `answer` when asked.
    fn join(&self, code: &str, more: &[&str], answer: &str) -> Said {
        self.join_at(&self.lan.to_string(), code, more, answer)
    }

    fn join_at(&self, address: &str, code: &str, more: &[&str], answer: &str) -> Said {
        let mut command = self.kiosk.command("join-desk", "join");
        command.args([address, "--code", code]).args(more);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // Fails only when nothing was asked.
        let _ = writeln!(child.stdin.take().unwrap(), "{answer}");
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Said { worked: output.status.success(), out: text(output.stdout), errors: text(output.stderr) }
    }

    /// Joined, with the certificate that the desk has.
    async fn joined() -> Self {
        let machines = Self::new();
        let code = machines.desk.open().await.0;
        let said = machines.join(&code, &[], "oui");
        assert!(said.worked && said.out.contains(SECOND), "{}{}", said.out, said.errors);
        machines
    }

    /// A staff page that came through the door.
    async fn page(&self) -> StaffPage<Any> {
        let (code, lan) = self.desk.open().await;
        let token = lan.pair(&code, "Accueil").await;
        StaffPage::on(lan.page(&token).await)
    }

    fn start_kiosk(&self) -> Service {
        self.kiosk.start("kiosk", "kiosk")
    }

    /// Waits until the kiosk's log says it so many times.
    async fn until_logged(&self, what: &str, times: usize) {
        let looking = async {
            while self.kiosk.log("kiosk").matches(what).count() < times {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        let found = tokio::time::timeout(PATIENCE, looking).await;
        assert!(found.is_ok(), "waited for {what} in {}", self.kiosk.log("kiosk"));
    }
}

fn alive(page: &StaffPage<Any>) -> bool {
    page.hall.kiosks.iter().any(|kiosk| kiosk.alive && kiosk.name == SECOND)
}

#[tokio::test]
async fn a_kiosk_joins_the_desk_of_another_machine_and_its_call_outlives_that_desk() {
    let machines = TwoMachines::new();
    let (code, lan) = machines.desk.open().await;
    let said = machines.join(&code, &[], "oui");
    assert!(said.worked, "{}", said.errors);
    let fingerprint = lan.fingerprint.clone().unwrap();
    let shown: String = said.out.split_whitespace().collect();
    assert!(shown.contains(&fingerprint.replace(' ', "")), "{}", said.out);
    assert!(said.out.contains(SECOND) && said.out.contains("state/desk-token"), "{}", said.out);
    let file = machines.kiosk.path("state/desk-token");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let mut page = machines.page().await;
    let mut kiosk = machines.start_kiosk();
    let mut bench = BenchPage::open(kiosk.address(BENCH)).await;
    page.until("the kiosk", alive).await;
    bench.tap(CALL).await;
    page.until("the call", |page| !page.hall.calls.is_empty()).await;
    let number = page.call().number;
    assert_eq!(page.call().kiosk, SECOND);
    page.say(&FromStaff::Shown { number }).await.unwrap();
    let before = bench.pieces;
    page.say(&FromStaff::Come { number, by: "Marie".into() }).await.unwrap();
    bench.until("news on the screen", |page| page.pieces > before).await;

    // The desk dies and comes back: the same call, not another one.
    let TwoMachines { desk, kiosk: hall, lan } = machines;
    let machines = TwoMachines { desk: desk.again(|_| ()), kiosk: hall, lan };
    let mut page = machines.page().await;
    page.until("the kiosk again", alive).await;
    assert!(matches!(&page.call().state, CallState::Acknowledged { by } if by == "Marie"));
    assert_eq!(page.call().number, number);
    page.say(&FromStaff::Done { number }).await.unwrap();
    page.until("the end", |page| page.hall.calls.is_empty()).await;
    assert!(kiosk.is_alive());

    let token = token_of(&machines.kiosk);
    for log in
        [machines.kiosk.log("kiosk"), machines.kiosk.log("join"), machines.desk.hall.log("desk"), said.out]
    {
        assert!(!log.contains(&token) && !log.contains(&code));
    }
}

fn token_of(kiosk: &Hall) -> String {
    let text = std::fs::read_to_string(kiosk.path("state/desk-token")).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    json["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_technician_is_told_why_a_kiosk_is_not_joined_and_a_code_is_not_lost_by_it() {
    let machines = TwoMachines::new();
    let closed = machines.join("000000", &[], "oui");
    assert!(!closed.worked && closed.errors.contains("aucun accueil ne répond"), "{}", closed.errors);

    let (code, lan) = machines.desk.open().await;
    let other = "0".repeat(64);
    let refused = |said: &Said, why: &str| {
        assert!(!said.worked && said.errors.contains(why), "{why}: {}{}", said.out, said.errors);
        assert!(!machines.kiosk.path("state/desk-token").exists());
    };
    refused(&machines.join(&code, &["--fingerprint", &other], ""), "n’a pas le certificat attendu");
    refused(&machines.join(&code, &[], "non"), "n’a pas été confirmée");
    refused(&machines.join(&code, &[], ""), "n’a pas été confirmée");
    refused(&machines.join("accueil", &[], "oui"), "pas le bon code");
    refused(&machines.join_at("accueil", &code, &[], "oui"), "avec son port");
    refused(&machines.join(&code, &["--fingerprint", "AB12"], ""), "64 chiffres");
    let plain = machines.desk.loopback.address.to_string();
    refused(&machines.join_at(&plain, &code, &[], "oui"), "n’est pas un accueil");

    // One who has the fingerprint on paper is not asked. The wrong code a moment ago must be a second old.
    let spoken = lan.fingerprint.clone().unwrap();
    let joining = async {
        loop {
            let said = machines.join(&code, &["--fingerprint", &spoken, "--name", "Borne du fond"], "");
            if !said.errors.contains("attendez une seconde") {
                return said;
            }
        }
    };
    let said = joining.await;
    assert!(said.worked && said.out.contains("Borne du fond"), "{}", said.errors);
    let again = machines.join(&code, &["--fingerprint", &spoken], "");
    assert!(!again.worked && again.errors.contains("est fermé"), "{}", again.errors);
}

#[tokio::test]
async fn a_revoked_kiosk_says_so_and_calls_again_once_it_is_joined_again() {
    let machines = TwoMachines::joined().await;
    let mut page = machines.page().await;
    let mut kiosk = machines.start_kiosk();
    let mut bench = BenchPage::open(kiosk.address(BENCH)).await;
    page.until("the kiosk", alive).await;

    let revoked = machines.desk.hall.command("devices", "devices").args(["--revoke", "1"]).output().unwrap();
    assert!(revoked.status.success());
    page.until("the kiosk gone", |page| !alive(page)).await;
    machines.until_logged("kind=\"not-paired\"", 1).await;
    bench.tap(CALL).await;

    // Without a new start of the kiosk: what was asked for meanwhile arrives.
    let code = machines.desk.open().await.0;
    let said = machines.join(&code, &[], "oui");
    assert!(said.worked, "{}", said.errors);
    page.until("the call", |page| page.hall.calls.iter().any(|call| call.kiosk == SECOND)).await;
    assert_eq!(machines.kiosk.log("kiosk").matches("desk.refused").count(), 1, "said once, not at every try");
}

#[tokio::test]
async fn a_replaced_certificate_is_not_believed_until_a_technician_has_looked_at_it() {
    let mut machines = TwoMachines::joined().await;
    let _kiosk = machines.start_kiosk();
    machines.until_logged("desk.reached", 1).await;
    machines.desk = machines.desk.again(|hall| std::fs::remove_dir_all(hall.path("state/tls")).unwrap());
    machines.until_logged("kind=\"other-certificate\"", 1).await;
    assert_eq!(machines.kiosk.log("kiosk").matches("desk.reached").count(), 1);

    let code = machines.desk.open().await.0;
    let said = machines.join(&code, &[], "oui");
    assert!(said.worked, "{}", said.errors);
    machines.until_logged("desk.reached", 2).await;
}

#[tokio::test]
async fn whoever_stands_between_kiosk_and_desk_gets_neither_code_nor_token() {
    let machines = TwoMachines::joined().await;
    let TwoMachines { desk, kiosk, lan } = machines;
    let code = desk.open().await.0;
    let fingerprint = Entrance::offered(&crate::entrance::offer(&desk.socket()).await).fingerprint.unwrap();
    desk.desk.kill();

    // Another machine takes the desk's place, with a certificate for the same names.
    let folder = tempfile::tempdir().unwrap();
    let from = CertificateFrom::Own(folder.path().to_owned());
    let tls = Certificate::load(&from, "borne", &[lan.ip()], 0).unwrap().tls;
    let listener = tokio::net::TcpListener::bind(lan).await.unwrap();
    let (tries, heard) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, gathered) = (Arc::clone(&tries), Arc::clone(&heard));
    let between = tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = TlsAcceptor::from(Arc::clone(&tls)).accept(stream).await {
                let mut bytes = Vec::new();
                let _ = stream.read_to_end(&mut bytes).await;
                gathered.fetch_add(bytes.len(), Ordering::SeqCst);
            }
            counted.fetch_add(1, Ordering::SeqCst);
        }
    });

    let machines = TwoMachines { desk: Guarded::at("127.0.0.2:0"), kiosk, lan };
    let _kiosk = machines.start_kiosk();
    machines.until_logged("kind=\"other-certificate\"", 1).await;
    let joining = tokio::task::spawn_blocking(move || {
        let said = machines.join(&code, &["--fingerprint", &fingerprint], "");
        (machines, said)
    });
    let (_machines, said) = joining.await.unwrap();
    assert!(!said.worked && said.errors.contains("n’a pas le certificat attendu"), "{}", said.errors);
    let both = async {
        while tries.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, both).await.unwrap();
    assert_eq!(heard.load(Ordering::SeqCst), 0, "something was said to a stranger");
    between.abort();
}

#[tokio::test]
async fn a_second_living_kiosk_under_one_name_is_refused_and_calls_are_not_mixed_up() {
    let machines = TwoMachines::joined().await;
    let socket = machines.desk.socket();
    let mut page = machines.page().await;
    let first = TestKiosk::open(&socket, NAME).await;
    first.ask(7, "fr").await;
    page.until("the first call", |page| page.hall.calls.len() == 1).await;
    assert!(!is_told_of(&mut TestKiosk::open(&socket, NAME).await, 7).await);
    // The token of a kiosk, copied to a second machine, is the same.
    let _kiosk = machines.start_kiosk();
    page.until("the kiosk over there", alive).await;
    let clone = Hall::new();
    let config = std::fs::read_to_string(machines.kiosk.path("parvis.toml")).unwrap();
    std::fs::write(clone.path("parvis.toml"), config).unwrap();
    std::fs::copy(machines.kiosk.path("state/desk-token"), clone.path("state/desk-token")).unwrap();
    let machines = TwoMachines { kiosk: clone, ..machines };
    let _clone = machines.start_kiosk();
    machines.until_logged("kind=\"name-taken\"", 1).await;
    assert_eq!(page.hall.calls.len(), 1);

    // A kiosk that died leaves its name to the next one, which is told of the open call.
    drop(first);
    let opened = async {
        loop {
            let mut again = TestKiosk::open(&socket, NAME).await;
            if is_told_of(&mut again, 7).await {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, opened).await.unwrap();
}

/// Whether the desk tells this kiosk of that call before it closes the line.
async fn is_told_of(kiosk: &mut TestKiosk, key: u64) -> bool {
    let listening = async {
        while let Some(word) = kiosk.heard.recv().await {
            if matches!(word, ToKiosk::Call { key: told, .. } if told == key) {
                return true;
            }
        }
        false
    };
    tokio::time::timeout(PATIENCE, listening).await.unwrap()
}
