//! What a reader of strangers' mail stumbled over, told as rows of the screen.

use poptui::mail::Message;

use crate::documents::{row, show};

fn rows(mail: &str, columns: u16) -> Vec<String> {
    let message = Message::read(mail.as_bytes());
    let document = message.render(mail.as_bytes(), &show(columns));
    document.lines().iter().map(row).collect()
}

/// The rows from the first that is this text to the end, without the blank ones.
fn from(mail: &str, first: &str) -> Vec<String> {
    let rows = rows(mail, 60);
    let start = rows.iter().position(|row| row.trim() == first);
    let start = start.unwrap_or_else(|| panic!("{first} in {rows:?}"));
    let rows = rows[start..].iter().filter(|row| !row.trim().is_empty());
    rows.map(|row| row.trim_end().to_owned()).collect()
}

#[test]
fn what_follows_in_an_item_stands_below_its_first_words() {
    let item = |start: &str| {
        format!(
            "Subject: x\nContent-Type: text/html\n\n<ol start={start}><li><p>One<p>Two<ul><li>Three<p>Four</ul>Five</ol><p>Six"
        )
    };
    assert_eq!(
        from(&item("9"), "9. One"),
        [
            "9. One",
            "   Two",
            "   • Three",
            "     Four",
            "   Five",
            "Six"
        ]
    );
    assert_eq!(
        from(&item("10"), "10. One"),
        [
            "10. One",
            "    Two",
            "    • Three",
            "      Four",
            "    Five",
            "Six"
        ]
    );
}

#[test]
fn the_footer_of_a_digest_stands_below_its_mails() {
    let mail = "Subject: d\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\nToday's topics\n--a\n\
        Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\nThe first\n--b\n\nSubject: two\n\nThe second\n\
        --b--\n--a\n\nThe footer\n--a--\n";
    let rows = rows(mail, 60);
    let place = |text: &str| {
        let found: Vec<usize> = (0..rows.len()).filter(|at| rows[*at] == text).collect();
        assert_eq!(found.len(), 1, "{text} in {rows:?}");
        found[0]
    };
    assert!(place("Today's topics") < place("The first"), "{rows:?}");
    assert!(place("The second") < place("The footer"), "{rows:?}");
    let between = &rows[place("The second")..place("The footer")];
    assert!(
        between.iter().any(|row| row.starts_with('─')),
        "it is none of that mail's: {rows:?}"
    );
}

#[test]
fn where_the_plain_text_is_an_excuse_the_html_is_shown() {
    let mail = |plain: &str| {
        format!(
            "Subject: x\nContent-Type: multipart/alternative; boundary=a\n\n--a\n\n{plain}\n--a\nContent-Type: text/html\n\n\
             <p>The news\n--a--\n"
        )
    };
    let shows = |plain: &str| rows(&mail(plain), 60).iter().any(|row| row == "The news");
    assert!(shows("This email must be viewed in HTML mode."));
    assert!(shows(
        "Ihr Programm zeigt kein HTML. http://a.example/online"
    ));
    assert!(!shows("The news, in plain words"));
    assert!(!shows(&format!(
        "{} HTML",
        "Plain words that say it all. ".repeat(20)
    )));
}

#[test]
fn a_text_signed_in_the_clear_is_shown_without_its_armour() {
    let mail = "Subject: x\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nDear Bob,\n- -----\nyours\n\
        -----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";
    let rows = rows(mail, 60);
    assert!(
        rows.iter()
            .any(|row| row.contains("Signed (OpenPGP); the signature was not checked")),
        "{rows:?}"
    );
    assert!(
        rows.iter().any(|row| row == "Dear Bob,") && rows.iter().any(|row| row == "-----"),
        "{rows:?}"
    );
    assert!(
        !rows
            .iter()
            .any(|row| row.contains("PGP SIGN") || row.contains("Hash:") || row.contains("iQ==")),
        "{rows:?}"
    );
    assert!(
        Message::read(mail.as_bytes())
            .plain
            .unwrap()
            .contains("iQ=="),
        "for other programs it is all there"
    );
}

#[test]
fn notes_of_an_invitation_are_words_even_where_they_came_as_html() {
    /// What one calendar puts around what it adds itself.
    const ORNAMENT: &str = "-::~:~::~:~:~:~:~:~:~:~:~:~::~:~::-";
    let mail = |notes: &str| {
        format!(
            "Subject: x\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Lunch\n\
             DTSTART:20260303T110000Z\nDESCRIPTION:{notes}\nEND:VEVENT\nEND:VCALENDAR\n"
        )
    };
    let said = |notes: &str| {
        let rows = rows(&mail(notes), 60);
        let row = rows.iter().find(|row| row.contains("Notes"));
        row.unwrap_or_else(|| panic!("{rows:?}")).clone()
    };
    assert_eq!(
        said("<b>Bring</b> cake &amp\\; tea<br>").trim_end(),
        "▎ Notes  Bring cake & tea"
    );
    assert_eq!(
        said(&format!("{ORNAMENT}\\nJoin\\n{ORNAMENT}")).trim_end(),
        "▎ Notes  Join"
    );
    assert_eq!(
        said("a < b and b > c").trim_end(),
        "▎ Notes  a < b and b > c"
    );
}

#[test]
fn utf_8_under_the_name_of_latin_1_is_read_as_it_was_meant() {
    let mail = "Subject: x\nContent-Type: text/plain; charset=iso-8859-1\n\nDiscover® the café\n";
    assert!(rows(mail, 60).iter().any(|row| row == "Discover® the café"));
    let message = Message::read(mail.as_bytes());
    assert_eq!(
        message.plain.as_deref(),
        Some("DiscoverÂ® the cafÃ©\n"),
        "as the mail says"
    );
    assert_eq!(message.text(), Some("Discover® the café\n"));
}
