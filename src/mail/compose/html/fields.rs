//! Forms are shown, never sent: what stands for a field.

use crate::mail::compose::html::tree::{Element, Id, Tree};

/// Choices that are named.
const MAX_CHOICES: usize = 8;

/// What stands for an `input`; `None` for what is not seen.
pub(super) fn input(element: &Element) -> Option<String> {
    let kind = element
        .filled("type")
        .unwrap_or("text")
        .to_ascii_lowercase();
    let is_on = element.get("checked").is_some();
    let mark = |on: &str, off: &str| Some(if is_on { on } else { off }.to_owned());
    match kind.as_str() {
        "hidden" => None,
        "checkbox" => mark("[x]", "[ ]"),
        "radio" => mark("(•)", "( )"),
        "submit" | "button" | "reset" | "image" => {
            let name = element.filled("value").or_else(|| element.filled("alt"));
            Some(format!("[button: {}]", name.unwrap_or("send")))
        }
        _ => Some(text_field(element)),
    }
}

/// `[field: Your name]`
pub(super) fn text_field(element: &Element) -> String {
    let named = ["value", "placeholder", "aria-label", "title", "name"];
    match named.iter().find_map(|name| element.filled(name)) {
        Some(name) => format!("[field: {name}]"),
        None => "[field]".to_owned(),
    }
}

/// `[choice: red, green, …]`
pub(super) fn choice(tree: &Tree, id: Id) -> String {
    let options = tree
        .elements_in(id)
        .filter(|(_, inside)| inside.name == "option");
    let mut names: Vec<String> = options
        .map(|(id, _)| tree.text_in(id).trim().to_owned())
        .filter(|name| !name.is_empty())
        .take(MAX_CHOICES + 1)
        .collect();
    if names.len() > MAX_CHOICES {
        names.truncate(MAX_CHOICES);
        names.push("…".to_owned());
    }
    if names.is_empty() {
        text_field_of_choice(tree, id)
    } else {
        format!("[choice: {}]", names.join(", "))
    }
}

fn text_field_of_choice(tree: &Tree, id: Id) -> String {
    tree.element(id).map(text_field).unwrap_or_default()
}
