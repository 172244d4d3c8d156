//! `poptui list` and `poptui count`: the mails that match a query.

use std::path::Path;

use jiff::tz::TimeZone;

use crate::query::Query;
use crate::store::{Error, Store};

use super::args::{CountArgs, ListArgs};
use super::columns::Columns;
use super::failure::{Exit, Failure};
use super::json::{self, Listed};
use super::out::{Out, note};
use super::paths::Paths;

/// Prints one row or object per mail, newest first.
pub(super) fn list(args: &ListArgs, paths: &Paths) -> Result<Exit, Failure> {
    let query = query(&args.query);
    let limit = args.limit;
    let Some(store) = open(&paths.data_dir()?)? else {
        return Ok(Exit::DONE);
    };
    let mails = store.read_now(move |reader| reader.find(&query, limit))?;
    let mut out = Out::new();
    if args.json {
        for mail in &mails {
            out.line(&json::line(&Listed::new(mail))?)?;
        }
        return out.finish();
    }
    let columns = Columns::new(&mails, out.terminal_width(), TimeZone::system());
    for mail in &mails {
        out.line(&columns.row(mail))?;
    }
    out.finish()
}

/// Prints how many there are.
pub(super) fn count(args: &CountArgs, paths: &Paths) -> Result<Exit, Failure> {
    let query = query(&args.query);
    let count = match open(&paths.data_dir()?)? {
        Some(store) => store.read_now(move |reader| reader.count(&query))?,
        None => 0,
    };
    let mut out = Out::new();
    out.line(&count.to_string())?;
    out.finish()
}

/// The shell has taken the words apart; a query does not mind.
fn query(words: &[String]) -> Query {
    Query::parse(&words.join(" "))
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
