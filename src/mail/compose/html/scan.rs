//! Measures HTML before a parser sees it: what is too much for html2text, and what would be fetched.
//!
//! html2text 0.17 takes minutes and gigabytes for a few hundred kilobytes of nested tags (measured:
//! 8,000 `<div>` 0.3 s, 50,000 14 s). One linear pass here keeps such mail away from it.

/// Octets of HTML.
const MAX_OCTETS: usize = 2 << 20;
/// Elements open at one point. Newsletters reach about 60.
const MAX_DEPTH: usize = 256;
/// Start tags.
const MAX_TAGS: usize = 50_000;
/// Attributes of one tag, counted by what can separate them.
const MAX_ATTRIBUTES: usize = 1_000;
/// Style rules times tags: each rule is tried on each element.
const MAX_MATCHES: usize = 5_000_000;
/// Copies that a parser makes of open formatting elements, one for each block that they reach into.
const MAX_COPIES: usize = 300_000;
/// Elements that never hold others, and those that the next of their kind ends.
const FLAT: [&str; 20] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
    "track", "wbr", "p", "li", "dt", "dd", "option", "colgroup",
];
/// Parts of tables: each ends what is open in the one before it.
const CELLS: [&str; 7] = ["td", "th", "tr", "tbody", "thead", "tfoot", "caption"];
/// Elements that go on in the next block where they are not ended (HTML, section 13.2.4.3).
const FORMATTING: [&str; 14] = [
    "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u",
];

/// What a pass over the tags has found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    octets: usize,
    tags: usize,
    depth: usize,
    attributes: usize,
    rules: usize,
    copies: usize,
    /// Images that would be loaded from elsewhere.
    pub(super) remote_images: usize,
}

impl Scan {
    /// Whether html2text cannot be trusted to end soon.
    pub(super) fn is_too_much(&self) -> bool {
        self.octets > MAX_OCTETS
            || self.tags > MAX_TAGS
            || self.depth > MAX_DEPTH
            || self.attributes > MAX_ATTRIBUTES
            || self.copies > MAX_COPIES
            || self.rules.saturating_mul(self.tags) > MAX_MATCHES
    }
}

/// Counts in one pass, without a tree.
pub(super) fn scan(html: &str) -> Scan {
    let mut scan = Scan {
        octets: html.len(),
        ..Scan::default()
    };
    if scan.is_too_much() {
        return scan;
    }
    let mut open = Open::default();
    for tag in Tags::of(html) {
        let name = tag.name.to_ascii_lowercase();
        scan.copies += open.formatting;
        if tag.closes {
            open.end(&name);
            continue;
        }
        scan.tags += 1;
        scan.attributes = scan.attributes.max(separators(tag.inside));
        if name == "style" {
            scan.rules += tag.raw_text.matches('{').count();
        }
        scan.remote_images += usize::from(name == "img" && is_remote(tag.inside));
        if !tag.skips_content() {
            open.begin(name);
            scan.depth = scan.depth.max(open.names.len());
        }
        if scan.is_too_much() {
            return scan;
        }
    }
    scan
}

/// The elements that are open, about as a parser would see it: never fewer.
#[derive(Default)]
struct Open {
    names: Vec<String>,
    formatting: usize,
}

impl Open {
    fn begin(&mut self, name: String) {
        let in_drawing = self
            .names
            .iter()
            .any(|open| matches!(open.as_str(), "svg" | "math"));
        if CELLS.contains(&name.as_str()) && !in_drawing {
            self.leave_cell();
        } else if in_drawing || !FLAT.contains(&name.as_str()) {
            self.formatting += usize::from(is_formatting(&name));
            self.names.push(name);
        }
    }

    /// Only what is open can be ended, and only in the same cell: bogus end tags do not hide depth.
    fn end(&mut self, name: &str) {
        if CELLS.contains(&name) {
            return self.leave_cell();
        }
        let table = self.table();
        let inside = if name == "table" {
            table
        } else {
            table.map_or(0, |table| table + 1).into()
        };
        let Some(inside) = inside else { return };
        if let Some(at) = self.names[inside..].iter().rposition(|open| open == name) {
            let ended = self.names.remove(inside + at);
            self.formatting -= usize::from(is_formatting(&ended));
        }
        if name == "table" {
            self.truncate(inside);
        }
    }

    fn table(&self) -> Option<usize> {
        self.names.iter().rposition(|open| open == "table")
    }

    fn leave_cell(&mut self) {
        if let Some(table) = self.table() {
            self.truncate(table + 1);
        }
    }

    fn truncate(&mut self, length: usize) {
        let ended = self.names.drain(length..);
        self.formatting -= ended.filter(|name| is_formatting(name)).count();
    }
}

fn is_formatting(name: &str) -> bool {
    FORMATTING.contains(&name)
}

/// One tag of the source.
#[derive(Debug)]
pub(super) struct Tag<'h> {
    /// Where it begins in the source.
    pub(super) start: usize,
    /// Where what follows it begins; behind the content and the end tag for raw text elements.
    pub(super) end: usize,
    /// As written.
    pub(super) name: &'h str,
    /// Whether it is an end tag.
    pub(super) closes: bool,
    /// Between name and `>`.
    pub(super) inside: &'h str,
    /// The content of `style`, `script` and their like, which holds no tags.
    raw_text: &'h str,
}

impl Tag<'_> {
    /// Whether its content is no text for a reader.
    pub(super) fn skips_content(&self) -> bool {
        is_raw(self.name)
    }
}

