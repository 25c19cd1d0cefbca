//! Errors of the domain, as an editor reads them: what to do, in French.

use crate::guide::{GUIDE_DEPTH_MAX, GuideError};
use crate::id::{ID_BYTES_MAX, IdError};

/// What to do about an identifier that is none.
pub(crate) fn id(error: &IdError) -> String {
    match error {
        IdError::Empty | IdError::TooLong(_) | IdError::Character(_) => format!(
            "écrivez 1 à {ID_BYTES_MAX} lettres sans accent, chiffres, « - », « _ » ou « . », et d'abord une lettre ou un chiffre"
        ),
        IdError::Language(_) => {
            "écrivez deux ou trois petites lettres, par exemple « fr » ou « pt-br »".to_owned()
        }
    }
}

/// Why a guide cannot be, and what to do.
pub(super) fn guide(error: &GuideError) -> String {
    match error {
        GuideError::NoQuestion(id) => {
            format!("la question « {id} » n'existe pas, corrigez next ou ajoutez-la")
        }
        GuideError::Twice(id) => format!("la question « {id} » existe deux fois, changez l'un des id"),
        GuideError::NoAnswer(id) => format!("la question « {id} » n'a pas de réponse, ajoutez-en une"),
        GuideError::TooLong(id) => format!(
            "par la question « {id} », on tourne en rond ou on répond à plus de {GUIDE_DEPTH_MAX} questions, raccourcissez"
        ),
    }
}
