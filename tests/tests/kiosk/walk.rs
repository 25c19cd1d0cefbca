//! The content as a graph, reach by choices alone, without drawing (rows H1 and A7).

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use parvis::intake::Releases;
use parvis::present::{Stage, present};
use parvis::session::{Event, Offer, Session, Times};
use parvis_content::browse::TAPS_MAX;
use parvis_content::{ContentFile, SheetKind};
use parvis_ui::fonts::FontMeasure;
use parvis_ui_model::document::Block;
use parvis_ui_model::flow::Spot;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::intent::Intent;
use parvis_ui_model::list::CHOICES_MAX;
use parvis_ui_model::view::{PageView, ScreenView};

const NOW: Duration = Duration::ZERO;

/// A walker through one content file, on one panel.
struct Walker {
    content: ContentFile,
    measure: FontMeasure,
    panel: Panel,
}

/// What a walk found: for each spot the number of choices that lead there.
struct Reach {
    depth: BTreeMap<String, (usize, Spot)>,
    pages: usize,
}

impl Walker {
    fn new(content: &std::path::Path, panel: Panel) -> Self {
        let content = ContentFile::open(content).unwrap();
        Self { content, measure: FontMeasure::default(), panel }
    }

    fn look(&self, session: &Session) -> (ScreenView, Offer) {
        let stage = Stage {
            panel: self.panel,
            measure: &self.measure,
            content: Ok(&self.content),
            notice: "",
            releases: &Releases::default(),
            way: None,
            hall_time: None,
        };
        present(session, &stage, NOW)
    }

    /// Every spot that choices lead to from home, nearest first; `enters` says which are gone through.
    fn walk(&self, enters: impl Fn(&Spot, usize) -> bool) -> Reach {
        let mut session = Session::new(Times::default(), 0);
        session.on(Event::Intent(Intent::Wake), &Offer::default(), NOW);
        let mut reach = Reach { depth: BTreeMap::new(), pages: 0 };
        let mut queue = VecDeque::from([(session, 0)]);
        while let Some((session, depth)) = queue.pop_front() {
            let spot = session.visit().unwrap().flow.spot().clone();
            let key = format!("{spot:?}");
            if reach.depth.contains_key(&key) {
                continue;
            }
            reach.depth.insert(key, (depth, spot.clone()));
            if !enters(&spot, depth) {
                continue;
            }
            let offer = self.every_page(&session, &mut reach.pages);
            for choice in 0..offer.goals.len() {
                let mut next = session.clone();
                next.on(Event::Intent(Intent::Choose(choice)), &offer, NOW);
                queue.push_back((next, depth + 1));
            }
        }
        reach
    }

    /// Turns all pages of a spot: each has at most seven choices, and every choice is on one of them.
    fn every_page(&self, session: &Session, pages: &mut usize) -> Offer {
        let mut session = session.clone();
        let (mut view, offer) = self.look(&session);
        let spot = session.visit().unwrap().flow.spot().clone();
        let mut offered = Vec::new();
        for _ in 0..offer.pages {
            let choices = choices(&view);
            assert!(choices.len() <= CHOICES_MAX, "{spot:?}: {} choices on a page", choices.len());
            offered.extend(choices);
            *pages += 1;
            session.on(Event::Intent(Intent::NextPage), &offer, NOW);
            view = self.look(&session).0;
        }
        offered.retain(|choice| *choice != usize::MAX);
        offered.sort_unstable();
        let all: Vec<usize> = (0..offer.goals.len()).collect();
        assert_eq!(offered, all, "{spot:?}: a choice is on no page, or on two");
        offer
    }
}

/// The choices of a page, by their numbers; the search on home is one more.
fn choices(view: &ScreenView) -> Vec<usize> {
    match &view.page {
        PageView::Home(home) => home.tiles.iter().map(|row| row.index).chain([usize::MAX]).collect(),
        PageView::List(list) => list.rows.iter().map(|row| row.index).collect(),
        PageView::Document(document) => {
            let choice = |block: &Block| match block {
                Block::Choice { index, .. } => Some(*index),
                _ => None,
            };
            document.blocks.iter().filter_map(choice).collect()
        }
        other => panic!("a walk by choices leads to {other:?}"),
    }
}

