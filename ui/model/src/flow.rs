//! Where the visitor is: a stack of spots that Back unwinds and Home empties.

/// Steps that Back can undo. Older ones are forgotten, the first screen never is.
pub const DEPTH_MAX: usize = 32;

/// What has a slip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printable {
    /// A sheet.
    Sheet(String),
    /// A place, with the way to it where it is in the hall.
    Place(String),
    /// Where a visitor is sent, and what for.
    Orientation {
        /// The sheet: what for.
        sheet: String,
        /// The place: where.
        place: String,
    },
}

/// A slip for staff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffSlip {
    /// How the kiosk is, at the beginning of a day.
    Morning,
    /// Whether the printer prints as it should.
    Test,
}

/// One place in the kiosk. Identifiers are the content's, carried without being understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot {
    /// The first screen.
    Home,
    /// A theme, a folder, a list of places.
    Node(String),
    /// The search.
    Search,
    /// A sheet or, with steps, the part of it that those choices lead to.
    Sheet {
        /// The sheet.
        id: String,
        /// The choices taken inside it, by their numbers.
        steps: Vec<usize>,
    },
    /// A guide after those answers.
    Guide {
        /// The guide.
        id: String,
        /// The answers given, by their numbers.
        answers: Vec<usize>,
    },
    /// A place.
    Place(String),
    /// A slip.
    Slip {
        /// Of what.
        of: Printable,
    },
    /// The help call.
    Call,
    /// Text size and colours.
    Settings,
    /// The code that opens the staff's space.
    StaffDoor,
    /// The staff's space.
    Staff,
    /// Going back to the content before, and what came of it.
    StaffRollBack,
    /// The code that pairs a staff page.
    StaffPairing,
    /// A new roll was put in the printer.
    StaffRoll,
    /// A slip for staff comes out.
    StaffSlip(StaffSlip),
}

impl Spot {
    /// The sheet that is shown, if one is.
    pub fn sheet(&self) -> Option<&str> {
        if let Self::Sheet { id: sheet, .. }
        | Self::Slip { of: Printable::Sheet(sheet) | Printable::Orientation { sheet, .. } } = self
        {
            Some(sheet)
        } else {
            None
        }
    }

    /// The place that is shown, if one is.
    pub fn place(&self) -> Option<&str> {
        if let Self::Place(id) = self { Some(id) } else { None }
    }

    /// The theme or folder that is shown, if one is.
    pub fn node(&self) -> Option<&str> {
        if let Self::Node(id) = self { Some(id) } else { None }
    }

    /// Whether it lies behind the staff's code.
    pub fn is_for_staff(&self) -> bool {
        matches!(
            self,
            Self::Staff | Self::StaffRollBack | Self::StaffPairing | Self::StaffRoll | Self::StaffSlip(_)
        )
    }
}

/// A spot and the page shown of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    spot: Spot,
    page: usize,
}

/// The way from the first screen to here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    steps: Vec<Step>,
}

impl Default for Flow {
    fn default() -> Self {
        Self { steps: vec![Step { spot: Spot::Home, page: 0 }] }
    }
}

impl Flow {
    /// Where the visitor is.
    pub fn spot(&self) -> &Spot {
        self.steps.last().map_or(&Spot::Home, |step| &step.spot)
    }

    /// The way here, the newest spot first.
    pub fn way(&self) -> impl Iterator<Item = &Spot> {
        self.steps.iter().rev().map(|step| &step.spot)
    }

    /// The page shown, from 0.
    pub fn page(&self) -> usize {
        self.steps.last().map_or(0, |step| step.page)
    }

    /// Whether Back leads somewhere.
    pub fn can_go_back(&self) -> bool {
        self.steps.len() > 1
    }

    /// Goes to `spot`. Going where one already is changes nothing.
    pub fn go(&mut self, spot: Spot) {
        if *self.spot() == spot {
            return;
        }
        if self.steps.len() == DEPTH_MAX {
            self.steps.remove(1);
        }
        self.steps.push(Step { spot, page: 0 });
    }

    /// One step back, to the same page as before.
    pub fn back(&mut self) {
        if self.steps.len() > 1 {
            self.steps.pop();
        }
    }

    /// Back to the first screen.
    pub fn home(&mut self) {
        *self = Self::default();
    }

    /// Back leads to no such spot any more. Where the visitor is stays.
    pub fn forget(&mut self, such: impl Fn(&Spot) -> bool) {
        let here = self.steps.len().saturating_sub(1);
        let mut at = 0;
        self.steps.retain(|step| {
            at += 1;
            at > here || !such(&step.spot)
        });
    }

    /// Shows another page of the same spot; `count` is how many there are.
    pub fn turn(&mut self, forward: bool, count: usize) {
        if let Some(step) = self.steps.last_mut() {
            let next = if forward { step.page + 1 } else { step.page.saturating_sub(1) };
            step.page = next.min(count.saturating_sub(1));
        }
    }

    /// The first page again: what is listed has changed.
    pub fn first_page(&mut self) {
        if let Some(step) = self.steps.last_mut() {
            step.page = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_restores_the_page_and_home_is_one_action_away() {
        let mut flow = Flow::default();
        flow.go(Spot::Node("papiers".into()));
        flow.turn(true, 3);
        flow.go(Spot::Sheet { id: "carte".into(), steps: vec![] });
        flow.back();
        assert_eq!((flow.spot(), flow.page()), (&Spot::Node("papiers".into()), 1));
        flow.home();
        assert!(!flow.can_go_back());
    }

    #[test]
    fn pages_stay_between_the_first_and_the_last() {
        let mut flow = Flow::default();
        flow.turn(false, 3);
        assert_eq!(flow.page(), 0);
        for _ in 0..10 {
            flow.turn(true, 3);
        }
        assert_eq!(flow.page(), 2);
    }

    #[test]
    fn the_way_back_is_bounded_and_always_ends_at_home() {
        let mut flow = Flow::default();
        for number in 0..1000 {
            flow.go(Spot::Node(number.to_string()));
        }
        let mut steps = 1;
        while flow.can_go_back() {
            flow.back();
            steps += 1;
        }
        assert_eq!((steps, flow.spot()), (DEPTH_MAX, &Spot::Home));
    }
}
