//! Mails whose HTML goes on behind a picture: shown in order, and nothing of it lost.

use crate::mail::{How, Message, Preferred, Show};

/// What a mail of these parts shows, white space but for rows left out, and how many attachments it has.
fn shown(kind: &str, parts: &[&str], part: Preferred) -> (String, usize) {
    let parts: Vec<_> = parts.iter().map(|part| format!("--b\n{part}\n")).collect();
    let parts = parts.concat();
    let mail = format!("Content-Type: multipart/{kind}; boundary=b\n\n{parts}--b--\n");
    let message = Message::read(mail.as_bytes());
    let how = How {
        part,
        ..How::default()
    };
    let show = Show::new(how, 80, jiff::tz::TimeZone::UTC, 0);
    let document = message.render(mail.as_bytes(), &show);
    let rows = document.lines();
    let rows = rows.iter().map(|row| row.text().trim().to_owned());
    let rows: Vec<String> = rows.filter(|row| !row.is_empty()).collect();
    (rows.join("/"), message.attachments.len())
}

#[test]
fn html_goes_on_behind_a_picture() {
    const HTML: &str = "Content-Type: text/html\n\n<p>";
    const PICTURE: &str = "Content-Type: image/png; name=p.png\nContent-Disposition: inline\n\nx";
    let (before, behind) = (&*format!("{HTML}before"), &*format!("{HTML}behind"));
    let blank = &*format!("{HTML}<br></p>");
    let auto = Preferred::Auto;
    let (text, files) = shown("mixed", &[before, PICTURE, behind, blank], auto);
    assert!(text.contains("before/behind/"), "{text}");
    assert_eq!(files, 1);
    let (text, files) = shown("mixed", &[before, behind, "\nfooter"], auto);
    assert!(
        text.contains("before/behind/footer") && files == 0,
        "{text}"
    );
    let (text, files) = shown("mixed", &[blank, behind], auto);
    assert!(text.contains("behind") && files == 0, "{text}");
    // A plain text that says something else is shown; what is not shown can be saved.
    let (text, files) = shown("mixed", &["\nplain", before, behind], auto);
    assert!(text.contains("plain") && !text.contains("behind"), "{text}");
    assert_eq!(files, 1);
    // Two ways to say the same.
    let (text, files) = shown("alternative", &[before, behind], auto);
    assert!(
        text.contains("before") && !text.contains("behind"),
        "{text}"
    );
    assert_eq!(files, 1);
}

#[test]
fn html_around_pictures_is_the_other_way_to_say_what_the_plain_text_says() {
    let mixed = "Content-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: text/html\n\n<p>before\n\
        --c\nContent-Type: image/png; name=p.png\n\nx\n--c\nContent-Type: text/html\n\n<p>behind\n--c--\n";
    let (text, files) = shown("alternative", &["\nin short", mixed], Preferred::Auto);
    assert!(
        text.contains("in short") && !text.contains("behind"),
        "{text}"
    );
    assert_eq!(files, 1);
    let (text, files) = shown("alternative", &["\nin short", mixed], Preferred::Html);
    assert!(
        text.contains("before/behind/") && !text.contains("in short"),
        "{text}"
    );
    assert_eq!(files, 1);
}

#[test]
fn much_html_below_the_first_is_saved_and_not_laid_out() {
    let html = |words: usize| format!("Content-Type: text/html\n\n<p>{}", "word ".repeat(words));
    let (short, long) = (html(1), html(40_000));
    let parts = [&*short, &*long, &*short];
    assert_eq!(shown("mixed", &parts, Preferred::Auto).1, 1);
    let many = vec![&*short; 40];
    assert_eq!(
        shown("mixed", &many, Preferred::Auto).1,
        19,
        "the first, and twenty more"
    );
}

#[test]
fn html_for_a_screen_is_decoded_as_far_as_it_is_shown() {
    for (encoding, html) in [
        ("8bit", "<p>café and more"),
        ("quoted-printable", "<p>caf=C3=A9 and more"),
        ("base64", "PHA+Y2Fmw6kgYW5kIG1vcmU="),
    ] {
        let mail = format!(
            "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{html}"
        );
        let read = |most| Message::read_some(mail.as_bytes(), most).html.unwrap();
        assert_eq!(read(usize::MAX), "<p>café and more", "{encoding}");
        assert_eq!(read(8), "<p>café", "{encoding}");
        assert_eq!(read(7), "<p>caf", "half a character is none: {encoding}");
    }
}
