//! Mails taken apart.

mod more_html;

use super::*;

const MAIL: &str = "Subject: =?utf-8?q?=C3=A9?=\nX-Raw: gr\u{fc}n\nReply-To: r@x.example\n\
    Content-Type: multipart/mixed; boundary=b\n\n\
    --b\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n=E9t=E9\n\
    --b\nContent-Type: text/html\n\n<p>x\n\
    --b\nContent-Type: text/csv; charset=iso-8859-1\nContent-Disposition: attachment; filename=\"../t.csv\"\nContent-Transfer-Encoding: base64\n\n6Q==\n\
    --b\nContent-Type: message/rfc822\n\nSubject: a/b\n\ninner\n--b--\n";

#[test]
fn a_mail_is_taken_apart() {
    let message = Message::read(MAIL.as_bytes());
    assert_eq!(message.headers[0], ("Subject".into(), "é".into()));
    assert_eq!(message.headers[1].1, "grün");
    assert_eq!(message.reply_to[0].address.as_deref(), Some("r@x.example"));
    assert_eq!(message.plain.as_deref(), Some("été"));
    assert_eq!(message.flow, Flow::Flowed);
    assert_eq!(message.html.as_deref(), Some("<p>x"));
    assert_eq!(message.parts.len(), 5);
    assert_eq!(message.parts[3].path, "1.3");
    assert_eq!(message.parts[3].name.as_deref(), Some("../t.csv"));
    assert_eq!(message.trouble, None);
}

#[test]
fn attachments_keep_their_octets_and_get_safe_names() {
    let message = Message::read(MAIL.as_bytes());
    let [csv, mail] = message.attachments.as_slice() else {
        panic!("two attachments: {:?}", message.attachments);
    };
    assert_eq!(
        (csv.file_name.as_str(), &*csv.octets(MAIL.as_bytes())),
        ("t.csv", &b"\xe9"[..])
    );
    assert_eq!(csv.label.as_str(), "../t.csv");
    assert_eq!(
        (mail.file_name.as_str(), &*mail.octets(MAIL.as_bytes())),
        ("a_b.eml", &b"Subject: a/b\n\ninner"[..])
    );
}

#[test]
fn a_footer_behind_html_is_not_taken_for_the_mail() {
    let mail = |kind: &str| {
        let mail = format!(
            "Content-Type: multipart/{kind}; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n\
             --b\n\nfooter\n--b\n\nmore\n--b--\n"
        );
        Message::read(mail.as_bytes())
    };
    assert_eq!(mail("mixed").lead, Lead::Html);
    let more = Following::Plain(Arc::new("more".to_owned()));
    assert_eq!(mail("mixed").following, [more]);
    assert!(mail("mixed").attachments.is_empty());
    assert_eq!(mail("alternative").lead, Lead::Plain);
}

#[test]
fn a_multipart_without_parts_loses_no_text() {
    let message = Message::read(b"Content-Type: multipart/mixed; boundary=b\n\nhello");
    assert_eq!(
        (message.plain, message.partless),
        (None, Some("hello".to_owned()))
    );
}

#[test]
fn a_bomb_is_shown_as_text() {
    let many = format!(
        "Subject: x\nContent-Type: multipart/mixed; boundary=a\n\n{}",
        "--a\n\n".repeat(20_000)
    );
    let message = Message::read(many.as_bytes());
    assert!(message.trouble.is_some());
    assert!(message.plain.is_some_and(|text| text.starts_with("--a")));
    assert_eq!(message.envelope.subject, "x");
}

fn nested(depth: usize, innermost: &str) -> String {
    (0..depth).fold(innermost.to_owned(), |inner, level| {
        format!("Subject: level {level}\nContent-Type: message/rfc822\n\n{inner}")
    })
}

