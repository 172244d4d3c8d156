//! Lists in threads against conversations of a few mails, and their plans.

use super::heads_statement;
use crate::mail::{
    AccountId, Anchor, Change, Destination, FolderId, Key, MessageId, Order, Page, ThreadId, View,
};
use crate::store::paging::{From, Toward};
use crate::store::testing::{Home, account};
use crate::store::{NewMail, Writer};

fn folded() -> Order {
    Order::threads(false)
}

fn unfolded() -> Order {
    Order::threads(true)
}

/// A mail that bears its name as subject and Message-ID.
fn mail(home: &Home, name: &str, references: &[&str], date: i64) -> NewMail {
    let mut mail = home.mail_of(name, date);
    mail.envelope.message_id = Some(name.to_owned());
    mail.envelope.references = references.iter().map(|id| (*id).to_owned()).collect();
    mail
}

/// Two threads and two mails alone: `a` with three answers, `x` with one.
fn filled(home: &Home) -> (Writer, View) {
    let mut writer = home.writer();
    let account = account(&mut writer);
    let mails = [
        mail(home, "a", &[], 10),
        mail(home, "alone", &[], 20),
        mail(home, "b", &["a"], 30),
        mail(home, "x", &[], 40),
        mail(home, "c", &["a", "b"], 50),
        mail(home, "y", &["x"], 60),
        mail(home, "d", &["a"], 70),
        mail(home, "last", &[], 80),
    ];
    writer.add(account, &mails).expect("writes");
    let view = View {
        folder: home.inbox(),
        account: None,
    };
    (writer, view)
}

/// Subjects, a dot for each line of descent, a count where a row stands for several, `*` where that is unread.
fn shown(page: &Page) -> String {
    let rows = page.rows.iter().map(|row| {
        let thread = row.thread.expect("is in threads");
        let count = Some(thread.mails).filter(|mails| thread.folded && *mails > 1);
        let count = count.map(|mails| mails.to_string()).unwrap_or_default();
        let unread = if row.unread { "*" } else { "" };
        format!(
            "{}{}{count}{unread}",
            ".".repeat(thread.branch.depth),
            row.subject
        )
    });
    let rows: Vec<String> = rows.collect();
    let (newer, older) = (
        if page.newer { "…" } else { "" },
        if page.older { "…" } else { "" },
    );
    format!("{newer}{}{older}", rows.join(" "))
}

#[test]
fn a_thread_stands_where_its_newest_mail_does_and_unfolds_as_a_tree() {
    let home = Home::new();
    let (mut writer, view) = filled(&home);
    let read = Change::Read {
        ids: [1, 2, 3, 5, 7].map(MessageId).to_vec(),
        read: true,
    };
    writer.apply(&read, 0).expect("writes");
    let reader = home.reader();
    let page = |order: &Order| {
        shown(
            &reader
                .page_in_order(view, order, Anchor::Top, 9)
                .expect("reads"),
        )
    };
    assert_eq!(page(&folded()), "last* d4 y2* alone");
    assert_eq!(page(&unfolded()), "last* a .b ..c .d x* .y* alone");
    let mut but_one = folded();
    but_one.turn(ThreadId(4));
    assert_eq!(page(&but_one), "last* d4 x* .y* alone");
    let revealing = |id| page(&folded().revealing(Some(MessageId(id))));
    assert_eq!(revealing(3), "last* a .b ..c .d y2* alone");
    assert_eq!(
        revealing(7),
        "last* d4 y2* alone",
        "the newest has a row as it is"
    );
    assert_eq!(revealing(99), "last* d4 y2* alone");
    let flat = reader
        .page_in_order(view, &Order::Flat, Anchor::Top, 9)
        .expect("reads");
    assert_eq!(flat, reader.page(view, Anchor::Top, 9).expect("reads"));
}

#[test]
fn a_mail_moved_away_is_no_row_and_still_says_how_the_others_belong_together() {
    let home = Home::new();
    let (mut writer, view) = filled(&home);
    let to = Destination::New("Elsewhere".to_owned());
    let ids = vec![MessageId(3)];
    writer.apply(&Change::Move { ids, to }, 0).expect("writes");
    let reader = home.reader();
    let page = |view, order: &Order| {
        shown(
            &reader
                .page_in_order(view, order, Anchor::Top, 9)
                .expect("reads"),
        )
    };
    assert_eq!(page(view, &unfolded()), "last* a* .c* .d* x* .y* alone*");
    assert_eq!(page(view, &folded()), "last* d3* y2* alone*");
    let elsewhere = View {
        folder: reader
            .folder_named("Elsewhere")
            .expect("reads")
            .expect("is there"),
        account: Some(AccountId(1)),
    };
    assert_eq!(page(elsewhere, &folded()), "b*");
    writer.undo(0).expect("writes");
    assert_eq!(page(view, &folded()), "last* d4* y2* alone*");
}

