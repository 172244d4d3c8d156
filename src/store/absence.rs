//! Notes which mails a listing did not name: absence is not deletion, but it says which names can still be believed.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Result, Writer, stored_uid};
use crate::mail::AccountId;
use crate::pop3::UniqueId;

impl Writer {
    /// Notes which unique-ids a complete UIDL named: mails that it does not name are absent since the first time
    /// that happened, so that their octets under another unique-id are known as the same mail; mails that it names
    /// again are back. Tells how many mails changed in this respect.
    pub fn listed(&mut self, account: AccountId, uids: &[UniqueId], now: i64) -> Result<usize> {
        let uids: HashSet<Arc<[u8]>> = uids.iter().map(|uid| stored_uid(uid).0).collect();
        let transaction = self.begin()?;
        let mut changed = Vec::new();
        {
            let mut statement = transaction.prepare_cached(
                "SELECT id, uid, absent_since IS NULL FROM maildrop WHERE account = ?1 AND uid IS NOT NULL",
            )?;
            let mut rows = statement.query([account.0])?;
            while let Some(row) = rows.next()? {
                let listed = uids.contains(row.get_ref(1)?.as_blob()?);
                if listed != row.get::<_, bool>(2)? {
                    changed.push((row.get::<_, i64>(0)?, (!listed).then_some(now)));
                }
            }
        }
        for change in &changed {
            transaction
                .prepare_cached("UPDATE maildrop SET absent_since = ?2 WHERE id = ?1")?
                .execute(*change)?;
        }
        transaction.commit()?;
        Ok(changed.len())
    }
}
