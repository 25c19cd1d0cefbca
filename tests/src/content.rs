//! Content files for tests, built with the editors' own tool, once for each test program.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use parvis_bundle::Probe;
use parvis_bundle::release::Description;
use parvis_content::{Block, ContentFile, Library, file, source};

/// One sheet in so many is changed between two releases.
const CHANGED_ONE_IN: usize = 100;

/// The demonstration content, as the library that is written to files.
pub fn demonstration_library() -> Library {
    let folder = crate::root().join("content/demonstration");
    source::read(&folder).expect("the demonstration content has no fault").library
}

/// The demonstration content.
pub fn demonstration() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| write(&demonstration_library(), "demonstration"))
}

/// The publisher's archive in `PARVIS_DATA`; `None` when the variable is not set.
pub fn dila() -> Option<&'static Path> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    FILE.get_or_init(|| Some(write(&dila_library()?, "dila"))).as_deref()
}

/// The same, as the library that is written to files.
pub fn dila_library() -> Option<Library> {
    let data = PathBuf::from(std::env::var_os("PARVIS_DATA")?);
    let archive = data.join("dila/vosdroits-part-20240306.zip");
    Some(source::read(&archive).expect("the archive of the DILA can be read").library)
}

/// Changes a paragraph in one sheet of a hundred: what an editor's month may bring.
pub fn change_one_in_a_hundred(library: &mut Library) {
    for (at, sheet) in library.sheets.iter_mut().enumerate().filter(|(at, _)| at % CHANGED_ONE_IN == 0) {
        if let Some(section) = sheet.sections.first_mut() {
            let text = format!("À partir du {} janvier, la demande se fait aussi en mairie.", at % 28 + 1);
            section.blocks.push(Block::Paragraph(text));
        }
    }
}

/// What an editor says of [`dila`], published at `made`.
///
/// # Panics
/// When the file is no content.
pub fn described(file: &Path, made: i64) -> Description {
    let info = ContentFile::open(file).expect("it was just written").info().clone();
    let probes = vec![Probe { query: "carte d'identité".to_owned(), expects: "N358".to_owned() }];
    Description { title: info.title, made, sheets: info.sheets, probes }
}

/// Writes `library` into a file called `name`.
pub fn write(library: &Library, name: &str) -> PathBuf {
    let path = crate::own_folder("content").join(format!("{name}.parvis"));
    file::write(library, &path).expect("the content can be written");
    path
}
