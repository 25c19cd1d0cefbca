//! Words: folding, cutting, stems, sound. The same for documents and queries.

use unicode_normalization::UnicodeNormalization as _;

/// Longest word kept, in bytes; what follows is cut.
pub(super) const WORD_BYTES_MAX: usize = 40;

/// Small letters without accents; `œ` is `oe`, `æ` is `ae`; every typographic apostrophe is `'`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfd() {
        match c {
            '\u{300}'..='\u{36f}' => {}
            'œ' | 'Œ' => out.push_str("oe"),
            'æ' | 'Æ' => out.push_str("ae"),
            'ß' => out.push_str("ss"),
            '’' | 'ʼ' | '‘' => out.push('\''),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The words of a text, folded. An elided article ("l'", "d'", "qu'") falls away.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    for part in folded.split(|c: char| !c.is_alphanumeric()) {
        let elided = part.len() == 1 && !part.bytes().all(|b| b.is_ascii_digit()) || part == "qu";
        if !part.is_empty() && !elided {
            let mut end = part.len().min(WORD_BYTES_MAX);
            while !part.is_char_boundary(end) {
                end -= 1;
            }
            words.push(part.get(..end).unwrap_or_default().to_owned());
        }
    }
    words
}

/// Words that carry nothing in a query. "pas", "plus", "sans" and "ou" (also "où") stay: they change what is asked.
pub(super) fn is_empty_word(word: &str) -> bool {
    const EMPTY: [&str; 58] = [
        "a", "ai", "au", "aux", "avec", "ce", "ces", "cet", "cette", "comment", "dans", "de", "des", "du",
        "elle", "en", "est", "et", "etre", "faire", "il", "je", "la", "le", "les", "leur", "ma", "mais",
        "me", "mes", "mon", "nos", "notre", "nous", "on", "ont", "par", "pour", "qu", "que", "quel",
        "quelle", "quels", "quelles", "qui", "sa", "se", "ses", "son", "sont", "sur", "un", "une", "veux",
        "vos", "votre", "vous", "y",
    ];
    EMPTY.binary_search(&word).is_ok()
}

/// A light French stem: plurals, feminines, and the endings that accent folding confuses ("volé", "volée", "voler",
/// "vol"; "licencié", "licenciement") meet in one form.
pub(super) fn stem(word: &str) -> String {
    const TURNED: [(&str, &str); 6] = [
        ("euse", "eur"),
        ("trice", "teur"),
        ("ienne", "ien"),
        ("elle", "el"),
        ("ive", "if"),
        ("ouse", "oux"),
    ];
    if word.len() <= 3 || !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    let mut stem = word;
    if let Some(rest) = word.strip_suffix("aux").filter(|rest| rest.len() >= 2) {
        let base = if rest.ends_with('e') { format!("{rest}au") } else { format!("{rest}al") };
        return base;
    }
    stem = stem.strip_suffix(['s', 'x']).filter(|rest| rest.len() >= 3).unwrap_or(stem);
    for (ending, instead) in TURNED {
        if let Some(rest) = stem.strip_suffix(ending).filter(|rest| rest.len() >= 3) {
            return format!("{rest}{instead}");
        }
    }
    for ending in ["issement", "ement", "ment", "ees", "ee", "er", "ez", "e"] {
        if let Some(rest) = stem.strip_suffix(ending).filter(|rest| rest.len() >= 3) {
            stem = rest;
            break;
        }
    }
    let bytes = stem.as_bytes();
    let double = bytes.len() > 4 && bytes[bytes.len() - 1] == bytes[bytes.len() - 2];
    let kept = if double { stem.get(..stem.len() - 1).unwrap_or(stem) } else { stem };
    kept.to_owned()
}

/// How a French word sounds, roughly: "alokasion" and "allocation", "kaf" and "caf" share it.
pub(super) fn sound(word: &str) -> String {
    const SAME: [(&str, &str); 26] = [
        ("eaux", "o"),
        ("eau", "o"),
        ("aux", "o"),
        ("au", "o"),
        ("ph", "f"),
        ("tion", "sion"),
        ("qu", "k"),
        ("ck", "k"),
        ("ch", "S"),
        ("gn", "N"),
        ("gu", "g"),
        ("ge", "j"),
        ("gi", "ji"),
        ("ce", "se"),
        ("ci", "si"),
        ("cy", "si"),
        ("c", "k"),
        ("q", "k"),
        ("ain", "in"),
        ("ein", "in"),
        ("en", "an"),
        ("em", "an"),
        ("am", "an"),
        ("ai", "e"),
        ("ei", "e"),
        ("y", "i"),
    ];
    let mut text = word.to_owned();
    for (written, spoken) in SAME {
        if text.contains(written) {
            text = text.replace(written, spoken);
        }
    }
    let silent = text.trim_end_matches(['e', 's', 't', 'd', 'x', 'z', 'p']);
    let mut out = String::with_capacity(text.len());
    for c in if silent.len() >= 2 { silent } else { &text }.chars().filter(|c| *c != 'h') {
        if !out.ends_with(c) {
            out.push(if c == 'z' { 's' } else { c });
        }
    }
    out
}

/// Which of the 26 letters and of digits a word holds, as bits: two words at edit distance d differ in at most 2·d bits.
pub(super) fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |bits, b| match b {
        b'a'..=b'z' => bits | 1 << (b - b'a'),
        b'0'..=b'9' => bits | 1 << 26,
        _ => bits | 1 << 27,
    })
}

/// FNV-1a: the same on every machine and release, unlike the standard hasher.
pub(super) fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, b| (hash ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_words_are_sorted_for_binary_search() {
        for word in ["a", "comment", "de", "qu", "votre", "y"] {
            assert!(is_empty_word(word), "{word}");
        }
        for word in ["pas", "plus", "sans", "ou", "carte"] {
            assert!(!is_empty_word(word), "{word}");
        }
    }

    #[test]
    fn forms_of_a_word_share_their_stem() {
        for group in [
            ["vol", "vole", "volee", "voler"],
            ["licencie", "licenciement", "licencier", "licenciements"],
            ["carte", "cartes", "carte", "cartes"],
            ["conseiller", "conseil", "conseille", "conseils"],
            ["cheval", "chevaux", "cheval", "chevaux"],
        ] {
            let stems: std::collections::BTreeSet<String> = group.iter().map(|word| stem(word)).collect();
            assert_eq!(stems.len(), 1, "{group:?} {stems:?}");
        }
    }

    #[test]
    fn words_that_sound_alike_share_their_sound() {
        for (a, b) in
            [("kaf", "caf"), ("alokasion", "allocation"), ("retrete", "retraite"), ("fone", "phone")]
        {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn words_are_cut_and_folded() {
        assert_eq!(words("L’Œuvre d'État, n°2"), ["oeuvre", "etat", "2"]);
        assert_eq!(words("RSA/CAF"), ["rsa", "caf"]);
    }
}
