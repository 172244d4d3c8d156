//! The sample server's answers, as transcripts.

use super::*;

/// Plays the `C:` lines to one session and compares all it says with the `S:` lines.
fn plays(maildrop: &Arc<Maildrop>, transcript: &str) {
    let login = Login {
        user: "robin".into(),
        password: "sea shell".into(),
    };
    let mut session = Session::new(Arc::clone(maildrop), login);
    let mut said = Vec::new();
    let mut expected = String::new();
    for line in transcript
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
    {
        match line.split_once(": ").unwrap_or((line, "")) {
            ("C", command) => drop(session.answer(command.as_bytes(), &mut said)),
            (_, answer) => expected.extend([answer, "\n"]),
        }
    }
    assert_eq!(
        String::from_utf8(said).unwrap().replace("\r\n", "\n"),
        expected
    );
}

fn two_mails() -> Arc<Maildrop> {
    let maildrop = Maildrop::new();
    maildrop.deliver("first", b"Subject: a\r\n\r\n.hidden\r\n");
    maildrop.deliver("second", b"Subject: b\r\n\r\nx\r\n");
    maildrop
}

#[test]
fn a_whole_session_reads_like_the_rfc() {
    plays(
        &two_mails(),
        "C: USER robin
         S: +OK and the password?
         C: PASS sea shell
         S: +OK 2 messages
         C: STAT
         S: +OK 2 40
         C: LIST
         S: +OK here they are
         S: 1 23
         S: 2 17
         S: .
         C: UIDL 2
         S: +OK 2 second
         C: RETR 2
         S: +OK 17 octets
         S: Subject: b
         S:
         S: x
         S: .
         C: TOP 1 0
         S: +OK the top of it
         S: Subject: a
         S:
         S: .
         C: QUIT
         S: +OK fair winds",
    );
}

#[test]
fn deletions_happen_at_quit_and_only_there() {
    let maildrop = two_mails();
    let sign_in = "C: USER robin
                   S: +OK and the password?
                   C: PASS sea shell
                   S: +OK 2 messages
                   C: DELE 1
                   S: +OK marked
                   C: RETR 1
                   S: -ERR no such message
                   ";
    plays(&maildrop, sign_in);
    assert_eq!(maildrop.len(), 2, "the line was cut before QUIT");
    plays(
        &maildrop,
        &format!("{sign_in}C: RSET\nS: +OK nothing is marked any more\nC: QUIT\nS: +OK fair winds"),
    );
    assert_eq!(maildrop.len(), 2, "RSET unmarked it");
    plays(&maildrop, &format!("{sign_in}C: QUIT\nS: +OK fair winds"));
    assert_eq!(maildrop.len(), 1);
}

#[test]
fn auth_plain_signs_in_with_and_without_initial_response() {
    let response = STANDARD.encode("\0robin\0sea shell");
    plays(
        &two_mails(),
        &format!("C: auth plain {response}\nS: +OK 2 messages\nC: NOOP\nS: +OK"),
    );
    plays(
        &two_mails(),
        &format!("C: AUTH PLAIN\nS: + \nC: {response}\nS: +OK 2 messages"),
    );
    plays(
        &two_mails(),
        "C: AUTH PLAIN\nS: + \nC: *\nS: -ERR cancelled, as you wish\nC: STAT\nS: -ERR that is not for now",
    );
}

#[test]
fn a_wrong_password_and_a_busy_maildrop_are_told_apart_by_response_codes() {
    let maildrop = two_mails();
    plays(
        &maildrop,
        "C: USER robin\nS: +OK and the password?\nC: PASS wrong\nS: -ERR [AUTH] wrong name or password",
    );
    let _other = maildrop.open();
    plays(
        &maildrop,
        "C: USER robin
         S: +OK and the password?
         C: PASS sea shell
         S: -ERR [IN-USE] another session has the maildrop open",
    );
}

#[test]
fn numbers_that_name_no_message_are_refused() {
    let mut transcript =
        "C: USER robin\nS: +OK and the password?\nC: PASS sea shell\nS: +OK 2 messages\n"
            .to_owned();
    for number in ["0", "3", "99999999999999999999", "-1", ""] {
        let refusal = match number {
            "0" | "3" => "no such message",
            _ => "that is not a message number",
        };
        let line = format!("C: RETR {number}\nS: -ERR {refusal}\n");
        transcript.push_str(&line);
    }
    plays(&two_mails(), &transcript);
}