#[test]
fn threads_come_in_pages_by_key_and_around_any_of_their_mails() {
    let home = Home::new();
    let (_writer, view) = filled(&home);
    let reader = home.reader();
    let key = |number: i64| Key {
        date: 10 * number,
        id: MessageId(number),
    };
    for (order, anchor, limit, expected) in [
        (folded(), Anchor::Top, 2, "last* d4*…"),
        (folded(), Anchor::End, 2, "…y2* alone*"),
        (folded(), Anchor::After(key(7)), 1, "…y2*…"),
        (folded(), Anchor::Before(key(6)), 1, "…d4*…"),
        (folded(), Anchor::Around(key(3)), 2, "last* d4*…"),
        (folded(), Anchor::Around(key(1)), 4, "last* d4* y2* alone*"),
        (unfolded(), Anchor::Top, 1, "last*…"),
        (unfolded(), Anchor::Top, 2, "last*…"),
        (unfolded(), Anchor::Top, 3, "last* a* .b* ..c* .d*…"),
        (unfolded(), Anchor::After(key(8)), 1, "…a* .b* ..c* .d*…"),
        (unfolded(), Anchor::End, 2, "…x* .y* alone*"),
        (unfolded(), Anchor::Around(key(4)), 1, "…x* .y*…"),
    ] {
        let page = reader
            .page_in_order(view, &order, anchor, limit)
            .expect("reads");
        assert_eq!(shown(&page), expected, "{order:?} {anchor:?} {limit}");
    }
}

#[test]
fn a_whole_thread_is_all_of_it_in_the_list_that_the_user_could_know_of() {
    let home = Home::new();
    let (mut writer, view) = filled(&home);
    let to = Destination::New("Elsewhere".to_owned());
    let ids = vec![MessageId(3)];
    writer.apply(&Change::Move { ids, to }, 0).expect("writes");
    let alice = account(&mut writer);
    writer
        .add(alice, &[mail(&home, "e", &["d"], 90)])
        .expect("writes");
    let reader = home.reader();
    let whole = |view, id, as_of| {
        let mut ids = reader
            .whole_threads(view, &[(MessageId(id), MessageId(as_of))])
            .expect("reads");
        ids.sort_unstable();
        ids.iter().map(|id| id.0).collect::<Vec<_>>()
    };
    assert_eq!(
        whole(view, 7, 8),
        [1, 5, 7],
        "the latest came when it was on the screen already"
    );
    assert_eq!(whole(view, 7, 9), [1, 5, 7, 9]);
    let nobody = View {
        account: Some(AccountId(99)),
        ..view
    };
    assert!(whole(nobody, 7, 9).is_empty());
}

#[test]
fn no_list_in_threads_is_scanned_or_sorted() {
    let home = Home::new();
    let reader = home.reader();
    let key = Key {
        date: 5,
        id: MessageId(5),
    };
    let view = View {
        folder: FolderId(1),
        account: None,
    };
    for toward in [Toward::Older, Toward::Newer] {
        for from in [None, Some(From::At(key)), Some(From::Past(key))] {
            let (sql, values) = heads_statement(view, toward, from, 50);
            let mut explain = reader
                .connection
                .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
                .expect("is SQL");
            let lines = explain.query_map(rusqlite::params_from_iter(values), |row| {
                row.get::<_, String>(3)
            });
            let lines: Vec<String> = lines
                .expect("explains")
                .map(|line| line.expect("is text"))
                .collect();
            let [plan] = &lines[..] else {
                panic!("{lines:?}");
            };
            assert!(
                plan.starts_with("SEARCH thread_row USING INDEX thread_list ("),
                "{plan}"
            );
            assert_eq!(plan.contains("(date,message)"), from.is_some(), "{plan}");
        }
    }
}

#[test]
fn the_next_mail_of_a_thread_is_the_one_below_in_its_tree() {
    let home = Home::new();
    let (_writer, _) = filled(&home);
    let reader = home.reader();
    let next = |id, below| {
        let row = reader.next_in_thread(MessageId(id), below).expect("reads");
        row.map(|row| row.subject.as_str().to_owned())
    };
    let mut walked = vec![1];
    while let Some(row) = reader
        .next_in_thread(MessageId(walked[walked.len() - 1]), true)
        .expect("reads")
    {
        walked.push(row.key.id.0);
    }
    assert_eq!(walked, [1, 3, 5, 7]);
    assert_eq!(next(7, false).as_deref(), Some("c"));
    assert_eq!(next(1, false), None);
    assert_eq!(next(2, true), None, "alone");
    assert_eq!(next(99, true), None, "gone");
    let mut writer = home.writer();
    let account = account(&mut writer);
    writer
        .add(account, &[mail(&home, "late", &["b"], 90)])
        .expect("writes");
    assert_eq!(
        next(5, true).as_deref(),
        Some("late"),
        "before one of an earlier date"
    );
    assert_eq!(next(9, true).as_deref(), Some("d"));
}
