//! The servers that other tests lean on serve what was put into them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use poptui::demo::Maildrop;

use super::support::dovecot::{self, Dovecot};
use super::support::generate;
use super::support::slow_server::{self, SlowServer};

/// What RETR 1 gives at that server, byte-stuffing undone.
fn first_mail(port: u16, user: &str, password: &str) -> Vec<u8> {
    let mut line = TcpStream::connect(("127.0.0.1", port)).unwrap();
    line.set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    write!(line, "USER {user}\r\nPASS {password}\r\nRETR 1\r\nQUIT\r\n").unwrap();
    let mut answers = BufReader::new(line);
    for _ in 0..4 {
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert!(answer.starts_with("+OK"), "{answer}");
    }
    let mut mail = Vec::new();
    loop {
        let mut octets = Vec::new();
        answers.read_until(b'\n', &mut octets).unwrap();
        match octets.as_slice() {
            b".\r\n" => break,
            [b'.', rest @ ..] => mail.extend_from_slice(rest),
            octets => mail.extend_from_slice(octets),
        }
    }
    answers.read_to_end(&mut Vec::new()).unwrap();
    mail
}

#[test]
fn dovecot_serves_the_octets_that_were_put_into_its_maildir() {
    let mails = generate::mails(1, 3);
    let server = Dovecot::start(&[("robin", &mails)]);
    assert_eq!(server.count("robin"), 3);
    assert!(first_mail(server.port, "robin", dovecot::PASSWORD) == mails[0]);
}

#[test]
fn the_slow_server_serves_the_octets_that_were_delivered() {
    let mail = generate::mail(1, 1);
    let maildrop = Maildrop::new();
    maildrop.deliver("one", &mail);
    let server = SlowServer::start(maildrop, 1000, Duration::from_millis(1));
    assert!(
        first_mail(
            server.address.port(),
            slow_server::USER,
            slow_server::PASSWORD
        ) == mail
    );
    server.wait_until_free();
}