impl Reach {
    /// Choices that lead to the whole of sheet `id`.
    fn to_sheet(&self, id: &str) -> Option<usize> {
        let spot = Spot::Sheet { id: id.to_owned(), steps: Vec::new() };
        self.depth.get(&format!("{spot:?}")).map(|(depth, _)| *depth)
    }
}

#[test]
fn every_sheet_of_the_demonstration_is_at_most_four_choices_away_on_every_panel() {
    for panel in [Panel::PORTRAIT_21, Panel::LANDSCAPE_21, Panel::LANDSCAPE_10] {
        let walker = Walker::new(parvis_tests::content::demonstration(), panel);
        let reach = walker.walk(|_, depth| depth < TAPS_MAX);
        let sheets = walker.content.sheet_ids().unwrap();
        assert!(sheets.len() >= 40, "{} sheets", sheets.len());
        let far: Vec<&str> = sheets
            .iter()
            .map(|(id, _)| id.as_str())
            .filter(|id| reach.to_sheet(id).is_none_or(|depth| depth > TAPS_MAX))
            .collect();
        assert!(far.is_empty(), "not within {TAPS_MAX} choices: {far:?}");
        for place in walker.content.places().unwrap() {
            let spot = Spot::Place(place.id.as_str().to_owned());
            assert!(reach.depth.contains_key(&format!("{spot:?}")), "{spot:?} is on no way");
        }
        println!("{panel:?}: {} spots, {} pages", reach.depth.len(), reach.pages);
    }
}

#[test]
fn procedures_of_the_real_content_are_at_most_four_choices_away() {
    let Some(content) = parvis_tests::content::dila() else {
        println!("skipped: PARVIS_DATA is not set");
        return;
    };
    let walker = Walker::new(content, Panel::PORTRAIT_21);
    // Lists only: what sheets lead to is read in the sample below.
    let reach = walker.walk(|spot, depth| depth < TAPS_MAX && matches!(spot, Spot::Home | Spot::Node(_)));
    let mut far = Vec::new();
    let mut procedures = 0;
    for (at, (id, lang)) in walker.content.sheet_ids().unwrap().iter().enumerate() {
        // One in five: reading all of them says no more.
        if at % 5 != 0 {
            continue;
        }
        let sheet = walker.content.sheet(id, lang).unwrap().unwrap();
        if !matches!(sheet.kind, SheetKind::Procedure | SheetKind::LifeEvent) {
            continue;
        }
        procedures += 1;
        if reach.to_sheet(id.as_str()).is_none() {
            far.push(id.as_str().to_owned());
        }
    }
    assert!(procedures > 200, "{procedures} procedures in the sample");
    assert!(far.is_empty(), "{} of {procedures} not within {TAPS_MAX} choices: {far:?}", far.len());
}

#[test]
fn from_everywhere_back_leads_home_one_step_at_a_time_and_home_at_once() {
    let walker = Walker::new(parvis_tests::content::demonstration(), Panel::PORTRAIT_21);
    let mut session = Session::new(Times::default(), 0);
    session.on(Event::Intent(Intent::Wake), &Offer::default(), NOW);
    let mut deepest = 0;
    for choice in 0..60 {
        // Always into another choice, as far as there are any.
        let (_, offer) = walker.look(&session);
        match offer.goals.len() {
            0 => session.on(Event::Intent(Intent::OpenSettings), &offer, NOW),
            many => session.on(Event::Intent(Intent::Choose(choice % many)), &offer, NOW),
        };
        let mut home = session.clone();
        home.on(Event::Intent(Intent::Home), &offer, NOW);
        assert_eq!(*home.visit().unwrap().flow.spot(), Spot::Home);
        let mut back = session.clone();
        let mut steps = 0;
        while back.visit().unwrap().flow.can_go_back() {
            assert!(walker.look(&back).0.bar.can_go_back, "the bar offers Back");
            back.on(Event::Intent(Intent::Back), &offer, NOW);
            steps += 1;
        }
        assert_eq!(*back.visit().unwrap().flow.spot(), Spot::Home);
        deepest = deepest.max(steps);
    }
    assert!(deepest >= 4, "the walk went {deepest} deep");
}
