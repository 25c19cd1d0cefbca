//! One view of every screen, with the longest words real content has, and a window to show them in.

use std::sync::Arc;
use std::time::Duration;

use parvis_ui::KioskWindow;
use parvis_ui::fonts::FontMeasure;
use parvis_ui::headless::Headless;
use parvis_ui_model::document::{self, Block, Drawn};
use parvis_ui_model::geometry::{GAP_MM, Layout, Panel, TextRole, TextSize};
use parvis_ui_model::intent::Intent;
use parvis_ui_model::keyboard::{KeyboardKind, rows};
use parvis_ui_model::list::{self, Row};
use parvis_ui_model::measure::height_mm;
use parvis_ui_model::view::{
    BarView, CallDeed, CallStage, CallView, DocumentView, DoorSaid, DrawnSlip, HomeView, Lead, ListView,
    PageView, Pager, PrintState, PrintTrouble, ScreenView, SearchView, SettingsView, SlipCode, SlipPicture,
    SlipView, StaffDoorView, TroubleView,
};

pub const PANELS: [(&str, Panel); 3] = [
    ("portrait-21", Panel::PORTRAIT_21),
    ("landscape-21", Panel::LANDSCAPE_21),
    ("landscape-10", Panel::LANDSCAPE_10),
];

/// A window on a screen in memory, and what it asked for.
pub struct Stage {
    pub headless: Headless,
    pub window: KioskWindow,
    pub intents: std::rc::Rc<std::cell::RefCell<Vec<Intent>>>,
}

impl Stage {
    pub fn new(panel: Panel) -> Self {
        let headless = Headless::install_stepped(panel, Arc::new(|| Duration::ZERO)).unwrap();
        let intents = std::rc::Rc::<std::cell::RefCell<Vec<Intent>>>::default();
        let heard = std::rc::Rc::clone(&intents);
        let window = KioskWindow::open(move |intent| heard.borrow_mut().push(intent)).unwrap();
        Self { headless, window, intents }
    }

    pub fn show(&mut self, view: &ScreenView) {
        self.window.show(view);
        self.headless.step();
        self.headless.step();
    }
}

/// Runs `test` on a thread of its own: Slint keeps one platform for each thread.
pub fn on_panel(panel: Panel, test: impl FnOnce(Stage) + Send + 'static) {
    std::thread::spawn(move || test(Stage::new(panel))).join().unwrap();
}

