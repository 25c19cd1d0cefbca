//! HTTPS with an authority of one's own, as offices have: believed where it is named, and nothing else is.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::server::{nginx_with_tls, nobody};
use super::service::{configuration, serve_until};
use crate::editor::{Editor, Kiosk, bytes};
use crate::program::{must_refuse, once};

/// An authority and what it signs, made by `openssl`.
struct Authority(tempfile::TempDir);

/// What `openssl` needs to be told in a file.
const OPENSSL: &str = "
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ca]
default_ca = here
[here]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
";

impl Authority {
    /// `None`, and a word on the output, when there is no `openssl`. On a build machine there must be one.
    fn new() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            assert!(std::env::var_os("CI").is_none(), "openssl is not installed");
            println!("skipped: openssl is not installed");
            return None;
        }
        let authority = Self(tempfile::tempdir().unwrap());
        std::fs::write(authority.0.path().join("conf"), OPENSSL).unwrap();
        std::fs::write(authority.0.path().join("index"), "").unwrap();
        authority.openssl(&format!(
            "req -x509 {NEW_KEY} -keyout ca.key -out ca.pem -days 3650 -subj /CN=Essai -config conf \
             -extensions authority"
        ));
        Some(authority)
    }

    fn openssl(&self, arguments: &str) {
        let output =
            Command::new("openssl").args(arguments.split(' ')).current_dir(self.0.path()).output().unwrap();
        assert!(output.status.success(), "{arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn pem(&self) -> PathBuf {
        self.0.path().join("ca.pem")
    }

    /// A certificate for `name` (`IP:…` or `DNS:…`) that is good until that year, and its key.
    fn certificate(&self, name: &str, until: u32) -> (PathBuf, PathBuf) {
        let folder = self.0.path();
        let extensions = format!("subjectAltName = {name}\nextendedKeyUsage = serverAuth\n");
        std::fs::write(folder.join("extensions"), extensions).unwrap();
        self.openssl(&format!("req {NEW_KEY} -keyout server.key -out server.csr -subj /CN=x -config conf"));
        self.openssl(&format!(
            "ca -batch -notext -config conf -cert ca.pem -keyfile ca.key -in server.csr -out server.pem \
             -startdate 20200101000000Z -enddate {until}0101000000Z -extfile extensions"
        ));
        (folder.join("server.pem"), folder.join("server.key"))
    }
}

const NEW_KEY: &str = "-new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
const HERE: &str = "IP:127.0.0.1";
/// The last year that a certificate may name in its older form.
const LATE: u32 = 2049;

/// A kiosk that shows release 1, an editor who has published release 2, and an authority.
pub fn world() -> Option<(Editor, Kiosk, AuthorityFile)> {
    let authority = Authority::new()?;
    let editor = Editor::today();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    editor.publish(2);
    Some((editor, kiosk, AuthorityFile { pem: authority.pem(), authority }))
}

/// An authority, and the file in which a kiosk finds it.
pub struct AuthorityFile {
    authority: Authority,
    pem: PathBuf,
}

impl AuthorityFile {
    pub fn arguments(&self) -> [&str; 2] {
        ["--authority", self.pem.to_str().unwrap()]
    }

    /// A certificate that is as it must be.
    pub fn good(&self) -> (PathBuf, PathBuf) {
        self.authority.certificate(HERE, LATE)
    }
}

#[test]
fn a_server_under_an_authority_of_one_s_own_is_believed_by_the_kiosk_that_was_given_it_and_by_no_other() {
    let Some((editor, kiosk, authority)) = world() else { return };
    let Some(nginx) = nginx_with_tls(&editor.repository(), &authority.good()) else { return };
    let from = format!("https://{}/", nginx.address);
    let what = must_refuse(&kiosk, &from, &[], ("certificate", 4));
    assert!(what.contains("127.0.0.1") && what.contains("UnknownIssuer"), "{what}");
    let run = once(&kiosk, &from, &authority.arguments());
    assert_eq!(run.code, 0, "{:?}", run.steps);
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn a_certificate_for_another_name_or_past_its_date_is_refused() {
    let Some((editor, kiosk, authority)) = world() else { return };
    for (name, until, said) in [("DNS:autre.example.fr", LATE, "not valid for name"), (HERE, 2021, "expired")]
    {
        let certificate = authority.authority.certificate(name, until);
        let Some(nginx) = nginx_with_tls(&editor.repository(), &certificate) else { return };
        let from = format!("https://{}/", nginx.address);
        let what = must_refuse(&kiosk, &from, &authority.arguments(), ("certificate", 4));
        assert!(what.contains(said), "{what}");
    }
}

#[test]
fn an_authority_that_is_missing_or_is_none_is_said_and_nothing_is_asked() {
    let Some((_editor, kiosk, authority)) = world() else { return };
    let nobody = nobody();
    let from = format!("https://{}/", nobody.address);
    let must_say = |path: &Path| {
        must_refuse(&kiosk, &from, &["--authority", path.to_str().unwrap()], ("line", 6));
    };
    must_say(Path::new("/nowhere.pem"));
    let none = authority.authority.0.path().join("conf");
    must_say(&none);
}

#[test]
fn the_authority_in_the_configuration_counts_for_the_service_and_for_a_pass_by_hand() {
    let Some((editor, kiosk, authority)) = world() else { return };
    let Some(nginx) = nginx_with_tls(&editor.repository(), &authority.good()) else { return };
    let from = format!("https://{}/", nginx.address);
    let file = configuration(&kiosk, &from, &format!("authority = '{}'", authority.pem.display()));
    serve_until(&kiosk, &file, 2);
    editor.publish(3);
    let run = once(&kiosk, &from, &["--config", file.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{:?}", run.steps);
    assert_eq!(kiosk.shown().unwrap(), bytes(3));
}
