//! Nothing of a visit is written down: not in the state, not in the logs, not in any file (DESIGN.md section 1).

use std::path::Path;

use parvis_tests::traces;

use crate::visit::shown_sheet;
use crate::world::{NAME, demonstration, in_a_hall};
use crate::{logs, world::World};

/// Typed by nobody else in these tests.
const TYPED: &str = "xylophone zanzibar";

#[test]
fn after_a_visit_no_file_holds_what_was_typed_read_or_printed() {
    in_a_hall(demonstration(), |world| {
        let (sheet, title) = visits(world);
        let content = world.content();
        let needles = [TYPED, "xylophone", "zanzib", "naturalis", sheet.as_str(), title.as_str()];
        let state = traces::find(world.folder.path(), &needles, &[&content]);
        assert_eq!(state, [], "in the kiosk's folder");
        let logged = traces::find(logs::folder(), &needles, &[]);
        assert_eq!(logged, [], "in the logs");
        // The search can find: what the desk must write down is there, and the log is a log.
        assert!(!traces::find(world.folder.path(), &[NAME], &[&content]).is_empty());
        assert!(!traces::find(logs::folder(), &["session.started", "call.requested"], &[]).is_empty());
        let left: Vec<_> = traces::files(world.folder.path());
        assert!(left.iter().all(|file| is_known(file)), "files that nobody announced: {left:?}");
    });
}

/// Types, reads, prints, calls, leaves; the sheet's identifier and title.
fn visits(world: &mut World) -> (String, String) {
    world.wake();
    world.tap("Écrire un mot");
    world.type_on_screen(TYPED);
    world.tap("Tout effacer");
    world.type_on_screen("naturalisation");
    let first = world.kiosk.session().visit().unwrap().answers()[0].clone();
    world.tap(&parvis::words::tied(&first.title));
    let sheet = shown_sheet(world);
    world.tap("Imprimer");
    world.tap("Imprimer");
    world.wait_until("the slip", |world| world.shows("Votre ticket est imprimé"));
    let mut staff = world.staff();
    world.tap("Appeler une personne");
    world.run(staff.until("the call", |page| page.hall.calls.len() == 1));
    let number = staff.call().number;
    world.run(staff.say(&parvis::protocol::FromStaff::Come { number, by: "Marie".into() })).unwrap();
    world.wait_until("Marie", |world| world.shows("Marie arrive"));
    world.finish();
    (sheet, first.title)
}

fn is_known(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Of the roll, sums of millimetres.
    ["current", "calls.json", "measures.json", "presence.json", "roll.json"].contains(&name.as_ref())
}
