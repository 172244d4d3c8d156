//! Fetches from servers that are wrong in one point: a mail, a size, a name, a refusal. The rest still comes.

use poptui::config::Keep;
use poptui::fetch::{ErrorKind, Event, Report};
use poptui::mail::Completeness;
use poptui::store::Lessons;

use crate::support::maildrop::{Mail, letter, mail};
use crate::support::server::{Fault, Server};
use crate::support::world::{PASSWORD, World};

fn mails(names: &[&str]) -> Vec<Mail> {
    names.iter().map(|name| mail(name)).collect()
}

fn kind(report: &Report) -> Option<ErrorKind> {
    report.error.as_ref().map(|error| error.kind)
}

const HALF: &[u8] = b"Subject: half\r\n.\r\n";
const CUT: &[u8] = b"Subject: mail b\r\nFrom: b@example.org\r\n\r\n..dot\r\n.\r\n";
const EMPTY: &[u8] = b".\r\n";
const NOISE: &[u8] = b"Subject: mail b\r\nFrom: b@example.org\r\n\r\n-ERR [SYS/TEMP] noise\r\n..dot\r\nbody b\r\n.\r\n";

#[tokio::test]
async fn one_refused_mail_does_not_stop_the_rest_and_stays_on_the_server() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::Refuses("b"));
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted, report.kept), (2, 2, 1));
    assert_eq!(report.failed.len(), 1);
    assert_eq!(report.failed[0].name().as_deref(), Some("b"));
    let reason = &report.failed[0].reason;
    assert!(
        reason.starts_with("the server refused to send it: ") && !reason.contains('\x1b'),
        "{reason}"
    );
    assert_eq!(server.mails(), mails(&["b"]));
}

#[tokio::test]
async fn an_err_that_nobody_asked_for_never_gives_a_mail_the_name_of_another() {
    // A server that gets STAT wrong pipelines; nobody asks it for STAT.
    for pace in [Fault::LockStep, Fault::StatLies] {
        for noisy in ["a", "b", "c", "d"] {
            let all = mails(&["a", "b", "c", "d"]);
            let server = Server::new(all.clone());
            server.always(pace.clone());
            server.once(Fault::Noise(noisy));
            let world = World::new(Keep::Never);
            for _ in 0..3 {
                world.fetch(&server).await;
            }
            world.holds_exactly(&all);
            assert!(server.mails().is_empty(), "{pace:?}, {noisy}");
        }
    }
}

#[tokio::test]
async fn a_mail_of_wrong_size_is_read_once_more_and_only_the_right_one_is_stored() {
    for wrong in [HALF, EMPTY, NOISE] {
        let server = Server::new(mails(&["a", "b", "c"]));
        server.once(Fault::SendsFirst("b", wrong));
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!(
            (report.new, report.deleted, report.warnings.len()),
            (3, 3, 0)
        );
        assert_eq!((server.heard("RETR"), server.sessions()), (4, 1));
        world.holds_exactly(&mails(&["a", "b", "c"]));
    }
}

#[tokio::test]
async fn a_mail_that_stays_at_a_wrong_size_is_stored_with_a_warning_and_never_deleted() {
    for wrong in [HALF, NOISE] {
        let server = Server::new(mails(&["a", "b", "c"]));
        server.always(Fault::Sends("b", wrong));
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!(
            (report.new, report.deleted, report.warnings.len()),
            (3, 2, 1)
        );
        assert_eq!(server.mails(), mails(&["b"]));
        assert_eq!(world.fetch(&server).await.deleted, 0);
        assert_eq!(server.mails(), mails(&["b"]));
    }
}

#[tokio::test]
async fn a_mail_that_comes_empty_though_it_is_not_is_never_stored_and_tried_again() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::Sends("b", EMPTY));
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted, report.failed.len()), (2, 2, 1));
    assert_eq!(server.mails(), mails(&["b"]));
    server.heal();
    assert_eq!(world.fetch(&server).await.deleted, 1);
    world.holds_exactly(&mails(&["a", "b", "c"]));
}

#[tokio::test]
async fn a_mail_that_came_short_is_replaced_in_its_place_when_it_comes_whole() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.always(Fault::Sends("b", CUT));
    let world = World::new(Keep::Never);
    world.fetch(&server).await;
    let doubtful = world.ledger()[1].clone();
    assert_eq!(doubtful.completeness, Completeness::Doubtful);
    server.heal();
    let (report, events) = world.watch(&server).await;
    assert_eq!((report.new, report.updated, report.deleted), (0, 1, 1));
    let message = doubtful.message.expect("it is here");
    assert!(
        events.contains(&Event::Changed(vec![message])),
        "{events:?}"
    );
    world.holds_exactly(&mails(&["a", "b", "c"]));
}

