//! Who may enter the desk: devices that staff paired, with a code read from the kiosk's screen.
//!
//! A window of ten minutes opens ([`pairing`]); a device that sends the code gets a token ([`credentials`]) and is
//! remembered ([`devices`]); every request shows the token ([`guard`]). Pages come over TLS ([`certificate`]) on a port
//! that is open only while somebody may enter ([`listener`]), in bounded numbers ([`places`], [`serve`]). Whoever is
//! refused is counted ([`refusals`]).

pub mod ask;
pub mod certificate;
pub mod credentials;
pub mod devices;
mod guard;
pub mod kiosk_pair;
pub mod listener;
pub(super) mod local;
pub mod names;
pub mod network;
mod pair_page;
pub mod pairing;
pub mod places;
pub mod refusals;
pub mod serve;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::clock;
use certificate::{Certificate, CertificateError, CertificateFrom};
use credentials::Token;
use devices::{AddError, Device, Devices, Role};
use listener::Lan;
use pairing::{Attempt, Closed, Code, Pairing};
use refusals::{Kind, Refusals};
use serve::Connection;

/// Who may enter.
#[derive(Clone)]
pub enum Entry {
    /// Whoever is on this machine: the simulator, and tests. Nothing listens beyond loopback.
    Open,
    /// Paired devices only.
    Guarded(Arc<Door>),
}

/// What a door needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DoorConfig {
    /// Where pages and other kiosks come in over TLS; without it, only loopback listens.
    pub lan_address: Option<SocketAddr>,
    /// The certificate.
    pub certificate: CertificateFrom,
    /// Where paired devices are written down.
    pub devices_file: PathBuf,
    /// What this machine's own kiosk is called: no paired one is called the same.
    pub own_kiosk: String,
}

/// Why a device was not paired.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PairError {
    /// The code is wrong.
    #[error("the code is wrong")]
    Wrong,
    /// The last code from there is less than a second old.
    #[error("one code a second")]
    TooSoon,
    /// No window is open.
    #[error("pairing is closed")]
    Closed,
    /// The code was right, but the device cannot be kept. The code is used up.
    #[error(transparent)]
    Add(#[from] AddError),
}

/// A paired device, and whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDevice {
    /// The device.
    pub device: Device,
    /// Whether a socket of it is open.
    pub connected: bool,
}

/// The door of one desk.
pub struct Door {
    inner: Mutex<Inner>,
    refusals: Arc<Refusals>,
    certificate: Certificate,
    lan_address: Option<SocketAddr>,
    /// Names that no paired kiosk gets: whoever calls from this machine has them.
    reserved: Vec<String>,
    lan: watch::Sender<Lan>,
    lan_wanted: watch::Sender<bool>,
    /// Counts changes of who is paired.
    changed: watch::Sender<u64>,
}

struct Inner {
    pairing: Pairing,
    devices: Devices,
    /// Open sockets of each device.
    sockets: BTreeMap<u64, usize>,
}

impl Door {
    /// Reads who is paired, and the certificate; makes one at the first start.
    pub fn open(config: DoorConfig) -> Result<Arc<Self>, CertificateError> {
        let now = clock::unix_seconds();
        let (host, addresses) = (network::host_name(), network::addresses());
        let certificate = Certificate::load(&config.certificate, &host, &addresses, now)?;
        let devices = Devices::open(config.devices_file);
        let wanted = !devices.list().is_empty();
        let inner = Inner { pairing: Pairing::default(), devices, sockets: BTreeMap::new() };
        Ok(Arc::new(Self {
            inner: Mutex::new(inner),
            refusals: Arc::default(),
            certificate,
            lan_address: config.lan_address,
            reserved: vec![config.own_kiosk, super::button::NAME.to_owned()],
            lan: watch::Sender::new(Lan::Closed),
            lan_wanted: watch::Sender::new(wanted),
            changed: watch::Sender::new(0),
        }))
    }

    /// Opens a window of ten minutes for one device, at `now` since the start. A code given before is void.
    pub fn open_pairing(&self, now: Duration) -> Code {
        let code = Code::random();
        self.change(|inner| inner.pairing.open(code.clone(), now));
        code
    }

    /// Closes the window.
    pub fn close_pairing(&self) {
        self.change(|inner| inner.pairing.close(Closed::Staff));
    }

    /// How long the window stays open; `None` when it is closed.
    pub fn pairing_left(&self, now: Duration) -> Option<Duration> {
        self.lock().pairing.left(now)
    }

    /// The paired devices, in the order of pairing.
    pub fn devices(&self) -> Vec<KnownDevice> {
        let inner = self.lock();
        let known = |device: &Device| KnownDevice {
            device: device.clone(),
            connected: inner.sockets.contains_key(&device.id),
        };
        inner.devices.list().iter().map(known).collect()
    }

    /// Device `id` may not enter any more; its open sockets are closed at once. False when there is none of that number.
    pub fn revoke(&self, id: u64) -> bool {
        self.change(|inner| inner.devices.revoke(id, clock::unix_seconds()))
    }

    /// Hears of every device that comes or goes.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// The certificate's SHA-256, in sixteen groups of four capitals.
    pub fn fingerprint(&self) -> String {
        self.certificate.fingerprint()
    }

    /// Who was refused, by kind.
    pub fn refusals(&self) -> Arc<Refusals> {
        Arc::clone(&self.refusals)
    }

    /// The port on the network.
    pub fn lan(&self) -> Lan {
        *self.lan.borrow()
    }

