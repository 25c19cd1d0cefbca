//! The fixed words of slips in other languages than French, for whoever reads French badly and for whoever helps them:
//! each stands beside the French one, never in its place.
//!
//! Screens are in French so far. Nobody who grew up with these languages has read the words yet.

use parvis_content::Lang;
use parvis_hardware::slip::Direction;

use super::{
    ADDRESS, BRING, BRING_NOTHING, CALL_NUMBER, CALL_SLIP, CHECKED_ON, CONTINUED, DIGITAL, DIGITAL_NOTHING,
    HUMAN, NEED, ON_THE_MAP, OPENING_HOURS, ORIENTATION, PERSON_HELPS, PHONE, SERVICES, THE_WAY, UNSPECIFIED,
    WHEN, WHERE,
};

/// The French of every phrase, in the order of [`Tongue::phrases`].
const FRENCH: [&str; PHRASES] = [
    WHERE,
    WHEN,
    BRING,
    DIGITAL,
    HUMAN,
    PHONE,
    OPENING_HOURS,
    ADDRESS,
    SERVICES,
    THE_WAY,
    ON_THE_MAP,
    NEED,
    ORIENTATION,
    CALL_NUMBER,
    CALL_SLIP,
    UNSPECIFIED,
    BRING_NOTHING,
    DIGITAL_NOTHING,
    CHECKED_ON,
    CONTINUED,
    PERSON_HELPS,
];
const PHRASES: usize = 21;

/// Our words in one language.
#[derive(Debug)]
pub struct Tongue {
    /// BCP 47 tag.
    lang: &'static str,
    phrases: [&'static str; PHRASES],
}

/// Languages that are written from right to left, by their first letters.
const RIGHT_TO_LEFT: [&str; 8] = ["ar", "fa", "he", "ps", "ur", "ckb", "yi", "dv"];

/// The way that `lang` is read.
pub fn direction(lang: &Lang) -> Direction {
    let first = lang.as_str().split('-').next().unwrap_or_default();
    if RIGHT_TO_LEFT.contains(&first) { Direction::RightToLeft } else { Direction::LeftToRight }
}

impl Tongue {
    /// Our words in `lang`; nothing for French, and where we have none.
    pub fn of(lang: &Lang) -> Option<&'static Self> {
        let first = lang.as_str().split('-').next().unwrap_or_default();
        TONGUES.iter().find(|tongue| tongue.lang == first)
    }

    /// BCP 47 tag.
    pub fn lang(&self) -> &'static str {
        self.lang
    }

    /// The way it is read.
    pub fn direction(&self) -> Direction {
        if RIGHT_TO_LEFT.contains(&self.lang) { Direction::RightToLeft } else { Direction::LeftToRight }
    }

    /// What is said in French as `french`, if it is one of the phrases.
    pub fn say(&self, french: &str) -> Option<&'static str> {
        FRENCH.iter().zip(self.phrases).find(|(phrase, _)| **phrase == french).map(|(_, own)| own)
    }
}

/// "Où", or "Où · Where" for whoever reads `tongue`. What is read from the right has a line of its own: on one that broke
/// in the middle of it, its words would stand in the wrong order.
pub fn both(tongue: Option<&Tongue>, french: &str) -> String {
    match tongue.and_then(|tongue| Some((tongue.direction(), tongue.say(french)?))) {
        Some((Direction::LeftToRight, own)) => format!("{french} · {own}"),
        Some((Direction::RightToLeft, own)) => format!("{french}\n{own}"),
        None => french.to_owned(),
    }
}