/// Whether a screen can be on such a panel at such a size.
pub fn all_views(panel: Panel, text: TextSize, rtl: bool) -> Vec<(String, ScreenView)> {
    let layout = Layout::new(panel, text);
    let mut views: Vec<(String, ScreenView)> = Vec::new();
    let mut add = |name: &str, page: PageView| {
        let bar = BarView {
            can_go_back: name != "home" && !name.starts_with("asleep"),
            call_open: name.starts_with("call"),
        };
        let view = ScreenView { layout, dark: false, rtl, bar, page, idle_seconds_left: None };
        views.push((name.to_owned(), view));
    };
    add("asleep", PageView::Asleep { hall: "France Services du Val-de-Meu".into(), notice: String::new() });
    add("home", home(&layout, 3));
    add("list", list(&layout));
    for (name, query, asked) in [
        ("search", "carte didentité perdu", Asked::Sure),
        ("search-unsure", "aide pour mon papier", Asked::Unsure),
        ("search-understood", "carte didentiter perdu", Asked::Corrected),
        ("search-nothing", "xyzzy", Asked::Nothing),
    ] {
        add(name, search(&layout, query, asked, true));
        if layout.results_are_a_step() {
            add(&format!("{name}-results"), search(&layout, query, asked, false));
        }
    }
    add("search-empty", search(&layout, "", Asked::NotYet, true));
    add("document", sheet(&layout, 0));
    add("document-2", sheet(&layout, 1));
    add("way", way(&layout));
    for (name, state) in PRINT_STATES {
        add(name, slip(state));
    }
    for (name, stage, number) in call_stages() {
        let room = match text {
            TextSize::Normal => true,
            TextSize::Large => !panel.is_small(),
            TextSize::Largest => panel.is_portrait(),
        };
        let other_ways = match stage {
            CallStage::Nobody | CallStage::Away(_) | CallStage::Anew => OTHER_WAYS
                [..if room { OTHER_WAYS.len() } else { 1 }]
                .iter()
                .map(|way| (*way).into())
                .collect(),
            _ => vec![],
        };
        let (deed, mut notes) = deed_and_notes(&stage);
        if panel.is_small() && text != TextSize::Normal {
            notes.truncate(1);
        }
        add(name, PageView::Call(CallView { stage, number, notes, other_ways, deed }));
    }
    add("settings", PageView::Settings(SettingsView));
    for (name, typed, said) in [
        ("staff-door", 4, DoorSaid::Ask),
        ("staff-door-wait", 0, DoorSaid::Wait { minutes: 15 }),
        ("staff-door-no-pin", 0, DoorSaid::NoPin),
    ] {
        add(name, PageView::StaffDoor(StaffDoorView { typed, said }));
    }
    add("farewell", PageView::Farewell);
    let for_staff = "le fichier de contenu est abîmé (contenu.parvis). Copiez-en un nouveau.";
    add("trouble", PageView::Trouble(TroubleView { for_staff: for_staff.into() }));
    let notice =
        "Mise à jour du contenu : signature vérifiée, copie en cours. Laissez la clé en place.".into();
    add("asleep-update", PageView::Asleep { hall: "France Services du Val-de-Meu".into(), notice });
    let mut idle = views[1].1.clone();
    idle.idle_seconds_left = Some(30);
    views.push(("idle-warning".into(), idle));
    views
}

pub const PRINT_STATES: [(&str, PrintState); 5] = [
    ("slip-ready", PrintState::Ready),
    ("slip-printing", PrintState::Printing),
    ("slip-printed", PrintState::Printed),
    ("slip-paper-out", PrintState::Failed(PrintTrouble::PaperOut)),
    ("slip-incomplete", PrintState::Failed(PrintTrouble::Incomplete)),
];

/// The most that is ever said and offered beside a stage.
fn deed_and_notes(stage: &CallStage) -> (CallDeed, Vec<String>) {
    let said = |notes: &[&str]| notes.iter().map(|note| (*note).to_owned()).collect();
    match stage {
        CallStage::Sent => (
            CallDeed::SayReason,
            said(&["Les derniers appels ont eu une réponse en 12\u{a0}minutes environ."]),
        ),
        CallStage::Shown => (
            CallDeed::None,
            said(&[
                "L’accueil sait pour quoi : «\u{a0}Carte d’identité d’un mineur : perte, vol ou détérioration…\u{a0}»",
                "Les derniers appels ont eu une réponse en 12\u{a0}minutes environ.",
            ]),
        ),
        CallStage::Coming(_) => (CallDeed::PersonIsHere, Vec::new()),
        CallStage::Away(_) => {
            (CallDeed::PrintNumber, said(&["Le ticket n’est pas sorti. Notez votre numéro."]))
        }
        CallStage::Nobody => (CallDeed::PrintNumber, Vec::new()),
        _ => (CallDeed::None, Vec::new()),
    }
}

