//! Words: folding and cutting. The same for documents and queries.

use unicode_normalization::char::decompose_canonical;

/// Longest word kept, in bytes; what follows is cut.
pub(super) const WORD_BYTES_MAX: usize = 40;

/// Small letters without accents; `œ` is `oe`, `æ` is `ae`; every typographic apostrophe is `'`. Arabic loses its vowel
/// signs and the marks on and under its letters.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            // Marks are dropped, so that their order, which a whole text would need to settle, does not matter.
            decompose_canonical(c, |part| push_folded(&mut out, part));
        }
    }
    out
}

fn push_folded(out: &mut String, c: char) {
    match c {
        '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' => {}
        'ة' => out.push('ه'),
        'ى' => out.push('ي'),
        'ı' => out.push('i'),
        'œ' | 'Œ' => out.push_str("oe"),
        'æ' | 'Æ' => out.push_str("ae"),
        'ß' => out.push_str("ss"),
        '’' | 'ʼ' | '‘' => out.push('\''),
        c => out.extend(c.to_lowercase()),
    }
}

/// The words of a text, folded. An elided article ("l'", "d'", "qu'") falls away.
pub(super) fn words(text: &str) -> Vec<String> {
    split(&fold(text)).map(str::to_owned).collect()
}

/// The words of a folded text.
pub(super) fn split(folded: &str) -> impl Iterator<Item = &str> {
    let parts = folded.split(|c: char| !c.is_alphanumeric());
    let elided = |part: &str| part.len() == 1 && !part.bytes().all(|b| b.is_ascii_digit()) || part == "qu";
    let parts = parts.filter(move |part| !elided(part)).map(without_arabic_article);
    parts
        .filter(|part| !part.is_empty())
        .filter_map(|part| part.get(..part.floor_char_boundary(WORD_BYTES_MAX)))
}

/// Words with a hyphen as one: "Loca-Pass" is also "locapass". Numbers and single letters are left out.
pub(super) fn compounds(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| c.is_whitespace() || (!c.is_alphanumeric() && c != '-'));
    let hyphenated = parts.filter(|part| part.contains('-') && !part.contains(|c: char| c.is_ascii_digit()));
    let joined = hyphenated.map(|part| fold(part).split('-').collect::<String>());
    joined.filter(|word| (5..=WORD_BYTES_MAX).contains(&word.len())).collect()
}

/// "الجنسية" is "جنسية".
fn without_arabic_article(word: &str) -> &str {
    word.strip_prefix("ال").filter(|rest| rest.chars().count() >= 3).unwrap_or(word)
}

/// The words of a wording that carry something; all of them if none does.
pub(super) fn telling_words(text: &str) -> Vec<String> {
    let all = words(text);
    let telling: Vec<String> = all.iter().filter(|word| !is_empty_word(word)).cloned().collect();
    if telling.is_empty() { all } else { telling }
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

/// Which of the 26 letters and of digits a word holds, as bits: two words at edit distance d differ in at most 2·d bits.
pub(super) fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |bits, b| match b {
        b'a'..=b'z' => bits | 1 << (b - b'a'),
        b'0'..=b'9' => bits | 1 << 26,
        _ => bits | 1 << 27,
    })
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
    fn words_are_cut_and_folded() {
        assert_eq!(words("L’Œuvre d'État, n°2"), ["oeuvre", "etat", "2"]);
        assert_eq!(words("RSA/CAF"), ["rsa", "caf"]);
    }
}
