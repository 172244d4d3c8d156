//! The text of HTML without a tree: what is shown where html2text gives up. Linear, never empty-handed.

use mail_parser::decoders::html::add_html_token;

use crate::mail::compose::html::scan::Tags;

/// Octets of HTML looked at.
pub(super) const MAX_OCTETS: usize = 2 << 20;

/// The text between the tags, block by block, entities decoded, runs of white space as one blank.
pub(super) fn strip(html: &str) -> String {
    let html = &html[..html.floor_char_boundary(MAX_OCTETS)];
    let mut out = Text::default();
    let mut at = 0;
    for tag in Tags::of(html) {
        out.add(&html[at..tag.start]);
        at = tag.end;
        if is_block(tag.name) {
            out.break_line();
        }
    }
    out.add(&html[at..]);
    out.done
}

/// Text so far; a blank is kept back until a word follows it.
#[derive(Default)]
struct Text {
    done: String,
    blank: bool,
}

impl Text {
    fn add(&mut self, raw: &str) {
        let raw = without_comments(raw);
        for (index, word) in raw.split(|c: char| c.is_ascii_whitespace()).enumerate() {
            self.blank |= index > 0;
            if word.is_empty() {
                continue;
            }
            if self.blank && !self.done.is_empty() && !self.done.ends_with('\n') {
                self.done.push(' ');
            }
            self.blank = false;
            add_word(&mut self.done, word);
        }
    }

    fn break_line(&mut self) {
        self.blank = false;
        if !self.done.is_empty() && !self.done.ends_with('\n') {
            self.done.push('\n');
        }
    }
}

fn without_comments(raw: &str) -> String {
    let mut out = String::new();
    let mut rest = raw;
    while let Some((before, comment)) = rest.split_once("<!") {
        out.push_str(before);
        let end = if comment.starts_with("--") {
            "-->"
        } else {
            ">"
        };
        rest = comment.split_once(end).map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    out
}

fn add_word(out: &mut String, word: &str) {
    let mut rest = word;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // The longest entity has 31 letters.
        let name = rest.bytes().skip(1).take(32);
        let length = name
            .take_while(|octet| octet.is_ascii_alphanumeric() || *octet == b'#')
            .count();
        let end = length + 2;
        if rest.as_bytes().get(end - 1) != Some(&b';') {
            out.push('&');
            rest = &rest[1..];
            continue;
        }
        add_html_token(out, &rest.as_bytes()[..end], false);
        rest = &rest[end..];
    }
    out.push_str(rest);
}

fn is_block(name: &str) -> bool {
    [
        "p",
        "div",
        "br",
        "tr",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "blockquote",
        "pre",
        "hr",
        "section",
        "article",
        "header",
        "footer",
        "td",
        "th",
        "body",
        "head",
    ]
    .iter()
    .any(|block| name.eq_ignore_ascii_case(block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_kept_and_tags_are_not() {
        let html = "<html><head><title>no</title><style>p{}</style></head><body><!-- no --><p>One &amp; t<b>w</b>o\n three<br>four</p><script>no()</script></body>";
        assert_eq!(strip(html).trim(), "One & two three\nfour");
    }

    #[test]
    fn broken_html_still_gives_its_text() {
        let text = strip("a < b & c &unknown; &#x41;&#99999999;<p");
        assert_eq!(text.trim_end(), "a < b & c &unknown; A\u{fffd}");
        assert!(strip("x<div ".repeat(1000).as_str()).starts_with('x'));
        assert!(strip(&"<b><i><a><p>w".repeat(20_000)).contains('w'));
    }
}
