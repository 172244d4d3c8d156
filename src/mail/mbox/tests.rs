//! Mailboxes of all dialects, cut into mails.

use proptest::prelude::*;

use super::{FromLine, Marks, Splitter, Survey, quote};

const FROM: &str = "From ada@example.org Mon Nov 23 14:02:03 2026";

/// The mails of a file, in pieces of at most so many octets a line.
fn split_at(file: &[u8], longest: usize) -> Vec<Vec<u8>> {
    let entries = || {
        let mut splitter = Splitter::new(1 << 20);
        let mut entries = Vec::new();
        let mut at = 0;
        for line in file.split_inclusive(|octet| *octet == b'\n') {
            for (number, piece) in line.chunks(longest).enumerate() {
                entries.extend(splitter.push(piece, number == 0));
                at += piece.len();
            }
            if let Some(length) = splitter.announced() {
                let end = usize::try_from(length)
                    .ok()
                    .and_then(|length| at.checked_add(length));
                let behind = end.and_then(|end| file.get(end - 1..));
                if behind.is_some_and(Splitter::is_an_end) {
                    splitter.believe(length);
                }
            }
        }
        entries.extend(splitter.finish());
        entries
    };
    let mut survey = Survey::default();
    for entry in entries() {
        survey.add(&entry);
    }
    let dialect = survey.dialect();
    entries()
        .into_iter()
        .map(|entry| dialect.mail(entry))
        .collect()
}

fn split(file: &str) -> Vec<String> {
    let mails = split_at(file.as_bytes(), 4096).into_iter();
    mails
        .map(|mail| String::from_utf8(mail).expect("was text"))
        .collect()
}

#[test]
fn a_mail_begins_behind_an_empty_line_with_somebody_and_a_date() {
    let file = format!(
        "{FROM}\nSubject: one\n\nFrom here on, prose.\n\nFrom here, too.\n{FROM}\n(no empty line above)\n\n{FROM}\nSubject: two\n\nx\n\n"
    );
    let expected = format!(
        "Subject: one\n\nFrom here on, prose.\n\nFrom here, too.\n{FROM}\n(no empty line above)\n"
    );
    assert_eq!(split(&file), [expected.as_str(), "Subject: two\n\nx\n"]);
}

#[test]
fn line_ends_of_both_kinds_are_kept() {
    let file = format!("{FROM}\nA: b\n\nx\n\n{FROM}\nA: c\n\n>From y\n");
    let mails = split(&file);
    assert_eq!(mails, ["A: b\n\nx\n", "A: c\n\nFrom y\n"]);
    let with_returns = split(&file.replace('\n', "\r\n"));
    let expected: Vec<_> = mails
        .iter()
        .map(|mail| mail.replace('\n', "\r\n"))
        .collect();
    assert_eq!(with_returns, expected);
}

#[test]
fn only_the_line_end_that_divides_mails_is_taken_away() {
    let file = format!("{FROM}\nA: b\n\nx\n\n\n\n{FROM}\n\n{FROM}\nA: c\n\nx");
    assert_eq!(split(&file), ["A: b\n\nx\n\n\n", "", "A: c\n\nx"]);
}

#[test]
fn mboxrd_gives_back_every_depth() {
    let file = format!("{FROM}\n\n>From a\n>>From b\n>>>From c\n> From d\n>From\n");
    assert_eq!(
        split(&file),
        ["\nFrom a\n>From b\n>>From c\n> From d\n>From\n"]
    );
}

#[test]
fn mboxo_is_known_by_a_deeper_quote_among_its_like() {
    // In an mboxrd, the line between these two would have got one more.
    let mails = split(&format!("{FROM}\n\n>From a\n>> as said\n>>From b\n"));
    assert_eq!(mails, ["\nFrom a\n>> as said\n>>From b\n"]);
    let mails = split(&format!("{FROM}\n\n>From a\n> as said\n>>From b\n"));
    assert_eq!(mails, ["\nFrom a\n> as said\n>From b\n"]);
}

#[test]
fn where_only_what_must_be_is_quoted_no_other_mark_is_taken_away() {
    let file = format!("{FROM}\n\nFrom a\nFrom b\n>From c\n>{FROM}\n");
    assert_eq!(
        split(&file),
        [format!("\nFrom a\nFrom b\n>From c\n{FROM}\n")]
    );
}

#[test]
fn a_length_is_believed_where_a_mail_ends_there_and_only_there() {
    let body = format!("x\n\n{FROM}\n>From y\nFrom z\n");
    let length = body.len();
    let mail = |length: usize| format!("Content-Length: {length}\n\n{body}");
    let file = |length: usize| format!("{FROM}\n{}\n{FROM}\nA: b\n\nx\n", mail(length));
    assert_eq!(split(&file(length)), [&mail(length), "A: b\n\nx\n"]);
    for wrong in [0, 1, length - 3, length + 3, 9_999, usize::MAX] {
        let mails = split(&file(wrong));
        assert_eq!(mails.len(), 3, "{wrong}");
        assert_eq!(mails[2], "A: b\n\nx\n", "{wrong}");
    }
}

