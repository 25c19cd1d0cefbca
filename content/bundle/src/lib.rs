//! Signed releases of content: a TUF repository of plain files, the same on a stick and behind a web server.
//!
//! An editor [`publish`]es a content file into a repository; a kiosk reads it through a [`Source`], [`verify`]s it
//! against what it trusts ([`Trust`]), and takes the whole file or a patch. `tough` checks the signatures; this crate
//! closes what it leaves open: its own floors against rollback, names, sizes, dates and errors of its own. Nothing
//! here knows what a sheet is, and nothing here writes the state of a kiosk.

pub mod ceremony;
pub mod digest;
pub mod folder;
pub mod keys;
pub mod names;
pub mod pack;
pub mod publish;
pub mod recovery;
pub mod release;
pub mod root;
pub mod source;
pub mod stick;
pub mod trust;

pub use digest::{Digest, Hasher};
pub use folder::Folder;
pub use release::{Probe, Release, StoredFile};
pub use source::{Body, Source, SourceError};
pub use tough::Bytes;
pub use trust::{Floors, Trust, TrustError, Verified, follow_roots, verify};
