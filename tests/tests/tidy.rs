//! What holds for the whole repository: licences, forbidden edges, names of events, sizes of files, words.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, NodeDep, PackageId};
use spdx::{Expression, LicenseReq};

/// Licences that may be linked into a work under GPL-3.0, and shipped with it.
const COMPATIBLE: [&str; 20] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "ISC",
    "LGPL-2.1-or-later",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "NCSA",
    "OFL-1.1",
    "Unicode-3.0",
    "Unlicense",
    "WTFPL",
    "Zlib",
];
/// Crates of ours.
const OURS: [&str; 8] = [
    "parvis",
    "parvis-bundle",
    "parvis-content",
    "parvis-hardware",
    "parvis-plan",
    "parvis-tests",
    "parvis-ui",
    "parvis-ui-model",
];
/// Lines that no file of ours may exceed.
const LINES_MAX: usize = 600;

fn metadata() -> Metadata {
    // What kiosks run on: crates for other systems are not linked.
    let platforms = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];
    let options =
        platforms.iter().flat_map(|platform| ["--filter-platform".to_owned(), (*platform).to_owned()]);
    let manifest = parvis_tests::root().join("Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).other_options(options.collect::<Vec<_>>()).exec().unwrap()
}

#[test]
fn every_dependency_may_be_linked_under_gpl_3() {
    let metadata = metadata();
    let refused: Vec<String> = metadata
        .packages
        .iter()
        .filter(|package| !OURS.contains(&package.name.as_str()))
        .filter(|package| !package.license.as_deref().is_some_and(is_compatible))
        .map(|package| format!("{} {}: {:?}", package.name, package.version, package.license))
        .collect();
    assert!(metadata.packages.len() > 100, "a list of nothing passes everything");
    assert!(refused.is_empty(), "not compatible with GPL-3.0:\n{}", refused.join("\n"));
}

#[test]
fn the_licence_check_refuses_what_it_must() {
    for good in
        ["MIT OR Apache-2.0", "MIT/Apache-2.0", "Apache-2.0 WITH LLVM-exception", "(MIT OR SSPL-1.0) AND ISC"]
    {
        assert!(is_compatible(good), "{good}");
    }
    for bad in ["SSPL-1.0", "MIT AND SSPL-1.0", "GPL-2.0-only", "CDDL-1.0", "", "proprietary"] {
        assert!(!is_compatible(bad), "{bad}");
    }
}

/// Whether the expression can be met with [`COMPATIBLE`] licences alone.
fn is_compatible(expression: &str) -> bool {
    let lax = Expression::parse_mode(expression, spdx::ParseMode::LAX);
    let known = |requirement: &LicenseReq| {
        let name = requirement.license.to_string();
        // An exception only ever adds permissions.
        let name = name.split(" WITH ").next().unwrap_or_default();
        COMPATIBLE.contains(&name)
    };
    lax.is_ok_and(|expression| expression.evaluate(known))
}

#[test]
fn no_forbidden_edge_is_in_the_graph() {
    let metadata = metadata();
    let graph = Graph::new(&metadata);
    let mut faults = Vec::new();
    for lonely in ["parvis-ui-model", "parvis-bundle", "parvis-content", "parvis-hardware", "parvis-plan"] {
        // The editor's tool signs what it built, and reads plans.
        let may = |name: &str| lonely == "parvis-content" && ["parvis-bundle", "parvis-plan"].contains(&name);
        for ours in graph.reached(lonely).iter().filter(|name| OURS.contains(&name.as_str()) && !may(name)) {
            faults.push(format!("{lonely} knows {ours}"));
        }
    }
    for far in ["slint", "i-slint-core", "tokio", "rusqlite"] {
        if graph.reached("parvis-ui-model").contains(far) {
            faults.push(format!("parvis-ui-model reaches {far}"));
        }
    }
    for package in OURS {
        let direct = graph.direct(package);
        let names_slint = direct.contains("slint");
        if names_slint != (package == "parvis-ui") {
            faults.push(format!("only parvis-ui names slint, not {package}"));
        }
        let meets = direct.contains("parvis-content")
            && (direct.contains("parvis-hardware") || direct.contains("parvis-ui"));
        if meets && !["parvis", "parvis-tests"].contains(&package) {
            faults.push(format!("{package} joins content with hardware or screens"));
        }
    }
    assert!(graph.reached("parvis").contains("slint"), "a graph without edges passes everything");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The resolved graph by names. Tests of a crate may use what the crate itself must not: `dev` edges are left out.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    fn new(metadata: &Metadata) -> Self {
        let name = |id: &PackageId| metadata[id].name.to_string();
        let linked = |dependency: &&NodeDep| {
            dependency.dep_kinds.iter().any(|kind| kind.kind != DependencyKind::Development)
        };
        let nodes = &metadata.resolve.as_ref().unwrap().nodes;
        let edges = nodes.iter().map(|node| {
            let to = node.deps.iter().filter(linked).map(|dependency| name(&dependency.pkg));
            (name(&node.id), to.collect())
        });
        Self(edges.collect())
    }

    fn direct(&self, package: &str) -> &BTreeSet<String> {
        self.0.get(package).unwrap_or_else(|| panic!("{package} is not in the workspace"))
    }

    fn reached(&self, package: &str) -> BTreeSet<String> {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&String> = self.direct(package).iter().collect();
        while let Some(name) = open.pop() {
            if reached.insert(name.clone()) {
                open.extend(self.0.get(name).into_iter().flatten());
            }
        }
        reached
    }
}

