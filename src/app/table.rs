//! The table of actions as text, for `poptui keys`, and as Markdown, for the README.

use std::fmt::Write as _;

use super::action::{ACTIONS, Group, Scope};
use super::keymap::Keymap;

/// Group by group: keys, name for `[keys]`, where it works, what it does.
pub fn keys_table(keymap: &Keymap) -> String {
    let rows: Vec<_> = ACTIONS
        .iter()
        .map(|spec| (spec, keymap.keys_of(spec.action).join(" ")))
        .collect();
    let widest = rows
        .iter()
        .map(|(_, keys)| crate::mail::width(keys))
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    for (group, heading) in Group::ALL {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&heading.to_uppercase());
        text.push('\n');
        for (spec, keys) in rows.iter().filter(|(spec, _)| spec.group == *group) {
            let gap = " ".repeat(widest - crate::mail::width(keys));
            let _ = writeln!(
                text,
                "  {keys}{gap}  {:<17} {:<26} {}",
                spec.name,
                scopes(spec.scopes),
                spec.words
            );
        }
    }
    text
}

/// The README's table.
pub fn keys_markdown(keymap: &Keymap) -> String {
    let mut text = String::from("| Keys | What they do | Name in `[keys]` |\n|---|---|---|\n");
    for (group, heading) in Group::ALL {
        let _ = writeln!(text, "| **{heading}** | | |");
        for spec in ACTIONS.iter().filter(|spec| spec.group == *group) {
            let keys: Vec<String> = keymap
                .keys_of(spec.action)
                .iter()
                .map(|key| format!("`{}`", key.replace('|', "\\|")))
                .collect();
            let _ = writeln!(
                text,
                "| {} | {} | `{}` |",
                keys.join(" "),
                spec.words,
                spec.name
            );
        }
    }
    text
}

fn scopes(scopes: &[Scope]) -> String {
    scopes
        .iter()
        .map(|scope| scope.name())
        .collect::<Vec<_>>()
        .join(" ")
}
