//! What the records themselves tell of communes: names, INSEE codes, postcodes.
//!
//! No list of communes is shipped. Where several records agree on a commune, they put right the one that does not write
//! it as they do; where they do not agree, nothing is put right.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::report::{Doubt, Findings, Repair};
use super::territory::Whereabouts;
use crate::search::fold;

/// Most communes that are learnt: more than France has.
const COMMUNES_MAX: usize = 50_000;
/// Most postcodes of one commune.
const POSTCODES_MAX: usize = 60;

/// Communes by INSEE code and by name.
#[derive(Debug, Default)]
pub(super) struct Gazetteer {
    /// INSEE code → ways of writing the name, with how often.
    names: BTreeMap<String, BTreeMap<String, usize>>,
    /// Département and folded name → INSEE codes.
    codes: BTreeMap<(String, String), BTreeSet<String>>,
    /// Département and folded name → postcodes, with how often.
    postcodes: BTreeMap<(String, String), BTreeMap<String, usize>>,
}

/// A name as it is compared: "ST MEEN LE GD" stays apart from "Saint-Méen-le-Grand", "ST BRIEUC" does not.
pub(super) fn commune_key(name: &str) -> String {
    let words = fold(name).replace(['-', '\'', '’'], " ");
    let words = words.split_whitespace().map(|word| match word {
        "st" => "saint",
        "ste" => "sainte",
        other => other,
    });
    words.collect::<Vec<_>>().join(" ")
}

impl Gazetteer {
    /// Learns an official name.
    pub(super) fn commune(&mut self, insee: &str, name: &str) {
        self.learn_name(insee, name, 1_000);
    }

    /// Learns what a record says of its commune.
    pub(super) fn learn(&mut self, draft: &Draft) {
        let Some(name) = &draft.commune else { return };
        if let Some(insee) = &draft.insee {
            self.learn_name(insee, name, 1);
        }
        let surely_street = !draft.findings.repairs.contains(&Repair::Cedex);
        if let (Some(postcode), Some(key), true) = (&draft.postcode, key(draft, name), surely_street)
            && (self.postcodes.len() < COMMUNES_MAX || self.postcodes.contains_key(&key))
        {
            let known = self.postcodes.entry(key).or_default();
            if known.len() < POSTCODES_MAX || known.contains_key(postcode) {
                *known.entry(postcode.clone()).or_default() += 1;
            }
        }
    }

    fn learn_name(&mut self, insee: &str, name: &str, times: usize) {
        if self.names.len() >= COMMUNES_MAX && !self.names.contains_key(insee) {
            return;
        }
        *self.names.entry(insee.to_owned()).or_default().entry(name.to_owned()).or_default() += times;
        let at = Whereabouts { insee: Some(insee), ..Whereabouts::default() };
        let Some(departement) = at.departement() else { return };
        self.codes.entry((departement, commune_key(name))).or_default().insert(insee.to_owned());
    }

    /// Puts the commune of `draft` right where others leave no doubt, and writes it on the place.
    pub(super) fn settle(&self, draft: &mut Draft) {
        let mut findings = std::mem::take(&mut draft.findings);
        if draft.insee.is_none() {
            draft.insee = draft.commune.as_deref().and_then(|name| self.code(draft, name));
        }
        if let (Some(insee), Some(name)) = (&draft.insee, &draft.commune)
            && let Some(better) = self.better_name(insee, name)
        {
            findings.repaired(Repair::CommuneName);
            draft.commune = Some(better.to_owned());
        }
        self.check_postcode(draft, &mut findings);
        if draft.commune.is_none() {
            findings.doubt(Doubt::NoCommune, draft.place.name.clone());
        }
        let said = [draft.postcode.as_deref(), draft.commune.as_deref()];
        draft.place.commune = said.into_iter().flatten().collect::<Vec<_>>().join(" ");
        draft.findings = findings;
    }

    /// The one code of that name in the département of the record.
    fn code(&self, draft: &Draft, name: &str) -> Option<String> {
        let codes = self.codes.get(&key(draft, name)?)?;
        codes.first().filter(|_| codes.len() == 1).cloned()
    }

    /// The most frequent way of writing the same name with small letters, if `name` lacks them, or its marks.
    fn better_name(&self, insee: &str, name: &str) -> Option<&str> {
        let wanted = commune_key(name);
        let same = self.names.get(insee)?.iter().filter(|(other, _)| commune_key(other) == wanted);
        let written = same.filter(|(other, _)| other.chars().any(char::is_lowercase));
        let (best, times) = written.max_by_key(|(other, times)| (**times, std::cmp::Reverse(*other)))?;
        let own = self.names.get(insee)?.get(name).copied().unwrap_or_default();
        let poor = !name.chars().any(char::is_lowercase) || times > &(2 * own);
        (best != name && poor).then_some(best.as_str())
    }

    /// A CEDEX postcode belongs to letter boxes; where the commune has one other postcode, that is the street's.
    fn check_postcode(&self, draft: &mut Draft, findings: &mut Findings) {
        let (Some(postcode), Some(name)) = (draft.postcode.clone(), draft.commune.clone()) else { return };
        let Some(known) = key(draft, &name).and_then(|key| self.postcodes.get(&key)) else { return };
        let others: Vec<(&String, &usize)> = known.iter().filter(|(other, _)| **other != postcode).collect();
        let cedex = findings.repairs.contains(&Repair::Cedex);
        match others.as_slice() {
            [(other, _)] if cedex && !known.contains_key(&postcode) => {
                draft.postcode = Some((*other).clone());
            }
            // Postcodes of streets end in a nought nearly always, those of letter boxes hardly ever.
            [(other, _), ..]
                if !postcode.ends_with('0') && others.iter().all(|(code, _)| code.ends_with('0')) =>
            {
                findings.doubt(Doubt::Postcode, format!("{postcode} {name}, ailleurs {other}"));
            }
            _ if cedex && !known.contains_key(&postcode) => {
                findings.doubt(Doubt::Postcode, format!("{postcode} {name} (CEDEX)"));
            }
            _ => {}
        }
    }
}

/// Département and folded name.
fn key(draft: &Draft, name: &str) -> Option<(String, String)> {
    Some((draft.whereabouts().departement()?, commune_key(name)))
}