#[test]
fn a_length_tells_of_a_last_line_without_an_end() {
    let file = format!("{FROM}\nContent-Length: 3\n\nabc\n\n{FROM}\nContent-Length: 3\n\nabc");
    let mail = "Content-Length: 3\n\nabc";
    assert_eq!(split(&file), [mail, mail]);
}

#[test]
fn a_length_that_leaves_out_an_empty_line_of_the_mail_is_wrong() {
    for end in ["", "\n"] {
        let file = format!("{FROM}\nContent-Length: 4\n\nabc\n\n\n{FROM}\nA: b\n\nx\n{end}");
        let mails = split(&file);
        assert_eq!(mails, ["Content-Length: 4\n\nabc\n\n", "A: b\n\nx\n"]);
    }
    let crlf = format!("{FROM}\nContent-Length: 5\n\nabc\n\n").replace('\n', "\r\n");
    assert_eq!(split(&crlf), ["Content-Length: 5\r\n\r\nabc\r\n"]);
}

#[test]
fn mboxcl_is_quoted_and_has_lengths() {
    let file = format!("{FROM}\nContent-Length: 8\n\n>From x\n\n{FROM}\nA: b\n\nx\n");
    assert_eq!(
        split(&file),
        ["Content-Length: 8\n\nFrom x\n", "A: b\n\nx\n"]
    );
}

#[test]
fn what_stands_before_the_first_mail_is_told() {
    let mut splitter = Splitter::new(100);
    for line in ["rubbish\n", "\n", FROM, "\n"] {
        assert_eq!(splitter.push(line.as_bytes(), true), None);
    }
    assert_eq!(splitter.before(), 9);
    assert!(splitter.finish().is_some_and(|entry| entry.at == 9));
    assert_eq!(splitter.finish(), None);
}

#[test]
fn a_mail_that_is_too_large_is_counted_and_not_kept() {
    let mut splitter = Splitter::new(100);
    splitter.push(format!("{FROM}\n").as_bytes(), true);
    for _ in 0..1_000 {
        splitter.push(b"twelve octets\n", true);
        assert!(splitter.entry_octets() <= 100);
    }
    let entry = splitter.finish().expect("a mail");
    assert_eq!((entry.size, entry.octets.len()), (14_000, 0));
}

#[test]
fn lines_that_tell_nothing_begin_mails_where_the_first_one_does() {
    assert_eq!(split("From \nA: b\n\nx\n\nFrom \nA: c\n\ny\n").len(), 2);
    assert_eq!(
        split(&format!("{FROM}\nA: b\n\nx\n\nFrom \nA: c\n")).len(),
        1
    );
}

/// What poptui writes: [`Splitter`] and [`Survey`] give it back.
fn written(mails: &[Vec<u8>]) -> Vec<u8> {
    let mut file = Vec::new();
    for (number, mail) in mails.iter().enumerate() {
        let is_open = !mail.is_empty() && !mail.ends_with(b"\n");
        let marks = Marks {
            read: number % 2 == 0,
            ..Marks::default()
        };
        let from = FromLine {
            at: Some(1_795_438_923),
            marks: Some(marks),
            is_open,
        };
        file.extend_from_slice(from.write().as_bytes());
        file.extend_from_slice(&quote(mail));
        file.extend_from_slice(if is_open { b"\n\n" } else { b"\n" });
    }
    file
}

/// Lines that have broken mailboxes, in any order, and anything else.
fn nasty() -> impl Strategy<Value = Vec<u8>> {
    let lines = [
        &b"From "[..],
        b"From x@y Mon Nov 23 14:02:03 2026",
        b"From unread@poptui.invalid Mon Nov 23 14:02:03 2026",
        b">From x@y Mon Nov 23 14:02:03 2026",
        b">>From b",
        b"Content-Length: 7",
        b"\0\xff\x80",
        b"text",
        b"",
    ];
    let ends = [&b"\n"[..], b"\r\n", b"\r", b""];
    let (lines, ends) = (
        prop::sample::select(lines.to_vec()),
        prop::sample::select(ends.to_vec()),
    );
    let line = (lines, ends).prop_map(|(line, end)| [line, end].concat());
    let nasty = prop::collection::vec(line, 0..8).prop_map(|lines| lines.concat());
    prop_oneof![3 => nasty, 1 => prop::collection::vec(any::<u8>(), 0..40)]
}

proptest! {
    #[test]
    fn what_is_written_comes_back_octet_for_octet(
        mails in prop::collection::vec(nasty(), 0..6),
        longest in 1_usize..300,
    ) {
        // A `From ` line is never cut: the reader gives lines of up to 64 KiB whole.
        let longest = longest.max(100);
        prop_assert_eq!(split_at(&written(&mails), longest), mails);
    }

    #[test]
    fn any_octets_are_cut_without_a_panic(file in prop::collection::vec(nasty(), 0..6)) {
        split_at(&file.concat(), 100);
    }
}
