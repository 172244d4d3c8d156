//! Breaks runs of text into rows of cells, between words where that is possible.

use unicode_segmentation::UnicodeSegmentation;

use crate::mail::cells::{grapheme_width, width as cells};
use crate::mail::{Line, Role, SafeText, Span};

/// Foreign text with one role.
#[derive(Debug, Clone)]
pub(super) struct Run {
    pub(super) role: Role,
    pub(super) text: String,
}

impl Run {
    pub(super) fn new(role: Role, text: impl Into<String>) -> Self {
        Self {
            role,
            text: text.into(),
        }
    }
}

/// What stands left of the rows of one paragraph: both take the same cells.
#[derive(Debug, Clone, Default)]
pub(super) struct Margin {
    pub(super) first: Vec<Span>,
    pub(super) rest: Vec<Span>,
}

impl Margin {
    /// The same for every row.
    pub(super) fn every(spans: Vec<Span>) -> Self {
        Self {
            first: spans.clone(),
            rest: spans,
        }
    }

    fn cells(&self) -> usize {
        self.first
            .iter()
            .map(|span| cells(span.text.as_str()))
            .sum()
    }
}

/// A span of text of our own or foreign text, made safe.
pub(super) fn span(role: Role, text: &str) -> Span {
    Span {
        role,
        text: SafeText::new(text),
    }
}

/// One row.
pub(super) fn line(role: Role, text: &str) -> Line {
    Line {
        spans: vec![span(role, text)],
    }
}

/// Breaks a paragraph into rows of at most `width` cells. There is always at least one row.
///
/// Breaks come after blanks and hyphens and between CJK characters (not before closing, not after
/// opening punctuation: kinsoku). A link is broken only if it fits no row. A cluster wider than the
/// row becomes `…`.
pub(super) fn wrap(runs: &[Run], width: usize, margin: &Margin) -> Vec<Line> {
    let width = width.max(1);
    let room = width.saturating_sub(margin.cells());
    let (margin, room) = if room == 0 {
        (&Margin::default(), width)
    } else {
        (margin, room)
    };
    let safe: Vec<Span> = runs.iter().map(|run| span(run.role, &run.text)).collect();
    let short: usize = safe.iter().map(|span| span.text.as_str().len()).sum();
    if short <= room && safe.iter().all(|span| span.text.as_str().is_ascii()) {
        let spans = margin.first.iter().cloned().chain(safe).collect();
        return vec![Line { spans }];
    }
    let atoms = atoms(&safe, room);
    let mut lines = Vec::new();
    let mut rest = atoms.as_slice();
    loop {
        let (row, after) = rest.split_at(row_length(rest, room));
        let left = if lines.is_empty() {
            &margin.first
        } else {
            &margin.rest
        };
        let row = if after.is_empty() {
            row
        } else {
            without_blanks_behind(row)
        };
        lines.push(join(left, row));
        rest = without_blanks_before(after);
        if rest.is_empty() {
            return lines;
        }
    }
}

/// A grapheme cluster.
#[derive(Clone, Copy)]
struct Atom<'t> {
    role: Role,
    text: &'t str,
    cells: usize,
}

impl Atom<'_> {
    fn is_blank(self) -> bool {
        self.text == " "
    }
}

fn atoms(spans: &[Span], room: usize) -> Vec<Atom<'_>> {
    let mut atoms = Vec::new();
    for span in spans {
        atoms.extend(span.text.as_str().graphemes(true).map(|text| {
            let cells = grapheme_width(text);
            let (text, cells) = if cells > room {
                ("…", 1)
            } else {
                (text, cells)
            };
            Atom {
                role: span.role,
                text,
                cells,
            }
        }));
    }
    atoms
}

