//! Mails whose end is not CRLF . CRLF: told in a sentence, neither stored nor deleted, and no burden on the others.

use poptui::config::Keep;
use poptui::fetch::ErrorKind;
use poptui::mail::Completeness;

use crate::support::maildrop::{Mail, letter, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// The ends that servers were seen to send, each behind the same text.
const ENDS: [&[u8]; 5] = [
    b"Subject: mail odd\r\n\r\ntext\r\n.\n",
    b"Subject: mail odd\n\ntext\n.\n",
    b"Subject: mail odd\r\n\r\ntext\n.\r\n",
    b"Subject: mail odd\r\n\r\ntext\r\n.\r",
    b"Subject: mail odd\r\n\r\ntext.\r\n",
];

fn odd() -> Mail {
    letter("odd", b"Subject: mail odd\r\n\r\ntext\r\n".to_vec())
}

#[tokio::test]
async fn a_mail_without_a_proper_end_is_told_of_and_neither_stored_nor_deleted() {
    for end in ENDS {
        let server = Server::new(vec![odd()]);
        server.always(Fault::Sends("odd", end));
        let world = World::new(Keep::Never);
        for _ in 0..2 {
            let report = world.fetch(&server).await;
            let error = report.error.expect("an error");
            assert_eq!(error.kind, ErrorKind::Protocol, "{}", error.sentence);
            assert!(
                error
                    .sentence
                    .contains("does not end a mail as POP3 has it"),
                "{}",
                error.sentence
            );
            assert_eq!((report.new, report.deleted), (0, 0));
        }
        assert_eq!((world.stored().len(), server.mails().len()), (0, 1));
        server.heal();
        let report = world.fetch(&server).await;
        assert_eq!(
            (report.new, report.deleted),
            (1, 1),
            "a server that is mended is read"
        );
        world.holds_exactly(&[odd()]);
    }
}

#[tokio::test]
async fn a_mail_without_a_proper_end_keeps_no_other_one_away() {
    for end in ENDS {
        let server = Server::new(vec![mail("a"), odd(), mail("b"), mail("c")]);
        server.always(Fault::Sends("odd", end));
        server.always(Fault::LockStep);
        let world = World::new(Keep::Never);
        world.fetch(&server).await;
        world.holds_exactly(&[mail("a"), mail("b"), mail("c")]);
        assert_eq!(server.mails(), [odd()]);
    }
}

#[tokio::test]
async fn mails_with_dots_between_other_line_ends_come_whole() {
    for body in [
        "x\n.\ny\r\n",
        "x\r\n.\ny\r\n",
        "x\n.\r\ny\r\n",
        "x\r.\ry\r\n",
        "x.\r\n",
        "x\n.\n+OK\r\n",
    ] {
        let mails = [
            letter("a", format!("Subject: a\r\n\r\n{body}").into_bytes()),
            mail("b"),
        ];
        let server = Server::new(mails.to_vec());
        let world = World::new(Keep::Never);
        assert_eq!(world.fetch(&server).await.deleted, 2, "{body:?}");
        world.holds_exactly(&mails);
    }
}

#[tokio::test]
async fn a_server_that_knows_lf_alone_is_read_and_what_comes_short_from_it_is_in_doubt() {
    let server = Server::new(vec![mail("a"), mail("b")]);
    server.always(Fault::BareLf);
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    assert_eq!((report.new, report.deleted), (2, 2), "their sizes agree");

    // It does not stuff a dot of the mail: LF . LF comes too early.
    let server = Server::new(vec![
        odd(),
        letter("short", b"Subject: s\r\n\r\nx\r\n.\r\ny\r\n".to_vec()),
    ]);
    server.always(Fault::BareLf);
    server.always(Fault::Unstuffed("short"));
    let world = World::new(Keep::Never);
    for _ in 0..4 {
        world.fetch(&server).await;
    }
    assert!(
        server.mails().iter().any(|mail| mail.uid == "short"),
        "never deleted"
    );
    let known = world.ledger();
    let short = known.iter().find(|known| &*known.uid.0 == b"short");
    let short = short.map(|known| known.completeness);
    assert_eq!(
        short,
        Some(Completeness::Doubtful),
        "it is here as far as it came"
    );
}
