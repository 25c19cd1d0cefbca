//! `parvis-content keys`: who may sign the releases of a repository.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::{KEY_FILE_BYTES_MAX, Key, KeyError, PASSPHRASE_CHARS_MIN, SigningKey, short_id};
use parvis_bundle::publish::newest_root;
use parvis_bundle::recovery;
use parvis_bundle::root::RolePlan;

use super::{failed, now, pick, say, wait};

/// Where a script puts the passphrase; a person types it.
const PASSPHRASE: &str = "PARVIS_PASSPHRASE";

#[derive(Subcommand)]
pub enum Keys {
    /// Crée les clés d'un nouveau dépôt : trois clés racines dont deux signent, et une clé de publication.
    New {
        /// Dossier où écrire les clés ; rangez ensuite chaque clé racine sur une clé USB à part.
        folder: PathBuf,
        /// Dossier du dépôt à créer.
        #[arg(long)]
        repository: PathBuf,
        /// Pour qui édite seul : une clé racine, et une feuille de secours à imprimer.
        #[arg(long)]
        solo: bool,
    },
    /// Montre qui peut signer.
    Show {
        /// Dossier du dépôt.
        repository: PathBuf,
    },
    /// Remplace une clé par une nouvelle.
    Rotate {
        /// Dossier du dépôt.
        repository: PathBuf,
        /// La clé à remplacer : ses premiers chiffres, comme « keys show » les montre.
        key: String,
        /// Fichier de la nouvelle clé.
        #[arg(long)]
        new: PathBuf,
        /// Clés racines qui signent ce changement.
        #[arg(long = "with", required = true)]
        with: Vec<PathBuf>,
    },
    /// Retire une clé, par exemple volée.
    Revoke {
        /// Dossier du dépôt.
        repository: PathBuf,
        /// La clé à retirer : ses premiers chiffres.
        key: String,
        /// Clés racines qui signent ce changement.
        #[arg(long = "with", required = true)]
        with: Vec<PathBuf>,
    },
    /// Refait un fichier de clé depuis une feuille de secours.
    Recover {
        /// Fichier de clé à écrire.
        output: PathBuf,
    },
}

pub fn run(command: Keys) -> Result<(), u8> {
    match command {
        Keys::New { folder, repository, solo } => create(&folder, &repository, solo),
        Keys::Show { repository } => show(&repository),
        Keys::Rotate { repository, key, new, with } => rotate(&repository, &key, &new, &with),
        Keys::Revoke { repository, key, with } => change(&repository, &key, None, &with),
        Keys::Recover { output } => recover(&output),
    }
}

