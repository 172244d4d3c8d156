//! Comparing with a golden file; `POPTUI_BLESS=1` writes what is there now.

use std::fs;
use std::path::Path;

/// Asserts that `text` is what `tests/data/<name>` holds.
pub(crate) fn assert_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    if std::env::var_os("POPTUI_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        return;
    }
    let held = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        held == text,
        "{name} differs (POPTUI_BLESS=1 writes it anew)\n--- golden\n{held}\n--- now\n{text}"
    );
}
