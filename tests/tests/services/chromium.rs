//! Debian's Chromium, driven through chromedriver.

use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use fantoccini::actions::{InputSource as _, KeyAction, KeyActions, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use parvis_tests::staff::PATIENCE;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use tempfile::TempDir;
use tokio_tungstenite::tungstenite::http::Method;
use url::Url;

use crate::namespace::{HERE, Namespace, THERE};

/// A driver that finds its port taken is started anew, so often at most.
const STARTS_MAX: usize = 5;
/// Between two looks at a page.
const LOOK: Duration = Duration::from_millis(25);

/// A browser without a window.
pub struct Browser {
    pub page: Client,
    driver: Child,
    _profile: TempDir,
}

/// Starts a browser; `None`, and a word on the output, when there is none on this machine. On a build machine there
/// must be one.
pub async fn start() -> Option<Browser> {
    start_in(None, &[]).await
}

/// The same with further arguments, on this machine or on another one that this one plays.
pub async fn start_in(namespace: Option<&Namespace>, more: &[String]) -> Option<Browser> {
    let profile = TempDir::with_prefix("parvis-chromium-").unwrap();
    let Some((driver, port)) = driver(&profile, namespace) else {
        assert!(std::env::var_os("CI").is_none(), "chromium-driver is not installed");
        println!("skipped: chromium-driver is not installed");
        return None;
    };
    let data = profile.path().join("data");
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1800,1400",
    ];
    let mut arguments: Vec<String> = arguments.map(str::to_owned).into();
    arguments.push(format!("--user-data-dir={}", data.display()));
    arguments.extend_from_slice(more);
    let mut capabilities = serde_json::Map::new();
    capabilities.insert("goog:chromeOptions".to_owned(), json!({ "args": arguments }));
    let page = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://{}:{port}", namespace.map_or("127.0.0.1", |_| THERE)))
        .await
        .unwrap_or_else(|error| panic!("chromium does not start: {error}"));
    Some(Browser { page, driver, _profile: profile })
}

/// A running chromedriver and its port; `None` when there is none on this machine.
fn driver(profile: &TempDir, namespace: Option<&Namespace>) -> Option<(Child, u16)> {
    for _ in 0..STARTS_MAX {
        let mut command = Command::new(if namespace.is_some() { "ip" } else { "chromedriver" });
        if let Some(namespace) = namespace {
            command.args(["netns", "exec", &namespace.name, "chromedriver"]);
            command.arg(format!("--allowed-ips={HERE}"));
        }
        let mut driver = command
            .arg("--port=0")
            .env("TMPDIR", profile.path())
            // A group of its own, so that the browser ends with it also when a test fails.
            .process_group(0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        if let Some(port) = port_of(&mut driver) {
            return Some((driver, port));
        }
        // It took a port of one kind of address that another driver had just taken of the other kind, and ended.
        driver.wait().unwrap();
    }
    panic!("chromedriver finds no port");
}

/// The port that chromedriver says it took; `None` when it ended without one.
fn port_of(driver: &mut Child) -> Option<u16> {
    use std::io::{BufRead as _, BufReader};
    let out = driver.stdout.take().unwrap();
    let (line, lines) = channel();
    // Read to the end, so that the driver never waits for its output.
    std::thread::spawn(move || {
        BufReader::new(out).lines().map_while(Result::ok).for_each(|text| drop(line.send(text)));
    });
    loop {
        let text = match lines.recv_timeout(PATIENCE) {
            Ok(text) => text,
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => panic!("chromedriver does not say its port"),
        };
        if let Some((_, port)) = text.split_once("on port ")
            && let Ok(port) = port.trim_end_matches('.').parse()
            && port != 0
        {
            return Some(port);
        }
    }
}

impl Browser {
    /// What a piece of JavaScript returns, in the tab in front.
    pub async fn ask(&self, script: &str) -> serde_json::Value {
        self.page.execute(&format!("return {script};"), Vec::new()).await.unwrap()
    }

    /// Waits until the JavaScript expression is true. A picture of the page is kept when it never is.
    pub async fn until(&self, what: &str, expression: &str) {
        let waiting = async {
            while self.ask(expression).await != json!(true) {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            let picture = std::env::temp_dir().join(format!("parvis-browser-{}.png", std::process::id()));
            std::fs::write(&picture, self.page.screenshot().await.unwrap()).unwrap();
            panic!("waited for {what}; the page is shown in {}", picture.display());
        }
    }

    /// The element that a selector names.
    pub async fn element(&self, css: &str) -> Element {
        self.page.find(Locator::Css(css)).await.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// Clicks in an element, so far from its middle: in parts of its width and height, from -0.5 to 0.5.
    pub async fn click_in(&self, css: &str, (across, down): (f64, f64)) {
        let element = self.element(css).await;
        let (_, _, width, height) = element.rectangle().await.unwrap();
        let hand = MouseActions::new("hand".to_owned())
            .then(PointerAction::MoveToElement {
                element,
                duration: None,
                x: (across * width).round(),
                y: (down * height).round(),
            })
            .then(PointerAction::Down { button: 0 })
            .then(PointerAction::Up { button: 0 });
        self.page.perform_actions(hand).await.unwrap();
    }

    /// Asks the browser itself, in the words of its own tools (its `DevTools` protocol).
    pub async fn devtools(&self, name: &'static str, parameters: serde_json::Value) -> serde_json::Value {
        self.page
            .issue_cmd(DevTools(name, parameters))
            .await
            .unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Lets the page be so many CSS pixels wide and high.
    pub async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// A key goes down and up, wherever the focus is.
    pub async fn key(&self, key: char) {
        let hand = KeyActions::new("keys".to_owned())
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key });
        self.page.perform_actions(hand).await.unwrap();
    }

    /// Ends the browser, politely.
    pub async fn close(self) {
        // Whatever the browser answers, its driver is ended next.
        let _ = self.page.clone().close().await;
    }
}

/// A command of chromedriver beyond the standard.
#[derive(Debug)]
struct DevTools(&'static str, serde_json::Value);

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(group) = i32::try_from(self.driver.id()).ok().and_then(Pid::from_raw) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.driver.wait();
    }
}
