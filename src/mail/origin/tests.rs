//! The origin of whole mails.

use super::*;

#[test]
fn an_ordinary_mail_says_who_how_and_what_was_checked() {
    let mail = "Authentication-Results: mx.home.example; spf=pass smtp.mailfrom=a.example\n\
        Received: from out.a.example ([192.0.2.1]) by mx.home.example with ESMTPS;\n Mon, 23 Nov 2026 14:02:03 +0100\n\
        From: Ada <ada@a.example>\nList-Id: <l.a.example>\n\nx";
    let origin = Origin::of(&Message::read(mail.as_bytes()), &TimeZone::UTC);
    let titles: Vec<_> = origin
        .sections
        .iter()
        .map(|section| section.title)
        .collect();
    assert_eq!(
        titles,
        [
            "Who it says it is from",
            "The way it came",
            "What your mail server checked",
            "Mailing list"
        ]
    );
    let step = origin.sections[1].rows[0].1.as_str();
    assert_eq!(
        step,
        "from out.a.example ([192.0.2.1]) to mx.home.example with ESMTPS on Mon 23 Nov 2026, 13:02:03"
    );
}

#[test]
fn nothing_hostile_reaches_a_row_and_nothing_is_endless() {
    let mail = format!(
        "{}From: \u{1b}[2J\u{202e}x@y.example <a@\u{430}b.example>\n\nx",
        "Received: from \u{1b}]0;x by \u{202e}y; nonsense\n".repeat(9_000)
    );
    let origin = Origin::of(&Message::read(mail.as_bytes()), &TimeZone::UTC);
    let rows: Vec<_> = origin
        .sections
        .iter()
        .flat_map(|section| &section.rows)
        .collect();
    assert!(rows.len() < 100);
    for (name, value) in rows {
        let text = format!("{name}{value}");
        assert!(
            !text.contains(|c: char| c.is_control() || c == '\u{202e}'),
            "{text:?}"
        );
    }
}