fn is_raw(name: &str) -> bool {
    ["style", "script", "title", "noscript", "template"]
        .iter()
        .any(|raw| name.eq_ignore_ascii_case(raw))
}

/// The tags of a source in order; comments and declarations are passed over.
pub(super) struct Tags<'h> {
    html: &'h str,
    at: usize,
}

impl<'h> Tags<'h> {
    pub(super) fn of(html: &'h str) -> Self {
        Self { html, at: 0 }
    }

    fn tag(&self, start: usize) -> Option<Tag<'h>> {
        let after = &self.html[start + 1..];
        let closes = after.starts_with('/');
        let after = after.strip_prefix('/').unwrap_or(after);
        let name_length = after
            .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | ':'))
            .unwrap_or(after.len());
        let (name, rest) = after.split_at(name_length);
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let inside = &rest[..end_of_tag(rest)];
        let end = self.html.len() - rest.len() + (inside.len() + 1).min(rest.len());
        let mut tag = Tag {
            start,
            end,
            name,
            closes,
            inside,
            raw_text: "",
        };
        if !closes && is_raw(name) {
            tag.raw_text = &self.html[end..];
            if let Some(length) = find_end_tag(tag.raw_text, name) {
                tag.raw_text = &tag.raw_text[..length];
            }
            tag.end = end + tag.raw_text.len();
        }
        Some(tag)
    }
}

impl<'h> Iterator for Tags<'h> {
    type Item = Tag<'h>;

    fn next(&mut self) -> Option<Tag<'h>> {
        loop {
            let start = self.at + self.html[self.at..].find('<')?;
            let rest = &self.html[start..];
            if let Some(comment) = rest.strip_prefix("<!--") {
                let length = comment.find("-->").map_or(rest.len(), |end| end + 7);
                self.at = start + length;
                continue;
            }
            let Some(tag) = self.tag(start) else {
                self.at = start + 1;
                continue;
            };
            self.at = tag.end;
            return Some(tag);
        }
    }
}

/// Where the `>` of a tag stands, quoted values passed over.
fn end_of_tag(rest: &str) -> usize {
    let mut quote = None;
    for (at, octet) in rest.bytes().enumerate() {
        match (quote, octet) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(octet),
            (Some(open), _) if open == octet => quote = None,
            _ => {}
        }
    }
    // An open quote would swallow the rest of the mail.
    rest.find('>').unwrap_or(rest.len())
}

fn find_end_tag(text: &str, name: &str) -> Option<usize> {
    text.match_indices("</").map(|(at, _)| at).find(|at| {
        text.get(at + 2..at + 2 + name.len())
            .is_some_and(|end| end.eq_ignore_ascii_case(name))
    })
}

fn separators(inside: &str) -> usize {
    let mut quoted = None;
    let mut count = 0;
    for octet in inside.bytes() {
        match (quoted, octet) {
            (None, b'"' | b'\'') => {
                quoted = Some(octet);
                count += 1;
            }
            (None, b'/') => count += 1,
            (None, octet) if octet.is_ascii_whitespace() => count += 1,
            (Some(open), _) if open == octet => quoted = None,
            _ => {}
        }
    }
    // `a="b"` is counted once for the blank before it and once for its quotes.
    count / 2
}

fn is_remote(inside: &str) -> bool {
    let lower = inside.to_ascii_lowercase();
    let Some(at) = lower.find("src") else {
        return false;
    };
    let value = lower[at + 3..]
        .trim_start()
        .strip_prefix('=')
        .unwrap_or_default();
    let value = value
        .trim_start()
        .trim_start_matches(['"', '\''])
        .trim_start();
    value.starts_with("http:") || value.starts_with("https:") || value.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remote_images_are_counted_and_enclosed_ones_are_not() {
        let html = "<img src='https://a.example/x.png'><IMG alt=x SRC=//b.example/y><img src=\"cid:1\"><!-- <img src=http://c> -->";
        assert_eq!(scan(html).remote_images, 2);
    }

    #[test]
    fn ordinary_newsletters_pass() {
        let row = "<tr><td class=a style='color:red'><p>text<br><a href=x>y</a></td></tr>";
        let html = format!(
            "<style>.a {{}} .b {{}}</style>{}{}",
            "<table>".repeat(30),
            row.repeat(2_000)
        );
        assert!(!scan(&html).is_too_much());
    }

    #[test]
    fn bombs_do_not_pass() {
        for bomb in [
            "<div>".repeat(8_000),
            "<div></span>".repeat(8_000),
            "<b><i><a><p>".repeat(20_000),
            "<dl><dt>a<dd>".repeat(8_000),
            "<ol><li>".repeat(20_000),
            "<td>".repeat(100_000),
            "<br>".repeat(100_000),
            format!("<p {}>", "a ".repeat(100_000)),
            format!("<p {}>", "a='b'".repeat(100_000)),
            format!(
                "<style>{}</style>{}",
                "a{}".repeat(10_000),
                "<p>".repeat(10_000)
            ),
            "x".repeat(3 << 20),
        ] {
            assert!(scan(&bomb).is_too_much(), "{}…", &bomb[..40]);
        }
    }

    #[test]
    fn broken_tags_end_somewhere() {
        for html in [
            "<",
            "<a",
            "<a href=\"x",
            "<!--",
            "<script>",
            "</",
            "<>",
            "<a 'b>c",
            "<é>",
        ] {
            assert!(scan(html).tags <= 1, "{html}");
        }
    }
}