    /// Closes what time has closed. `now` is since the start, `unix` in seconds since 1970.
    pub fn tick(&self, now: Duration, unix: u64, certain: bool) {
        self.refusals.tick(now);
        self.change(|inner| {
            inner.pairing.tick(now);
            // Who has a socket open uses it, even when the clock has just jumped by years.
            let present: Vec<u64> = inner.sockets.keys().copied().collect();
            for id in present {
                inner.devices.touch(id, unix);
            }
            inner.devices.save_again(unix);
            if certain {
                inner.devices.expire(unix);
            }
        });
    }

    /// What a kiosk on this machine that says `said` is called: never as a paired one.
    pub(super) fn own_name(&self, said: &str) -> String {
        let inner = self.lock();
        names::free_name(said, |name| inner.devices.is_kiosk(name))
    }

    /// Pairs a device that sent `code` from the address `from`. Returns what it is called from now on, too.
    fn pair(&self, code: &str, name: &str, role: Role, from: IpAddr) -> Result<(Token, String), PairError> {
        let (now, unix) = (clock::since_start(), clock::unix_seconds());
        self.change(|inner| {
            // A name is easily forgotten, and asked for again: that uses no code up.
            if crate::protocol::clean_name(name).is_empty() {
                return Err(AddError::NoName.into());
            }
            match inner.pairing.answer(code, from, now) {
                Attempt::Right => match role {
                    Role::Kiosk => Ok(inner.devices.add_kiosk(name, &self.reserved, unix)?),
                    Role::Staff { .. } => Ok((inner.devices.add(name, role, unix)?, name.to_owned())),
                },
                Attempt::Wrong => Err(PairError::Wrong),
                Attempt::TooSoon => Err(PairError::TooSoon),
                Attempt::Closed => Err(PairError::Closed),
            }
        })
        .inspect_err(|error| {
            if !matches!(error, PairError::Add(_)) {
                self.refused(Kind::Code);
            }
        })
    }

    fn refused(&self, kind: Kind) {
        self.refusals.add(kind, clock::since_start());
    }

    /// The device with that token.
    fn admit(self: &Arc<Self>, token: &Token, connection: &Connection) -> Option<Guest> {
        let unix = clock::unix_seconds();
        let mut inner = self.lock();
        let device = inner.devices.find(token, unix)?.clone();
        inner.devices.touch(device.id, unix);
        Some(Guest { door: Arc::clone(self), device, connection: connection.clone() })
    }

    fn lan_address(&self) -> Option<SocketAddr> {
        self.lan_address
    }

    fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.certificate.tls))
    }

    async fn until_lan_is(&self, wanted: bool) {
        // The sender lives as long as the door: this cannot fail.
        let _ = self.lan_wanted.subscribe().wait_for(|is| *is == wanted).await;
    }

    /// Changes something, then tells whoever depends on it.
    fn change<T>(&self, change: impl FnOnce(&mut Inner) -> T) -> T {
        let mut inner = self.lock();
        let paired = |inner: &Inner| inner.devices.list().iter().map(|device| device.id).collect::<Vec<_>>();
        let before = paired(&inner);
        let outcome = change(&mut inner);
        if paired(&inner) != before {
            self.changed.send_modify(|version| *version += 1);
        }
        let wanted = !inner.devices.list().is_empty() || inner.pairing.is_open();
        self.lan_wanted.send_if_modified(|was| std::mem::replace(was, wanted) != wanted);
        outcome
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of a paired device; [`guard`] puts it into the request's extensions.
#[derive(Clone)]
pub struct Guest {
    door: Arc<Door>,
    device: Device,
    connection: Connection,
}

impl Guest {
    /// What staff call the device.
    pub fn name(&self) -> &str {
        &self.device.name
    }

    /// What it may do.
    pub fn role(&self) -> Role {
        self.device.role
    }

    /// Returns when the device is not paired any more. While somebody waits here, the device counts as connected, and
    /// its connection keeps its place.
    pub async fn gone(self) {
        let mut changes = self.door.changes();
        let here = Here::new(&self.door, self.device.id);
        while here.is_paired() {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }
}

/// Returns when `guest` may not stay any more: never, for whoever needs no token.
pub(super) async fn gone(guest: Option<Guest>) {
    match guest {
        Some(guest) => guest.gone().await,
        None => std::future::pending().await,
    }
}

/// Counts an open socket, however it ends.
struct Here<'a> {
    door: &'a Door,
    id: u64,
}

impl<'a> Here<'a> {
    fn new(door: &'a Door, id: u64) -> Self {
        *door.lock().sockets.entry(id).or_default() += 1;
        Self { door, id }
    }

    fn is_paired(&self) -> bool {
        self.door.lock().devices.list().iter().any(|device| device.id == self.id)
    }
}

impl Drop for Here<'_> {
    fn drop(&mut self) {
        let mut inner = self.door.lock();
        if let Some(sockets) = inner.sockets.get_mut(&self.id) {
            *sockets -= 1;
            if *sockets == 0 {
                inner.sockets.remove(&self.id);
            }
        }
    }
}

/// What staff and other kiosks reach through the door: `inside`, guarded, and the pages that let them in.
pub(super) fn guarded(door: &Arc<Door>, inside: Router) -> Router {
    inside
        .merge(pair_page::router(Arc::clone(door)))
        .layer(from_fn_with_state(Arc::clone(door), guard::guard))
        .layer(DefaultBodyLimit::max(serve::BODY_BYTES_MAX))
}
