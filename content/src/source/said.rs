//! What an editor is told about a fault, in both languages: "what is wrong : what to do".

use crate::guide::{GUIDE_DEPTH_MAX, GuideError};
use crate::id::{ID_BYTES_MAX, IdError};

/// One message in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// In French.
    pub french: String,
    /// In English.
    pub english: String,
}

/// Both languages of one message, with the same values in both.
macro_rules! said {
    ($french:literal, $english:literal $(, $value:expr)*) => {
        $crate::source::Said { french: format!($french $(, $value)*), english: format!($english $(, $value)*) }
    };
}
pub(super) use said;

impl Said {
    /// `what : what to do`, from two messages of their own.
    pub(super) fn join(what: &Self, to_do: &Self) -> Self {
        Self {
            french: format!("{} : {}", what.french, to_do.french),
            english: format!("{} : {}", what.english, to_do.english),
        }
    }
}

/// A message that is said in French only.
impl From<String> for Said {
    fn from(french: String) -> Self {
        Self { english: french.clone(), french }
    }
}

/// A message that is said in French only.
impl From<&str> for Said {
    fn from(french: &str) -> Self {
        Self::from(french.to_owned())
    }
}

/// What to do about an identifier that is none.
pub(crate) fn id(error: &IdError) -> Said {
    match error {
        IdError::Empty | IdError::TooLong(_) | IdError::Character(_) => said!(
            "écrivez 1 à {ID_BYTES_MAX} lettres sans accent, chiffres, « - », « _ » ou « . », et d'abord une lettre ou un chiffre",
            "write 1 to {ID_BYTES_MAX} letters without accents, digits, \"-\", \"_\" or \".\", a letter or digit first"
        ),
        IdError::Language(_) => said!(
            "écrivez deux ou trois petites lettres, par exemple « fr » ou « pt-br »",
            "write two or three small letters, such as \"fr\" or \"pt-br\""
        ),
    }
}

/// Why a guide cannot be, and what to do.
pub(super) fn guide(error: &GuideError) -> Said {
    match error {
        GuideError::NoQuestion(id) => said!(
            "la question « {id} » n'existe pas, corrigez next ou ajoutez-la",
            "the question \"{id}\" does not exist, correct next or add it"
        ),
        GuideError::Twice(id) => said!(
            "la question « {id} » existe deux fois, changez l'un des id",
            "the question \"{id}\" exists twice, change one of the ids"
        ),
        GuideError::NoAnswer(id) => said!(
            "la question « {id} » n'a pas de réponse, ajoutez-en une",
            "the question \"{id}\" has no answer, add one"
        ),
        GuideError::TooLong(id) => said!(
            "par la question « {id} », on tourne en rond ou on répond à plus de {GUIDE_DEPTH_MAX} questions, raccourcissez",
            "the way through the question \"{id}\" goes in circles or asks more than {GUIDE_DEPTH_MAX} questions, shorten it"
        ),
    }
}