#[tokio::test]
async fn a_short_reading_that_was_another_mails_is_kept_beside_the_whole_mail() {
    let server = Server::new(mails(&["a", "b"]));
    server.always(Fault::Sends("b", HALF));
    let world = World::new(Keep::Never);
    world.fetch(&server).await;
    server.heal();
    for _ in 0..8 {
        world.fetch(&server).await;
    }
    let half = letter("b", HALF[..HALF.len() - 3].to_vec());
    world.holds_exactly(&[mail("a"), mail("b"), half]);
    assert_eq!(
        server.mails(),
        mails(&["b"]),
        "nobody can say which of the two it is"
    );
    assert_eq!(server.heard("RETR"), 1 + 2 + 3);
}

#[tokio::test]
async fn a_mail_that_stays_short_is_read_again_in_a_few_later_fetches_and_then_left_in_peace() {
    let server = Server::new(mails(&["a", "b"]));
    server.always(Fault::Sends("b", HALF));
    let world = World::new(Keep::Never);
    for _ in 0..8 {
        world.fetch(&server).await;
    }
    // "a" once; "b" twice in the first fetch, and once in each of the next three.
    assert_eq!(server.heard("RETR"), 1 + 2 + 3);
}

#[tokio::test]
async fn a_mail_longer_than_an_estimate_is_sure_when_two_readings_alone_bring_the_same() {
    for pace in [Fault::LockStep, Fault::StatLies] {
        let mut all = mails(&["a", "b", "c"]);
        all[1].listed -= 20;
        let server = Server::new(all.clone());
        server.always(pace);
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.deleted), (3, 3));
        assert!(report.warnings.is_empty(), "{:?}", report.warnings);
        world.holds_exactly(&all);
    }
}

#[tokio::test]
async fn a_server_that_only_estimates_is_cleared_little_by_little() {
    let names: Vec<String> = (0..20).map(|number| format!("m{number:02}")).collect();
    let mut all: Vec<Mail> = names.iter().map(|name| mail(name)).collect();
    for mail in &mut all {
        mail.listed -= 20;
    }
    let server = Server::new(all.clone());
    let world = World::new(Keep::Never);
    let mut left = Vec::new();
    for _ in 0..4 {
        world.fetch(&server).await;
        left.push(server.mails().len());
    }
    assert_eq!(left, [12, 8, 4, 0]);
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_refused_mail_costs_one_session_at_most_however_many_are_on_their_way() {
    let names: Vec<String> = (0..300).map(|number| format!("m{number:03}")).collect();
    let all: Vec<Mail> = names.iter().map(|name| mail(name)).collect();
    let server = Server::new(all);
    for refused in ["m010", "m020", "m150", "m290"] {
        server.always(Fault::Refuses(refused));
    }
    let report = World::new(Keep::Never).fetch(&server).await;
    assert!(report.error.is_none());
    assert_eq!(
        (report.new, report.deleted, report.failed.len()),
        (296, 296, 4)
    );
    assert_eq!(server.sessions(), 2);
    let report = World::new(Keep::Never).fetch(&server).await;
    assert_eq!(report.failed.len(), 4);
    assert_eq!(
        server.sessions(),
        3,
        "few mails are asked for in checked pairs at once"
    );
}

#[tokio::test]
async fn a_server_that_gets_out_of_step_is_asked_in_lock_step_from_then_on() {
    let server = Server::new(mails(&["a", "b", "c", "d"]));
    server.once(Fault::Sends("c", b"Subject: mail c\r\n\r\nthe end.\r\n"));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let id = world.id();
    let lessons = world.store.read_now(move |reader| reader.lessons(id));
    assert!(lessons.expect("a readable store").lock_step_since.is_some());
    server.fill(mails(&["e", "f"]));
    let noops = server.heard("NOOP");
    world.fetch(&server).await;
    assert_eq!(server.heard("NOOP"), noops, "lock-step needs no checks");
    let long_ago = Lessons {
        lock_step_since: Some(1_700_000_000),
        ..Lessons::default()
    };
    let learned = world
        .store
        .write_now(move |writer| writer.learn(id, &long_ago));
    learned.expect("a writable store");
    server.fill(mails(&["g", "h"]));
    world.fetch(&server).await;
    assert_eq!(server.heard("NOOP"), noops + 2, "it is tried again");
    let lessons = world.store.read_now(move |reader| reader.lessons(id));
    assert_eq!(lessons.expect("a readable store"), Lessons::default());
}

#[tokio::test]
async fn a_server_that_closes_on_capa_twice_is_not_asked_again_for_a_week() {
    let server = Server::new(mails(&["a"]));
    server.always(Fault::ClosesOnCapa);
    let world = World::new(Keep::Forever);
    for _ in 0..4 {
        assert!(world.fetch(&server).await.error.is_none());
    }
    assert_eq!((server.heard("CAPA"), server.sessions()), (2, 6));
    let id = world.id();
    world.teach(|lessons| lessons.without_capa_since = Some(1_700_000_000));
    world.fetch(&server).await;
    assert_eq!(server.heard("CAPA"), 3, "it is tried again");
    world.fetch(&server).await;
    assert_eq!(server.heard("CAPA"), 3, "and then not for a week");
    world.teach(|lessons| lessons.without_capa_since = Some(1_700_000_000));
    server.heal();
    world.fetch(&server).await;
    let lessons = world.store.read_now(move |reader| reader.lessons(id));
    assert_eq!(lessons.expect("a readable store"), Lessons::default());
}

#[tokio::test]
async fn a_line_that_broke_once_while_capa_was_awaited_is_not_held_against_the_server() {
    let server = Server::new(mails(&["a"]));
    let world = World::new(Keep::Forever);
    for _ in 0..3 {
        server.once(Fault::ClosesOnCapa);
        assert!(world.fetch(&server).await.error.is_none());
        let before = server.heard("CAPA");
        world.fetch(&server).await;
        assert!(server.heard("CAPA") > before, "it is asked again");
    }
}

#[tokio::test]
async fn a_server_whose_sizes_are_all_wrong_is_read_but_never_cleared() {
    let mut all = mails(&["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"]);
    for mail in &mut all {
        mail.listed = mail.listed * 2 + 1;
    }
    let server = Server::new(all.clone());
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted, report.kept), (12, 0, 12));
    assert!(
        report.warnings[0].starts_with("work: 12 mails "),
        "{:?}",
        report.warnings
    );
    // Doubt is an exception: after some second readings it is LIST that is not believed.
    assert_eq!(server.heard("RETR"), 12 + 8);
    world.holds_exactly(&all);
    assert_eq!(world.fetch(&server).await.new, 0);
}

