//! Where a line may not break, and where a word may when it is wider than the paper: French habits, no dictionary.

/// Signs that a French text puts after a space and that must not start a line.
const CLOSING: [char; 7] = [':', ';', '?', '!', '»', '€', '%'];
/// Units that belong to the number before them.
const UNITS: [&str; 9] = ["h", "min", "m", "km", "cm", "mm", "kg", "ans", "mois"];
/// Consonants that stay together at the start of a syllable.
const ONSETS: [&str; 19] = [
    "bl", "br", "ch", "cl", "cr", "dr", "fl", "fr", "gl", "gn", "gr", "ph", "pl", "pr", "qu", "th", "tr",
    "vr", "gu",
];

/// `line` with no-break spaces before closing signs and units, after "«", and between the groups of a number if
/// `numbers`: for the Unicode bidirectional algorithm that sign is inside one number, and a space is not.
pub(crate) fn tied(line: &str, numbers: bool) -> String {
    let mut tied = String::with_capacity(line.len() + 8);
    let mut before = ' ';
    for (index, c) in line.char_indices() {
        let after = line.get(index + c.len_utf8()..).unwrap_or_default();
        let tie = c == ' ' && (before == '«' || belongs_to(before, after, numbers));
        tied.push(if tie { '\u{a0}' } else { c });
        before = c;
    }
    tied
}

fn belongs_to(before: char, after: &str, numbers: bool) -> bool {
    let word = after.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    let number = before.is_ascii_digit();
    after.starts_with(CLOSING)
        || (number && UNITS.contains(&word))
        || (number && numbers && after.starts_with(|c: char| c.is_ascii_digit()))
}

/// The places, in bytes and the last first, where `word` may be broken with a hyphen. None for anything but plain
/// words: a hyphen would change an address, a name of a file or a number.
pub(crate) fn hyphenation(word: &str) -> Vec<usize> {
    let letters: Vec<(usize, char)> =
        word.char_indices().map(|(at, c)| (at, c.to_lowercase().next().unwrap_or(c))).collect();
    let core = letters.iter().rev().skip_while(|(_, c)| !c.is_alphabetic()).count();
    let plain = |c: char| c.is_alphabetic() || matches!(c, '’' | '\'');
    if !letters.iter().take(core).all(|(_, c)| plain(*c)) {
        return Vec::new();
    }
    let at = |index: usize| letters.get(index).map_or(' ', |(_, c)| *c);
    // Two letters before, three after: shorter ends are hard to read back together.
    (2..core.saturating_sub(2))
        .rev()
        .filter(|index| starts_a_syllable(at(index - 1), at(*index), at(index + 1)))
        .filter_map(|index| letters.get(index).map(|(byte, _)| *byte))
        .collect()
}

/// V-CV and C-CV, where CV may start with two consonants that stay together.
fn starts_a_syllable(before: char, first: char, second: char) -> bool {
    let together = |a: char, b: char| ONSETS.contains(&[a, b].iter().collect::<String>().as_str());
    let consonant = |c: char| c.is_alphabetic() && !is_vowel(c);
    let opens = consonant(first) && (is_vowel(second) || together(first, second));
    opens && (is_vowel(before) || (consonant(before) && !together(before, first)))
}

fn is_vowel(c: char) -> bool {
    "aeiouyàâäéèêëîïôöùûüœæ".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(word: &str) -> String {
        let mut word = word.to_owned();
        for at in hyphenation(&word) {
            word.insert(at, '-');
        }
        word
    }

    #[test]
    fn long_french_words_break_between_syllables() {
        let cases = [
            ("demandez", "de-man-dez"),
            ("novembre", "no-vem-bre"),
            ("Téléphone", "Té-lé-phone"),
            ("Démonstration.", "Dé-mons-tra-tion."),
            ("renouvellement", "re-nou-vel-le-ment"),
            ("d’identité", "d’i-den-tité"),
            ("MONTAGNE", "MON-TA-GNE"),
        ];
        for (word, expected) in cases {
            assert_eq!(broken(word), expected, "{word}");
        }
    }

    #[test]
    fn addresses_numbers_and_short_words_are_never_hyphenated() {
        for word in ["www.exemple.fr/carte", "accueil@exemple.fr", "0199001234", "rue", "الاثنين", "", "…"]
        {
            assert_eq!(hyphenation(word), Vec::<usize>::new(), "{word}");
        }
    }

    #[test]
    fn a_number_keeps_its_unit_and_a_sentence_its_mark() {
        assert_eq!(tied("de 9 h à 12 h : fermé ?", false), "de 9\u{a0}h à 12\u{a0}h\u{a0}: fermé\u{a0}?");
        assert_eq!(tied("25 € en 3 heures", false), "25\u{a0}€ en 3 heures");
        assert_eq!(tied("« oui » 01 99", false), "«\u{a0}oui\u{a0}» 01 99");
        assert_eq!(tied("هاتف 01 99 00", true), "هاتف 01\u{a0}99\u{a0}00");
    }
}