#[test]
fn a_mail_in_a_mail_is_opened_in_place_and_its_attachments_are_reached() {
    let message = Message::read(MAIL.as_bytes());
    assert_eq!(message.enclosed[0].path, "1.4");
    assert_eq!(message.enclosed[0].message.plain.as_deref(), Some("inner"));

    let base64 = "U3ViamVjdDogeApDb250ZW50LVR5cGU6IHRleHQvY3N2OyBuYW1lPWEuY3N2CkNvbnRlbnQtVHJhbnNmZXItRW5jb2Rpbmc6IGJhc2U2NAoKTVN3eQo=";
    let mail = format!(
        "Subject: o\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{base64}\n"
    );
    let message = Message::read(mail.as_bytes());
    let names: Vec<_> = message
        .attachments
        .iter()
        .map(|one| one.file_name.as_str())
        .collect();
    assert_eq!(names, ["x.eml", "a.csv"]);
    assert_eq!(&*message.attachments[1].octets(mail.as_bytes()), b"1,2");
    let paths: Vec<_> = message
        .tree()
        .iter()
        .map(|part| part.path.as_str())
        .collect();
    assert_eq!(paths, ["1", "1.1"]);
    assert_eq!(
        message.parts.len(),
        1,
        "an attached mail is a leaf in listings"
    );
}

#[test]
fn mails_in_mails_are_opened_a_few_levels_deep_and_a_few_at_all() {
    let mut message = Message::read(nested(1_000, "Subject: x\n\nx").as_bytes());
    let mut levels = 0;
    while let Some(inner) = message.enclosed.pop() {
        levels += 1;
        message = inner.message;
    }
    assert_eq!(levels, 8);
    let digest = format!(
        "Content-Type: multipart/digest; boundary=b\n\n{}--b--\n",
        "--b\n\nSubject: x\n\nx\n".repeat(1_000)
    );
    let message = Message::read(digest.as_bytes());
    assert_eq!(
        (message.enclosed.len(), message.attachments.len()),
        (50, 1_000)
    );
}

#[test]
fn files_in_a_plain_text_become_attachments_and_leave_a_line() {
    let mail = "Subject: x\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n\
        =E9t=E9\nbegin 644 ../cat.txt\n#0V%T\n`\nend\nbye\n";
    let message = Message::read(mail.as_bytes());
    assert_eq!(
        message.text(),
        Some("été\n[the file ../cat.txt, 3 B, is among the attachments]\nbye\n")
    );
    assert!(
        message
            .plain
            .as_deref()
            .is_some_and(|plain| plain.contains("begin 644"))
    );
    let file = &message.attachments[0];
    assert_eq!((file.file_name.as_str(), file.size), ("cat.txt", 3));
    assert_eq!(&*file.octets(mail.as_bytes()), b"Cat");
    assert!(message.envelope.attachments.is_empty(), "they are no parts");
}

#[test]
fn any_part_gives_its_octets_and_its_text() {
    let message = Message::read(MAIL.as_bytes());
    let [_, text, _, csv, mail] = message.tree()[..5] else {
        panic!("five parts and more");
    };
    assert_eq!(text.text(MAIL.as_bytes()).as_deref(), Some("été"));
    assert_eq!(
        (csv.encoding, csv.charset.as_deref()),
        ("base64", Some("iso-8859-1"))
    );
    assert_eq!(csv.text(MAIL.as_bytes()).as_deref(), Some("é"));
    assert_eq!(&*mail.octets(MAIL.as_bytes()), b"Subject: a/b\n\ninner");
    assert_eq!(message.parts[0].text(MAIL.as_bytes()), None);
}

#[test]
fn nothing_of_an_attachment_is_decoded_when_its_mail_is_opened() {
    let film = "QUFB".repeat(1 << 20);
    let mail = format!(
        "Content-Type: video/mp4; name=a.mp4\nContent-Transfer-Encoding: base64\n\n{film}\n"
    );
    let message = Message::read(mail.as_bytes());
    assert_eq!(
        (message.parts[0].size, message.attachments[0].size),
        (3 << 20, 3 << 20)
    );
    assert!(message.attachments[0].octets(b"other").is_empty());
}

