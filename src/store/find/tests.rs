//! Queries find what they say, whether the mails are indexed or not, and however the answer is looked for.

use jiff::ZonedDateTime;
use proptest::prelude::*;

use super::conditions::{Conditions, Words};
use super::ways::Way;
use crate::mail::{Address, Change, Destination, Envelope, MessageId};
use crate::query::Query;
use crate::store::testing::{Home, account};
use crate::store::{NewMail, Reader, Writer};

fn parse(typed: &str) -> Query {
    Query::parse(typed, &ZonedDateTime::default())
}

/// The subjects found, newest first.
fn found(reader: &Reader, typed: &str) -> String {
    let query = parse(typed);
    let found = reader.find(&query, None).expect("reads");
    let count = reader.count(&query).expect("reads");
    assert_eq!(count, found.len() as u64, "{typed}");
    let few = reader.find_ids(&query, Some(2)).expect("reads");
    let ids: Vec<_> = found.iter().map(|summary| summary.id).take(2).collect();
    assert_eq!(few, ids, "{typed}");
    let subjects = found.iter().map(|summary| summary.subject.as_str());
    subjects.collect::<Vec<_>>().join(" | ")
}

fn put(writer: &mut Writer, id: i64, to: &str) {
    let change = Change::Move {
        ids: vec![MessageId(id)],
        to: Destination::New(to.to_owned()),
    };
    writer.apply(&change, 0).expect("writes");
}

/// Six mails of two accounts: one in Archive, one in Trash, one in `My Lists`.
fn sample() -> Home {
    let home = Home::new();
    let mut writer = home.writer();
    let alice = account(&mut writer);
    let work = writer.account("Work", "").expect("writes");
    let mut mails: Vec<_> = [
        "Crème brûlée",
        "Rust meeting",
        "会議のお知らせ",
        "Old rust",
        "Don't panic",
        "Rusty spam",
    ]
    .iter()
    .zip(1..)
    .map(|(subject, number)| home.mail_of(subject, 1_000 * number))
    .collect();
    mails[4].envelope.from = vec![Address {
        name: Some("Łukasz Żółw".to_owned()),
        address: Some("lukasz@example.org".to_owned()),
    }];
    let head = "From: =?utf-8?q?=C5=81ukasz_=C5=BB=C3=B3=C5=82w?= <lukasz@example.org>\r\n";
    let whole = [head.as_bytes(), &mails[4].octets].concat();
    mails[4].octets = whole;
    writer.add(alice, &mails[..3]).expect("writes");
    writer.add(work, &mails[3..]).expect("writes");
    put(&mut writer, 4, "archive");
    put(&mut writer, 5, "My Lists");
    put(&mut writer, 6, "Trash");
    let read = Change::Read {
        ids: vec![MessageId(1), MessageId(6)],
        read: true,
    };
    writer.apply(&read, 0).expect("writes");
    let flag = Change::Flag {
        ids: vec![MessageId(2)],
        flagged: true,
    };
    writer.apply(&flag, 0).expect("writes");
    home
}

#[test]
fn queries_find_what_they_say_indexed_or_not() {
    let home = sample();
    // None of them indexed, half of them, all.
    for indexed in [0, 3, 3] {
        home.writer().index_some(indexed).expect("writes");
        let reader = home.reader();
        for (typed, subjects) in [
            ("", "会議のお知らせ | Rust meeting | Crème brûlée"),
            ("in:inbox", "会議のお知らせ | Rust meeting | Crème brûlée"),
            ("rust", "Old rust | Rust meeting"),
            ("ru", "Old rust | Rust meeting"),
            ("r in:any", "Rusty spam | Old rust | Rust meeting"),
            ("rust meet", "Rust meeting"),
            ("rust m", "Rust meeting"),
            ("\"rust meeting\"", "Rust meeting"),
            ("\"meeting rust\"", ""),
            ("rust in:any", "Rusty spam | Old rust | Rust meeting"),
            ("\"rust\" in:any", "Old rust | Rust meeting"),
            ("in:trash", "Rusty spam"),
            ("in:\"my lists\"", "Don't panic"),
            ("in:nowhere", ""),
            ("-in:nowhere creme", "Crème brûlée"),
            ("CREME BRULEE", "Crème brûlée"),
            ("議の", "会議のお知らせ"),
            ("知", "会議のお知らせ"),
            ("don't", "Don't panic"),
            ("lukasz zolw", "Don't panic"),
            ("lukasz@example.org", "Don't panic"),
            ("from:luk", "Don't panic"),
            ("from:\"lukasz zolw\" or old", "Don't panic | Old rust"),
            (
                "-rust -panic in:any",
                "Rusty spam | 会議のお知らせ | Crème brûlée",
            ),
            ("is:read", "Crème brûlée"),
            ("is:unread rust", "Old rust | Rust meeting"),
            ("is:unread ru", "Old rust | Rust meeting"),
            ("is:flagged", "Rust meeting"),
            ("is:flagged or creme", "Rust meeting | Crème brûlée"),
            ("(is:flagged or creme) -meeting", "Crème brûlée"),
            ("rust -(is:flagged or in:trash) in:any", "Old rust"),
            ("-is:flagged in:inbox", "会議のお知らせ | Crème brûlée"),
            ("is:answered", ""),
            ("account:work", "Don't panic | Old rust"),
            ("-account:WORK rust", "Rust meeting"),
            ("account:nobody", ""),
            ("tag:none", ""),
            ("-tag:none is:flagged", "Rust meeting"),
            ("has:attachment", ""),
            ("-has:link in:inbox is:flagged", "Rust meeting"),
            ("larger:1k", ""),
            ("smaller:1k is:flagged", "Rust meeting"),
            (
                "before:1970-01-02 rust in:any",
                "Rusty spam | Old rust | Rust meeting",
            ),
            ("on:1970 rust in:inbox", "Rust meeting"),
            ("after:1970-01-01 rust", ""),
            ("newer:1d creme", "Crème brûlée"),
            ("older:1h rust", ""),
            ("foo:bar", ""),
            ("%", "会議のお知らせ | Rust meeting | Crème brûlée"),
        ] {
            assert_eq!(found(&reader, typed), subjects, "{typed}");
        }
    }
    assert_eq!(home.reader().unindexed().expect("reads"), 0);
}

