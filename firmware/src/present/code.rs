//! What a telephone takes away from the screen when the printer fails: a QR code, and the same in words.

use parvis_content::{ContentFile, Lang, Place, PlaceId, SheetId};
use parvis_hardware::slip::{self, QR_BYTES_MAX};
use parvis_ui_model::flow::Printable;
use parvis_ui_model::view::{SlipCode, SlipPicture};

/// The code of what would have been printed: the address of its page on the internet, else a place in words. Nothing when
/// neither is known or fits.
pub fn of(content: &ContentFile, of: &Printable) -> Option<SlipCode> {
    let (Printable::Sheet(sheet) | Printable::Orientation { sheet, .. }) = of else {
        let Printable::Place(id) = of else { return None };
        let place = content.place(&PlaceId::new(id).ok()?).ok()??;
        return in_words(&place).and_then(|text| code(text, false));
    };
    let sheet = content.sheet(&SheetId::new(sheet).ok()?, &Lang::french()).ok()??;
    code(sheet.source.url?, true)
}

/// Name, address and telephone: the lines that fit, and the name at least.
fn in_words(place: &Place) -> Option<String> {
    let lines = [place.name.clone()].into_iter().chain(place.address.clone()).chain(place.phone.clone());
    let mut text = String::new();
    for line in lines.take_while(|line| line.len() < QR_BYTES_MAX) {
        if text.len() + line.len() < QR_BYTES_MAX {
            text = if text.is_empty() { line } else { format!("{text}\n{line}") };
        }
    }
    Some(text).filter(|text| !text.is_empty())
}

fn code(text: String, is_address: bool) -> Option<SlipCode> {
    let (side, dark) = slip::code(&text).ok()?;
    let grey = dark.into_iter().map(|dark| if dark { 0 } else { 255 }).collect();
    Some(SlipCode { picture: SlipPicture { width: side, height: side, grey }, text, is_address })
}
