//! Header blocks as they come: folded, broken off, with lines that are none of theirs.

use super::*;

fn fields(octets: &str) -> (Vec<(String, String)>, String) {
    let header = Header::of_mail(octets.as_bytes());
    let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
    (
        header
            .fields
            .iter()
            .map(|f| (text(f.name), text(f.value.octets)))
            .collect(),
        text(&octets.as_bytes()[header.body..]),
    )
}

#[test]
fn folded_fields_stay_whole() {
    let (fields, body) = fields("A: 1\r\n 2\r\n\t3\r\nB : x\r\n\r\nbody\r\n");
    assert_eq!(
        fields,
        [
            ("A".into(), " 1\r\n 2\r\n\t3\r\n".into()),
            ("B".into(), " x\r\n".into())
        ]
    );
    assert_eq!(body, "body\r\n");
}

#[test]
fn a_mbox_line_and_blank_lines_before_the_header_are_passed_over() {
    let (found, body) = fields("From a@b Mon\nSubject: x\n\ntext");
    assert_eq!(found.len(), 1);
    assert_eq!(body, "text");
    assert_eq!(fields("\n\nSubject: x\n\ny").0.len(), 1);
}

#[test]
fn a_header_goes_on_behind_a_line_that_is_no_field() {
    let names = |mail: &str| {
        let (fields, body) = fields(mail);
        let names: Vec<String> = fields.into_iter().map(|(name, _)| name).collect();
        (names.join(" "), body)
    };
    for (mail, head, text) in [
        (
            "From: a\nno field\n\tfolded\nSubject: x\n\ny",
            "From Subject",
            "y",
        ),
        (
            "From: a\nno field\nX: z\nnor this\nSubject: x\n\ny",
            "From X Subject",
            "y",
        ),
        ("no field\r\nFrom: a\r\n\r\ny", "From", "y"),
        (
            "From: a\nno\nSubject: x\nText\n\ny",
            "From Subject",
            "Text\n\ny",
        ),
        // A text without a blank line before it stays one.
        (
            "From: a\nHello\nSubject: x\n",
            "From",
            "Hello\nSubject: x\n",
        ),
        (
            "From: a\nHello\nNote: x\n\ny",
            "From",
            "Hello\nNote: x\n\ny",
        ),
        (
            "From: a\nYou wrote\nFrom: b\n\ny",
            "From",
            "You wrote\nFrom: b\n\ny",
        ),
        (
            "From: a\n--b\nContent-Type: text/html\n\ny",
            "From",
            "--b\nContent-Type: text/html\n\ny",
        ),
        (
            "From: a\nno\n--b\nContent-Type: text/html\n\ny",
            "From",
            "no\n--b\nContent-Type: text/html\n\ny",
        ),
    ] {
        assert_eq!(names(mail), (head.to_owned(), text.to_owned()), "{mail}");
    }
    let mail = "From: a\nno field\n folded\nSubject: x\n\ny";
    assert_eq!(
        fields(mail).0[0].1,
        " a\n",
        "what is passed over is no part of a value"
    );
    let part = Header::of_part(b"Hello\nSubject: x\n\ny", 0, &mut 0);
    assert_eq!((part.fields.len(), part.body), (0, 0));
}

#[test]
fn lines_that_end_in_cr_are_lines_behind_a_server_too() {
    let lines = |octets: &'static [u8]| with_lines(octets).into_owned();
    assert_eq!(lines(b"A: b\r\rc\r"), b"A: b\n\nc\n");
    assert_eq!(lines(b"A: b\r\rc\r\r\n"), b"A: b\n\nc\n\n\n");
    for kept in [
        &b"A: b\r\n\r\nc\rd\r\n"[..],
        b"A: b\r\n",
        b"A: b\n",
        b"A: b",
    ] {
        assert_eq!(lines(kept), kept);
    }
}

#[test]
fn a_mbox_line_is_known_as_a_field_too() {
    let of = |value: &str| of_mbox_line(value.as_bytes()).map(<[u8]>::to_vec);
    let line = " ada@x.example  Mon Nov  3 14:02:03 2026\n";
    assert_eq!(of(line), Some(b"ada@x.example".to_vec()));
    for other in [
        "ada@x.example",
        "ada@x.example Mon Nov",
        "ada@x.example the old 3 14:02",
        "Mon Nov 3 14:02:03 2026",
        "ada@x.example Mon Nov three 14:02",
    ] {
        assert_eq!(of(other), None, "{other}");
    }
}

#[test]
fn a_field_without_a_name_hides_nothing_behind_it() {
    let (found, body) = fields(": 1\nB: 2\n\nbody");
    assert_eq!(found[1], ("B".into(), " 2\n".into()));
    assert_eq!(body, "body");
}

#[test]
fn what_is_no_field_begins_the_body() {
    let (found, body) = fields("Subject: x\nhello there\nB: y\n");
    assert_eq!(found.len(), 1);
    assert_eq!(body, "hello there\nB: y\n");
    assert_eq!(fields("").1, "");
}

#[test]
fn an_endless_header_is_cut() {
    let octets = format!("A: {}\nB: x\n\nbody", "a\n ".repeat(MAX_HEADER));
    let header = Header::of_mail(octets.as_bytes());
    assert!(header.cut);
    assert_eq!(header.fields.len(), 1);
    assert!(header.fields[0].value.octets.len() <= MAX_HEADER);
}
