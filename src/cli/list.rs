//! `poptui list` and `poptui count`: the mails that match a query.

use std::path::Path;

use jiff::ZonedDateTime;
use jiff::tz::TimeZone;

use crate::mail::{MessageId, words};
use crate::query::Query;
use crate::store::{Error, Reader, Store, Summary};

use super::args::{CountArgs, ListArgs};
use super::columns::Columns;
use super::failure::{Exit, Failure};
use super::json::{self, Listed};
use super::out::{Out, note};
use super::paths::Paths;

/// Mails read at a time: a list of a million needs no more memory than one of a thousand.
const CHUNK: usize = 1_000;

/// Prints one row or object per mail, newest first.
pub(super) fn list(args: &ListArgs, paths: &Paths) -> Result<Exit, Failure> {
    let query = query(&args.query);
    let understood = query.explain();
    let limit = args.limit;
    let Some(store) = open(&paths.data_dir()?)? else {
        return Ok(Exit::DONE);
    };
    remark(&store, &query)?;
    let ids = store.read_now(move |reader| reader.find_ids(&query, limit))?;
    let mut out = Out::new();
    let columns = Columns::new(&ids, out.terminal_width(), TimeZone::system());
    for ids in ids.chunks(CHUNK) {
        for mail in summaries(&store, ids.to_vec())? {
            let line = if args.json {
                json::line(&Listed::new(&mail))?
            } else {
                columns.row(&mail)
            };
            out.line(&line)?;
        }
    }
    if ids.is_empty() {
        nothing(&args.query, &understood);
    }
    out.finish()
}

/// Prints how many there are.
pub(super) fn count(args: &CountArgs, paths: &Paths) -> Result<Exit, Failure> {
    let query = query(&args.query);
    let understood = query.explain();
    let count = match open(&paths.data_dir()?)? {
        Some(store) => {
            remark(&store, &query)?;
            store.read_now(move |reader| reader.count(&query))?
        }
        None => 0,
    };
    let mut out = Out::new();
    out.line(&count.to_string())?;
    if count == 0 {
        nothing(&args.query, &understood);
    }
    out.finish()
}

/// As many as `poptui fetch` may leave for a moment: not worth a word.
const FEW: u64 = 200;

/// Words are looked for in the text of mails as far as these are indexed: that more may be found later is said.
fn remark(store: &Store, query: &Query) -> Result<(), Error> {
    let waiting = if query.has_text() {
        store.read_now(Reader::unindexed)?
    } else {
        0
    };
    if waiting > FEW {
        let mails = words::mails(usize::try_from(waiting).unwrap_or(usize::MAX));
        note(&format!(
            "{mails} not indexed yet, found by sender, recipients and subject alone; poptui and poptui fetch go on with it"
        ));
    }
    Ok(())
}

/// Where nothing was found, the reason may be that the query was not understood as it was meant.
fn nothing(query: &[String], understood: &str) {
    if !query.is_empty() {
        note(&format!(
            "nothing found; the query was read as: {understood}"
        ));
    }
}

/// What is told of these mails. One that has gone since it was found is left out.
fn summaries(store: &Store, ids: Vec<MessageId>) -> Result<Vec<Summary>, Error> {
    store.read_now(move |reader| {
        let told = ids.into_iter().map(|id| reader.summary(id));
        told.filter_map(Result::transpose).collect()
    })
}

/// The shell has taken the words apart; a query does not mind.
fn query(words: &[String]) -> Query {
    Query::parse(&words.join(" "), &ZonedDateTime::now())
}

/// The store, if there is one: before the first fetch there is no mail, which is no mistake.
fn open(dir: &Path) -> Result<Option<Store>, Failure> {
    match Store::open_read_only(dir) {
        Ok(store) => Ok(Some(store)),
        Err(absent @ Error::Absent { .. }) => {
            note(&absent.to_string());
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
