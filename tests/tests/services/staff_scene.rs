//! The staff page in a real browser, at a real desk, with kiosks that the test plays.

use std::net::SocketAddr;
use std::process::Command;

use parvis_tests::staff::StaffPage;
use serde_json::json;

use crate::chromium::{self, Browser};
use crate::hall::{DESK, Hall, Service};
use crate::test_kiosk::TestKiosk;

/// Where tests play their kiosk.
pub const KIOSK: &str = "Borne de l’entrée";

/// Notes in the page what must not happen in it, from its first moment on.
const WATCH: &str = "window.faults = []; \
    addEventListener('securitypolicyviolation', (event) => faults.push(`${event.violatedDirective} ${event.blockedURI}`)); \
    addEventListener('error', (event) => faults.push(event.message)); \
    addEventListener('unhandledrejection', (event) => faults.push(String(event.reason)));";

/// A staff page that is open and linked.
pub struct Scene {
    pub browser: Browser,
    pub hall: Hall,
    pub desk: Service,
    pub address: SocketAddr,
}

impl Scene {
    /// `None` where there is no browser.
    pub async fn open() -> Option<Self> {
        Self::open_with("").await
    }

    /// The same, with a book of calls that the desk finds; an empty text is none.
    pub async fn open_with(calls: &str) -> Option<Self> {
        let browser = chromium::start().await?;
        let hall = Hall::new();
        if !calls.is_empty() {
            std::fs::write(hall.path("state/calls.json"), calls).unwrap();
        }
        let mut desk = hall.start("desk", "desk");
        let address = desk.address(DESK);
        hall.fix_staff_address(address);
        browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
        let scene = Self { browser, hall, desk, address };
        scene.visit().await;
        Some(scene)
    }

    /// Opens the page in the tab in front.
    pub async fn visit(&self) {
        self.browser.page.goto(&format!("http://{}/", self.address)).await.unwrap();
        self.until("the link", "['connecting', 'lost'].indexOf(document.documentElement.dataset.state) < 0")
            .await;
    }

    pub async fn kiosk(&self) -> TestKiosk {
        TestKiosk::open(&self.hall.path("state/desk.sock"), KIOSK).await
    }

    /// Another staff page, without a browser.
    pub async fn witness(&self) -> StaffPage {
        StaffPage::open(self.address).await.unwrap()
    }

    pub async fn until(&self, what: &str, expression: &str) {
        self.browser.until(what, expression).await;
    }

    pub async fn headline(&self, text: &str) {
        let expression = format!("document.getElementById('headline').textContent === {}", json!(text));
        self.until(text, &expression).await;
    }

    /// Waits for so many cards of calls.
    pub async fn cards(&self, count: usize) {
        let expression = format!("document.querySelectorAll('#calls > li').length === {count}");
        self.until(&format!("{count} calls"), &expression).await;
    }

    /// Clicks a button, once it is there and does something.
    pub async fn press(&self, css: &str) {
        let ready = format!("{css}:not([aria-disabled])");
        let there = format!(
            "[...document.querySelectorAll({})].some((button) => button.offsetParent !== null)",
            json!(ready)
        );
        self.until(css, &there).await;
        self.browser.element(&ready).await.click().await.unwrap();
    }

    /// Answers the call under a name that this browser does not know yet.
    pub async fn answer(&self, number: u32, name: &str) {
        self.press(&format!("#call-{number} .come button:last-child")).await;
        self.browser.element(&format!("#who-{number}")).await.send_keys(name).await.unwrap();
        self.press(&format!("#call-{number} .who .main")).await;
    }

    /// Puts the browser away, as a person does who works with something else.
    pub async fn hide(&self) {
        self.browser.page.minimize_window().await.unwrap();
        self.until("the hidden page", "document.visibilityState === 'hidden'").await;
    }

    /// Takes it out again.
    pub async fn bring_back(&self) {
        self.browser.page.set_window_size(1280, 800).await.unwrap();
        self.until("the page in sight", "document.visibilityState === 'visible'").await;
    }

    /// Stops the desk as it stands, without a word: its line stays open.
    pub fn freeze_desk(&self) {
        let sent = Command::new("kill").args(["-STOP", &self.desk.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Ends the desk and starts it anew, at the same address.
    pub fn restart_desk(mut self) -> Self {
        self.desk.kill();
        self.desk = self.hall.start("desk", "desk-again");
        assert_eq!(self.desk.address(DESK), self.address);
        self
    }

    /// Nothing was refused by the page's policy, and no script stumbled.
    pub async fn is_without_faults(&self) {
        assert_eq!(self.browser.ask("window.faults").await, json!([]));
    }
}
