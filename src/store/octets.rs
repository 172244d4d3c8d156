//! Writes the octets of a mail, large ones without copies of them in memory.

use rusqlite::blob::ZeroBlob;
use rusqlite::{MAIN_DB, Transaction};

use crate::mail::MessageId;

/// Given as a value, octets are copied twice by SQLite. That costs nothing up to this many; a mail of 64 MiB would
/// cost 128 MiB more.
const SMALL: usize = 1 << 20;

/// Stores the octets of a message.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    message: MessageId,
    octets: &[u8],
) -> rusqlite::Result<()> {
    let mut statement =
        transaction.prepare_cached("INSERT INTO octets (message, octets) VALUES (?1, ?2)")?;
    if octets.len() <= SMALL {
        statement.execute((message.0, octets))?;
        return Ok(());
    }
    statement.execute((message.0, ZeroBlob(octets.len() as u64)))?;
    let mut place = transaction.blob_open(MAIN_DB, "octets", "octets", message.0, false)?;
    place.write_all_at(octets, 0)?;
    place.close()
}

#[cfg(test)]
mod tests {
    use super::SMALL;
    use crate::store::NewMail;
    use crate::store::testing::{Home, account};

    #[test]
    fn octets_of_any_length_come_back_as_they_were() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        for length in [0, 1, SMALL, SMALL + 1, 20 * SMALL + 4_711] {
            let octets: Vec<u8> = (0_u8..=250).cycle().take(length).collect();
            let mail = NewMail {
                octets: octets.clone(),
                ..home.mail(&length.to_string())
            };
            let id = writer.add(account, &[mail]).expect("writes")[0].id;
            let back = home.reader().octets(id).expect("reads").expect("is there");
            assert!(back == octets, "{length} octets");
        }
    }
}