#[tokio::test]
async fn an_unstuffed_dot_puts_the_server_out_of_step_and_the_mail_comes_whole_by_the_next_line() {
    let server = Server::new(mails(&["a", "b", "c"]));
    server.once(Fault::Sends(
        "b",
        b"Subject: x\r\n\r\nfirst\r\n.\r\nsecond\r\n.\r\n",
    ));
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted, server.sessions()), (3, 3, 2));
    assert!(report.error.is_none());
    world.holds_exactly(&mails(&["a", "b", "c"]));
}

#[tokio::test]
async fn a_missing_final_dot_never_gives_a_mail_the_name_of_another() {
    let server = Server::new(mails(&["a", "b", "c", "d"]));
    server.once(Fault::Sends("c", b"Subject: mail c\r\n\r\nthe end.\r\n"));
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    world.holds_exactly(&mails(&["a", "b", "c", "d"]));
    assert_eq!((server.mails().len(), server.sessions()), (0, 2));
}

#[tokio::test]
async fn a_missing_final_dot_is_seen_where_no_size_is_told() {
    let unsized_mails = mails(&["a", "b", "c", "d"]).into_iter();
    let all: Vec<Mail> = unsized_mails
        .map(|mail| Mail { listed: 0, ..mail })
        .collect();
    let server = Server::new(all.clone());
    server.once(Fault::Sends("c", b"Subject: mail c\r\n\r\nthe end.\r\n"));
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(report.error.map(|error| error.sentence), None);
    world.holds_exactly(&all);
    assert_eq!(server.mails(), all, "nothing proves that they are whole");
}

#[tokio::test]
async fn a_reused_unique_id_is_a_new_mail_even_at_the_same_size() {
    for second in [mail("longer"), mail("b")] {
        let server = Server::new(mails(&["a"]));
        let world = World::new(Keep::Never);
        assert_eq!(world.fetch(&server).await.deleted, 1);
        let reused = Mail {
            uid: "a".to_owned(),
            ..second
        };
        server.fill(vec![reused.clone()]);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.deleted), (1, 1));
        world.holds_exactly(&[mail("a"), reused]);
    }
}

