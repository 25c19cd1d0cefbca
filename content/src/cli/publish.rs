//! `parvis-content publish`: adds a signed release to a repository folder. `stick`: copies the repository to a stick.

use std::path::Path;

use parvis_bundle::keys::SigningKey;
use parvis_bundle::publish::{self, Publication};
use parvis_bundle::release::{Description, PROBES};
use parvis_bundle::{Probe, Release, stick};
use parvis_content::file::ReadError;
use parvis_content::{ContentFile, Lang};

use super::keys::open_key;
use super::progress::Progress;
use super::{failed, now, pick, say, wait};

/// A probe is answered among so many: what the kiosk asks too.
const PROBE_DEPTH: usize = 5;
/// Most sheets tried for a probe.
const TRIED_MAX: usize = 400;

pub fn run(file: &Path, repository: &Path, key: &Path, days: u32) -> Result<(), u8> {
    let content = ContentFile::open(file).map_err(failed)?;
    let probes = probes(&content).map_err(failed)?;
    if probes.is_empty() {
        return Err(failed(pick([
            "aucune fiche ne se trouve par son titre : ce contenu ne peut pas être vérifié par une borne",
            "no sheet is found by its title: a kiosk could not check this content",
        ])));
    }
    let info = content.info();
    let about = Description { title: info.title.clone(), made: now(), sheets: info.sheets, probes };
    let key = open_key(key)?;
    let progress = Progress::new(pick(["publication", "publishing"]));
    let publication = Publication { content: file, about, days };
    let release = wait(publish::publish(repository, publication, &key, |percent| progress.set(percent)))?;
    drop(progress);
    let release = release.map_err(failed)?;
    print(&release, repository, days);
    Ok(())
}

/// Signs what is published with later dates.
pub fn refresh(repository: &Path, key: &Path, days: u32) -> Result<(), u8> {
    let key: SigningKey = open_key(key)?;
    let release = wait(publish::refresh(repository, now(), days, &key))?.map_err(failed)?;
    print(&release, repository, days);
    Ok(())
}

pub fn stick(repository: &Path, mounted: &Path) -> Result<(), u8> {
    let progress = Progress::new(pick(["copie sur la clé", "copying to the stick"]));
    let release = wait(stick::copy(repository, mounted, now(), |percent| progress.set(percent)))?;
    drop(progress);
    let release = release.map_err(failed)?;
    say(
        [
            "Clé prête : publication {n}, relue et vérifiée. Démontez-la avant de la retirer.",
            "Stick ready: release {n}, read back and verified. Unmount it before you pull it.",
        ],
        &[("n", &release.number.to_string())],
    );
    Ok(())
}

fn print(release: &Release, repository: &Path, days: u32) {
    let megabytes = |bytes: u64| format!("{:.2}", bytes as f64 / 1e6);
    let patches: Vec<String> = release.patches.iter().map(|(_, file)| megabytes(file.bytes)).collect();
    say(
        [
            "Publication {n} dans {repository} : {sheets} fiches, {size} Mo, différences {patches} Mo, valable {days} jours.",
            "Release {n} in {repository}: {sheets} sheets, {size} MB, patches {patches} MB, valid for {days} days.",
        ],
        &[
            ("n", &release.number.to_string()),
            ("repository", &repository.display().to_string()),
            ("sheets", &release.about.sheets.to_string()),
            ("size", &megabytes(release.full.bytes)),
            ("patches", &if patches.is_empty() { "–".to_owned() } else { patches.join(" · ") }),
            ("days", &days.to_string()),
        ],
    );
}

/// Searches that the kiosk must answer before it shows the content: titles of sheets from all over it, of those that
/// are found by their title.
fn probes(content: &ContentFile) -> Result<Vec<Probe>, ReadError> {
    let french = Lang::french();
    let index = content.search_index(&french)?;
    let mut ids = content.sheet_ids()?;
    ids.retain(|(_, lang)| *lang == french);
    let mut probes = Vec::new();
    let stride = (ids.len() / PROBES).max(1);
    let spread = (0..stride).flat_map(|offset| ids.iter().skip(offset).step_by(stride));
    for (id, _) in spread.take(TRIED_MAX) {
        let Some(sheet) = content.sheet(id, &french)? else { continue };
        let query: String = sheet.title.chars().take(80).collect();
        if index.search(&query, PROBE_DEPTH).hits.iter().any(|hit| hit.target.id() == id.as_str()) {
            probes.push(Probe { query, expects: id.to_string() });
        }
        if probes.len() == PROBES {
            break;
        }
    }
    Ok(probes)
}
