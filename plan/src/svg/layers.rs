//! The layers of a drawing, by the names that editors give them.

/// A layer that is read. Any other may be there: furniture, a logo, a scanned plan to draw over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layer {
    /// Closed outlines.
    Rooms,
    /// Lines.
    Walls,
    /// Lines across openings.
    Doors,
    /// Lines that one can walk along.
    Walk,
    /// One line each: from where the visitor stands to the kiosk.
    Kiosks,
    /// Any shapes: their middle counts.
    Places,
    /// One line whose title is its length.
    Scale,
}

impl Layer {
    const ALL: [Self; 7] =
        [Self::Rooms, Self::Walls, Self::Doors, Self::Walk, Self::Kiosks, Self::Places, Self::Scale];

    /// Its name, and the beginning of the identifier of a group.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Rooms => "salles",
            Self::Walls => "murs",
            Self::Doors => "portes",
            Self::Walk => "chemins",
            Self::Kiosks => "bornes",
            Self::Places => "lieux",
            Self::Scale => "echelle",
        }
    }

    /// The layer of that name, as people write it.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let plain = name.trim().to_lowercase().replace('é', "e");
        Self::ALL.into_iter().find(|layer| layer.name() == plain)
    }
}
