//! Documents that are laid out piece by piece: little work for the first page, little memory, the same rows in the end.

use proptest::prelude::*;

use super::*;
use crate::mail::{Addresses, How, Opened, Preferred, Quotes, Wrap, width};

fn show(how: How, cells: u16) -> Show {
    Show::new(how, cells, jiff::tz::TimeZone::UTC, 0)
}

fn opened(mail: &str) -> Opened {
    Opened::read(mail.as_bytes().to_vec())
}

fn whole(mail: &str, how: How, cells: u16) -> Document {
    let mut typesetter = opened(mail).typeset(&show(how, cells));
    typesetter.go_on(usize::MAX);
    typesetter.document()
}

/// Letters of Hangul, and of India with their viramas, are one cluster however many there are.
#[test]
fn a_cluster_that_is_wider_than_its_room_does_not_widen_it() {
    let (jamo, conjunct) = ("\u{1100}".repeat(60), "\u{915}\u{94d}".repeat(120));
    let row = |first: &str| format!("<tr><td>{first}<td>b<td>c");
    for cluster in [jamo, conjunct] {
        let table = format!("<table border=1>{}</table>", row(&cluster).repeat(3));
        let parted = format!("<p>{cluster}<b>{cluster}</b> end");
        for html in [table, parted] {
            let mail =
                format!("Subject: {cluster}\nContent-Type: text/html; charset=utf-8\n\n{html}");
            for cells in [1, 7, 20, 40, 80] {
                for row in texts(&whole(&mail, QUOTES, cells)) {
                    assert!(width(&row) <= usize::from(cells), "{row:?} in {cells}");
                }
            }
        }
    }
}

#[test]
fn a_line_is_cut_within_the_narrowest_window() {
    let how = How {
        wrap: Wrap::Off,
        ..QUOTES
    };
    for cells in 1..6 {
        for row in texts(&whole("Subject: x\n\nニュース\n", how, cells)) {
            assert!(width(&row) <= usize::from(cells), "{row:?} in {cells}");
        }
    }
}

#[test]
fn notes_stand_in_order_of_weight_and_break_only_between_them() {
    let html =
        "<a href='http://evil.example'>bank.example</a><img src=http://a.example/1><p hidden>x</p>";
    let mail = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n{html}\n\
         --b\nContent-Type: application/pdf\n\nx\n"
    );
    let rows = texts(&whole(&mail, QUOTES, 80));
    let notes: Vec<_> = rows.iter().filter(|row| row.starts_with('▪')).collect();
    assert_eq!(
        notes,
        [
            "▪ link 1 says bank.example but leads to evil.example · 1 remote image blocked",
            "▪ hidden text left out: 1 place · 1 attachment"
        ]
    );
}

fn texts(document: &Document) -> Vec<String> {
    document.lines().iter().map(Line::text).collect()
}

const QUOTES: How = How {
    headers: Headers::Main,
    source: Source::Rendered,
    part: Preferred::Auto,
    quotes: Quotes::Open,
    wrap: Wrap::Words,
    addresses: Addresses::OneRow,
};

const RAW: How = How {
    source: Source::Raw,
    ..QUOTES
};