#[test]
fn every_event_that_is_logged_is_listed_and_every_listed_one_is_logged() {
    let mut logged = BTreeSet::new();
    for file in files(&["rs"]) {
        if file.starts_with(parvis_tests::root().join("firmware/src")) {
            logged.extend(events(&std::fs::read_to_string(&file).unwrap()));
        }
    }
    let listed: BTreeSet<String> = parvis::logging::EVENTS.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(listed.len(), parvis::logging::EVENTS.len(), "an event is listed twice");
    assert_eq!(logged, listed, "left: logged, right: listed in logging::EVENTS");
}

/// Names of events in a source text: the last literal of every `tracing::…!(…)`.
fn events(source: &str) -> Vec<String> {
    let mut names = Vec::new();
    for macros in source.split("tracing::").skip(1) {
        let Some((level, rest)) = macros.split_once("!(") else { continue };
        if !["trace", "debug", "info", "warn", "error"].contains(&level) {
            continue;
        }
        let name = arguments(rest).split('"').nth_back(1).unwrap_or_default();
        names.push(name.to_owned());
    }
    names
}

/// What stands before the bracket that closes the one that is open.
fn arguments(rest: &str) -> &str {
    let mut open = 1;
    let end = rest.find(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        open == 0
    });
    rest.get(..end.unwrap_or(rest.len())).unwrap_or(rest)
}

#[test]
fn events_are_found_in_a_source() {
    let source =
        r#"tracing::info!("a.b"); x => tracing::warn!(%error, aside = %y("x"), "c.d"), "z" tracing::level()"#;
    assert_eq!(events(source), ["a.b", "c.d"]);
}

#[test]
fn every_source_file_says_what_it_is_for_and_none_is_too_long() {
    let mut faults = Vec::new();
    let files = files(&["rs", "slint", "js", "css"]);
    assert!(files.len() > 100, "{} files", files.len());
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = short(&file);
        if file.extension().is_some_and(|kind| kind == "rs") && !text.starts_with("//!") {
            faults.push(format!("{name} does not begin with //!"));
        }
        let lines = text.lines().count();
        if lines > LINES_MAX {
            faults.push(format!("{name} has {lines} lines, {LINES_MAX} are allowed"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_sentence_on_a_screen_can_be_translated() {
    let mut faults = Vec::new();
    for file in files(&["slint"]) {
        for (at, line) in std::fs::read_to_string(&file).unwrap().lines().enumerate() {
            if bare_text(line) {
                faults.push(format!("{}:{}: {}", short(&file), at + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "text without @tr:\n{}", faults.join("\n"));
}

/// Whether a line gives a shown property a literal with letters in it.
fn bare_text(line: &str) -> bool {
    let shown = ["text:", "label:", "accessible-label:", "accessible-description:", "placeholder-text:"];
    let value = shown.iter().find_map(|name| line.trim().strip_prefix(name));
    value.is_some_and(|value| {
        let plain: String = value.split("@tr(").map(|part| part.to_owned() + "\0").collect();
        // Every literal that does not directly follow `@tr(`, and what is computed inside one.
        let literals = plain.split('"').skip(1).step_by(2).zip(plain.split('"').step_by(2));
        literals.into_iter().any(|(literal, before)| {
            let computed = literal.replace("\\{", "\0").split('\0').next().unwrap_or_default().to_owned();
            !before.ends_with('\0')
                && !before.trim_end().ends_with('|')
                && computed.chars().any(char::is_alphabetic)
        })
    })
}

#[test]
fn bare_text_is_told_from_translated_text() {
    for good in [
        "text: @tr(\"Bonjour\");",
        "text: root.label;",
        "text: \"\\{root.page} / \\{root.pages}\";",
        "text: root.n == 0 ? @tr(\"Rien\") : @tr(\"{n} mot\" | \"{n} mots\" % root.n);",
    ] {
        assert!(!bare_text(good), "{good}");
    }
    for bad in ["text: \"Bonjour\";", "    label: root.x ? @tr(\"Oui\") : \"Non\";"] {
        assert!(bare_text(bad), "{bad}");
    }
}

#[test]
fn nothing_in_the_repository_is_left_to_be_done_without_an_issue_nor_names_a_machine() {
    // Put together here, so that this file is not its own first fault.
    let open = ["TO", "DO"].concat();
    let machines = [["/wo", "rk/"].concat(), ["arti", "factory"].concat(), ["index.crates", ".io"].concat()];
    let mut faults = Vec::new();
    for file in files(&["rs", "slint", "js", "css", "html", "md", "toml", "lock", "sh", ""]) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        for (at, line) in text.lines().enumerate() {
            let promised = line.contains(&open) && !line.contains(&format!("{open}(#"));
            if promised || machines.iter().any(|machine| line.contains(machine.as_str())) {
                faults.push(format!("{}:{}: {}", short(&file), at + 1, line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn short(file: &Path) -> String {
    file.strip_prefix(parvis_tests::root()).unwrap_or(file).display().to_string()
}

/// The files that git knows, of these kinds; "" is a file without an ending.
fn files(kinds: &[&str]) -> Vec<PathBuf> {
    let root = parvis_tests::root();
    let listed = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"])
        .current_dir(&root)
        .output()
        .unwrap();
    assert!(listed.status.success(), "the repository is a git repository");
    let names = String::from_utf8(listed.stdout).unwrap();
    let kind =
        |path: &Path| path.extension().map_or(String::new(), |kind| kind.to_string_lossy().into_owned());
    names
        .split('\0')
        .filter(|name| !name.is_empty())
        .map(|name| root.join(name))
        .filter(|path| path.is_file() && kinds.contains(&kind(path).as_str()))
        .collect()
}
