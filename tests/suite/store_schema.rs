//! Every schema ever released, upgraded, is the schema that a new store gets.

use std::path::{Path, PathBuf};

use poptui::store::Store;
use rusqlite::Connection;

fn snapshot(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/snapshots/store_v{version}.sql"))
}

/// The SQL of all tables, indexes and triggers of a closed store, by name.
fn schema(dir: &Path) -> String {
    let connection = Connection::open(dir.join("mail.sqlite")).expect("opens");
    let mut statement = connection
        .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 ELSE 2 END, name")
        .expect("is SQL");
    let texts = statement
        .query_map([], |row| row.get::<_, String>(0))
        .expect("reads");
    texts.map(|text| text.expect("is text") + ";\n").collect()
}

fn version(dir: &Path) -> u32 {
    let connection = Connection::open(dir.join("mail.sqlite")).expect("opens");
    let version = connection.query_row("PRAGMA user_version", [], |row| row.get(0));
    version.expect("reads")
}

fn fresh() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("temporary directory");
    Store::open(dir.path()).expect("opens").close();
    dir
}

#[test]
fn the_latest_schema_is_the_one_on_record() {
    let fresh = fresh();
    let file = snapshot(version(fresh.path()));
    if std::env::var_os("POPTUI_WRITE_SNAPSHOTS").is_some() {
        std::fs::write(&file, schema(fresh.path())).expect("writable");
    }
    let recorded = std::fs::read_to_string(&file).expect("each version has a snapshot");
    assert_eq!(
        schema(fresh.path()),
        recorded,
        "a released schema is never edited: add a migration, then record it with POPTUI_WRITE_SNAPSHOTS=1"
    );
}

#[test]
fn every_older_schema_is_upgraded_to_the_latest() {
    let fresh = fresh();
    let latest = version(fresh.path());
    for older in 1..=latest {
        let dir = tempfile::tempdir().expect("temporary directory");
        let old = Connection::open(dir.path().join("mail.sqlite")).expect("opens");
        let sql = std::fs::read_to_string(snapshot(older)).expect("each version has a snapshot");
        old.execute_batch(&sql).expect("is SQL");
        old.pragma_update(None, "application_id", 0x706f_7074)
            .expect("writes");
        old.pragma_update(None, "user_version", older)
            .expect("writes");
        drop(old);
        Store::open(dir.path()).expect("is upgraded").close();
        assert_eq!(version(dir.path()), latest, "from version {older}");
        assert_eq!(
            schema(dir.path()),
            schema(fresh.path()),
            "from version {older}"
        );
    }
}
