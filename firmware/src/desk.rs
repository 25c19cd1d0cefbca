//! `parvis desk`: help calls, the staff page, the call button, the light, and who is alive.
//!
//! Kiosks come in by a Unix socket, staff pages over HTTP on loopback; both are clients of the same [`hall`]. Pages and
//! kiosks elsewhere come in by the [`door`].

pub mod book;
pub mod broker;
mod button;
pub mod call;
pub mod door;
pub mod hall;
mod kiosk_socket;
pub mod kiosk_view;
pub mod ladder;
pub mod measures;
pub mod metrics;
mod page;
mod pages;
pub mod plan;
mod staff_socket;
mod wire;
pub mod yesterday;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use parvis_hardware::button::CallButton;
use parvis_hardware::light::CallLight;
use tokio::net::{TcpListener, UnixListener};
use tokio::sync::watch;

use broker::BrokerConfig;
use door::Entry;
use hall::{Hall, HallFiles, HallParts};
use ladder::Ladder;
use plan::HallPlan;

/// Why the desk cannot open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeskError {
    /// An address or a socket is taken or not allowed.
    #[error("the desk cannot listen on {place}: {source}")]
    Listen {
        /// Where.
        place: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A server ended.
    #[error("the desk stopped serving: {0}")]
    Serve(#[from] std::io::Error),
}

/// What the desk needs.
pub struct DeskParts {
    /// The Unix socket for kiosks.
    pub socket: PathBuf,
    /// Where the staff page is; port 0 takes any.
    pub staff_address: SocketAddr,
    /// Where calls and counts are written down.
    pub files: HallFiles,
    /// The content, for the plan of the hall.
    pub content: PathBuf,
    /// The times of a call.
    pub ladder: Ladder,
    /// Who may enter.
    pub entry: Entry,
    /// The call button.
    pub button: Box<dyn CallButton>,
    /// The light.
    pub light: Box<dyn CallLight>,
}

/// A desk that listens; [`serve`](Self::serve) runs it.
pub struct Desk {
    hall: Arc<Hall>,
    kiosks: UnixListener,
    staff: TcpListener,
    plan: Arc<HallPlan>,
    entry: Entry,
    button: Box<dyn CallButton>,
    broker: Option<BrokerConfig>,
}

impl Desk {
    /// Opens the desk: reads the calls written down, and listens, inside a tokio runtime.
    pub fn open(parts: DeskParts) -> Result<Self, DeskError> {
        let hall = Arc::new(Hall::open(HallParts::real(parts.files, parts.ladder, parts.light)));
        let refused = |place: String| move |source| DeskError::Listen { place, source };
        let socket = parts.socket;
        // A socket left by a desk that died is in the way; a living desk holds its staff port, taken first.
        let staff =
            door::listener::listen(parts.staff_address).map_err(refused(parts.staff_address.to_string()))?;
        match std::fs::remove_file(&socket) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(refused(socket.display().to_string())(error));
            }
            Ok(()) | Err(_) => {}
        }
        let kiosks = UnixListener::bind(&socket).map_err(refused(socket.display().to_string()))?;
        let plan = Arc::new(HallPlan::new(parts.content));
        let (entry, button) = (parts.entry, parts.button);
        let desk = Self { hall, kiosks, staff, plan, entry, button, broker: None };
        tracing::info!(staff = %desk.staff_address()?, "desk.listening");
        Ok(desk)
    }

    /// The same desk, which also tells a broker how its hall is, and follows halls elsewhere through it.
    pub fn with_broker(self, broker: Option<BrokerConfig>) -> Self {
        Self { broker, ..self }
    }

    /// Where the staff page is.
    pub fn staff_address(&self) -> Result<SocketAddr, DeskError> {
        Ok(self.staff.local_addr()?)
    }

    /// Serves until `stop` says true; gives the button and the light's hall back for the next opening.
    pub async fn serve(self, stop: watch::Receiver<bool>) -> Result<Box<dyn CallButton>, DeskError> {
        let Self { hall, kiosks, staff, plan, entry, button, broker } = self;
        let pressing = button::watch(Arc::clone(&hall), button, stop.clone());
        let clock = hall::keep_time(Arc::clone(&hall), stop.clone());
        let relaying = broker::link::keep(Arc::clone(&hall), broker, stop.clone());
        let writing = hall::keep_written(Arc::clone(&hall), stop.clone());
        let closed = |stop: watch::Receiver<bool>| async move { stopped(stop).await };
        let address = staff.local_addr()?;
        let refusals = match &entry {
            Entry::Open => Arc::default(),
            Entry::Guarded(door) => door.refusals(),
        };
        let mut for_kiosks = kiosk_socket::router(Arc::clone(&hall), &entry, stop.clone());
        for_kiosks = for_kiosks.merge(yesterday::router(Arc::clone(&hall)));
        if let Entry::Guarded(door) = &entry {
            for_kiosks = for_kiosks.merge(door::local::router(Arc::clone(door), address));
        }
        let for_staff = pages::router(pages::Shared {
            hall: Arc::clone(&hall),
            refusals: Arc::clone(&refusals),
            plan,
            address,
            stop: stop.clone(),
        });
        let serving = async {
            tokio::try_join!(
                async { axum::serve(kiosks, for_kiosks).with_graceful_shutdown(closed(stop.clone())).await },
                async {
                    match entry {
                        Entry::Open => {
                            axum::serve(staff, for_staff).with_graceful_shutdown(closed(stop.clone())).await
                        }
                        Entry::Guarded(ref door) => {
                            let door = Arc::clone(door);
                            let for_others = kiosk_socket::router(Arc::clone(&hall), &entry, stop.clone());
                            let inside = for_staff.merge(for_others);
                            let router = door::guarded(&door, inside);
                            door::listener::serve(door, staff, router, stop.clone()).await;
                            Ok(())
                        }
                    }
                },
            )
        };
        let (served, button, (), (), ()) = tokio::join!(serving, pressing, clock, writing, relaying);
        served?;
        Ok(button)
    }
}

/// Waits until `stop` says true or nobody can say it any more.
pub(crate) async fn stopped(mut stop: watch::Receiver<bool>) {
    // An error means that the sender is gone: that is a stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}