#[test]
fn a_bounce_shows_why_and_the_head_of_the_mail_that_came_back() {
    let mail = "Subject: Undelivered\nContent-Type: multipart/report; boundary=b\n\n--b\n\nsorry\n\
        --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1\n\
        --b\nContent-Type: text/rfc822-headers\n\nSubject: hello\nTo: a@b.example\n--b--\n";
    let message = Message::read(mail.as_bytes());
    let cards = message.cards(&TimeZone::UTC);
    assert_eq!(
        cards[0].title,
        "Not delivered to a@b.example: there is no such mailbox (5.1.1)"
    );
    let original = &message.enclosed[0];
    assert_eq!(
        (
            original.header_only,
            original.message.envelope.subject.as_str()
        ),
        (true, "hello")
    );
    assert!(
        message.attachments.is_empty(),
        "the cards and the head tell all: {:?}",
        message.attachments
    );
    assert_eq!(
        message
            .tree()
            .iter()
            .filter(|part| part.media_type == "message/delivery-status")
            .count(),
        1
    );
}

#[test]
fn an_invitation_that_comes_twice_is_told_once() {
    let event = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:x\nDTSTART:20260303T110000Z\nEND:VEVENT\nEND:VCALENDAR\n";
    let again = event.replace("SUMMARY:x", "SUMMARY:x\nCOMMENT:again");
    let mail = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/calendar\n\n{event}\n--b\nContent-Type: application/ics; name=i.ics\n\n{again}\n--b--\n"
    );
    let message = Message::read(mail.as_bytes());
    assert_eq!(message.cards(&TimeZone::UTC).len(), 1);
    assert_eq!(message.attachments.len(), 2);
}

#[test]
fn seals_pieces_and_files_of_outlook_say_what_they_are() {
    let told = |mail: &str| {
        let message = Message::read(mail.as_bytes());
        let cards = message.cards(&TimeZone::UTC);
        let titles: Vec<String> = cards.into_iter().map(|card| card.title).collect();
        (titles, message)
    };
    let (titles, message) = told(
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n\
         --b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream; name=a.asc\n\nx\n--b--\n",
    );
    assert_eq!(titles, ["Encrypted (OpenPGP); poptui cannot decrypt it"]);
    assert_eq!(
        message.attachments.len(),
        1,
        "what there is to save is the secret"
    );
    let (titles, _) =
        told("Content-Type: message/partial; number=1; total=2; id=x\n\nSubject: y\n\nz");
    assert_eq!(titles, ["Piece 1 of 2 of a larger mail"]);
    let (titles, message) = told("Content-Type: application/ms-tnef; name=winmail.dat\n\nx");
    assert_eq!(titles, [""; 0]);
    let remark = message.attachments[0].remark.as_ref();
    assert!(remark.is_some_and(|remark| remark.as_str().contains("Outlook")));
}

#[test]
fn a_second_pair_of_alternatives_is_shown_once_and_listed_never() {
    let pair = |boundary: &str, text: &str| {
        format!(
            "--a\nContent-Type: multipart/alternative; boundary={boundary}\n\n--{boundary}\n\n{text}\n\
             --{boundary}\nContent-Type: text/html\n\n<p>{text}\n--{boundary}--\n"
        )
    };
    let mail = format!(
        "Content-Type: multipart/mixed; boundary=a\n\n{}{}--a--\n",
        pair("b", "one"),
        pair("c", "two")
    );
    let message = Message::read(mail.as_bytes());
    assert_eq!(
        (message.plain.as_deref(), message.following.len()),
        (Some("one"), 1)
    );
    assert!(message.attachments.is_empty(), "{:?}", message.attachments);
}