/// A mail that says all it has to say in its octets.
fn letter(home: &Home, date: i64, octets: &str) -> NewMail {
    let octets = octets.replace('\n', "\r\n").into_bytes();
    NewMail {
        envelope: Envelope {
            date: Some(date),
            ..Envelope::read(&octets)
        },
        octets,
        ..home.mail("x")
    }
}

#[test]
fn what_a_mail_says_is_found_in_its_place() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let mail = "Subject: one\nFrom: Ann Lee <ann.lee@example.org>\nTo: Bob <bob@x.example>\n\
        Cc: Carol <carol@y.example>\nMessage-ID: <20261124.1-2@mail.example.org>\n\
        List-Id: Rust users <rust-users.example.org>\nContent-Type: multipart/mixed; boundary=a\n\n--a\n\n\
        Grüße from the garden, see https://example.org/a_b-c for v1.2.3-rc4\n--a\n\
        Content-Type: application/pdf; name=Plan-2026.pdf\n\nx\n--a\nContent-Type: text/calendar\n\n\
        SUMMARY:Lunch\n--a--\n";
    let mails = [
        letter(&home, 1_000, mail),
        letter(&home, 2_000, "Subject: two\n\nann bob carol rust lunch\n"),
    ];
    writer.add(account, &mails).expect("writes");
    writer.index_some(9).expect("writes");
    let reader = home.reader();
    for (typed, subjects) in [
        ("grusse garden", "one"),
        ("\"from the garden\"", "one"),
        ("\"the garden from\"", ""),
        ("body:gard", "one"),
        ("body:ga", "one"),
        ("subject:garden", ""),
        ("ann", "two | one"),
        ("from:ann", "one"),
        ("from:an", "one"),
        ("to:ann", ""),
        ("to:bob@x.example", "one"),
        ("cc:ca", "one"),
        ("cc:bob", ""),
        ("body:bob", "two"),
        ("ann.lee@example.org", "one"),
        ("from:lee@example.or", ""),
        ("from:lee@example.org", "one"),
        ("id:<20261124.1-2@mail.example.org>", "one"),
        ("20261124.1-2@mail.example.org", "one"),
        ("list:rust-users", "one"),
        ("list:ru", "one"),
        ("filename:plan-2026.pdf", "one"),
        ("filename:pl", "one"),
        ("v1.2.3-rc4", "one"),
        ("https://example.org/a_b-c", "one"),
        ("has:link", "one"),
        ("has:invite lunch", "one"),
        ("-has:invite lunch", "two"),
        ("has:attachment", "one"),
        ("lunch or garden", "two | one"),
        ("\"bob carol\"", "two"),
        // Name and address are no phrase, nor are two people.
        ("\"lee ann\"", ""),
        ("link", ""),
        ("invite", ""),
    ] {
        assert_eq!(found(&reader, typed), subjects, "{typed}");
    }
}

#[test]
fn a_limit_keeps_the_newest() {
    let home = sample();
    for _ in 0..2 {
        let query = parse("rust in:any");
        let found = home.reader().find(&query, Some(1)).expect("reads");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].subject, "Rusty spam");
        home.writer().index_some(9).expect("writes");
    }
}

/// Sixty mails of few words and few dates, some of them in Trash; a part of them not indexed.
fn many() -> Home {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let words = ["red", "real", "fox", "don", "会議", "室内", "x1", "tea"];
    let mails: Vec<_> = (0..60)
        .map(|number| {
            let text = |step: i64| {
                words[usize::try_from((number * 7 + number / step) % 8).expect("small")]
            };
            let subject = format!("{} {} {}", text(2), text(3), text(5));
            home.mail_of(&subject, 1_000 * ((number * 37) % 11 + 1))
        })
        .collect();
    writer.add(account, &mails).expect("writes");
    for id in [3, 14, 15, 59] {
        put(&mut writer, id, "Trash");
    }
    let ids = (20..30).map(MessageId).collect();
    writer
        .apply(&Change::Flag { ids, flagged: true }, 0)
        .expect("writes");
    writer.index_some(45).expect("writes");
    home
}

