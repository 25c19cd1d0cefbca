//! The logs of every scenario of this program, at the most talkative level, in one file.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

/// Begins to log, once; the folder of the log.
pub fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = parvis_tests::own_folder("logs");
        let file = Mutex::new(File::create(folder.join("log")).unwrap());
        // Ours is the first subscriber, or the log would be somebody else's.
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(file)
            .try_init()
            .unwrap();
        folder
    })
}
