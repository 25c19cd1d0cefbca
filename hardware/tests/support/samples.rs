//! Slips as a kiosk would print them, from a fictitious hall.

use parvis_hardware::slip::{Direction, Element, Slip, TextSize};

fn s(text: &str) -> String {
    text.to_owned()
}

fn labelled(label: &str, text: &str) -> Element {
    Element::Labelled { label: s(label), text: s(text) }
}

/// A sheet of about 1,200 characters: every kind of element that the kiosk prints.
pub fn sheet(size: TextSize) -> Slip {
    let mut slip = Slip::new("fr", Direction::LeftToRight, size);
    let header = Element::Header(s("France Services du Val-de-Meu"));
    slip.push_essential(header).unwrap();
    slip.push_essential(Element::Title(s("Carte d’identité perdue ou volée"))).unwrap();
    slip.push(labelled("À faire", "Déclarez la perte, puis demandez une nouvelle carte.")).unwrap();
    slip.push_essential(labelled("Où", "Mairie de Val-de-Meu\n2 place du Marché")).unwrap();
    slip.push_essential(labelled("Quand", "Sur rendez-vous, du lundi au vendredi.")).unwrap();
    slip.push(Element::Table(vec![
        vec![s("Jour"), s("Matin"), s("Après-midi")],
        vec![s("Lundi"), s("9 h – 12 h"), s("14 h – 17 h")],
        vec![s("Mardi"), s("9 h – 12 h"), s("fermé")],
        vec![s("Jeudi"), s("fermé"), s("14 h – 19 h")],
    ]))
    .unwrap();
    slip.push(Element::Heading(s("À apporter"))).unwrap();
    slip.push(Element::List(vec![
        s("Une photo d’identité de moins de 6 mois"),
        s("Un justificatif de domicile de moins d’un an"),
        s("25 € en timbre fiscal (au bureau de tabac)"),
        s("Votre passeport ou votre permis, si vous en avez un"),
    ]))
    .unwrap();
    slip.push(Element::Heading(s("Sans internet"))).unwrap();
    slip.push(Element::Text(s(
        "Demandez le formulaire cartonné au guichet. L’accueil peut le remplir avec vous : c’est gratuit, et vous \
         n’avez besoin ni d’adresse électronique ni de téléphone.",
    )))
    .unwrap();
    slip.push_essential(labelled("Téléphone", "01 99 00 12 34 (appel gratuit)")).unwrap();
    slip.push(Element::Qr {
        payload: s("https://exemple.fr/fiche/carte-identite"),
        beside: s("La même fiche sur exemple.fr"),
    })
    .unwrap();
    slip.push(Element::Rule).unwrap();
    slip.push_essential(Element::Text(s("Vérifié le 12 novembre 2026. Démonstration."))).unwrap();
    slip
}

/// The same hall, right to left.
pub fn arabic() -> Slip {
    let mut slip = Slip::new("ar", Direction::RightToLeft, TextSize::Normal)
        .with_continuation("البقية على الشاشة")
        .unwrap();
    slip.push_essential(Element::Header(s("France Services du Val-de-Meu"))).unwrap();
    slip.push_essential(Element::Title(s("بطاقة الهوية المفقودة"))).unwrap();
    slip.push_essential(labelled("أين", "Mairie de Val-de-Meu\n2 place du Marché")).unwrap();
    slip.push_essential(labelled("متى", "من الاثنين إلى الجمعة، من 9:00 إلى 12:00")).unwrap();
    slip.push(Element::Heading(s("ما يجب إحضاره"))).unwrap();
    slip.push(Element::List(vec![s("صورة شخصية حديثة"), s("إثبات العنوان (justificatif de domicile)")]))
        .unwrap();
    slip.push(Element::Table(vec![vec![s("اليوم"), s("الصباح")], vec![s("الاثنين"), s("9:00 – 12:00")]]))
        .unwrap();
    slip.push_essential(labelled("الهاتف", "هاتف 01 99 00 12 34 مجانا")).unwrap();
    slip.push(Element::Qr {
        payload: s("https://exemple.fr/ar"), beside: s("نفس البطاقة على exemple.fr")
    })
    .unwrap();
    slip
}

/// `count` paragraphs of about 200 characters, numbered.
pub fn many_paragraphs(count: usize) -> Slip {
    let mut slip = Slip::new("fr", Direction::LeftToRight, TextSize::Normal);
    slip.push_essential(Element::Title(s("Une très longue fiche"))).unwrap();
    for number in 1..=count {
        let words = "La personne de l’accueil vous aide à remplir le formulaire et à le poster. ".repeat(2);
        slip.push(Element::Text(format!("{number}. {words}"))).unwrap();
    }
    slip.push_essential(labelled("Téléphone", "01 99 00 12 34")).unwrap();
    slip
}

/// About 1,500 characters, as long as the median sheet of the real corpus.
pub fn median_sheet() -> Slip {
    let mut slip = sheet(TextSize::Normal);
    slip.push(Element::Heading(s("Et ensuite ?"))).unwrap();
    let words =
        "Vous recevez un message quand la carte est prête. Venez la chercher vous-même, avec le récépissé. ";
    slip.push(Element::Text(words.repeat(6))).unwrap();
    slip
}
