//! A light French stem: plurals, feminines, and the endings that accent folding confuses.
//!
//! "volé", "volée", "voler" and "vol" meet in one form; so do "licencié" and "licenciement".

/// Endings that become another one, the longest first.
const TURNED: [(&str, &str); 6] =
    [("euse", "eur"), ("trice", "teur"), ("ienne", "ien"), ("elle", "el"), ("ive", "if"), ("ouse", "oux")];
/// Endings that fall away, the longest first.
const DROPPED: [&str; 8] = ["issement", "ement", "ment", "ees", "ee", "er", "ez", "e"];

/// The stem of a folded word. Short words, numbers and other scripts stay as they are.
pub(super) fn stem(word: &str) -> String {
    if word.len() <= 3 || !word.is_ascii() || word.bytes().any(|b| b.is_ascii_digit()) {
        return word.to_owned();
    }
    if let Some(rest) = word.strip_suffix("aux").filter(|rest| rest.len() >= 2) {
        return if rest.ends_with('e') { format!("{rest}au") } else { format!("{rest}al") };
    }
    let stem = word.strip_suffix(['s', 'x']).filter(|rest| rest.len() >= 3).unwrap_or(word);
    for (ending, instead) in TURNED {
        if let Some(rest) = stem.strip_suffix(ending).filter(|rest| rest.len() >= 3) {
            return without_doubles(&format!("{rest}{instead}"));
        }
    }
    let dropped = |ending: &&str| stem.strip_suffix(*ending).filter(|rest| rest.len() >= 3);
    without_doubles(DROPPED.iter().find_map(dropped).unwrap_or(stem))
}

/// "conseill" is "conseil", "juridictionnel" is "juridictionel": doubled consonants are where spelling errs most.
/// "ss" stays inside a word: "poisson" is no "poison".
fn without_doubles(stem: &str) -> String {
    if stem.len() <= 4 {
        return stem.to_owned();
    }
    let mut out = String::with_capacity(stem.len());
    for (at, c) in stem.char_indices() {
        let inside = at + 1 < stem.len();
        let kept = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u') || (c == 's' && inside);
        if kept || !out.ends_with(c) || out.len() < 2 {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
