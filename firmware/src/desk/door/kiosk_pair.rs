//! What another kiosk and the door say to each other when they are paired: JSON, once.

use axum::Json;
use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::PairError;
use super::devices::AddError;
use super::pair_page::status_of;

/// What a kiosk sends.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KioskRequest {
    /// The six figures.
    pub code: String,
    /// What it would like to be called.
    pub name: String,
}

/// What it gets.
#[derive(Serialize, Deserialize)]
pub struct KioskAnswer {
    /// What it shows from now on.
    pub token: String,
    /// What staff read: another name than it would have liked where that one is taken.
    pub name: String,
}

/// What it gets instead.
#[derive(Serialize, Deserialize)]
pub struct KioskRefusal {
    /// Why.
    pub refused: Refused,
}

/// Why a kiosk was not paired.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refused {
    /// The code is wrong.
    Wrong,
    /// The last code from there is less than a second old.
    TooSoon,
    /// No window is open.
    Closed,
    /// It gave no name.
    NoName,
    /// Too many devices are paired.
    Full,
    /// The desk's disk fails.
    NotSaved,
}

pub(super) fn refusal(error: &PairError) -> Response {
    let refused = match error {
        PairError::Wrong => Refused::Wrong,
        PairError::TooSoon => Refused::TooSoon,
        PairError::Closed => Refused::Closed,
        PairError::Add(AddError::NoName) => Refused::NoName,
        PairError::Add(AddError::Full) => Refused::Full,
        PairError::Add(AddError::NotSaved(_)) => Refused::NotSaved,
    };
    (status_of(error), Json(KioskRefusal { refused })).into_response()
}
