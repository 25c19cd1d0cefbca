//! Screen flow and view-models of the kiosk: plain Rust, no screen toolkit, no clock, no I/O.
