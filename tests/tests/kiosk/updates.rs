//! New content, as staff with a stick see it: a line on the sleeping kiosk, the content between two visitors, a receipt.

use parvis::durable::RealDisk;
use parvis::intake::Shelf;
use parvis::intake::news::{News, Receipt};

use crate::idle::ticks;
use crate::world::{World, demonstration, in_a_hall};

/// Puts the demonstration content with another hall in place as release 2, as intake does.
fn release_2(world: &World) -> Shelf {
    let folder = world.folder.path();
    std::fs::rename(world.content(), folder.join("1-aaaaaaaaaaaaaaaa.parvis")).unwrap();
    let mut library = parvis_tests::content::demonstration_library();
    "France Services d’Outre-Meu".clone_into(&mut library.hall.name);
    library.sheets.truncate(60);
    let new = parvis_tests::content::write(&library, "update");
    std::fs::copy(new, folder.join("2-bbbbbbbbbbbbbbbb.parvis")).unwrap();
    Shelf::new(folder)
}

fn show(world: &World, file: &str) {
    let beside = world.folder.path().join("beside");
    std::os::unix::fs::symlink(file, &beside).unwrap();
    std::fs::rename(beside, world.content()).unwrap();
}

#[test]
fn whoever_brings_a_stick_reads_what_happens_and_leaves_with_a_receipt() {
    in_a_hall(demonstration(), |world| {
        let shelf = release_2(world);
        let step = parvis::intake::Step::Activated { release: 2 };
        News::of(&step).unwrap().tell(&RealDisk, &shelf);
        let signers = vec!["0123456789abcdef".to_owned()];
        let (file, before) =
            ("2-bbbbbbbbbbbbbbbb.parvis".to_owned(), Some("1-aaaaaaaaaaaaaaaa.parvis".to_owned()));
        let (made, expires) = (1_793_491_200, 1_809_043_200);
        Receipt { release: 2, made, expires, signers, file, before }.leave(&RealDisk, &shelf);
        show(world, "2-bbbbbbbbbbbbbbbb.parvis");
        ticks(world);
        world.must_show("Contenu à jour : publication 2. Vous pouvez retirer la clé.");
        world.must_show("France Services d’Outre-Meu");
        let printed = |world: &mut World| world.printer.paper().slips.len();
        world.wait_until("a receipt", |world| printed(world) == 1);
        if let Some(folder) = std::env::var_os("PARVIS_DUMPS") {
            let png = world.printer.paper().slips[0].raster.to_png().unwrap();
            std::fs::write(std::path::Path::new(&folder).join("receipt.png"), png).unwrap();
        }
        ticks(world);
        assert_eq!(printed(world), 1, "once");
        News::clear(&RealDisk, &shelf);
        ticks(world);
        assert!(!world.shows("Vous pouvez retirer la clé."));
    });
}

#[test]
fn a_release_that_does_not_open_is_told_to_intake_and_the_one_before_is_shown() {
    in_a_hall(demonstration(), |world| {
        let shelf = release_2(world);
        std::fs::write(world.folder.path().join("3-cccccccccccccccc.parvis"), b"damaged").unwrap();
        show(world, "3-cccccccccccccccc.parvis");
        ticks(world);
        let shown = shelf.shown(&RealDisk).unwrap();
        assert_eq!((shown.file.as_str(), shown.opened), ("3-cccccccccccccccc.parvis", false));
        world.must_show("France Services d’Outre-Meu");
        show(world, "1-aaaaaaaaaaaaaaaa.parvis");
        ticks(world);
        world.must_show("France Services du Val-de-Meu");
        assert!(shelf.shown(&RealDisk).unwrap().opened);
    });
}
