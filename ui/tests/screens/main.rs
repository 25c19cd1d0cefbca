//! Every screen, on every panel, at every text size: audited against the accessibility bar, and
//! compared with golden pictures.

mod audit;
mod golden;
mod samples;
mod touch;
