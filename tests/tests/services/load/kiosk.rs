//! A kiosk under load: joined as a technician does it, and the real link. Only screen and session are not there.

use std::sync::Arc;
use std::time::Duration;

use parvis::kiosk::desk_link::{self, DeskLink, LinkCommand};
use parvis::kiosk::desk_place::DeskPlace;
use parvis::kiosk::events;
use parvis::kiosk::remote_desk::join::{Joining, join};
use parvis::kiosk::remote_desk::{DeskAddress, RemoteDesk, Trust};
use parvis::session::Event;
use parvis_ui_model::help_call::DeskWord;
use tokio::time::interval;

use super::tally::Tally;
use crate::door::Guarded;

/// What the desk said is looked at that often, as the window's thread does.
const LOOK: Duration = Duration::from_millis(16);

pub struct LoadKiosk {
    name: String,
    link: DeskLink,
    key: u64,
    tally: Arc<Tally>,
}

impl LoadKiosk {
    /// Pairs it with the desk, and starts its link.
    pub async fn joined(desk: &Guarded, name: &str, tally: &Arc<Tally>) -> Self {
        let (code, lan) = desk.open().await;
        let fingerprint = lan.fingerprint.clone().unwrap();
        let fingerprint = parvis::desk::door::certificate::parse_fingerprint(&fingerprint).unwrap();
        let file = desk.hall.path(&format!("state/{name}"));
        let address = DeskAddress::parse(&lan.address.to_string()).unwrap();
        let trust = Trust::Fingerprint(fingerprint);
        let joining = Joining { desk: &address, code: &code, name, trust, file: &file };
        let called = join(joining).await.unwrap();
        assert_eq!(called, name);

        let place = DeskPlace {
            socket: desk.hall.path("none"),
            remote: Some(RemoteDesk { address: None, trust: None, file }),
        };
        let (link, commands) = DeskLink::new();
        let (sender, receiver) = events(None);
        tokio::spawn(desk_link::run(place, called.clone(), commands, sender));
        let (heard, about) = (Arc::clone(tally), called.clone());
        tokio::spawn(async move {
            let mut look = interval(LOOK);
            let mut linked = false;
            loop {
                look.tick().await;
                for event in receiver.try_iter() {
                    match event {
                        Event::DeskNews(news) if news.linked && !linked => {
                            linked = true;
                            heard.linked();
                        }
                        Event::Desk { word: DeskWord::Delivered | DeskWord::Acknowledged { .. }, .. } => {
                            heard.seen(&about);
                        }
                        Event::Desk { word: DeskWord::Closed, .. } => heard.closed(&about),
                        _ => {}
                    }
                }
            }
        });
        Self { name: called, link, key: 0, tally: Arc::clone(tally) }
    }

    /// Its visitor wants a person.
    pub fn press(&mut self) {
        self.key += 1;
        self.tally.pressed(&self.name);
        self.link.tell(LinkCommand::Ask(self.key));
    }
}
