//! Deletes mails here for good: what lies in Trash, and nothing else.

use super::{Result, Writer};
use crate::mail::MessageId;

impl Writer {
    /// Deletes mails here for good, octets and all, as far as they lie in Trash; tells how many. Their rows in the
    /// ledger stay, so that they are not fetched again, and are deleted on the server where that is the user's policy.
    /// What was journalled of them goes with them: nothing brings them back. The file keeps its size; its free pages
    /// are used for the mails that come next.
    pub fn expunge(&mut self, ids: &[MessageId]) -> Result<usize> {
        let transaction = self.begin()?;
        let mut gone = 0;
        for id in ids {
            gone += transaction
                .prepare_cached(
                    "DELETE FROM message WHERE id = ?1 AND folder = (SELECT id FROM folder WHERE role = 'trash')",
                )?
                .execute([id.0])?;
        }
        transaction.commit()?;
        Ok(gone)
    }
}