fn call_stages() -> [(&'static str, CallStage, Option<u32>); 9] {
    [
        ("call-asking", CallStage::Asking, None),
        ("call-sent", CallStage::Sent, Some(12)),
        ("call-shown", CallStage::Shown, Some(12)),
        ("call-coming", CallStage::Coming("Marie".into()), Some(12)),
        ("call-anew", CallStage::Anew, Some(12)),
        ("call-arrived", CallStage::Arrived("Marie".into()), Some(12)),
        ("call-away", CallStage::Away("L’accueil est de retour à 14 h".into()), Some(12)),
        ("call-nobody", CallStage::Nobody, Some(12)),
        ("call-closed", CallStage::Closed, Some(12)),
    ]
}

fn home(layout: &Layout, pages: usize) -> PageView {
    let tiles = [
        ("card", "Papiers"),
        ("health", "Santé"),
        ("housing", "Logement"),
        ("work", "Travail"),
        ("family", "Papiers - Citoyenneté - Élections"),
        ("money", "Aides et argent"),
    ];
    let tile = |(index, (icon, label)): (usize, &(&str, &str))| Row {
        index,
        icon: (*icon).into(),
        label: (*label).into(),
        ..Row::default()
    };
    let (columns, lines) = layout.tile_grid();
    PageView::Home(HomeView {
        hall: "France Services du Val-de-Meu".into(),
        tiles: tiles.iter().enumerate().take(columns * lines).map(tile).collect(),
        pager: Pager { number: 1, count: pages },
    })
}

/// As many as the presenter ever gives.
const OTHER_WAYS: [&str; 5] = [
    "Téléphone : 02 61 91 00 12",
    "lundi au mercredi : 9 h – 12 h 30, 13 h 30 – 17 h 30",
    "jeudi : 13 h 30 – 19 h",
    "vendredi : 9 h – 12 h 30, 13 h 30 – 17 h",
    "samedi : 9 h – 12 h",
];

const TITLES: [&str; 9] = [
    "Carte d’identité perdue ou volée",
    "Carte d’identité : première demande d’une personne majeure née à l’étranger de parents français",
    "Passeport",
    "Comment faire si je déménage ?",
    "Demander un acte de naissance, de mariage ou de décès quand on vit à l’étranger",
    "Permis de conduire : échange d’un permis obtenu hors de l’Union européenne",
    "Changement d’adresse sur la carte grise",
    "Livret de famille",
    "Légalisation de signature",
];

fn list_rows(layout: &Layout, width: f32) -> Vec<Row> {
    let rows = TITLES.iter().map(|title| Row {
        icon: "paper".into(),
        label: (*title).into(),
        note: if title.len() < 40 { "Démarche".into() } else { String::new() },
        ..Row::default()
    });
    list::measured(&FontMeasure::default(), layout, rows.collect(), width)
}

fn list(layout: &Layout) -> PageView {
    let title = "Papiers et citoyenneté";
    let rows = list_rows(layout, layout.column_mm());
    let height = layout.page.h
        - height_mm(&FontMeasure::default(), layout, TextRole::Title, title, layout.page.w)
        - layout.spacing_mm()
        - layout.footer_mm()
        - layout.spacing_mm();
    let pages = list::pages(&rows, height);
    PageView::List(ListView {
        title: title.into(),
        rows: rows[pages[0].clone()].to_vec(),
        pager: Pager { number: 1, count: pages.len() },
    })
}

/// What a question found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    NotYet,
    Sure,
    Unsure,
    Corrected,
    Nothing,
}

/// Second lines as results have them, with their no-break spaces; the last is as long as any.
const NOTES: [&str; 4] = [
    "Démarche · «\u{a0}papiers\u{a0}» = carte d’identité",
    "Démarche",
    "Réponse de l’accueil · On dit aussi\u{a0}: nounou, garde",
    "Questions pour s’orienter · «\u{a0}papiers d’identité perdus\u{a0}» = déclaration de perte ou de vol de la carte",
];

