//! TLS with the site's own authority, and credentials: what is right gets in, and nothing else.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use parvis::desk::broker::BrokerConfig;
use parvis::protocol::Relay;
use parvis_tests::mosquitto::{self, Mosquitto};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::world::{World, config, is_fresh};

/// What Mosquitto writes down of a desk that does not believe its certificate.
const REFUSED: &str = " alert ";

/// An authority, and a certificate from it for `name`, in files: `ca.pem`, `broker.pem`, `broker.key`.
fn certificates(folder: &Path, name: &str) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap();
    let broker = KeyPair::generate().unwrap();
    let signed = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = signed.signed_by(&broker, &Issuer::new(params, key)).unwrap();
    std::fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    std::fs::write(folder.join("broker.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("broker.key"), broker.serialize_pem()).unwrap();
}

fn with_tls(name: &str) -> Option<Mosquitto> {
    let folder = TempDir::with_prefix("parvis-broker-").unwrap();
    certificates(folder.path(), name);
    mosquitto::start_in(
        folder,
        "{listener}\ncertfile {folder}/broker.pem\nkeyfile {folder}/broker.key\nallow_anonymous true",
    )
}

fn over_tls(broker: &Mosquitto, hall: &str, follow: &[&str], authority: PathBuf) -> BrokerConfig {
    BrokerConfig { tls: true, authority: Some(authority), ..config(broker.port, hall, follow) }
}

/// The desk of such a configuration is turned away, several times, and never gets in.
async fn is_turned_away(config: BrokerConfig, broker: &Mosquitto, said: &str) {
    let world = World::open(config);
    let mut page = world.page().await;
    let waiting = async {
        while broker.log().matches(said).count() < 3 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    let tried = tokio::time::timeout(parvis_tests::staff::PATIENCE, waiting).await;
    assert!(tried.is_ok(), "no {said} in {}", broker.log());
    page.until("that the broker is not reached", |page| page.hall.relay == Relay::Lost).await;
    assert_eq!(world.figure("parvis_broker_published_total").await, 0);
    world.close().await;
}

#[tokio::test]
async fn over_tls_halls_hear_each_other_with_the_site_s_authority() {
    let Some(broker) = with_tls("127.0.0.1") else { return };
    let here = World::open(over_tls(&broker, "a", &[], broker.path("ca.pem")));
    let there = World::open(over_tls(&broker, "b", &["a"], broker.path("ca.pem")));
    let mut page = there.page().await;
    page.until("the hall", is_fresh).await;
    for world in [here, there] {
        world.close().await;
    }
}

#[tokio::test]
async fn another_authority_another_name_and_no_authority_of_this_machine_s_are_refused() {
    let Some(broker) = with_tls("127.0.0.1") else { return };
    let other = TempDir::new().unwrap();
    certificates(other.path(), "127.0.0.1");
    is_turned_away(over_tls(&broker, "a", &[], other.path().join("ca.pem")), &broker, REFUSED).await;
    let of_this_machine = BrokerConfig { authority: None, ..over_tls(&broker, "b", &[], PathBuf::new()) };
    is_turned_away(of_this_machine, &broker, REFUSED).await;
    let Some(broker) = with_tls("broker.example.fr") else { return };
    is_turned_away(over_tls(&broker, "a", &[], broker.path("ca.pem")), &broker, REFUSED).await;
}

#[tokio::test]
async fn an_authority_that_is_none_keeps_the_desk_from_its_broker_and_not_from_its_work() {
    let Some(broker) = with_tls("127.0.0.1") else { return };
    for file in ["configuration", "nowhere.pem"] {
        let world = World::open(over_tls(&broker, "a", &["b"], broker.path(file)));
        let mut page = world.page().await;
        page.until("that the broker is not reached", |page| page.hall.relay == Relay::Lost).await;
        world.close().await;
    }
}

#[tokio::test]
async fn a_desk_enters_with_its_password_and_with_no_other_and_a_new_password_is_read_without_a_restart() {
    let folder = TempDir::with_prefix("parvis-broker-").unwrap();
    let path = folder.path().join("users");
    let made = Command::new("mosquitto_passwd").args(["-b", "-c"]).arg(&path).args(["a", "richtig"]).status();
    if made.is_err() {
        assert!(std::env::var_os("CI").is_none(), "mosquitto is not installed");
        println!("skipped: mosquitto is not installed");
        return;
    }
    // A hall may write its own topics, and read all states; as docs/mqtt.md advises.
    std::fs::write(folder.path().join("acl"), "pattern write parvis/%u/#\npattern read parvis/+/state\n")
        .unwrap();
    let more = "{listener}\nallow_anonymous false\npassword_file {folder}/users\nacl_file {folder}/acl";
    let Some(broker) = mosquitto::start_in(folder, more) else { return };
    let file = broker.path("password");
    let write = |text: &str| {
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let known = |hall: &str, user: &str| BrokerConfig {
        user: Some(user.to_owned()),
        password_file: Some(file.clone()),
        ..config(broker.port, hall, &[])
    };
    write("falsch\n");
    is_turned_away(known("a", "a"), &broker, "not authorised").await;
    is_turned_away(known("a", "x"), &broker, "not authorised").await;
    is_turned_away(config(broker.port, "a", &[]), &broker, "not authorised").await;
    let world = World::open(known("a", "a"));
    let mut page = world.page().await;
    page.until("that the broker is not reached", |page| page.hall.relay == Relay::Lost).await;
    write("richtig\n");
    page.until("the broker", |page| page.hall.relay == Relay::Reached).await;
    let witness = broker.witness(&["-u", "a", "-P", "richtig"]);
    witness.until("the hall", "parvis/a/state", |said| !said.is_empty()).await;
    assert!(!broker.log().contains("richtig"));

    // Whoever has the password of one hall speaks for that hall alone.
    let known = ["-u", "a", "-P", "richtig"];
    broker.publish("parvis/b/state", b"forged", &known);
    broker.publish("parvis/a/state", b"marked", &known);
    let is_marked = |said: &[mosquitto::Said]| said.iter().any(|said| said.payload == "marked");
    witness.until("what came after it", "parvis/a/state", is_marked).await;
    assert_eq!(witness.at("parvis/b/state"), []);
    world.close().await;
}