/// Mails of every shape that could make the first page wait for the last.
fn long() -> Vec<(&'static str, String)> {
    const LONG: usize = 200 << 10;
    let mail =
        |head: &str, body: &str| format!("Subject: x\n{head}\n{}", body.repeat(LONG / body.len()));
    let flowed = "Content-Type: text/plain; format=flowed\n";
    vec![
        (
            "lines",
            mail("", "The quick brown fox jumps over the lazy dog.\n"),
        ),
        ("short lines", mail("", "x\n")),
        ("one line", mail("", "word and word ")),
        ("one word", mail("", "wwwwwwwwwwww.")),
        ("quotes", mail("\nHi", "\n> a quoted line")),
        ("a flowed paragraph", mail(flowed, "it goes on and \n")),
        ("links", mail("", "https://example.org/x ada@example.org\n")),
        ("patches", mail("", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n")),
    ]
}

#[test]
fn the_first_page_takes_little_of_a_long_mail() {
    for (name, mail) in long() {
        for how in [How::default(), QUOTES, RAW] {
            let mut typesetter = opened(&mail).typeset(&show(how, 80));
            typesetter.go_on(32 << 10);
            // A fold takes all the lines it stands for, but lays out one row.
            let most = if how.quotes == Quotes::Folded && name == "quotes" {
                1 << 20
            } else {
                64 << 10
            };
            assert!(
                typesetter.octets() <= most,
                "{name}: {}",
                typesetter.octets()
            );
            assert!(!typesetter.is_whole(), "{name}");
            assert!(typesetter.document().len() > 4, "{name}");
        }
    }
}

#[test]
fn a_long_mail_takes_little_memory_and_a_row_little_work() {
    for (name, mail) in long() {
        for how in [How::default(), QUOTES, RAW] {
            let document = whole(&mail, how, 80);
            assert!(document.whole, "{name}");
            // One place for every 256 lines or 8 KiB, and no rows kept but those of head and foot.
            let most = mail.len() / 512 + 10;
            assert!(
                document.stretches.len() <= most,
                "{name}: {}",
                document.stretches.len()
            );
            let kept = document
                .stretches
                .iter()
                .map(|stretch| match &stretch.what {
                    What::Rows(rows) => rows.len(),
                    What::Piece(..) => 0,
                });
            assert!(kept.sum::<usize>() < 3_000, "{name}");
            let above = document
                .stretches
                .windows(2)
                .map(|two| two[1].above - two[0].above);
            assert!(
                above.max() <= Some(3_000),
                "{name}: a screen lays out no more rows than a piece has"
            );
        }
    }
}

#[test]
fn what_is_shown_first_is_the_beginning_of_the_whole() {
    for (name, mail) in long() {
        let mail = opened(&mail);
        let mut typesetter = mail.typeset(&show(QUOTES, 60));
        typesetter.go_on(32 << 10);
        let first = typesetter.document();
        typesetter.go_on(64 << 10);
        let more = typesetter.document();
        assert!(more.len() > first.len(), "{name}");
        assert_eq!(more.rows(0..first.len()), first.lines(), "{name}");
        let tail = more.len() - 5;
        assert_eq!(more.rows(tail..more.len() + 50).len(), 5, "{name}");
        assert_eq!(more.rows(tail..tail + 1)[0], more.lines()[tail], "{name}");
    }
}

#[test]
fn the_beginning_of_a_long_mail_is_the_beginning_of_its_page() {
    for (name, mail) in long() {
        let octets = mail.as_bytes();
        let begun = Opened::beginning(octets[..64 << 10].to_vec(), &show(How::default(), 80));
        let mut begun = begun.expect(name).typeset(&show(How::default(), 80));
        begun.go_on(32 << 10);
        let begun = begun.document();
        assert!(!begun.whole, "{name}");
        let rows = if name == "quotes" { 4 } else { begun.len() };
        let document = whole(&mail, How::default(), 80);
        assert_eq!(document.rows(0..rows), begun.rows(0..rows), "{name}");
    }
}

#[test]
fn html_too_long_to_be_laid_out_begins_as_it_goes_on() {
    let row = "<p>Words and <b>more</b> words, see https://example.org/fox</p>\r\n";
    let mail = format!(
        "Content-Type: text/html\r\n\r\n<p>caf\u{e9}</p>{}",
        row.repeat(50_000)
    );
    let shown = show(How::default(), 80);
    let cut = mail.as_bytes()[..64 << 10].to_vec();
    let begun = Opened::beginning(cut, &shown).expect("something to read");
    let begun = {
        let mut typesetter = begun.typeset(&shown);
        typesetter.go_on(usize::MAX);
        typesetter.document()
    };
    let is_note = |row: &Line| row.text().starts_with('▪');
    let notes = |document: &Document| -> Vec<String> {
        let rows = document.rows(0..10);
        let notes = rows.iter().filter(|row| is_note(row));
        notes.map(Line::text).collect()
    };
    let below = |document: &Document| {
        let mut rows = document.rows(0..300);
        rows.retain(|row| !is_note(row));
        rows
    };
    assert!(!begun.whole);
    assert_eq!(notes(&begun), ["▪ only its beginning is shown"]);
    let mail = opened(&mail);
    for width in [80, 60] {
        let document = {
            let mut typesetter = mail.typeset(&show(How::default(), width));
            typesetter.go_on(usize::MAX);
            typesetter.document()
        };
        let told = notes(&document).join(" ");
        assert!(told.contains("only its beginning is shown"), "{told}");
        let text = |row: &Line| row.text().contains("café");
        assert!(document.rows(0..10).iter().any(text));
        assert!(document.len() > 30_000, "{} rows", document.len());
        assert!(
            document.stretches.len() > 100,
            "rows are made when they are drawn"
        );
        if width == 80 {
            assert_eq!(below(&document), below(&begun));
        }
    }
}

#[test]
fn a_beginning_that_would_look_like_another_mail_is_not_shown() {
    let beginning = |mail: &str, how: How| {
        Opened::beginning(mail.as_bytes().to_vec(), &show(how, 80)).is_some()
    };
    let parts = "Content-Type: multipart/mixed; boundary=b\n\n";
    let html = "--b\nContent-Type: text/html\n\n<p>x</p>\n";
    let file = "--b\nContent-Type: application/pdf\n\nxxxx\n";
    let text = "--b\nContent-Type: text/plain\n\nx\n";
    let style = "--b\nContent-Type: text/html\n\n<style>p{}\n";
    for (mail, sure) in [
        (format!("{parts}{html}"), true),
        (format!("{parts}{style}"), false),
        (format!("{parts}{html}{file}"), true),
        (format!("{parts}{file}"), false),
        (format!("{parts}{text}"), true),
        (format!("{parts}{text}{html}"), true),
        ("Subject: head only\n".to_owned(), false),
        (parts.to_owned(), false),
    ] {
        assert_eq!(beginning(&mail, How::default()), sure, "{mail}");
    }
    let half = "Subject: x\n\né".as_bytes();
    let begun = Opened::beginning(half[..half.len() - 1].to_vec(), &show(RAW, 80)).unwrap();
    assert!(!begun.typeset(&show(RAW, 80)).document().whole);
}

#[test]
fn a_fold_stands_for_its_quote_and_rows_know_to_which_one_they_belong() {
    let quote = "> quoted\n".repeat(20);
    let mail = format!("Subject: x\n\nOne\n{quote}Two\n{quote}");
    let folds = |how| {
        let lines = whole(&mail, how, 80).lines();
        let folds: Vec<_> = lines.iter().filter_map(|line| line.fold).collect();
        folds
    };
    assert_eq!(folds(How::default()), [1, 2]);
    assert_eq!(folds(QUOTES), [vec![1; 20], vec![2; 20]].concat());
    let shown = texts(&whole(&mail, How::default(), 80));
    assert_eq!(
        shown[shown.len() - 4..],
        ["One", "┆ ▸ 20 quoted lines", "Two", "┆ ▸ 20 quoted lines"]
    );
}

#[test]
fn long_lines_wrap_or_are_cut_and_columns_have_the_whole_screen() {
    let mail = format!(
        "Subject: x\n\n{}\nname{}end\n",
        "word ".repeat(30),
        " ".repeat(110)
    );
    let body = |how: How, cells| {
        let shown = texts(&whole(&mail, how, cells));
        shown[2..].to_vec()
    };
    let wrapped = body(How::default(), 120);
    assert!(wrapped[0].len() <= 100, "for reading");
    assert_eq!(wrapped.len(), 3, "{wrapped:?}");
    assert_eq!(wrapped[2].len(), 117, "a table is no prose");
    let cut = How {
        wrap: Wrap::Off,
        ..How::default()
    };
    let cut = body(cut, 40);
    assert_eq!(cut.len(), 2);
    assert!(
        cut.iter().all(|row| width(row) == 40 && row.ends_with('…')),
        "{cut:?}"
    );
}

#[test]
fn the_reader_chooses_between_two_texts() {
    let mail = "Subject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain words\n\
                --b\nContent-Type: text/html\n\n<p>rich words</p>\n--b--\n";
    for (part, choice, words) in [
        (Preferred::Auto, Preferred::Plain, "plain words"),
        (Preferred::Plain, Preferred::Plain, "plain words"),
        (Preferred::Html, Preferred::Html, "rich words"),
    ] {
        let how = How {
            part,
            ..How::default()
        };
        let document = whole(mail, how, 80);
        assert_eq!(document.choice, Some(choice));
        assert!(texts(&document).contains(&words.to_owned()));
    }
    assert_eq!(whole("Subject: x\n\nonly", How::default(), 80).choice, None);
}

#[test]
fn links_are_found_again_by_their_rows() {
    let mail = format!(
        "Subject: x\n\n{}http://b.example\nhttp://a.example\n",
        "http://a.example\n".repeat(5_000)
    );
    let document = whole(&mail, How::default(), 80);
    let urls: Vec<_> = document
        .links
        .iter()
        .map(|link| link.url.as_str())
        .collect();
    assert_eq!(urls, ["http://a.example", "http://b.example"]);
    assert_eq!(document.row_of_link(0), Some(2));
    assert_eq!(document.row_of_link(1), Some(5_002));
    assert_eq!(document.row_of_link(2), None);
    let row = &document.rows(5_002..5_003)[0];
    assert_eq!(row.text(), "http://b.example");
    assert!(row.spans.iter().all(|span| span.link == Some(1)));
}

proptest! {
    #[test]
    fn any_octets_at_any_width_are_rows_within_it(
        octets in prop::collection::vec(prop_oneof![any::<u8>(), prop::sample::select(&b">@-+ \n\r\t|.:/\xe2\x80\xae\xd7\xa9"[..])], 0..300),
        cells in 1_u16..60,
        folded in any::<bool>(), cut in any::<bool>(), raw in any::<bool>(),
    ) {
        let how = How {
            quotes: if folded { Quotes::Folded } else { Quotes::Open },
            wrap: if cut { Wrap::Off } else { Wrap::Words },
            source: if raw { Source::Raw } else { Source::Rendered },
            ..How::default()
        };
        let mail = [b"Subject: x\n\n", &octets[..]].concat();
        let mut typesetter = Opened::read(mail).typeset(&show(how, cells));
        typesetter.go_on(usize::MAX);
        let document = typesetter.document();
        prop_assert!(document.whole && !document.is_empty());
        let lines = document.lines();
        prop_assert_eq!(lines.len(), document.len());
        for (at, line) in lines.iter().enumerate() {
            let text = line.text();
            prop_assert!(width(&text) <= usize::from(cells), "{:?}", text);
            let acts = |c: char| c.is_control() || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!text.contains(acts), "{:?}", text);
            prop_assert_eq!(&document.rows(at..at + 1)[0], line);
        }
    }
}
