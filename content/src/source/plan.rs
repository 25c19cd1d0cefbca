//! `plan.svg`: the plan of the hall, drawn in any SVG editor (see docs/plans.md).

use std::path::Path;

use parvis_plan::Plan;
use parvis_plan::route::NoRoute;
use parvis_plan::svg::{self, FaultKind};

use super::{Faults, Said, said};

/// Reads the drawing; its faults are said with the line of the shape.
pub(super) fn read(file: &Path, text: &str, faults: &mut Faults) -> Option<Plan> {
    match svg::read(text) {
        Ok(plan) => Some(plan),
        Err(found) => {
            for fault in found {
                faults.add(file, fault.line, fault_said(&fault.kind));
            }
            None
        }
    }
}

fn fault_said(kind: &FaultKind) -> Said {
    match kind {
        FaultKind::TooLarge => said!(
            "plan de plus de 1 Mo : retirez les images et simplifiez les tracés",
            "plan of more than 1 MB : take pictures out and simplify the paths"
        ),
        FaultKind::Clone => said!(
            "clone dans le plan : dans Inkscape, Édition, Cloner, Délier le clone",
            "clone in the plan : in Inkscape, Edit, Clone, Unlink Clone"
        ),
        FaultKind::NoLayer(layer) => said!(
            "le calque « {layer} » manque ou il est vide : ajoutez-le (voir docs/plans.md)",
            "layer \"{layer}\" is missing or empty : add it (see docs/plans.md)"
        ),
        FaultKind::NoScale => said!(
            "échelle inconnue : dans le calque « echelle », tracez une seule ligne dont le titre est sa longueur, comme « 5 m »",
            "no scale : in layer \"echelle\", draw one line whose title is its length, as \"5 m\""
        ),
        FaultKind::TooWide(width, height) => said!(
            "le plan mesurerait {width} × {height} m : corrigez la longueur de l’échelle",
            "the plan would be {width} × {height} m : correct the length of the scale"
        ),
        FaultKind::TooMany(layer, max) => said!(
            "plus de {max} éléments dans le calque « {layer} » : simplifiez",
            "more than {max} elements in layer \"{layer}\" : simplify"
        ),
        FaultKind::Invisible(shape) => said!(
            "« {shape} » est invisible : montrez son calque et donnez-lui un trait",
            "\"{shape}\" is invisible : show its layer and give it a stroke"
        ),
        FaultKind::NoName(shape) => said!(
            "« {shape} » n’a pas de titre : donnez-lui le nom que les visiteurs lisent",
            "\"{shape}\" has no title : give it the name that visitors read"
        ),
        FaultKind::Twice(shape) => said!(
            "« {shape} » est là deux fois : changez un titre ou un identifiant",
            "\"{shape}\" is there twice : change a title or an identifier"
        ),
        FaultKind::NotALine(shape) => said!(
            "« {shape} » doit être une ligne droite : tracez-la d’où le visiteur se tient vers la borne",
            "\"{shape}\" must be a straight line : draw it from where the visitor stands to the kiosk"
        ),
        FaultKind::DoorApart(shape) => said!(
            "la porte « {shape} » n’est dans aucun mur : posez-la sur le mur",
            "door \"{shape}\" is in no wall : put it onto the wall"
        ),
        FaultKind::NoRoute { from, to, why } => no_route(from, to, why),
        FaultKind::Unreadable(why) => said!(
            "plan illisible ({why}) : enregistrez-le en « SVG simple »",
            "unreadable plan ({why}) : save it as \"Plain SVG\""
        ),
    }
}

fn no_route(from: &str, to: &str, why: &NoRoute) -> Said {
    match why {
        NoRoute::KioskFar(cm) => said!(
            "la borne « {from} » est à {:.1} m des chemins : prolongez un chemin jusqu’à elle",
            "kiosk \"{from}\" is {:.1} m from the walkable lines : lengthen one to it",
            cm / 100.0
        ),
        NoRoute::PlaceFar(cm) => said!(
            "« {to} » est à {:.1} m des chemins : prolongez un chemin jusque-là",
            "\"{to}\" is {:.1} m from the walkable lines : lengthen one to it",
            cm / 100.0
        ),
        NoRoute::NoLines | NoRoute::Apart => said!(
            "aucun chemin de « {from} » à « {to} » : reliez les lignes du calque « chemins »",
            "no way from \"{from}\" to \"{to}\" : join the lines of layer \"chemins\""
        ),
    }
}
