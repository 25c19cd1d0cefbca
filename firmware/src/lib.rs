//! Wiring, configuration, session, services and simulator.
