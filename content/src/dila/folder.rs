//! Folders and themes (`N*.xml`): their own text and the order of what they list.

use super::Refusal;
use super::blocks::Blocks as _;
use super::inline::Scribe;
use super::xml::Element;
use crate::browse::Target;
use crate::id::NodeId;
use crate::sheet::Block;

/// A folder as its file describes it.
#[derive(Debug, PartialEq)]
pub(super) struct Folder {
    pub(super) id: NodeId,
    pub(super) intro: Vec<Block>,
    pub(super) entries: Vec<Listed>,
}

/// One line of a folder.
#[derive(Debug, PartialEq)]
pub(super) struct Listed {
    pub(super) target: Target,
    pub(super) title: String,
    /// Who runs a service.
    pub(super) summary: Option<String>,
    pub(super) group: Option<String>,
}

pub(super) fn folder(scribe: &mut Scribe<'_>, root: &Element, id: &str) -> Result<Folder, Refusal> {
    let mut folder =
        Folder { id: NodeId::new(id).map_err(|_| Refusal::Id)?, intro: Vec::new(), entries: Vec::new() };
    for child in root.children() {
        match child.name.as_str() {
            "Introduction" => folder.intro.extend(scribe.blocks(child)),
            "Avertissement" | "ImageIllustration" | "QuiPeutMAider" | "OuSAdresser" | "Definition"
            | "Abreviation" | "PourEnSavoirPlus" | "Reference" => folder.intro.extend(scribe.block(child)),
            "Fiche" => folder.list(scribe, child, None),
            "SousDossier" => {
                let group = child.child("Titre").map(Element::flat_text).filter(|title| !title.is_empty());
                for sheet in child.named("Fiche") {
                    folder.list(scribe, sheet, group.as_deref());
                }
            }
            "RechercheGuidee" => folder.list(scribe, child, Some("Selon votre situation")),
            "QuestionReponse" => folder.list(scribe, child, Some("Questions fréquentes")),
            "ServiceEnLigne" => folder.list(scribe, child, Some("Services en ligne et formulaires")),
            "CommentFaireSi" => folder.list(scribe, child, Some("Comment faire si…")),
            "VoirAussi" => {
                for other in child.children() {
                    folder.list(scribe, other, Some("Voir aussi"));
                }
            }
            _ => {}
        }
    }
    let mut count = 0;
    if super::convert::fits(&folder.intro, 0, &mut count) { Ok(folder) } else { Err(Refusal::TooDeep) }
}

impl Folder {
    fn list(&mut self, scribe: &mut Scribe<'_>, element: &Element, group: Option<&str>) {
        let Some((target, title)) = scribe.target(element.attribute("ID").unwrap_or_default()) else {
            scribe.dead_links += 1;
            return;
        };
        let own = element.child("Titre").map_or_else(|| element.flat_text(), Element::flat_text);
        // Titles of guides are working titles here ("RG CFS Décès").
        let guide = matches!(target, Target::Guide(_));
        let title = if own.is_empty() || guide { title.to_owned() } else { own };
        if !self.entries.iter().any(|listed| listed.target == *target) {
            let summary = element.child("Source").map(Element::flat_text).filter(|text| !text.is_empty());
            self.entries.push(Listed {
                target: target.clone(),
                title,
                summary,
                group: group.map(str::to_owned),
            });
        }
    }
}
