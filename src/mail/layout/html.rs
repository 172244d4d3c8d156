//! Lays out HTML through html2text, kept on a leash: limits before it, a budget beside it, and plain
//! text without tags where it fails. Nothing is ever fetched.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use html2text::config;
use html2text::render::TaggedLine;

use crate::mail::guard::within;
use crate::mail::layout::html_marks::{BULLET, Decorator, HEADING, Mark, QUOTE};
use crate::mail::layout::html_scan::{Scan, scan};
use crate::mail::layout::html_strip::strip;
use crate::mail::layout::plain;
use crate::mail::layout::wrap::{Margin, Run, wrap};
use crate::mail::links::Links;
use crate::mail::{Flow, Line, Role};

/// Time for one mail. Code without optimisation takes twenty times as long.
const BUDGET: Duration = Duration::from_millis(if cfg!(debug_assertions) { 10_000 } else { 500 });
/// What html2text strikes text out with.
const STRUCK: char = '\u{336}';

/// HTML as rows.
pub(super) struct Rendered {
    pub(super) lines: Vec<Line>,
    pub(super) links: Links,
    /// Images that would have been loaded from elsewhere.
    pub(super) remote_images: usize,
    /// Whether the layout was given up.
    pub(super) stripped: bool,
}

/// The rows of an HTML text. Where layout is too much work, its text alone.
pub(super) fn render(html: &str, width: usize) -> Rendered {
    let measured = scan(html);
    if !measured.is_too_much() {
        let html = html.replace([HEADING, QUOTE, BULLET], "");
        let laid_out = within(BUDGET, move || lay_out(&html, width));
        if let Ok(Some((lines, links))) = laid_out {
            return Rendered {
                lines,
                links,
                remote_images: measured.remote_images,
                stripped: false,
            };
        }
    }
    without_layout(html, width, &measured)
}

fn without_layout(html: &str, width: usize, measured: &Scan) -> Rendered {
    let mut links = Links::default();
    Rendered {
        lines: plain::lines(&strip(html), Flow::Fixed, width, &mut links),
        links,
        remote_images: measured.remote_images,
        stripped: true,
    }
}

/// `None` where html2text fails, or leaves nothing of a mail that has text.
fn lay_out(html: &str, width: usize) -> Option<(Vec<Line>, Links)> {
    let links = Rc::new(RefCell::new(Links::default()));
    let tagged = run(html, width, &links)?;
    let mut links = links.take();
    let mut done: Vec<Line> = tagged
        .iter()
        .flat_map(|line| rows(line, width, &mut links))
        .collect();
    let is_blank = |line: &Line| {
        line.spans
            .iter()
            .all(|span| span.text.as_str().trim().is_empty())
    };
    if done.iter().all(is_blank) && !strip(html).trim().is_empty() {
        return None;
    }
    let first = done.iter().position(|line| !is_blank(line)).unwrap_or(0);
    done.drain(..first);
    done.dedup_by(|next, line| is_blank(next) && is_blank(line));
    if done.last().is_some_and(is_blank) {
        done.pop();
    }
    Some((done, links))
}

fn run(html: &str, width: usize, links: &Rc<RefCell<Links>>) -> Option<Vec<TaggedLine<Vec<Mark>>>> {
    let config = || {
        config::with_decorator(Decorator::new(links))
            // A narrow column is better broken again below than not shown (60 nested quotes).
            .allow_width_overflow()
            .no_table_borders()
    };
    let with_styles = config()
        .use_doc_css()
        .lines_from_read(html.as_bytes(), width);
    // A style sheet that cannot be read must not take the mail with it.
    with_styles
        .or_else(|_| config().lines_from_read(html.as_bytes(), width))
        .ok()
}

/// One line of html2text as rows of ours.
fn rows(tagged: &TaggedLine<Vec<Mark>>, width: usize, links: &mut Links) -> Vec<Line> {
    let whole: String = tagged
        .tagged_strings()
        .map(|piece| piece.s.as_str())
        .collect();
    let level = u8::try_from(whole.matches(QUOTE).count()).unwrap_or(u8::MAX);
    let base = match level {
        _ if whole.contains(HEADING) => Role::Heading,
        0 => Role::Text,
        level => Role::Quote(level),
    };
    let mut runs: Vec<Run> = Vec::new();
    for piece in tagged.tagged_strings() {
        let text = piece
            .s
            .replace([HEADING, QUOTE, STRUCK], "")
            .replace(BULLET, "•");
        let Some(link) = piece.tag.iter().find_map(Mark::link) else {
            runs.push(Run::new(role(base, &piece.tag), text));
            continue;
        };
        let number = format!("[{link}]");
        let label = text.strip_suffix(&number);
        links.call(link, label.unwrap_or(&text));
        if label.is_some() {
            links.end(link);
        }
        let label = label.unwrap_or(&text);
        runs.push(Run::new(Role::Link, label));
        runs.push(Run::new(Role::LinkNumber, &text[label.len()..]));
    }
    if level > 0
        && let Some(first) = runs.first_mut()
    {
        first.text = first.text.trim_start_matches(' ').to_owned();
    }
    trim_end(&mut runs);
    if level == 0 {
        return wrap(&runs, width, &Margin::default());
    }
    wrap(&runs, width, &plain::bars(level, width))
}

