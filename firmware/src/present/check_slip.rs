//! The test slip of a printer: edges, a ruler, every letter of French, a code, and what to look at.

use parvis_hardware::escpos::Cutter;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{
    Direction, Element, Picture, Slip, SlipError, SlipRenderer, TextSize, column_dots,
};

use crate::words::tied;

/// Dots of the lines at both edges of the paper.
const EDGE_DOTS: u32 = 3;
/// The marks of the ruler, in tenths of a millimetre: each millimetre, each five, each ten.
const MARKS_TENTHS_MM: [u32; 3] = [20, 35, 50];
/// Every letter with an accent, every joined letter and mark that French writes, and some that printers lack.
const LETTERS: &str = "à â ä ç é è ê ë î ï ô ö ù û ü ÿ æ œ\nÀ Â Ä Ç É È Ê Ë Î Ï Ô Ö Ù Û Ü Ÿ Æ Œ\n« » “ ” ’ … – — € ° ² n° 1er ½ § @ & %";

/// The test slip for a printer of that profile, drawn on `date`.
pub fn of_printer(
    profile: &Profile,
    date: &str,
    size: TextSize,
    letters: &mut SlipRenderer,
) -> Result<Raster, SlipError> {
    let paper = profile.paper;
    let mut slip = Slip::new("fr", Direction::LeftToRight, size);
    slip.push_essential(Element::Title("Ticket d’essai".to_owned()))?;
    let whose = format!("{date}. Profil {}, {} points de large.", profile.id, paper.dots());
    slip.push_essential(Element::Text(tied(&whose)))?;
    let (ruler, millimetres) = ruler(paper)?;
    slip.push_essential(Element::Picture(ruler))?;
    let mut looks = vec![
        "Une ligne noire longe chaque bord. S’il en manque une, le papier ou le profil n’est pas le bon."
            .to_owned(),
        format!(
            "La règle ci-dessus a {millimetres} mm : vérifiez-la. Sinon, le profil n’a pas les bons points par pouce."
        ),
        "Chaque lettre ci-dessous est lisible.".to_owned(),
        "Un téléphone lit le code.".to_owned(),
        match profile.cutter {
            Cutter::None => "Le papier se déchire sous la dernière ligne.".to_owned(),
            Cutter::Partial => {
                "Le ticket est coupé sous la dernière ligne, et tient par un point.".to_owned()
            }
            Cutter::Full => "Le ticket est coupé sous la dernière ligne.".to_owned(),
        },
    ];
    looks = looks.iter().map(|look| tied(look)).collect();
    slip.push_essential(Element::List(looks))?;
    slip.push_essential(Element::Text(LETTERS.to_owned()))?;
    slip.push_essential(Element::Qr {
        payload: "https://exemple.fr/essai".into(),
        beside: "exemple.fr/essai".into(),
    })?;
    slip.push_essential(Element::Text("Dernière ligne du ticket d’essai.".to_owned()))?;
    let mut raster = letters.render(&slip, paper)?.raster;
    let (width, height) = (raster.width(), raster.height());
    raster.fill(0, 0, EDGE_DOTS, height);
    raster.fill((width - EDGE_DOTS) as i32, 0, EDGE_DOTS, height);
    Ok(raster)
}

/// A ruler of whole centimetres between the margins, and its length in millimetres.
fn ruler(paper: Paper) -> Result<(Picture, u32), SlipError> {
    let line = paper.at_least(3);
    let long = (column_dots(paper) - line) * 254 / (paper.dpi() * 100) * 10;
    let at = |mm: u32| mm * 10 * paper.dpi() / 254;
    let [one, five, ten] = MARKS_TENTHS_MM.map(|tenths| paper.at_least(tenths));
    let (width, height) = ((at(long) + line).next_multiple_of(8), ten + line);
    let no_picture = |_| SlipError::Picture { width, height, bytes: 0 };
    let mut drawn = Raster::white(width, height).map_err(no_picture)?;
    for mm in 0..=long {
        let tall = match mm {
            mm if mm % 10 == 0 => ten,
            mm if mm % 5 == 0 => five,
            _ => one,
        };
        drawn.fill(at(mm) as i32, (ten - tall) as i32, line.div_ceil(2), tall);
    }
    drawn.fill(0, ten as i32, at(long) + line.div_ceil(2), line);
    Ok((Picture::new(width, height, drawn.bits().to_vec())?, long))
}

#[cfg(test)]
mod tests {
    use parvis_hardware::slip::Fonts;

    use super::*;

    #[test]
    fn both_edges_of_the_test_slip_are_black_on_every_profile_and_no_letter_is_missing() {
        let mut letters = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap());
        for profile in Profile::all().unwrap() {
            for size in [TextSize::Normal, TextSize::Large] {
                let slip = of_printer(&profile, "22 novembre 2026", size, &mut letters).unwrap();
                let edges = |row| slip.is_black(0, row) && slip.is_black(slip.width() - 1, row);
                assert!((0..slip.height()).all(edges), "{}", profile.id);
                assert!(profile.paper.millimetres(slip.height()) <= 600, "{}", profile.id);
            }
        }
        let mut slip = Slip::new("fr", Direction::LeftToRight, TextSize::Normal);
        slip.push(Element::Text(LETTERS.to_owned())).unwrap();
        assert_eq!(letters.render(&slip, Paper::MM80).unwrap().missing, 0);
    }

    #[test]
    fn the_ruler_is_as_long_as_it_says_to_a_dot() {
        for paper in [Paper::MM58, Paper::MM80, Paper::new(512, 180).unwrap()] {
            let (ruler, millimetres) = ruler(paper).unwrap();
            let base = ruler.height() - 1;
            let black = (0..ruler.width()).filter(|x| ruler.is_black(*x, base)).count() as u32;
            let exact = millimetres * 10 * paper.dpi() / 254;
            assert!(black.abs_diff(exact) <= 2, "{black} dots for {millimetres} mm");
            assert!(ruler.width() <= column_dots(paper));
        }
    }
}