fn create(folder: &Path, repository: &Path, solo: bool) -> Result<(), u8> {
    if newest_root(repository).is_ok() {
        return Err(failed(pick([
            "ce dépôt a déjà ses clés : « keys rotate » les change",
            "this repository has its keys already: `keys rotate` changes them",
        ])));
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    let passphrase = new_passphrase()?;
    let generate = |_| SigningKey::generate().map_err(failed);
    let roots = (0..if solo { 2 } else { 3 }).map(generate).collect::<Result<Vec<_>, _>>()?;
    let publication = SigningKey::generate().map_err(failed)?;
    let public = |keys: &[SigningKey]| keys.iter().map(SigningKey::public).collect();
    let powers = Powers {
        root: RolePlan { keys: public(&roots), threshold: if solo { 1 } else { 2 } },
        publication: RolePlan { keys: public(std::slice::from_ref(&publication)), threshold: 1 },
    };
    // Of a lone editor's two root keys, one is a file and the other one paper.
    let filed = if solo { 1 } else { roots.len() };
    for (at, key) in roots.iter().take(filed).enumerate() {
        write_key(&folder.join(format!("root-{}.key", at + 1)), key, &passphrase)?;
    }
    write_key(&folder.join("publication.key"), &publication, &passphrase)?;
    if solo && let Some(key) = roots.get(1) {
        let sheet = sheet(&recovery::print(key).map_err(failed)?, &key.short_id());
        write_private(&folder.join("recovery-sheet.txt"), sheet.as_bytes())?;
        say(
            [
                "Imprimez {file}, rangez la feuille sous clé, puis effacez le fichier.",
                "Print {file}, lock the sheet away, then delete the file.",
            ],
            &[("file", &folder.join("recovery-sheet.txt").display().to_string())],
        );
    }
    let root = wait(sign_root(repository, powers, &roots, now()))?.map_err(failed)?;
    let given = folder.join("root.json");
    std::fs::write(&given, root).map_err(failed)?;
    say(
        [
            "Clés créées dans {folder}. Donnez {root} aux bornes ; gardez les clés racines loin de cet ordinateur.",
            "Keys created in {folder}. Give {root} to the kiosks; keep the root keys away from this computer.",
        ],
        &[("folder", &folder.display().to_string()), ("root", &given.display().to_string())],
    );
    show(repository)
}

fn sheet(code: &str, id: &str) -> String {
    let groups: Vec<&str> = code.split(' ').collect();
    let lines: Vec<String> = groups.chunks(5).map(|line| format!("    {}", line.join("  "))).collect();
    format!(
        "PARVIS – FEUILLE DE SECOURS\n\nClé racine {id}\n\n{}\n\nCette feuille permet de remplacer toutes les clés. Qui la possède peut publier à votre place :\ngardez-la sous clé. Pour vous en servir : parvis-content keys recover FICHIER\n",
        lines.join("\n")
    )
}

fn show(repository: &Path) -> Result<(), u8> {
    let root = newest_root(repository).map_err(failed)?.signed;
    let powers = Powers::of(&root);
    for (role, name) in
        [(&powers.root, ["racine", "root"]), (&powers.publication, ["publication", "publication"])]
    {
        let keys: Vec<String> = role.keys.iter().map(short_id).collect();
        say(
            ["{role} : {n} signature(s) parmi {keys}", "{role}: {n} signature(s) of {keys}"],
            &[("role", pick(name)), ("n", &role.threshold.to_string()), ("keys", &keys.join(", "))],
        );
    }
    Ok(())
}

fn rotate(repository: &Path, key: &str, new: &Path, with: &[PathBuf]) -> Result<(), u8> {
    let fresh = SigningKey::generate().map_err(failed)?;
    write_key(new, &fresh, &new_passphrase()?)?;
    let changed = change(repository, key, Some(&fresh.public()), with);
    let in_root =
        newest_root(repository).is_ok_and(|root| root.signed.keys.values().any(|key| *key == fresh.public()));
    if changed.is_err() && !in_root {
        // The key is in no root: a file of it would only mislead.
        let _ = std::fs::remove_file(new);
    }
    changed
}

/// Signs a root in which the key called `id` is replaced, or gone.
fn change(repository: &Path, id: &str, instead: Option<&Key>, with: &[PathBuf]) -> Result<(), u8> {
    let root = newest_root(repository).map_err(failed)?.signed;
    let mut powers = Powers::of(&root);
    let named: Vec<Key> =
        root.keys.values().filter(|key| id.len() >= 4 && short_id(key).starts_with(id)).cloned().collect();
    let [old] = named.as_slice() else {
        return Err(failed(pick([
            "aucune clé, ou plusieurs, commencent par ces chiffres : voyez « keys show »",
            "no key, or several, begin with these digits: see `keys show`",
        ])));
    };
    powers.replace(old, instead);
    if !powers.suffice() {
        return Err(failed(pick([
            "il ne resterait pas assez de clés : remplacez-la par « keys rotate »",
            "too few keys would be left: replace it with `keys rotate`",
        ])));
    }
    let signers = with.iter().map(|path| open_key(path)).collect::<Result<Vec<_>, _>>()?;
    wait(sign_root(repository, powers, &signers, now()))?.map_err(failed)?;
    say(
        [
            "Changement signé. Signez maintenant la publication avec la clé en vigueur : « publish » sans fichier.",
            "Change signed. Now sign the release with the key in force: `publish` without a file.",
        ],
        &[],
    );
    show(repository)
}

fn recover(output: &Path) -> Result<(), u8> {
    let typed = secret(["Recopiez la feuille de secours : ", "Type the recovery sheet: "])?;
    let key = recovery::read(&typed).map_err(|_| {
        failed(pick([
            "une lettre au moins est fausse : comparez avec la feuille",
            "at least one letter is wrong: compare with the sheet",
        ]))
    })?;
    write_key(output, &key, &new_passphrase()?)?;
    say(["Clé {key} écrite.", "Key {key} written."], &[("key", &key.short_id())]);
    Ok(())
}

/// Opens a key file with the passphrase that is typed, or that a script gives.
pub fn open_key(path: &Path) -> Result<SigningKey, u8> {
    let long =
        std::fs::metadata(path).map_err(|error| failed(format!("{} : {error}", path.display())))?.len();
    if long > KEY_FILE_BYTES_MAX {
        return Err(failed(format!("{} : {}", path.display(), KeyError::NotAKey)));
    }
    let pem =
        std::fs::read_to_string(path).map_err(|error| failed(format!("{} : {error}", path.display())))?;
    let prompt = pick(["Phrase de passe de {file} : ", "Passphrase of {file}: "]);
    let prompt = prompt.replace("{file}", &path.display().to_string());
    let passphrase = match std::env::var(PASSPHRASE) {
        Ok(passphrase) => passphrase,
        Err(_) => typed(&prompt)?,
    };
    SigningKey::open(&pem, &passphrase).map_err(|error| failed(format!("{} : {error}", path.display())))
}

fn new_passphrase() -> Result<String, u8> {
    let passphrase = if let Ok(passphrase) = std::env::var(PASSPHRASE) {
        passphrase
    } else {
        let first = typed(pick(["Choisissez une phrase de passe : ", "Choose a passphrase: "]))?;
        if first != typed(pick(["Encore une fois : ", "Once more: "]))? {
            return Err(failed(pick(["les deux diffèrent", "the two differ"])));
        }
        first
    };
    if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
        let short = pick(["il faut au moins {n} caractères", "at least {n} characters are needed"]);
        return Err(failed(short.replace("{n}", &PASSPHRASE_CHARS_MIN.to_string())));
    }
    Ok(passphrase)
}

/// One line that is typed, or piped in by a script.
fn secret(prompt: [&'static str; 2]) -> Result<String, u8> {
    typed(pick(prompt))
}

fn typed(prompt: &str) -> Result<String, u8> {
    if std::io::stdin().is_terminal() {
        return rpassword::prompt_password(prompt).map_err(failed);
    }
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).map_err(failed)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn write_key(path: &Path, key: &SigningKey, passphrase: &str) -> Result<(), u8> {
    write_private(path, key.seal(passphrase).map_err(failed)?.as_bytes())
}

/// A new file that only its owner reads; one that is there is never overwritten.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), u8> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let told = |error: std::io::Error| failed(format!("{} : {error}", path.display()));
    let mut file = file.map_err(told)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(told)
}
