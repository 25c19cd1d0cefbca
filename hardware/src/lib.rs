//! Printers, slips, call button and light.
