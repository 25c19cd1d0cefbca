//! Slint screens and their adapters.
