//! What both peers do with a query before they look anything up.

/// Words that carry nothing, folded: articles, pronouns, auxiliaries, what a question begins with.
/// Without "vous" and "y" among them both peers find a little more.
pub const STOP_WORDS: [&str; 71] = [
    "a", "ai", "as", "au", "aux", "avec", "avoir", "c", "ce", "ces", "cet", "cette", "comment", "d", "dans",
    "de", "des", "du", "elle", "en", "est", "et", "etre", "eux", "faire", "il", "ils", "j", "je", "l", "la",
    "le", "les", "leur", "leurs", "lui", "m", "ma", "mais", "me", "mes", "mon", "n", "ne", "nos", "notre",
    "nous", "on", "ont", "par", "pour", "qu", "que", "quel", "quelle", "quelles", "quels", "qui", "s", "sa",
    "se", "ses", "son", "sont", "sur", "t", "un", "une", "veux", "vos", "votre",
];

/// A query, cut.
#[derive(Debug, PartialEq, Eq)]
pub struct Typed {
    /// Words that tell something, folded; the one being typed is not among them.
    pub finished: Vec<String>,
    /// The word being typed: no space follows it yet.
    pub unfinished: Option<String>,
}

/// Cuts what was typed. A word being typed stays although it carries nothing, since "de" may become "demande".
pub fn cut(typed: &str) -> Typed {
    let folded = parvis_content::search::fold(typed);
    let mut words: Vec<String> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let ends_in_word = folded.ends_with(char::is_alphanumeric);
    let unfinished = if ends_in_word { words.pop() } else { None };
    words.retain(|word| !is_stop_word(word));
    let unfinished = unfinished.filter(|word| words.is_empty() || word.len() > 1 || !is_stop_word(word));
    Typed { finished: words, unfinished }
}

/// A text without its stop words.
pub fn without_stop_words(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric());
    let telling = |word: &&str| !word.is_empty() && !is_stop_word(&parvis_content::search::fold(word));
    words.filter(telling).collect::<Vec<_>>().join(" ")
}

fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stop_words_are_sorted_for_binary_search() {
        assert!(STOP_WORDS.is_sorted());
    }

    #[test]
    fn the_word_being_typed_is_told_from_the_others() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let unfinished = |word: &str| Some(word.to_owned());
        let cases = [
            ("Carte d'iden", words(&["carte"]), unfinished("iden")),
            ("carte d", words(&["carte"]), None),
            ("c", words(&[]), unfinished("c")),
            ("carte de", words(&["carte"]), unfinished("de")),
            ("carte volée ", words(&["carte", "volee"]), None),
        ];
        for (typed, finished, unfinished) in cases {
            assert_eq!(cut(typed), Typed { finished, unfinished }, "{typed}");
        }
    }
}
