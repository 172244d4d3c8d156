//! Mails made to exhaust a program: each is shown as something to read, within seconds and stack.

use poptui::mail::{Envelope, Message, Opened, Show, Source};

use crate::documents::{check, row, show};

/// A name and a mail with `VISIBLE` in what is shown of it.
type Bomb = (&'static str, String);

#[test]
fn bombs_are_shown_as_something_to_read() {
    for (name, bomb) in [headers(), parts(), texts(), kinds(), html()].concat() {
        let message = Message::read(bomb.as_bytes());
        assert_eq!(Envelope::read(bomb.as_bytes()), message.envelope, "{name}");
        let document = message.render(bomb.as_bytes(), &show(80));
        check(&document, 80, name);
        let text: String = document.lines().iter().map(row).collect();
        assert!(text.contains("VISIBLE"), "{name}");
    }
}

/// The work for a first page does not grow with the mail.
#[test]
fn of_a_hundred_megabytes_in_one_line_a_page_is_laid_out() {
    const PAGE: usize = 32 << 10;
    let mut bomb = b"Subject: VISIBLE\n\n".to_vec();
    bomb.resize(100 << 20, b'y');
    let opened = Opened::read(bomb);
    for source in [Source::Rendered, Source::Raw] {
        let show = Show { source, ..show(80) };
        let mut typesetter = opened.typeset(&show);
        typesetter.go_on(PAGE);
        assert!((PAGE..2 * PAGE).contains(&typesetter.octets()));
        let document = typesetter.document();
        check(&document, 80, "100 MB");
        assert!(!typesetter.is_whole() && document.title.as_str() == "VISIBLE");
    }
}

fn headers() -> Vec<Bomb> {
    let head = |field: String| format!("Subject: VISIBLE\n{field}\n\nx");
    let parameters = numbered(90_000, |n| format!("x{n}*1=a;"));
    vec![
        (
            "addresses",
            head(format!("To: {}", "a@b.example, ".repeat(60_000))),
        ),
        ("fields", head("To: a@b.example\n".repeat(60_000))),
        ("comments", head(format!("From: {}", "(".repeat(900_000)))),
        (
            "comments in a date",
            head(format!("Date: {}", "(".repeat(900_000))),
        ),
        (
            "encoded words",
            head(format!("X: {}", "=?utf-8?q?=41?= ".repeat(60_000))),
        ),
        (
            "half encoded words",
            head(format!("X: {}", "=?a?b? ".repeat(120_000))),
        ),
        (
            "half encoded names",
            head(format!("To: {}", "=?a?b? ".repeat(120_000))),
        ),
        (
            "references",
            head(format!("References: {}", "<a@b> ".repeat(150_000))),
        ),
        (
            "parameters",
            head(format!("Content-Type: text/plain; {parameters}")),
        ),
        ("folds", head(format!("X: a{}", "\n b".repeat(300_000)))),
        (
            "words of one shift",
            head(format!(
                "X: =?iso-2022-jp?q?=1B$B?= {}",
                "=?iso-2022-jp?q?0000000000000?= ".repeat(30_000)
            )),
        ),
    ]
}

fn parts() -> Vec<Bomb> {
    let multipart = |n: usize| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    let missing = |n: usize| format!("--b0\nContent-Type: multipart/mixed; boundary=c{n}\n\n");
    let mails = "Content-Type: message/rfc822\n\n".repeat(100_000);
    let of_type = |kind: String| {
        let part = format!("Content-Type: {kind}\n\nx\n--b0\n");
        format!("Subject: VISIBLE\n{}{}", multipart(0), part.repeat(30))
    };
    vec![
        ("mails in mails", format!("Subject: VISIBLE\n{mails}")),
        (
            "multiparts in multiparts",
            format!("Subject: x\n{}\nVISIBLE", numbered(5_000, multipart)),
        ),
        ("comments without an end", of_type("(".repeat(30_000))),
        (
            "comments without an end behind the type",
            of_type(format!("a/b; {}", "(".repeat(30_000))),
        ),
        (
            "parentheses in a parameter",
            of_type(format!("a/b; c={}", "(".repeat(30_000))),
        ),
        (
            "missing boundaries",
            format!(
                "Subject: VISIBLE\n{}{}",
                multipart(0),
                numbered(9_000, missing)
            ),
        ),
        (
            "parts",
            format!(
                "Subject: VISIBLE\n{}{}",
                multipart(0),
                "\nx\n--b0\n".repeat(50_000)
            ),
        ),
    ]
}

fn texts() -> Vec<Bomb> {
    let body = |text: String| format!("Subject: x\n\nVISIBLE {text}");
    vec![
        ("one long line", body("y".repeat(1_000_000))),
        ("marks", body("\u{301}".repeat(500_000))),
        ("quote marks", body(format!("\n{}", ">".repeat(100_000)))),
        ("links", body("http://a.example ".repeat(20_000))),
        (
            "hosts that are none",
            body(format!("{}1 ", "www.".repeat(4_000)).repeat(20)),
        ),
        (
            "brackets behind a link",
            body(format!("http://a.example/{}", ")".repeat(1_000_000))),
        ),
    ]
}

/// Parts that mean something, more than anyone can mean.
fn kinds() -> Vec<Bomb> {
    let part =
        |kind: &str, text: String| format!("Subject: VISIBLE\nContent-Type: {kind}\n\n{text}");
    let body = |text: String| format!("Subject: VISIBLE\n\n{text}");
    let event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20260303T110000Z\n";
    let mails =
        "--b\nContent-Type: message/rfc822\n\nContent-Type: text/html\n\n<p>x\n".repeat(2_000);
    let cat = "begin 644 cat.txt\n#0V%T\n`\nend\n";
    vec![
        (
            "headers by the million",
            format!("Subject: VISIBLE\n{}\nx", "A: b\n".repeat(1_000_000)),
        ),
        (
            "parts by the million",
            part("multipart/mixed; boundary=b", "--b\n\n".repeat(1_000_000)),
        ),
        (
            "mails by the thousand",
            part("multipart/mixed; boundary=b", mails),
        ),
        (
            "recipients",
            part(
                "message/delivery-status",
                "Final-Recipient: rfc822; a@b\nAction: failed\n\n".repeat(50_000),
            ),
        ),
        (
            "report of blank lines",
            part("message/delivery-status", "\n".repeat(1_000_000)),
        ),
        (
            "report of no fields",
            part("message/delivery-status", "x\n".repeat(500_000)),
        ),
        ("events", part("text/calendar", event.repeat(20_000))),
        (
            "guests",
            part(
                "text/calendar",
                format!("{event}{}", "ATTENDEE:mailto:a@b\n".repeat(60_000)),
            ),
        ),
        (
            "zones",
            part(
                "text/calendar",
                "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\n".repeat(20_000),
            ),
        ),
        (
            "folded lines",
            part(
                "text/calendar",
                format!("{event}DESCRIPTION:{}", "a\n ".repeat(400_000)),
            ),
        ),
        (
            "contacts",
            part("text/vcard", "BEGIN:VCARD\nFN:x\nTEL:1\n".repeat(40_000)),
        ),
        ("files", body(cat.repeat(20_000))),
        ("open files", body("begin 644 x\n#0V%T\n".repeat(100_000))),
        (
            "open yEnc files",
            body("=ybegin line=1 size=1 name=x\n".repeat(50_000)),
        ),
        (
            "words of a bounce",
            format!(
                "From: mailer-daemon@x\n{}",
                body("550 a@b.c ".repeat(100_000))
            ),
        ),
        (
            "pieces",
            part(
                &format!(
                    "message/partial; {}",
                    numbered(2_000, |n| format!("id{n}=\"{n}\"; "))
                ),
                "x".into(),
            ),
        ),
    ]
}

fn html() -> Vec<Bomb> {
    let html =
        |body: String| format!("Subject: x\nContent-Type: text/html\n\n<p>VISIBLE</p>{body}");
    let rules = "p p p p{color:red}".repeat(3_000);
    let long_rule = format!("*{{{}}}", "color:red;".repeat(50_000));
    vec![
        ("divs", html("<div>".repeat(50_000))),
        ("divs behind false ends", html("<div></b>".repeat(20_000))),
        ("open formatting", html("<b><i><a><p>".repeat(10_000))),
        ("nested quotes", html("<blockquote>".repeat(60))),
        ("nested lists", html("<ul><li>".repeat(200))),
        ("nested tables", html("<table><tr><td>".repeat(80))),
        (
            "attributes",
            html(format!("<p {}>", "a=b ".repeat(100_000))),
        ),
        (
            "cells",
            html(format!("<table><tr>{}", "<td>x".repeat(40_000))),
        ),
        (
            "wide cells",
            html("<table><tr><td colspan=1000000000 rowspan=1000000000>x".repeat(20)),
        ),
        (
            "style rules",
            html(format!("<style>{rules}</style>{}", "<p>x".repeat(1_000))),
        ),
        (
            "one long style rule",
            html(format!(
                "<style>{long_rule}</style>{}",
                "<p>x".repeat(5_000)
            )),
        ),
        (
            "hosts that are none, in one paragraph",
            html(format!("{}1", "www.".repeat(100_000))),
        ),
        ("unclosed comment", html("<!-- ".repeat(10_000))),
        ("unclosed tags", html("<a ".repeat(100_000))),
        ("unclosed quotes", html("<a \"".repeat(100_000))),
        ("a million tags", html("<i>x</i>".repeat(1_000_000))),
        ("depth", html("<div>".repeat(100_000))),
        (
            "two megabytes of attributes",
            html(numbered(20_000, |n| format!("<p a{n}={}>", "b".repeat(90)))),
        ),
        (
            "rows",
            html(format!(
                "<table border=1>{}",
                "<tr><td>x<td>y".repeat(15_000)
            )),
        ),
        (
            "copies of formatting",
            html(numbered(200, |n| format!("<font a={n}>")) + &"<p>x".repeat(20_000)),
        ),
        (
            "addresses in a style sheet",
            html(format!(
                "<style>{}</style>",
                "p{background:url(".repeat(60_000)
            )),
        ),
        (
            "selectors that climb",
            html(format!(
                "<style>{}</style>{}<p>",
                "div div div div div b{display:none}".repeat(90),
                "<div>".repeat(200)
            )),
        ),
        ("entities", html("&amp;&#x1b;&nosuch;".repeat(50_000))),
        ("tabs", html(format!("<pre>{}", "\t".repeat(200_000)))),
        (
            "hidden places",
            html("<b hidden>x</b><i>y</i>".repeat(12_000)),
        ),
    ]
}

fn numbered(count: usize, make: impl Fn(usize) -> String) -> String {
    (0..count).map(make).collect::<Vec<_>>().concat()
}
