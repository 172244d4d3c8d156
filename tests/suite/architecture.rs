//! The house stands as lib.rs draws it: floors, homes of crates, sizes, and first lines that say why.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module and its floor; on floor 3 the few calls between mates are named.
const FLOORS: &[(&str, u8)] = &[
    ("mail", 0),
    ("pop3", 0),
    ("query", 0),
    ("config", 0),
    ("providers", 0),
    ("store", 1),
    ("app", 1),
    ("fetch", 2),
    ("ui", 2),
    ("runtime", 3),
    ("demo", 3),
    ("discover", 3),
    ("cli", 3),
    ("main", 3),
];

/// Who may call whom on the same floor.
const MATES: &[(&str, &str)] = &[
    ("main", "cli"),
    ("cli", "runtime"),
    ("cli", "demo"),
    ("cli", "discover"),
];

/// Crates that live in few places.
const HOMES: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("mail_parser", &["mail"]),
    ("encoding_rs", &["mail"]),
    ("chardetng", &["mail"]),
    ("oem_cp", &["mail"]),
    ("html2text", &["mail"]),
    ("simplecss", &["mail"]),
    ("ratatui", &["ui", "runtime"]),
    ("crossterm", &["runtime"]),
    ("tokio_rustls", &["fetch", "discover"]),
    ("rustls_platform_verifier", &["fetch"]),
    ("tokio_socks", &["fetch"]),
    ("clap", &["cli"]),
    ("toml_edit", &["config", "providers"]),
    ("rpassword", &["cli"]),
    ("ureq", &["discover"]),
    ("hickory_resolver", &["discover"]),
    ("roxmltree", &["discover"]),
    ("idna", &["discover", "mail"]),
    ("url", &["mail"]),
    ("calcard", &["mail"]),
    ("unicode_security", &["mail"]),
    ("unicode_script", &["mail"]),
    (
        "tokio",
        &["fetch", "store", "runtime", "demo", "cli", "discover"],
    ),
];

struct File {
    path: PathBuf,
    /// `mail`, `store`, …; `main` and `lib` for themselves.
    module: String,
    text: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let first = inside
                    .components()
                    .next()
                    .unwrap()
                    .as_os_str()
                    .to_string_lossy();
                let module = first.trim_end_matches(".rs").to_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push(File { path, module, text });
            }
        }
    }
    assert!(found.len() > 50, "the sources were found");
    found
}

fn floor(module: &str) -> u8 {
    FLOORS
        .iter()
        .find(|(name, _)| *name == module)
        .unwrap_or_else(|| panic!("{module} has no floor"))
        .1
}

/// The code of a file: no unit tests, no comments, no text in quotes.
fn code(text: &str) -> String {
    let tested = text
        .split("#[cfg(test)]\nmod tests")
        .next()
        .unwrap_or_default();
    let uncommented = tested
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let joined = uncommented.collect::<Vec<_>>().join("\n");
    let pieces: Vec<&str> = joined.split('"').step_by(2).collect();
    pieces.join("\"\"")
}

/// The modules that a piece of code names with `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let after = code.split("crate::").skip(1);
    let name = |rest: &str| {
        rest.chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect()
    };
    after
        .map(name)
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[test]
fn a_file_imports_only_from_floors_below_its_own() {
    for file in files().iter().filter(|file| file.module != "lib") {
        let code = code(&file.text);
        let path = file.path.display();
        assert!(
            !code.contains("crate::{"),
            "{path}: a grouped import hides its floors"
        );
        assert!(
            !code.contains("super::super"),
            "{path}: name the module from crate:: on"
        );
        for import in imports(&code)
            .into_iter()
            .filter(|import| *import != file.module)
        {
            let mates = MATES.contains(&(file.module.as_str(), import.as_str()));
            assert!(
                mates || floor(&import) < floor(&file.module),
                "{path} imports from {import}"
            );
        }
    }
}

#[test]
fn crates_stay_at_home() {
    for file in files() {
        let code = code(&file.text);
        for (name, homes) in HOMES {
            let named =
                code.contains(&format!("{name}::")) || code.contains(&format!("use {name};"));
            assert!(
                !named || homes.contains(&file.module.as_str()),
                "{} uses {name}",
                file.path.display()
            );
        }
    }
}

#[test]
fn every_file_says_first_why_it_exists_and_stays_small() {
    for file in files() {
        let path = file.path.display();
        assert!(
            file.text.starts_with("//! "),
            "{path} does not say why it exists"
        );
        let lines = file.text.lines().count();
        assert!(lines <= 400, "{path} has {lines} lines; split it");
    }
}

#[test]
fn sql_is_spoken_in_the_store_alone() {
    for file in files().iter().filter(|file| file.module != "store") {
        for word in ["SELECT ", "INSERT INTO", "DELETE FROM", "PRAGMA "] {
            assert!(
                !file.text.contains(word),
                "{} says {word}",
                file.path.display()
            );
        }
    }
}

#[test]
fn the_mind_has_no_clock_no_file_and_no_socket() {
    let hands = [
        "std::fs",
        "std::net",
        "std::thread",
        "tokio",
        "Timestamp::now",
        "SystemTime",
        "Instant::now",
        "std::env",
    ];
    for file in files()
        .iter()
        .filter(|file| ["app", "ui", "pop3", "query"].contains(&file.module.as_str()))
    {
        let code = code(&file.text);
        for hand in hands {
            assert!(
                !code.contains(hand),
                "{} reaches for {hand}",
                file.path.display()
            );
        }
    }
}

#[test]
fn an_upward_import_would_be_caught() {
    assert_eq!(
        imports(&code("use crate::store::Store; // crate::ui")),
        BTreeSet::from(["store".to_owned()])
    );
    assert_eq!(
        imports(&code("let x = crate::cli::main();")),
        BTreeSet::from(["cli".to_owned()])
    );
    assert!(floor("store") > floor("mail") && floor("ui") > floor("app"));
}
