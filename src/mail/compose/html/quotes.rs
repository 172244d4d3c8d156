//! Where others' words begin: quotes as the programs that write mail mark them.

use crate::mail::compose::html::look::Look;
use crate::mail::compose::html::tree::{Element, Id, Tree, What};

/// Wrappers looked into for a divider.
const MAX_WRAPPERS: usize = 4;
/// Nodes and octets in which the head of an answered mail ends.
const MAX_HEAD_NODES: usize = 60;
const MAX_HEAD: usize = 600;
/// Nodes in which an element's text begins.
const MAX_BEGINNING: usize = 8;
/// Draws a line in text.
const HYPHENS: &str = "-----";
/// How it begins, in the languages in which mail is answered most.
const FROM: [&str; 14] = [
    "From:",
    "Von:",
    "De:",
    "De :",
    "Da:",
    "Van:",
    "Fra:",
    "Från:",
    "Od:",
    "От:",
    "发件人",
    "差出人",
    "寄件者",
    "Lähettäjä:",
];
const SUBJECT: [&str; 15] = [
    "Subject:",
    "Betreff:",
    "Objet:",
    "Objet :",
    "Asunto:",
    "Assunto:",
    "Oggetto:",
    "Onderwerp:",
    "Emne:",
    "Ämne:",
    "Temat:",
    "Тема:",
    "主题",
    "件名",
    "主旨",
];

/// Whether what is in this element is quoted. A `blockquote` without a line at its left is how some programs indent.
pub(super) fn is_quote(element: &Element, look: Look) -> bool {
    match element.name.as_str() {
        "blockquote" => {
            let is_cited = element.is("type", "cite") || element.get("cite").is_some();
            is_cited || element.has_class("gmail_quote") || !look.no_border
        }
        "div" => element.has_class("yahoo_quoted") || element.has_class("protonmail_quote"),
        _ => false,
    }
}

/// Whether this is the line that says whose words are quoted below it.
pub(super) fn announces_quote(element: &Element) -> bool {
    element.has_class("moz-cite-prefix") || element.has_class("gmail_attr")
}

/// Whether everything from here to the end of what holds it is the mail that was answered: Outlook marks only where it
/// begins.
pub(super) fn is_divider(tree: &Tree, id: Id) -> bool {
    let mut at = id;
    for _ in 0..MAX_WRAPPERS {
        let Some(element) = tree.element(at) else {
            return false;
        };
        if divides(element) || (may_head(tree, at, element) && heads_a_mail(tree, at)) {
            return true;
        }
        let mut inside = tree
            .children(at)
            .filter(|child| tree.element(*child).is_some());
        match (element.name.as_str(), inside.next(), inside.next()) {
            ("div" | "span" | "font", Some(only), None) => at = only,
            _ => return false,
        }
    }
    false
}

fn divides(element: &Element) -> bool {
    let id = element.get("id").unwrap_or_default().to_ascii_lowercase();
    if id.ends_with("divrplyfwdmsg")
        || id.ends_with("stopspelling")
        || id.ends_with("olk_src_body_section")
        || element.has_class("OutlookMessageHeader")
    {
        return true;
    }
    let style = element
        .get("style")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let style = style.replace([' ', '\n', '\r'], "");
    element.name == "div" && style.contains("border-top:solid#") && style.contains("padding:3.0pt0")
}

/// Where the head of an answered mail may begin: at a line, be it of hyphens, or in a paragraph of Word's, whose line may
/// be lost.
fn may_head(tree: &Tree, id: Id, element: &Element) -> bool {
    let style = || {
        element
            .get("style")
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    match element.name.as_str() {
        "hr" => true,
        "div" => style().contains("border-top") || begins(tree, id).starts_with(HYPHENS),
        "p" => element.has_class("MsoNormal") || begins(tree, id).starts_with(HYPHENS),
        _ => false,
    }
}

/// The first text of an element.
fn begins(tree: &Tree, id: Id) -> &str {
    let mut texts = (id..tree.end(id))
        .take(MAX_BEGINNING)
        .map(|at| match tree.what(at) {
            What::Text(text) => text.trim_start(),
            What::Element(_) => "",
        });
    texts.find(|text| !text.is_empty()).unwrap_or_default()
}

/// What stands behind a line of hyphens, which may have words in it: `-----Original Message-----`.
fn behind_hyphens(text: &str) -> &str {
    let Some(rest) = text.strip_prefix(HYPHENS) else {
        return text;
    };
    let words = rest.trim_start_matches('-');
    words
        .split_once(HYPHENS)
        .map_or(words, |(_, rest)| rest)
        .trim_start_matches(['-', ' ', '\n', '\r'])
}

/// Whether the text from here on begins as the head of a mail does.
fn heads_a_mail(tree: &Tree, id: Id) -> bool {
    let mut text = String::new();
    for at in id..tree.len().min(id + MAX_HEAD_NODES) {
        if let What::Text(more) = tree.what(at) {
            text.push_str(more);
        }
        if text.len() > MAX_HEAD {
            break;
        }
    }
    let text = behind_hyphens(text.trim_start());
    let begins = FROM.iter().any(|from| text.starts_with(from));
    begins && SUBJECT.iter().any(|subject| text.contains(subject))
}

/// Thunderbird's quote marks of plain text, which the bar replaces.
pub(super) fn is_quote_mark(element: &Element) -> bool {
    element.name == "span" && element.has_class("moz-txt-citetags")
}
