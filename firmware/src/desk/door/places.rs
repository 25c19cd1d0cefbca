//! How many connections there may be, and who gives way: strangers, the oldest first, and never a paired device.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Connections in all.
pub const PLACES_MAX: usize = 256;
/// Connections of strangers: the other half is for paired devices.
pub const STRANGERS_MAX: usize = PLACES_MAX / 2;
/// Connections from one address.
pub const OF_ADDRESS_MAX: usize = 32;

/// The places.
#[derive(Default)]
pub struct Places(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    last: u64,
    /// By number, so the oldest comes first.
    held: BTreeMap<u64, Held>,
}

struct Held {
    address: IpAddr,
    /// Somebody on this connection has shown a token.
    known: bool,
    give_way: Arc<Notify>,
}

/// A place, held until it is dropped.
pub struct Place {
    places: Arc<Places>,
    number: u64,
    give_way: Arc<Notify>,
}

impl Places {
    /// A place for a connection from `address`, of a stranger so far. When there is none left for it, the stranger
    /// who came first gives way: somebody who sends nothing cannot keep staff out. `None` when nobody gives way.
    pub fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = address.to_canonical();
        let mut inner = self.lock();
        inner.make_room(address)?;
        inner.last += 1;
        let number = inner.last;
        let give_way = Arc::new(Notify::new());
        inner.held.insert(number, Held { address, known: false, give_way: Arc::clone(&give_way) });
        Some(Place { places: Arc::clone(self), number, give_way })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn make_room(&mut self, address: IpAddr) -> Option<()> {
        let of_address = self.held.values().filter(|held| held.address == address).count();
        let strangers = self.held.values().filter(|held| !held.known).count();
        if of_address >= OF_ADDRESS_MAX {
            self.oldest_stranger_goes(|held| held.address == address)
        } else if strangers >= STRANGERS_MAX || self.held.len() >= PLACES_MAX {
            self.oldest_stranger_goes(|_| true)
        } else {
            Some(())
        }
    }

    fn oldest_stranger_goes(&mut self, of: impl Fn(&Held) -> bool) -> Option<()> {
        let (&number, _) = self.held.iter().find(|(_, held)| !held.known && of(held))?;
        self.held.remove(&number)?.give_way.notify_one();
        Some(())
    }
}

impl Place {
    /// A token was shown here: this place is not a stranger's any more, and does not give way.
    pub fn known(&self) {
        if let Some(held) = self.places.lock().held.get_mut(&self.number) {
            held.known = true;
        }
    }

    /// Returns when this place has to give way.
    pub async fn gives_way(&self) {
        self.give_way.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.lock().held.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use std::net::Ipv4Addr;

    fn address(number: usize) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(number as u32))
    }

    fn gone(place: &Place) -> bool {
        place.gives_way().now_or_never().is_some()
    }

    #[test]
    fn one_address_has_thirty_two_places_and_takes_none_from_others() {
        let places = Arc::new(Places::default());
        let other = places.enter(address(9)).unwrap();
        let held: Vec<Place> = (0..40).map(|_| places.enter(address(1)).unwrap()).collect();
        assert_eq!(held.iter().filter(|place| gone(place)).count(), 40 - OF_ADDRESS_MAX);
        assert!(!gone(&other));
    }

    #[test]
    fn the_same_address_is_one_however_it_is_written() {
        let places = Arc::new(Places::default());
        let mapped = IpAddr::V6(Ipv4Addr::from(1_u32).to_ipv6_mapped());
        let held: Vec<Place> =
            (0..64).map(|at| places.enter(if at % 2 == 0 { mapped } else { address(1) }).unwrap()).collect();
        assert_eq!(held.iter().filter(|place| gone(place)).count(), 32);
    }

    #[test]
    fn strangers_hold_half_and_the_oldest_gives_way_to_the_next() {
        let places = Arc::new(Places::default());
        let held: Vec<Place> = (0..STRANGERS_MAX).map(|at| places.enter(address(at)).unwrap()).collect();
        assert!(held.iter().all(|place| !gone(place)));
        let next = places.enter(address(9999)).unwrap();
        assert!(gone(&held[0]) && !gone(&held[1]) && !gone(&next));
    }

    #[test]
    fn paired_devices_never_give_way_and_a_stranger_is_refused_when_only_they_are_left() {
        let places = Arc::new(Places::default());
        let enter = |at| {
            let place = places.enter(address(at));
            if let Some(place) = &place {
                place.known();
            }
            place
        };
        let held: Vec<Place> = (0..PLACES_MAX).map(|at| enter(at).unwrap()).collect();
        assert!(places.enter(address(9999)).is_none());
        assert!(held.iter().all(|place| !gone(place)));
        drop(held);
        assert!(places.enter(address(9999)).is_some());
    }
}
