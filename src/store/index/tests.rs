//! The index follows the mails: as they come, are replaced and go, in the order of lists, batch by batch.

use jiff::ZonedDateTime;

use crate::mail::{Change, Completeness, Destination, MessageId};
use crate::query::Query;
use crate::store::testing::{Home, account};
use crate::store::{NewMail, Reader, Store, Writer};

fn found(home: &Home, typed: &str) -> Vec<i64> {
    let query = Query::parse(typed, &ZonedDateTime::default());
    let ids = home.reader().find_ids(&query, None).expect("reads");
    ids.into_iter().map(|id| id.0).collect()
}

/// The ranks of all mails, by id; and whether each table of the index has just these.
fn ranks(writer: &Writer) -> Vec<Option<i64>> {
    let list = |sql: &str| -> Vec<Option<i64>> {
        let mut statement = writer.connection.prepare(sql).expect("is SQL");
        let rows = statement.query_map([], |row| row.get(0)).expect("reads");
        rows.map(|row| row.expect("reads")).collect()
    };
    let ranks = list("SELECT rank FROM message ORDER BY id");
    let mut known: Vec<_> = ranks.iter().copied().flatten().map(Some).collect();
    known.sort_unstable();
    // What FTS5 keeps of each row, whatever its words are.
    for table in ["words_docsize", "beginnings_docsize"] {
        let sql = format!("SELECT id FROM {table} ORDER BY id");
        assert_eq!(list(&sql), known, "{table}");
    }
    ranks
}

fn with_text(home: &Home, subject: &str, text: &str) -> NewMail {
    NewMail {
        octets: format!("Subject: {subject}\r\n\r\n{text}\r\n").into_bytes(),
        ..home.mail(subject)
    }
}

#[test]
fn ranks_are_in_the_order_of_lists_however_many_mails_share_a_second() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let dates = [5_000, 4_000, 6_000]
        .into_iter()
        .chain([5_000; 40])
        .chain([0, 4_000]);
    let mails: Vec<_> = dates.map(|date| home.mail_of("same", date)).collect();
    // In three batches, the last one by another process.
    writer.add(account, &mails[..10]).expect("writes");
    writer.index_some(usize::MAX).expect("writes");
    writer.add(account, &mails[10..30]).expect("writes");
    writer.index_some(usize::MAX).expect("writes");
    drop(writer);
    let mut writer = home.writer();
    writer.add(account, &mails[30..]).expect("writes");
    writer.index_some(usize::MAX).expect("writes");

    let ranks = ranks(&writer);
    assert_eq!(ranks[0], Some(5_000));
    assert_eq!(ranks[1], Some(4_000));
    assert_eq!(ranks[44], Some(4_001));
    // A mail without a date of its own is of its arrival.
    assert_eq!(ranks[43], Some(1_800_000_000));
    let of_one_second: Vec<_> = (3..43).map(|index| ranks[index]).collect();
    assert!(of_one_second.is_sorted() && of_one_second[0] > ranks[0]);
    assert_eq!(found(&home, "same")[..2], [44, 3]);
}

#[test]
fn a_mail_that_is_replaced_is_found_by_what_it_says_now() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let head = NewMail {
        completeness: Completeness::Head,
        octets: b"Subject: report\r\n\r\n".to_vec(),
        ..with_text(&home, "report", "")
    };
    let whole = NewMail {
        completeness: Completeness::Whole,
        octets: b"Subject: report\r\n\r\nlighthouse\r\n".to_vec(),
        sha256: [7; 32],
        ..head.clone()
    };
    writer.add(account, &[head]).expect("writes");
    writer.index_some(9).expect("writes");
    assert_eq!(
        (found(&home, "report"), found(&home, "lighthouse")),
        (vec![1], vec![])
    );
    writer.add(account, &[whole]).expect("writes");
    assert_eq!(ranks(&writer), [None]);
    assert_eq!(found(&home, "report"), [1], "by its head, and once");
    writer.index_some(9).expect("writes");
    assert_eq!(
        (found(&home, "report"), found(&home, "lighthouse")),
        (vec![1], vec![1])
    );
}

#[test]
fn a_mail_that_is_deleted_for_good_leaves_the_index() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let mails = [
        with_text(&home, "one", "harbour"),
        with_text(&home, "two", "harbour"),
    ];
    writer.add(account, &mails).expect("writes");
    writer.index_some(9).expect("writes");
    let to = Destination::New("Trash".to_owned());
    let ids = vec![MessageId(1)];
    let change = Change::Move {
        ids: ids.clone(),
        to,
    };
    writer.apply(&change, 0).expect("writes");
    assert_eq!(found(&home, "harbour in:any"), [2, 1]);
    assert_eq!(found(&home, "harbour"), [2]);
    writer.expunge(&ids).expect("writes");
    assert_eq!(found(&home, "harbour in:any"), [2]);
    assert_eq!(found(&home, "ha in:any"), [2]);
    assert_eq!(ranks(&writer).len(), 1);
    let query = Query::parse("harbour", &ZonedDateTime::default());
    assert_eq!(home.reader().count(&query).expect("reads"), 1);
}

#[test]
fn a_batch_ends_as_soon_as_something_else_is_wanted() {
    let home = Home::new();
    let mut writer = home.writer();
    home.fill(&mut writer, 20);
    assert!(writer.index_batch(&|| true).expect("writes"));
    assert_eq!(home.reader().unindexed().expect("reads"), 19);
    writer.index_some(5).expect("writes");
    assert_eq!(home.reader().unindexed().expect("reads"), 14);
    while writer.index_batch(&|| false).expect("writes") {}
    assert_eq!(home.reader().unindexed().expect("reads"), 0);
    assert_eq!(ranks(&writer).iter().flatten().count(), 20);
}

#[test]
fn a_store_indexes_by_itself_what_an_earlier_one_left() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    writer
        .add(account, &[with_text(&home, "one", "harbour")])
        .expect("writes");
    drop(writer);
    let store = Store::open(home.path()).expect("opens");
    while store.read_now(Reader::unindexed).expect("reads") > 0 {
        std::thread::yield_now();
    }
    assert_eq!(found(&home, "harbour"), [1]);
}

#[test]
fn words_of_both_texts_are_indexed_and_those_of_both_once() {
    let home = Home::new();
    let mut writer = home.writer();
    let account = account(&mut writer);
    let text = "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nred fox plain\r\n--b\r\n\
                Content-Type: text/html\r\n\r\n<p>red fox page\r\n--b--";
    let mail = NewMail {
        octets: format!("Subject: x\r\n{text}\r\n").into_bytes(),
        ..home.mail("x")
    };
    writer.add(account, &[mail]).expect("writes");
    writer.index_some(9).expect("writes");
    for typed in ["plain", "page", "\"red fox plain\"", "body:fox"] {
        assert_eq!(found(&home, typed), [1], "{typed}");
    }
    let instances = "SELECT cnt FROM temp.told WHERE term = 'fox'";
    let connection = &writer.connection;
    let told = "CREATE VIRTUAL TABLE temp.told USING fts5vocab(main, words, row)";
    connection.execute_batch(told).expect("is SQL");
    let count: i64 = connection
        .query_row(instances, [], |row| row.get(0))
        .expect("reads");
    assert_eq!(count, 1);
}