fn role(base: Role, marks: &[Mark]) -> Role {
    match base {
        Role::Text if marks.contains(&Mark::Code) => Role::Code,
        Role::Text if marks.contains(&Mark::Strong) => Role::Strong,
        base => base,
    }
}

/// html2text fills rows with blanks.
fn trim_end(runs: &mut Vec<Run>) {
    while let Some(last) = runs.last_mut() {
        let end = last.text.trim_end_matches(' ').len();
        last.text.truncate(end);
        if end > 0 {
            return;
        }
        runs.pop();
    }
    runs.push(Run::new(Role::Text, ""));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str, width: usize) -> Vec<String> {
        let text = |line: &Line| line.spans.iter().map(|span| span.text.as_str()).collect();
        render(html, width).lines.iter().map(text).collect()
    }

    fn roles(html: &str) -> Vec<(Role, String)> {
        let rendered = render(html, 60);
        let spans = rendered.lines.into_iter().flat_map(|line| line.spans);
        spans
            .filter(|s| !s.text.is_empty())
            .map(|s| (s.role, s.text.to_string()))
            .collect()
    }

    #[test]
    fn structure_becomes_roles() {
        assert_eq!(
            roles("<h1>Title</h1><p>a <b>bold</b> <code>x</code></p>"),
            [
                (Role::Heading, "Title".into()),
                (Role::Text, "a ".into()),
                (Role::Strong, "bold".into()),
                (Role::Text, " ".into()),
                (Role::Code, "x".into()),
            ]
        );
        assert_eq!(
            shown(
                "<blockquote>one<blockquote>two</blockquote></blockquote><ul><li>a</ul><ol><li>b</ol>",
                60
            ),
            ["┆ one", "┆ ", "┆┆ two", "• a", "1. b"]
        );
    }

    #[test]
    fn links_are_numbered_and_lies_are_noticed() {
        let rendered = render(
            "<p>see <a href='https://evil.example/x'>www.bank.example</a> and <a href='javascript:x()'>this</a></p>",
            60,
        );
        let text: String = rendered.lines[0]
            .spans
            .iter()
            .map(|span| span.text.as_str())
            .collect();
        assert_eq!(text, "see www.bank.example [1] and this");
        assert_eq!(rendered.links.deceptive.len(), 1);
        assert_eq!(
            rendered.links.into_list()[0].text.as_str(),
            "www.bank.example"
        );
    }

    #[test]
    fn hidden_text_is_not_shown_and_alt_text_is() {
        let html = "<style>.h{display:none}</style><p class=h>secret</p><p style='display:none'>secret</p><p>open <img src=x alt='a logo'></p>";
        assert_eq!(shown(html, 60), ["open [a logo]"]);
    }

    #[test]
    fn no_page_is_blank() {
        for html in [
            "<blockquote>".repeat(60) + "VISIBLE",
            "<ul><li>".repeat(60) + "VISIBLE",
            "<div>".repeat(10_000) + "VISIBLE",
            "<b><i><a><p>".repeat(20_000) + "VISIBLE",
            "<style>@@@{{{</style>VISIBLE".to_owned(),
            "<p style='display:none'>VISIBLE</p>".to_owned(),
        ] {
            for width in [1, 7, 80] {
                let text = shown(&html, width).concat();
                let found = ['V', 'I', 'S', 'B', 'L', 'E']
                    .iter()
                    .all(|letter| text.contains(*letter));
                assert!(found, "{width}: {}…", &html[..20]);
            }
        }
    }

    #[test]
    fn no_row_is_too_wide() {
        let html = "<table><tr><td>日本語の長い文章です<td>wide wide wide<td><pre>preformatted text</pre></table><p>https://a.example/very/long/path/that/goes/on";
        for width in 1..40 {
            for row in shown(html, width) {
                assert!(crate::mail::width(&row) <= width, "{width}: {row}");
            }
        }
    }
}