const TONGUES: [Tongue; 4] = [
    Tongue {
        lang: "ar",
        phrases: [
            "أين",
            "متى",
            "ما يجب إحضاره",
            "ما يلزم رقميا",
            "بدون إنترنت",
            "الهاتف",
            "أوقات العمل",
            "العنوان",
            "الخدمات",
            "الطريق",
            "أين يقع",
            "حاجتك",
            "إلى أين تذهب",
            "نداء رقم",
            "لقد طلبت موظفا من الجهاز. قدم هذا الرقم في الاستقبال.",
            "غير محدد، اسأل في الاستقبال",
            "لا شيء",
            "لا شيء : لا حاجة لأي أداة رقمية",
            "تاريخ التحقق",
            "البقية على الشاشة",
            "يمكن لموظف في الاستقبال أن يقرأ هذه الورقة معك. اعرضها عليه.",
        ],
    },
    Tongue {
        lang: "en",
        phrases: [
            "Where",
            "When",
            "What to bring",
            "What it needs digitally",
            "Without internet",
            "Telephone",
            "Opening hours",
            "Address",
            "Services",
            "The way",
            "Where it is",
            "What you need",
            "Where to go",
            "Call number",
            "You called a person at the kiosk. Give this number at the desk.",
            "Not stated, ask at the desk",
            "Nothing",
            "Nothing: no digital tool is needed",
            "Checked on",
            "More on the screen",
            "Someone at the desk can read this slip with you: show it to them.",
        ],
    },
    Tongue {
        lang: "es",
        phrases: [
            "Dónde",
            "Cuándo",
            "Qué llevar",
            "Qué exige en lo digital",
            "Sin internet",
            "Teléfono",
            "Horarios",
            "Dirección",
            "Servicios",
            "El camino",
            "Dónde está",
            "Lo que necesita",
            "Adónde ir",
            "Llamada número",
            "Usted llamó a una persona en el terminal. Dé este número en la recepción.",
            "No se indica, pregunte en la recepción",
            "Nada",
            "Nada: no hace falta ninguna herramienta digital",
            "Verificado el",
            "Continúa en la pantalla",
            "Una persona de la recepción puede leer este tique con usted: enséñeselo.",
        ],
    },
    Tongue {
        lang: "pt",
        phrases: [
            "Onde",
            "Quando",
            "O que levar",
            "O que exige no digital",
            "Sem internet",
            "Telefone",
            "Horários",
            "Morada",
            "Serviços",
            "O caminho",
            "Onde fica",
            "O que precisa",
            "Aonde ir",
            "Chamada número",
            "Chamou uma pessoa no terminal. Dê este número na receção.",
            "Não indicado, pergunte na receção",
            "Nada",
            "Nada: não é preciso nenhuma ferramenta digital",
            "Verificado em",
            "Continua no ecrã",
            "Uma pessoa da receção pode ler este papel consigo: mostre-lho.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(tag: &str) -> Lang {
        Lang::new(tag).unwrap()
    }

    #[test]
    fn every_phrase_is_said_in_every_tongue_and_french_needs_none() {
        assert!(Tongue::of(&Lang::french()).is_none());
        for tongue in &TONGUES {
            assert_eq!(Tongue::of(&lang(tongue.lang)).unwrap().lang, tongue.lang);
            for french in FRENCH {
                let own = tongue.say(french).unwrap();
                assert!(!own.trim().is_empty() && own != french, "{} {french}", tongue.lang);
            }
            // The longest that a slip takes at its end.
            assert!(both(Some(tongue), CONTINUED).chars().count() <= 60, "{}", tongue.lang);
        }
    }

    #[test]
    fn the_way_that_a_language_is_read_does_not_depend_on_our_words() {
        for (tag, way) in [
            ("ar", Direction::RightToLeft),
            ("fa-af", Direction::RightToLeft),
            ("tr", Direction::LeftToRight),
            ("fr", Direction::LeftToRight),
        ] {
            assert_eq!(direction(&lang(tag)), way, "{tag}");
        }
        assert_eq!(both(Tongue::of(&lang("tr")), WHERE), WHERE);
        assert_eq!(both(Tongue::of(&lang("pt-br")), WHERE), "Où · Onde");
    }
}
