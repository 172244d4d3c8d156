//! Reads what lies on the servers, for the screen of that name: counted and sorted here, off the loop.

use std::sync::Arc;

use crate::app::on_server::{Held, Holdings};
use crate::config::Account;
use crate::mail::SafeText;
use crate::store::{self, Reader};

/// What is known of all accounts of the config; `now` in seconds since 1970.
pub(super) fn read(
    reader: &Reader,
    accounts: &[Account],
    now: i64,
) -> Result<Arc<Holdings>, store::Error> {
    let known = reader.accounts()?;
    let mut held = Vec::with_capacity(accounts.len());
    for account in accounts {
        let name = SafeText::new(&account.name);
        let keep = account.keep_on_server;
        // An account that was never fetched has no row yet.
        let rows = match known.iter().find(|known| known.name == name) {
            Some(known) => reader.ledger(known.id, keep, now)?,
            None => Vec::new(),
        };
        held.push(Held { name, keep, rows });
    }
    Ok(Arc::new(Holdings::new(held)))
}
