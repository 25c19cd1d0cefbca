//! Domain types, importers, the content file and search.
