//! `keys`, `publish` and `stick`, as an editor runs them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use parvis_bundle::publish::newest_root;
use parvis_bundle::root::RoleType;
use parvis_bundle::{Folder, Trust, verify};

const PASSPHRASE: &str = "une longue phrase de passe";

/// Runs the tool in `folder` and returns what it said; `typed` is piped in where it asks.
fn run_with(folder: &Path, passphrase: &str, typed: &str, arguments: &[&str]) -> Output {
    let input = folder.join("typed");
    std::fs::write(&input, typed).unwrap();
    Command::new(env!("CARGO_BIN_EXE_parvis-content"))
        .args(arguments)
        .current_dir(folder)
        .env("PARVIS_PASSPHRASE", passphrase)
        .env("LANG", "fr_FR.UTF-8")
        .env_remove("LC_ALL")
        .stdin(std::fs::File::open(input).unwrap())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn run(folder: &Path, arguments: &[&str]) -> String {
    let output = run_with(folder, PASSPHRASE, "", arguments);
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    said(&output)
}

fn must_fail(folder: &Path, arguments: &[&str], why: &str) {
    let output = run_with(folder, PASSPHRASE, "", arguments);
    assert_eq!(output.status.code(), Some(3), "{arguments:?}: {}", said(&output));
    assert!(said(&output).contains(why), "{}", said(&output));
}

/// What a kiosk that was given `keys/root.json` believes.
fn believed(folder: &Path, repository: &str) -> Result<u64, &'static str> {
    let root = std::fs::read(folder.join("keys/root.json")).unwrap();
    let trust = Trust::first(&root).unwrap();
    let source = std::sync::Arc::new(Folder::new(&folder.join(repository)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let verified = runtime.block_on(verify(source, &trust, 0));
    verified.map(|verified| verified.release.number).map_err(|error| error.name())
}

/// An editor with the demonstration content.
fn editor(arguments: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let demonstration = Path::new(env!("CARGO_MANIFEST_DIR")).join("demonstration");
    run(folder.path(), &["build", demonstration.to_str().unwrap(), "-o", "one.parvis"]);
    run(folder.path(), &[&["keys", "new", "keys", "--repository", "repository"], arguments].concat());
    folder
}

const PUBLISH: [&str; 6] =
    ["publish", "one.parvis", "--repository", "repository", "--key", "keys/publication.key"];

#[test]
fn an_editor_creates_keys_publishes_and_fills_a_stick() {
    let folder = editor(&[]);
    let folder = folder.path();
    must_fail(folder, &["stick", "repository", "stick"], "");
    let told = run(folder, &PUBLISH);
    assert!(told.contains("Publication 1"), "{told}");
    must_fail(folder, &PUBLISH, "1");
    run(folder, &["stick", "repository", "stick"]);
    assert_eq!(believed(folder, "repository"), Ok(1));
    assert_eq!(believed(folder, "stick/parvis"), Ok(1));
    let resign = ["publish", "--repository", "repository", "--key", "keys/publication.key"];
    run(folder, &resign);
    assert_eq!(believed(folder, "repository"), Ok(2), "the same content, for longer");
    let wrong = run_with(folder, "une autre phrase de passe", "", &resign);
    assert_eq!(wrong.status.code(), Some(3), "{}", said(&wrong));
    must_fail(folder, &["keys", "new", "keys", "--repository", "repository"], "déjà");
}

#[test]
fn key_files_are_for_their_owner_only_and_are_never_overwritten() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = editor(&[]);
    for key in ["root-1.key", "root-2.key", "root-3.key", "publication.key"] {
        let path = folder.path().join("keys").join(key);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{key}");
    }
    must_fail(folder.path(), &["keys", "new", "keys", "--repository", "other"], "root-1.key");
}

#[test]
fn a_publication_key_is_replaced_by_two_root_keys_and_not_by_one() {
    let folder = editor(&[]);
    let folder = folder.path();
    run(folder, &PUBLISH);
    let root = newest_root(&folder.join("repository")).unwrap().signed;
    let publication = root.keys(RoleType::Targets).next().map(parvis_bundle::keys::short_id).unwrap();
    let rotate = |with: &[&'static str]| {
        let mut arguments = vec!["keys", "rotate", "repository", &publication, "--new", "keys/new.key"];
        arguments.extend(with.iter().flat_map(|key| ["--with", key]));
        run_with(folder, PASSPHRASE, "", &arguments)
    };
    let alone = rotate(&["keys/root-1.key"]);
    assert_eq!(alone.status.code(), Some(3), "{}", said(&alone));
    assert!(!folder.join("keys/new.key").exists(), "a key that is in no root is not kept");
    let two = rotate(&["keys/root-1.key", "keys/root-3.key"]);
    assert!(two.status.success(), "{}", said(&two));
    assert_eq!(believed(folder, "repository"), Err("signature"), "until it is signed with the new key");
    must_fail(folder, &["publish", "--repository", "repository", "--key", "keys/publication.key"], "");
    run(folder, &["publish", "--repository", "repository", "--key", "keys/new.key"]);
    assert_eq!(believed(folder, "repository"), Ok(2));
    let left = ["keys", "revoke", "repository", &publication, "--with", "keys/root-1.key"];
    must_fail(folder, &left, "aucune clé");
}

#[test]
fn a_lone_editor_recovers_from_the_printed_sheet() {
    let folder = editor(&["--solo"]);
    let folder = folder.path();
    run(folder, &PUBLISH);
    let sheet = std::fs::read_to_string(folder.join("keys/recovery-sheet.txt")).unwrap();
    let code: Vec<&str> = sheet.lines().filter(|line| line.starts_with("    ")).collect();
    let code = code.join(" ");
    let output = run_with(folder, PASSPHRASE, &code, &["keys", "recover", "recovered.key"]);
    assert!(output.status.success(), "{}", said(&output));
    let root = newest_root(&folder.join("repository")).unwrap().signed;
    let publication = root.keys(RoleType::Targets).next().map(parvis_bundle::keys::short_id).unwrap();
    run(
        folder,
        &["keys", "rotate", "repository", &publication, "--new", "new.key", "--with", "recovered.key"],
    );
    run(folder, &["publish", "--repository", "repository", "--key", "new.key"]);
    assert_eq!(believed(folder, "repository"), Ok(2));
    let wrong = run_with(
        folder,
        PASSPHRASE,
        &code.replace('7', "8").replace('A', "B"),
        &["keys", "recover", "x.key"],
    );
    assert!(!wrong.status.success() || !code.contains(['7', 'A']), "{}", said(&wrong));
}