/// The rows of results: other ways come after three answers when the search is not sure, and alone when there is none.
fn results(layout: &Layout, asked: Asked) -> Vec<Row> {
    let row = |icon: &str, label: &str, note: &str| Row {
        icon: icon.into(),
        label: label.into(),
        note: note.into(),
        ..Row::default()
    };
    let marked = |title: &str| {
        let place = |word: &str| title.find(word).map(|start| start..start + word.len());
        ["Carte", "identité"].into_iter().filter_map(place).collect()
    };
    let answers = TITLES.iter().zip(NOTES.iter().cycle());
    let mut rows: Vec<Row> =
        answers.map(|(title, note)| Row { marks: marked(title), ..row("paper", title, note) }).collect();
    let ways = [row("hand", "Appeler une personne", ""), row("home", "Voir tous les thèmes", "")];
    match asked {
        Asked::NotYet => rows.clear(),
        Asked::Sure | Asked::Corrected => {}
        Asked::Unsure => drop(rows.splice(3..3, ways)),
        Asked::Nothing => rows = ways.to_vec(),
    }
    list::measured(&FontMeasure::default(), layout, rows, layout.page.w)
}

fn lead(layout: &Layout, asked: Asked) -> Option<Lead> {
    let role = if layout.panel.is_small() { TextRole::Note } else { TextRole::Body };
    let (text, role) = match asked {
        Asked::NotYet | Asked::Sure => return None,
        Asked::Unsure => ("Je ne suis pas sûr de la réponse.", role),
        Asked::Corrected if layout.panel.is_small() => return None,
        Asked::Corrected => ("Compris : carte d’identité perdue", TextRole::Note),
        Asked::Nothing => ("Je n’ai pas trouvé. Essayez un autre mot, ou appelez une personne.", role),
    };
    Some(Lead { text: text.into(), role })
}

fn search(layout: &Layout, query: &str, asked: Asked, keyboard: bool) -> PageView {
    let all = results(layout, asked);
    let lead = lead(layout, asked);
    let measure = FontMeasure::default();
    let said = |lead: &Lead| height_mm(&measure, layout, lead.role, &lead.text, layout.page.w) + GAP_MM;
    let height = layout.results_mm(keyboard);
    // As the presenter keeps it free where it costs no row.
    let usual = self::lead(layout, Asked::Unsure).as_ref().map_or(0.0, said);
    let costs_nothing = list::fitting(&all, height - usual) == list::fitting(&all, height);
    let kept = if keyboard && asked != Asked::NotYet && costs_nothing { usual } else { 0.0 };
    let lead_mm = lead.as_ref().map_or(0.0, said).max(kept);
    let room = height - lead_mm;
    let step = layout.results_are_a_step() && keyboard;
    let pages = list::pages(&all, room);
    let shown = match (step, layout.keyboard_is_a_step()) {
        (true, true) => vec![],
        (true, false) => list::glimpse(&measure, layout, all, layout.page.w, room),
        (false, _) => all[pages[0].clone()].to_vec(),
    };
    PageView::Search(SearchView {
        query: query.into(),
        keys: if keyboard { rows(KeyboardKind::Azerty).to_vec() } else { vec![] },
        lead,
        lead_mm,
        found: if [Asked::Nothing, Asked::NotYet].contains(&asked) { 0 } else { TITLES.len() },
        rows: shown,
        pager: Pager { number: 1, count: if step { 1 } else { pages.len() } },
    })
}