#[tokio::test]
async fn two_mails_of_one_unique_id_are_both_fetched_and_both_deleted() {
    let twins = vec![
        mail("a"),
        Mail {
            uid: "a".to_owned(),
            ..mail("other")
        },
        mail("c"),
    ];
    let server = Server::new(twins.clone());
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (3, 3));
    world.holds_exactly(&twins);
}

#[tokio::test]
async fn without_unique_ids_nothing_comes_twice_and_what_came_now_may_go() {
    let server = Server::new(mails(&["a", "b"]));
    server.always(Fault::NoUidl);
    let mut world = World::new(Keep::Forever);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.warnings.len()), (2, 1));
    assert_eq!(world.fetch(&server).await.new, 0);
    world.account.keep_on_server = Keep::Never;
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.deleted), (0, 2));
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn unique_ids_that_are_not_told_for_once_bring_nothing_twice() {
    let server = Server::new(mails(&["a", "b"]));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    server.once(Fault::NoUidl);
    assert_eq!(world.fetch(&server).await.new, 0);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, server.heard("RETR")), (0, 4));
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn a_blank_unique_id_is_one_mail_without_a_name() {
    let all = vec![
        mail("a"),
        Mail {
            uid: String::new(),
            ..mail("blank")
        },
        mail("c"),
    ];
    let server = Server::new(all.clone());
    let world = World::new(Keep::Forever);
    assert_eq!(world.fetch(&server).await.new, 3);
    let report = world.fetch(&server).await;
    assert_eq!((report.new, report.warnings.len()), (0, 0));
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_mail_whose_size_is_listed_as_nothing_is_fetched_and_kept_there() {
    let all = vec![
        Mail {
            listed: 0,
            ..mail("a")
        },
        letter("empty", Vec::new()),
    ];
    let server = Server::new(all.clone());
    let world = World::new(Keep::Never);
    let report = world.fetch(&server).await;
    assert_eq!(
        (report.new, report.deleted, report.warnings.len()),
        (2, 0, 0)
    );
    world.holds_exactly(&all);
}

#[tokio::test]
async fn a_renamed_maildrop_brings_nothing_twice() {
    let server = Server::new(mails(&["a", "b"]));
    let world = World::new(Keep::Forever);
    world.fetch(&server).await;
    let renamed = mails(&["a", "b"]).into_iter().map(|mail| Mail {
        uid: format!("new-{}", mail.uid),
        ..mail
    });
    server.fill(renamed.collect());
    assert_eq!(world.fetch(&server).await.new, 0);
    world.holds_exactly(&mails(&["a", "b"]));
}

#[tokio::test]
async fn a_lying_stat_and_a_server_without_capa_do_no_harm() {
    for fault in [Fault::StatLies, Fault::ClosesOnCapa, Fault::LockStep] {
        let server = Server::new(mails(&["a", "b"]));
        server.always(fault.clone());
        let world = World::new(Keep::Forever);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, kind(&report)), (2, None), "{fault:?}");
    }
}

#[tokio::test]
async fn refusals_are_classed_by_their_code_and_never_show_the_password() {
    for (line, expected) in [
        ("-ERR [IN-USE] locked", ErrorKind::Busy),
        ("-ERR [LOGIN-DELAY] wait", ErrorKind::Busy),
        ("-ERR [SYS/TEMP] disk", ErrorKind::Temporary),
        ("-ERR [AUTH] no", ErrorKind::Auth),
        ("-ERR $ is wrong", ErrorKind::Auth),
    ] {
        let server = Server::new(mails(&["a"]));
        server.always(Fault::Login(line));
        let report = World::new(Keep::Never).fetch(&server).await;
        assert_eq!(kind(&report), Some(expected), "{line}");
        let sentence = report.error.expect("an error").sentence;
        assert!(
            sentence.starts_with("work: ") && !sentence.contains(PASSWORD),
            "{sentence}"
        );
        assert!(!sentence.contains("AGFsaWNl"), "{sentence}");
        assert_eq!(
            server.sessions(),
            1,
            "a refused password is not tried again"
        );
    }
    for (line, expected) in [
        ("-ERR [IN-USE] locked", ErrorKind::Busy),
        ("-ERR [SYS/TEMP] full", ErrorKind::Temporary),
        ("-ERR too many", ErrorKind::Temporary),
        ("* OK IMAP4rev1", ErrorKind::Protocol),
    ] {
        let server = Server::new(mails(&["a"]));
        server.always(Fault::Greeting(line));
        let report = World::new(Keep::Never).fetch(&server).await;
        assert_eq!(kind(&report), Some(expected), "{line}");
        assert_eq!(server.heard(""), 0, "nothing is said after {line}");
    }
}
