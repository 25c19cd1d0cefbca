//! The sentences of the editor's tool, in French and in English side by side.
//!
//! What stands in braces is filled in by [`fill`]. French is what an editor reads unless the environment asks for English.

/// Declares every sentence in both languages at once, so that none can be missing in one.
macro_rules! words {
    ($($name:ident: $french:literal, $english:literal;)*) => {
        /// Every sentence in one language.
        #[derive(Debug)]
        #[allow(missing_docs, reason = "each sentence says itself what it is for")]
        pub struct Words { $(pub $name: &'static str,)* }

        /// In French.
        pub static FRENCH: Words = Words { $($name: $french,)* };
        /// In English.
        pub static ENGLISH: Words = Words { $($name: $english,)* };

        #[cfg(test)]
        const PAIRS: &[(&str, &str, &str)] = &[$((stringify!($name), $french, $english),)*];
    };
}

words! {
    error: "Erreur : {error}", "Error: {error}";
    to_know: "À savoir, {what}", "To know, {what}";
    expired: "vérifiée le {date}, il y a plus de 12 mois", "checked on {date}, more than 12 months ago";
    expired_do: "relisez la fiche, puis mettez le jour de cette relecture dans « checked »",
        "read the sheet again, then write that day into \"checked\"";
    future: "vérifiée le {date}, après aujourd'hui ({today})", "checked on {date}, after today ({today})";
    future_do: "corrigez le jour dans « checked »", "correct the day in \"checked\"";
    acronym: "sigle « {acronym} » sans explication", "acronym \"{acronym}\" without an explanation";
    acronym_do: "écrivez-le en entier à sa première place, ou ajoutez-le au [glossary] de bundle.toml",
        "spell it out where it first stands, or add it to [glossary] in bundle.toml";
    untranslated: "pas de traduction « {lang} »", "no translation \"{lang}\"";
    untranslated_do: "traduisez-la dans sheets/{lang}/{id}.md ; en attendant, la borne montre le français",
        "translate it in sheets/{lang}/{id}.md; until then the kiosk shows French";
    old_translation: "traduction du {date}, plus ancienne que la fiche française ({french})",
        "translation of {date}, older than the French sheet ({french})";
    old_translation_do: "relisez la traduction, puis mettez le jour dans « checked »",
        "read the translation again, then write that day into \"checked\"";
    no_fact: "ne dit pas : {facts}", "does not say: {facts}";
    fact_where: "où", "where";
    fact_when: "quand", "when";
    fact_bring: "quoi apporter", "what to bring";
    fact_digital: "exigences numériques", "digital requirements";
    no_human_way: "pas de voie humaine", "no human way";
    no_source: "pas de source", "no source";
    no_date: "pas de date", "no date";
    long_sentence: "phrase de {n} mots (« {start} »)", "sentence of {n} words (\"{start}\")";
    import_do: "l'éditeur de l'archive seul peut le corriger", "only the publisher of the archive can correct it";
    record_do: "demandez à qui publie la liste, ou corrigez-la", "ask the publisher of the list, or correct it";
    counted_format: "défauts de forme : {n}", "faults of form: {n}";
    counted_fact: "fiches importées sans tous les faits : {n}. La borne dit « non précisé, demandez à l'accueil »",
        "imported sheets without all facts: {n}. The kiosk says \"not stated, ask at the desk\"";
    counted_human_way: "fiches importées sans voie humaine : {n}. La borne donne le contact de l'accueil",
        "imported sheets without a human way: {n}. The kiosk gives the hall's contact";
    counted_source: "fiches importées sans source : {n}", "imported sheets without a source: {n}";
    counted_date: "fiches importées sans date, ou datées de demain : {n}",
        "imported sheets without a date, or with a date to come: {n}";
    counted_expired: "fiches importées vérifiées il y a plus de 12 mois : {n}. Prenez une archive plus récente",
        "imported sheets checked more than 12 months ago: {n}. Take a newer archive";
    counted_sentence: "fiches importées avec une phrase de plus de 15 mots dans la version courte : {n}",
        "imported sheets with a sentence of more than 15 words in the short version: {n}";
    counted_acronym: "fiches importées avec un sigle sans explication : {n}",
        "imported sheets with an unexplained acronym: {n}";
    counted_link: "liens importés sans destination : {n}. Le texte reste, le bouton est retiré",
        "imported links that lead nowhere: {n}. The words stay, the button is taken out";
    counted_translation: "traductions à faire ou à relire : {n}", "translations to make or to read again: {n}";
    counted_picture: "images : {n}", "pictures: {n}";
    counted_import: "fichiers ou enregistrements d'import refusés ou douteux : {n}",
        "refused or doubtful files and records of imports: {n}";
    more_examples: "… et {n} de plus (--all montre tout)", "… and {n} more (--all shows everything)";
    more_faults: "… et {n} de plus : corrigez d'abord ce qui précède", "… and {n} more: correct those above first";
    check_failed: "Fautes à corriger : {n}. À savoir : {warnings}.", "Faults to correct: {n}. To know: {warnings}.";
    check_passed: "Aucune faute dans {sheets} fiches. À savoir : {warnings}.",
        "No fault in {sheets} sheets. To know: {warnings}.";
    same: "Les visiteurs ne verront rien changer.", "Visitors will see no change.";
    changes: "Ce que les visiteurs verront changer. {counts}.", "What visitors will see change. {counts}.";
    count: "{kind} : {added} de plus, {removed} de moins, {changed} avec d'autres mots",
        "{kind}: {added} more, {removed} less, {changed} with other words";
    redated: "{n} fiches avec une autre date, source ou rubrique seulement", "{n} sheets with another date, source or theme only";
    more_items: "… et {n} de plus (--limit en montre davantage)", "… and {n} more (--limit shows more)";
    more_lines: "… et {n} lignes de plus", "… and {n} more lines";
    other_order: "dans un autre ordre", "in another order";
    item: "{kind} « {title} » ({id})", "{kind} \"{title}\" ({id})";
    kind_hall: "Accueil", "Hall";
    kind_home: "Page d'accueil", "Home";
    kind_sheet: "Fiche", "Sheet";
    kind_guide: "Parcours", "Guide";
    kind_place: "Lieu", "Place";
    kind_theme: "Rubrique", "Theme";
    kind_redirect: "Ancien identifiant", "Old identifier";
    kind_acronym: "Sigle", "Acronym";
    kind_sheets: "Fiches", "Sheets";
    kind_guides: "Parcours guidés", "Guides";
    kind_places: "Lieux", "Places";
    kind_themes: "Rubriques", "Themes";
    kind_redirects: "Anciens identifiants", "Old identifiers";
    kind_acronyms: "Sigles", "Acronyms";
    part_title: "Titre :", "Title:";
    part_where: "Où :", "Where:";
    part_when: "Quand :", "When:";
    part_bring: "À apporter :", "To bring:";
    part_digital: "Exigences numériques :", "Digital requirements:";
    part_human_way: "Avec une personne :", "With a person:";
    part_short: "Version courte :", "Short version:";
    part_text: "Texte :", "Text:";
    part_source: "Source :", "Source:";
    part_date: "Date :", "Date:";
    part_way: "Chemin :", "Way:";
    started: "{folder} est prêt : lisez son README.md. Ensuite : parvis-content check {folder}, parvis-content preview {folder}",
        "{folder} is ready: read its README.md. Then: parvis-content check {folder}, parvis-content preview {folder}";
    no_clock: "l'ordinateur ne sait pas quel jour on est : donnez --today AAAA-MM-JJ",
        "the computer does not know the day: give --today YYYY-MM-DD";
    no_parvis: "le programme « parvis » n'est ni à côté de parvis-content ni dans le PATH : installez-le, ou construisez-le (cargo build -p parvis)",
        "the program \"parvis\" is neither beside parvis-content nor in PATH: install it, or build it (cargo build -p parvis)";
    previewing: "La borne simulée démarre. Ctrl-C l'arrête.", "The simulated kiosk starts. Ctrl-C stops it.";
    preview_failed: "La borne simulée s'est arrêtée sur une erreur ({status}).", "The simulated kiosk ended with an error ({status}).";
    reading: "Lecture de la source", "Reading the source";
    writing: "Écriture du fichier de contenu", "Writing the content file";
    comparing: "Comparaison", "Comparing";
    unknown_id: "« {id} » n'existe pas dans {file}", "\"{id}\" does not exist in {file}";
    not_built: "Fautes à corriger : {n}. Rien n'a été construit.", "Faults to correct: {n}. Nothing was built.";
    built: "{title} : {sheets} fiches, {guides} parcours, {places} lieux, {nodes} rubriques, {acronyms} sigles, {redirects} redirections",
        "{title}: {sheets} sheets, {guides} guides, {places} places, {nodes} nodes, {acronyms} acronyms, {redirects} redirects";
    built_file: "{file} écrit : {size} Mo, dont {search} Mo pour la recherche",
        "{file} written: {size} MB, {search} MB of them for search";
}

impl Words {
    /// Whether these are the French ones.
    pub fn is_french(&self) -> bool {
        std::ptr::eq(self, &raw const FRENCH)
    }

    /// The language that the environment asks for: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides.
    pub fn chosen(variables: [Option<String>; 3]) -> &'static Self {
        let said = variables.into_iter().flatten().find(|said| !said.is_empty());
        if said.is_some_and(|said| said.starts_with("en")) { &ENGLISH } else { &FRENCH }
    }
}

/// `template` with each `{name}` of `values` replaced. What a value holds is never replaced again.
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        let value = values.iter().find(|(known, _)| *known == name);
        out.push_str(value.map_or(name, |(_, value)| value));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn names(template: &str) -> BTreeSet<&str> {
        template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn both_languages_say_the_same_things() {
        assert!(PAIRS.len() > 30, "a table of nothing passes everything");
        for (name, french, english) in PAIRS {
            assert!(!french.trim().is_empty() && !english.trim().is_empty(), "{name}");
            assert_ne!(french, english, "{name} is not translated");
            assert_eq!(names(french), names(english), "{name}");
        }
    }

    #[test]
    fn french_is_said_unless_the_environment_asks_for_english() {
        let chosen = |all: &str, messages: &str, lang: &str| {
            Words::chosen([all, messages, lang].map(|said| Some(said.to_owned()))).to_know
        };
        assert_eq!(chosen("", "", "fr_FR.UTF-8"), FRENCH.to_know);
        assert_eq!(chosen("", "", "en_GB.UTF-8"), ENGLISH.to_know);
        assert_eq!(chosen("fr_FR", "en_US", "en_US"), FRENCH.to_know, "LC_ALL comes first");
        assert_eq!(chosen("C", "", ""), FRENCH.to_know);
        assert_eq!(Words::chosen([None, None, None]).to_know, FRENCH.to_know);
    }

    #[test]
    fn what_is_filled_in_is_not_read_again() {
        assert_eq!(fill("{a} et {b}.", &[("a", "{b}"), ("b", "2")]), "{b} et 2.");
        assert_eq!(fill("sans rien", &[]), "sans rien");
    }
}