fn sheet(layout: &Layout, page: usize) -> PageView {
    let title = "Carte d’identité perdue ou volée";
    let fact = |icon: &str, label: &str, text: &str, stated| Block::Fact {
        icon: icon.into(),
        label: label.into(),
        text: text.into(),
        stated,
    };
    let choice = |index, label: &str| Block::Choice {
        index,
        icon: "list".into(),
        label: label.into(),
        height_mm: 0.0,
    };
    let blocks = vec![
        Block::Text("Vous avez perdu votre carte d’identité ? Déclarez la perte, puis demandez une nouvelle carte. Tout peut se faire en mairie.".into()),
        fact("place", "Où", "Dans une mairie qui fait les cartes d’identité", true),
        fact("clock", "Quand", "Non précisé, demandez à l’accueil", false),
        fact("paper", "À apporter", "Une photo récente\nUn justificatif de domicile\n25 € en timbre fiscal", true),
        fact("screen", "Ce que cela demande en numérique", "Une adresse e-mail et un compte, si vous faites la pré-demande sur internet", true),
        fact("person", "Sans internet", "La mairie remplit le dossier avec vous. Téléphone : 02 61 91 00 12", true),
        Block::Heading("Choisissez votre situation".into()),
        choice(0, "Pour un majeur"),
        choice(1, "Pour un mineur"),
        Block::Note("En cas de vol, portez plainte d’abord au commissariat ou à la gendarmerie.".into()),
        Block::Item { mark: "•".into(), text: "Pièce d’identité de remplacement, si vous en avez une".into() },
        Block::Item { mark: "2.".into(), text: "Déclaration de perte".into() },
        Block::Small("À jour au 2 novembre 2026. Source : Service-Public.fr / DILA".into()),
    ];
    let measure = FontMeasure::default();
    let height = layout.page.h
        - height_mm(&measure, layout, TextRole::Title, title, layout.column_mm())
        - height_mm(&measure, layout, TextRole::Body, "Démarche", layout.column_mm())
        - 2.0 * layout.spacing_mm()
        - layout.footer_mm();
    let pages = document::pages(&measure, layout, blocks, layout.column_mm(), height);
    let at = page.min(pages.len() - 1);
    PageView::Document(DocumentView {
        title: title.into(),
        subtitle: "Démarche".into(),
        blocks: pages[at].clone(),
        pager: Pager { number: at + 1, count: pages.len() },
        can_print: true,
    })
}

/// A picture with the words that say the same.
fn way(layout: &Layout) -> PageView {
    let (width, height) = (300, 200);
    let wall =
        |x: u32, y: u32| x < 4 || y < 4 || x >= width - 4 || y >= height - 4 || (x / 4 == 20 && y > 60);
    let dots = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    let rgb = dots.flat_map(|(x, y)| if wall(x, y) { [0x14, 0x26, 0x2a] } else { [0xff; 3] }).collect();
    let (measure, title) = (FontMeasure::default(), "Bureau 1 : aide aux démarches");
    let step = |mark: &str, text: &str| Block::Item { mark: mark.into(), text: text.into() };
    let room = layout.page.h
        - height_mm(&measure, layout, TextRole::Title, title, layout.column_mm())
        - height_mm(&measure, layout, TextRole::Body, "Dans ce bâtiment", layout.column_mm())
        - 2.0 * layout.spacing_mm()
        - layout.footer_mm();
    let blocks = vec![
        Block::Picture {
            drawn: Arc::new(Drawn { width, height, rgb }),
            label: "Plan de l’accueil avec le chemin, dit aussi en mots".into(),
            height_mm: (layout.page.h * 0.45).min(room),
        },
        step("1.", "Partez à votre gauche, environ 4 mètres."),
        step("2.", "Tournez à droite, environ 3 mètres, en passant la porte vers « Bureau 1 »."),
    ];
    let pages = document::pages(&measure, layout, blocks, layout.column_mm(), room);
    PageView::Document(DocumentView {
        title: title.into(),
        subtitle: "Dans ce bâtiment".into(),
        blocks: pages[0].clone(),
        pager: Pager { number: 1, count: pages.len() },
        can_print: true,
    })
}

fn slip(state: PrintState) -> PageView {
    let (width, height) = (576, 2000);
    let grey = (0..width * height)
        .map(|at| if (at / width) % 60 < 20 && at % width > 60 && at % width < 500 { 0 } else { 255 });
    let picture = SlipPicture { width, height, grey: grey.collect() };
    let code = SlipPicture {
        width: 37,
        height: 37,
        grey: (0..37 * 37).map(|at| if at % 3 == 0 { 0 } else { 255 }).collect(),
    };
    let text = "https://www.service-public.fr/particuliers/vosdroits/F21089".to_owned();
    let code = Some(Arc::new(SlipCode { picture: code, text, is_address: true }));
    PageView::Slip(SlipView { drawn: DrawnSlip { columns: Arc::new(vec![picture; 2]), code }, state })
}
