//! Where a place is, seen from the kiosk: a way through the hall, or a map of the area.

use std::sync::Arc;

use parvis_content::{ContentFile, Place, Position};
use parvis_hardware::slip::{Picture, SlipRenderer};
use parvis_plan::Plan;
use parvis_plan::area::Area;
use parvis_ui_model::document::Drawn;

use super::area_painter::AreaMap;
use super::plan_painter::HallWay;

/// What stands at the kiosk on every plan and map.
pub(super) const HERE: &str = "Vous êtes ici";

/// What the content has of the hall and what is around it.
#[derive(Debug, Default)]
pub struct Ways {
    plan: Option<Plan>,
    area: Option<Area>,
    hall: Option<Position>,
}

/// The way to one place.
pub enum Way<'a> {
    /// Through the hall.
    Hall(HallWay<'a>),
    /// Out of it.
    Area(AreaMap<'a>),
}

impl Ways {
    /// Reads plan and map, where the content has them: this takes long, so it is kept. One that cannot be read is logged,
    /// and takes neither the other away nor a slip.
    pub fn of(content: &ContentFile) -> Self {
        let plan = content.plan().inspect_err(|error| tracing::error!(%error, "content.unreadable"));
        let area = content.area().inspect_err(|error| tracing::error!(%error, "content.unreadable"));
        Self { plan: plan.ok().flatten(), area: area.ok().flatten(), hall: content.info().hall.position }
    }

    /// The way from the kiosk of that name to a place: through the hall to one on its plan, where that has both; on the map
    /// to any other.
    pub fn to(&self, kiosk: &str, place: &Place) -> Option<Way<'_>> {
        if let Some(id) = &place.plan {
            return HallWay::find(self.plan.as_ref()?, kiosk, id).map(Way::Hall);
        }
        AreaMap::find(self.area.as_ref()?, self.hall?, place).map(Way::Area)
    }
}

impl Way<'_> {
    /// In sentences.
    pub fn words(&self) -> Vec<String> {
        match self {
            Self::Hall(way) => way.words(),
            Self::Area(map) => map.words(),
        }
    }

    /// Whether the sentences are steps, one after the other.
    pub fn has_steps(&self) -> bool {
        matches!(self, Self::Hall(_))
    }

    /// In colours, `width` by at most `height` pixels, with names whose capitals are `capitals` pixels high.
    pub fn on_screen(
        &self,
        letters: &mut SlipRenderer,
        width: u32,
        height: u32,
        capitals: u32,
    ) -> Arc<Drawn> {
        match self {
            Self::Hall(way) => way.on_screen(letters, width, height, capitals),
            Self::Area(map) => map.on_screen(letters, width, height, capitals),
        }
    }

    /// In black dots, `width` of them across, with names whose capitals are `capitals` dots high; on maps they may be smaller,
    /// but at `least` that. None when it cannot be that large.
    pub fn on_paper(
        &self,
        letters: &mut SlipRenderer,
        width: u32,
        capitals: u32,
        least: u32,
    ) -> Option<Picture> {
        match self {
            Self::Hall(way) => way.on_paper(letters, width, capitals),
            Self::Area(map) => map.on_paper(letters, width, capitals, least),
        }
    }
}