/// How many atoms go into the next row: at least one, if there are any.
fn row_length(atoms: &[Atom<'_>], room: usize) -> usize {
    let mut used = 0;
    let mut good_break = 0;
    for (index, atom) in atoms.iter().enumerate() {
        used += atom.cells;
        if used > room {
            // A blank at the edge needs no cell: it ends the row.
            let fits = if atom.is_blank() { index } else { good_break };
            return if fits > 0 { fits } else { index.max(1) };
        }
        let hyphen = atom.text == "-";
        if breaks(*atom, atoms.get(index + 1)) && !(hyphen && in_an_address(atoms, index)) {
            good_break = index + 1;
        }
    }
    atoms.len()
}

/// Whether the word around this place is an address, a host or a path: in two pieces it could be read as another one.
fn in_an_address(atoms: &[Atom<'_>], place: usize) -> bool {
    let before = atoms[..place].iter().rposition(|atom| atom.is_blank());
    let start = before.map_or(0, |blank| blank + 1);
    let after = atoms[place..].iter().position(|atom| atom.is_blank());
    let end = after.map_or(atoms.len(), |blank| place + blank);
    let word = &atoms[start..end];
    let dotted = word
        .windows(2)
        .any(|pair| pair[0].text == "." && pair[1].text.starts_with(char::is_alphanumeric));
    dotted || word.iter().any(|atom| matches!(atom.text, "@" | "/"))
}

fn breaks(atom: Atom<'_>, next: Option<&Atom<'_>>) -> bool {
    let Some(next) = next else { return false };
    if atom.is_blank() {
        return !next.is_blank();
    }
    if atom.role == Role::Link && next.role == Role::Link {
        return false;
    }
    if atom.text == "-" {
        return next.text.starts_with(char::is_alphabetic);
    }
    (is_cjk(atom.text) && !opens(atom.text) && !closes(next.text))
        || (is_cjk(next.text) && !closes(next.text) && !opens(atom.text) && atom.cells > 0)
}

fn is_cjk(text: &str) -> bool {
    text.starts_with(|c| matches!(c, '\u{2e80}'..='\u{a4cf}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff9f}' | '\u{20000}'..='\u{3ffff}'))
}

fn opens(text: &str) -> bool {
    text.starts_with([
        '(', '[', '{', '「', '『', '（', '【', '〈', '《', '［', '｛', '“', '‘',
    ])
}

fn closes(text: &str) -> bool {
    text.starts_with([
        ')', ']', '}', ',', '.', '!', '?', ':', ';', '、', '。', '」', '』', '）', '】', '〉',
        '》', '］', '｝', '，', '．', '！', '？', '：', '；', '”', '’', 'ー', '々', 'ぁ', 'ぃ',
        'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ',
        'ョ',
    ])
}

fn without_blanks_behind<'a, 't>(atoms: &'a [Atom<'t>]) -> &'a [Atom<'t>] {
    let end = atoms
        .iter()
        .rposition(|atom| !atom.is_blank())
        .map_or(0, |last| last + 1);
    &atoms[..end]
}

fn without_blanks_before<'a, 't>(atoms: &'a [Atom<'t>]) -> &'a [Atom<'t>] {
    let start = atoms
        .iter()
        .position(|atom| !atom.is_blank())
        .unwrap_or(atoms.len());
    &atoms[start..]
}

fn join(left: &[Span], row: &[Atom<'_>]) -> Line {
    let mut spans = left.to_vec();
    for same_role in row.chunk_by(|a, b| a.role == b.role) {
        let text: String = same_role.iter().map(|atom| atom.text).collect();
        spans.push(span(same_role[0].role, &text));
    }
    Line { spans }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, width: usize) -> Vec<String> {
        let runs = [Run::new(Role::Text, text)];
        wrap(&runs, width, &Margin::default())
            .iter()
            .map(plain)
            .collect()
    }

    fn plain(line: &Line) -> String {
        line.spans.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn words_stay_whole_and_blanks_at_breaks_go() {
        assert_eq!(rows("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(rows("well-known   words", 6), ["well-", "known", "words"]);
        assert_eq!(rows("", 9), [""]);
    }

    #[test]
    fn an_address_is_not_broken_at_its_hyphens() {
        assert_eq!(
            rows("write to slow-readers@example.org soon", 26),
            ["write to", "slow-readers@example.org", "soon"]
        );
        assert_eq!(
            rows("leads to xn--bnk-8na.example.com now", 24),
            ["leads to", "xn--bnk-8na.example.com", "now"]
        );
    }

    #[test]
    fn long_words_are_cut_at_the_edge() {
        assert_eq!(rows("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
    }

    #[test]
    fn japanese_breaks_anywhere_but_before_a_full_stop() {
        assert_eq!(rows("日本語です。はい", 10), ["日本語で", "す。はい"]);
        assert_eq!(rows("日本語", 3), ["日", "本", "語"]);
        assert_eq!(rows("日本", 1), ["…", "…"]);
    }

    #[test]
    fn a_link_that_fits_a_row_is_never_broken() {
        let runs = [
            Run::new(Role::Text, "see "),
            Run::new(Role::Link, "http://a-b.example/c-d"),
            Run::new(Role::Text, " ok"),
        ];
        let lines = wrap(&runs, 24, &Margin::default());
        assert_eq!(
            lines.iter().map(plain).collect::<Vec<_>>(),
            ["see", "http://a-b.example/c-d", "ok"]
        );
    }

    #[test]
    fn margins_stand_at_every_row() {
        let margin = Margin {
            first: vec![span(Role::HeaderName, "To  ")],
            rest: vec![span(Role::Text, "    ")],
        };
        let lines = wrap(&[Run::new(Role::Text, "aaa bbb")], 8, &margin);
        assert_eq!(
            lines.iter().map(plain).collect::<Vec<_>>(),
            ["To  aaa", "    bbb"]
        );
    }

    proptest! {
        #[test]
        fn no_row_is_wider_than_asked(text in ".{0,80}", width in 1_usize..30) {
            let margin = Margin::every(vec![span(Role::Quote(1), "┆ ")]);
            for row in wrap(&[Run::new(Role::Text, text.clone()), Run::new(Role::Link, text)], width, &margin) {
                prop_assert!(cells(&plain(&row)) <= width);
            }
        }
    }
}
