//! Yesterday's calls in numbers, for the morning slip: asked over the desk's Unix socket, by this machine's own kiosk.

use std::path::Path;
use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};

use super::door::ask::{self, AskError};
use super::hall::Hall;

const PATH: &str = "/api/yesterday";

/// Calls that were made yesterday, where the hall is: numbers and waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Yesterday {
    /// Calls made.
    pub made: u32,
    /// Calls that somebody answered.
    pub answered: u32,
    /// Half of the answers came within that many seconds,
    pub median_s: Option<u32>,
    /// and all of them within that many.
    pub longest_s: Option<u32>,
    /// Taken back before an answer.
    pub abandoned: u32,
    /// Never answered.
    pub unanswered: u32,
}

pub(super) fn router(hall: Arc<Hall>) -> Router {
    Router::new().route(PATH, get(yesterday)).with_state(hall)
}

async fn yesterday(State(hall): State<Arc<Hall>>) -> Json<Yesterday> {
    Json(hall.yesterday())
}

/// Asks the desk behind `socket`.
pub async fn asked(socket: &Path) -> Result<Yesterday, AskError> {
    ask::read(socket, PATH).await
}