#[test]
fn thousands_of_strings_never_give_an_sql_error_and_each_way_gives_the_same() {
    let home = many();
    let reader = home.reader();
    let words = "[-\"'():%_*;a\u{e9}会🎉\\x00 ]{0,8}|-?(red|re|r|fo|\"don\"|会|会議|室|tea|or|and not|\\(|\\))|(in|is|has|from|body|account|newer|or|not|-):?\"?[a-z'\" ]{0,6}|is:flagged|in:trash|\\PC{0,10}";
    let strings = prop::collection::vec(words, 0..7);
    let config = ProptestConfig::with_cases(2_000);
    proptest!(config, |(words in strings)| {
        let typed = words.join(" ");
        let query = parse(&typed);
        let found = reader.find_ids(&query, None).expect("is a query");
        prop_assert_eq!(reader.count(&query).expect("is a query"), found.len() as u64);
        let few = reader.find_ids(&query, Some(5)).expect("is a query");
        prop_assert_eq!(&few[..], &found[..found.len().min(5)]);
        if query.has_text() {
            let conditions = Conditions::of(&reader, &query, Words::InIndex).expect("is a query");
            let small = reader.windows(&conditions, i64::MAX, 11).expect("is a query");
            let indexed = match Way::of(&reader, &query).expect("is a query") {
                Way::Straight(straight) => straight.find(&reader, i64::MAX).expect("is a query"),
                Way::Windows(_) => small.clone(),
            };
            prop_assert_eq!(small, indexed, "{}", typed);
        }
    });
}

#[test]
fn the_index_finds_what_the_heads_tell() {
    let home = many();
    let typed = [
        "red",
        "re",
        "r",
        "real fox",
        "red or fox",
        "-red",
        "-re tea",
        "\"don tea\"",
        "会",
        "議",
        "会議 室",
        "x",
        "x1",
        "(re or 会) -don",
        "is:flagged or re",
        "-(re or tea) is:flagged",
        "red -is:flagged",
        "tea r",
        "f or r in:any",
        "-(red -fox)",
        "-(-red)",
        "subject:re or subject:don",
    ];
    let answers = |home: &Home| -> Vec<_> {
        let reader = home.reader();
        let answer = |typed: &&str| reader.find_ids(&parse(typed), None).expect("reads");
        typed.iter().map(answer).collect()
    };
    let in_part = answers(&home);
    home.writer().index_some(99).expect("writes");
    let indexed = answers(&home);
    let unindex = "UPDATE message SET rank = NULL";
    home.writer()
        .connection
        .execute_batch(unindex)
        .expect("writes");
    let by_heads = answers(&home);
    for (index, typed) in typed.iter().enumerate() {
        assert!(!by_heads[index].is_empty(), "{typed}");
        assert_eq!(in_part[index], by_heads[index], "{typed}");
        assert_eq!(indexed[index], by_heads[index], "{typed}");
    }
}

/// What SQLite is going to do, step by step.
fn plan(reader: &Reader, sql: &str) -> String {
    let mut statement = reader
        .connection
        .prepare(&format!("EXPLAIN QUERY PLAN {sql}"))
        .expect("is SQL");
    let values = vec!["\"x\""; statement.parameter_count()];
    let values = rusqlite::params_from_iter(values);
    let steps = statement.query_map(values, |row| row.get::<_, String>(3));
    let steps: rusqlite::Result<Vec<_>> = steps.expect("is SQL").collect();
    steps.expect("reads").join("; ")
}

#[test]
fn hits_come_in_their_order_and_none_are_sorted() {
    let home = many();
    let reader = home.reader();
    for (typed, table) in [
        ("\"red\"", "words"),
        ("real", "words"),
        ("\"red fox\"", "words"),
        ("red fox1", "words"),
        ("\"red\" or \"fox\"", "words"),
        ("-red \"fox\"", "words"),
        ("from:bobby is:unread", "words"),
        ("after:2000 real larger:1k", "words"),
        ("re", "beginnings"),
        ("subject:r is:unread", "beginnings"),
        ("会", "beginnings"),
    ] {
        let Way::Straight(straight) = Way::of(&reader, &parse(typed)).expect("reads") else {
            panic!("{typed} goes by windows");
        };
        let sql = format!(
            "{} ORDER BY {table}.rowid DESC LIMIT ?3",
            straight.sql("message.id")
        );
        let plan = plan(&reader, &sql);
        assert!(
            plan.starts_with(&format!("SCAN {table} VIRTUAL TABLE INDEX")),
            "{plan}"
        );
        assert!(plan.contains("SEARCH message USING"), "{plan}");
        assert!(
            plan.contains("message_rank (rank=?)") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
    for typed in ["red re", "-red", "is:flagged or red", "-(re or fox)"] {
        let way = Way::of(&reader, &parse(typed)).expect("reads");
        assert!(matches!(way, Way::Windows(_)), "{typed}");
    }
}
