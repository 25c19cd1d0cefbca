//! Whole-kiosk tests live in `tests/`.