#[test]
fn ten_names_and_none_are_one_safe_name() {
    let names: Vec<String> = (0..10)
        .map(|n| format!("; name=\"n{n}.txt\"; filename=f{n}"))
        .collect();
    let names = names.concat();
    let mail =
        format!("Content-Type: application/x{names}\nContent-Disposition: attachment{names}\n\nx");
    let message = Message::read(mail.as_bytes());
    assert_eq!(message.attachments.len(), 1);
    assert!(!message.attachments[0].file_name.contains(['/', ';']));
    let message = Message::read(
        b"Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"\"\n\nx",
    );
    assert_eq!(message.attachments[0].file_name, "attachment.pdf");
}

#[test]
fn html_that_declares_its_charset_itself_is_read_by_it() {
    let mail = b"Content-Type: text/html\n\n<meta charset=iso-8859-2><p>\xb1\xe6\xea";
    let message = Message::read(mail);
    assert!(message.html.is_some_and(|html| html.ends_with("ąćę")));
    let text = message.parts[0].text(mail);
    assert!(text.is_some_and(|html| html.ends_with("ąćę")));
}

#[test]
fn a_mail_whose_lines_end_in_cr_alone_is_read() {
    let mail = MAIL.replace('\n', "\r");
    let (message, as_usual) = (
        Message::read(mail.as_bytes()),
        Message::read(MAIL.as_bytes()),
    );
    assert_eq!(message.envelope, as_usual.envelope);
    assert_eq!(Envelope::read(mail.as_bytes()), as_usual.envelope);
    assert_eq!(message.plain, as_usual.plain);
    assert_eq!(message.parts.len(), 5);
    assert_eq!(
        &*message.attachments[0].octets(mail.as_bytes()),
        &b"\xe9"[..]
    );
    // With one LF it is a mail like any other: a CR is text.
    let mail = "Subject: a\rX: b\n\nbody";
    assert_eq!(Message::read(mail.as_bytes()).headers.len(), 1);
}

#[test]
fn a_mail_without_a_text_says_whether_something_is_attached() {
    let shown = |mail: &str| {
        let how = crate::mail::How::default();
        let show = Show::new(how, 80, TimeZone::UTC, 0);
        let document = Message::read(mail.as_bytes()).render(mail.as_bytes(), &show);
        let lines = document.lines();
        lines
            .iter()
            .map(crate::mail::Line::text)
            .collect::<String>()
    };
    let attached = "Content-Type: application/pdf; name=a.pdf\n\nx";
    assert!(shown(attached).contains("no text in this mail, only what is attached"));
    assert!(shown("Subject: x\n\n").contains("the raw view shows it"));
}

/// Each level of mails in mails lists all that is below it: 7 MB of them took 550 MB.
#[test]
fn mails_in_a_mail_do_not_hold_more_parts_than_one_mail_may() {
    let parts = "--c\nContent-Disposition: attachment\n\n".repeat(9_000);
    let inner = format!("Content-Type: multipart/mixed; boundary=c\n\n{parts}--c--\n");
    let inner = format!("--b\nContent-Type: message/rfc822\n\n{inner}");
    let mail = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n{}--b--\n",
        inner.repeat(5)
    );
    let message = Message::read(mail.as_bytes());
    assert!((18_000..20_100).contains(&message.attachments.len()));
    assert_eq!(message.enclosed.len(), 5);
    let last = &message.enclosed[4].message;
    assert!(last.trouble.is_some() && last.plain.is_some());
}

#[test]
fn a_long_text_in_which_there_is_nothing_to_see_is_no_text() {
    let mail = format!("Subject: x\n\n{}\n", "\u{200b}".repeat(5_000));
    let message = Message::read(mail.as_bytes());
    let show = Show::new(crate::mail::How::default(), 80, TimeZone::UTC, 0);
    let lines = message.render(mail.as_bytes(), &show).lines();
    let texts: Vec<String> = lines.iter().map(crate::mail::Line::text).collect();
    assert!(
        texts.iter().any(|row| row.contains("no text in this mail")),
        "{texts:?}"
    );
}
