//! Writes the octets of a mail, large ones without copies of them in memory.

use std::cmp::Ordering;

use rusqlite::blob::ZeroBlob;
use rusqlite::{Connection, MAIN_DB, OptionalExtension, Transaction};

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

/// Nearly all heads are shorter: of most mails no more than a page of the file is read.
const USUAL_HEAD: usize = 4 << 10;
/// A longer head is cut: mails are told apart by what comes first.
const LONGEST_HEAD: usize = 64 << 10;

/// The first octets of a message, and how many there are of it. Of a large mail no more than that is read, and nothing
/// is copied.
pub(super) fn beginning(
    connection: &Connection,
    message: MessageId,
    most: usize,
) -> rusqlite::Result<Option<(Vec<u8>, usize)>> {
    let length: Option<u32> = connection
        .prepare_cached("SELECT length(octets) FROM octets WHERE message = ?1")?
        .query_row([message.0], |row| row.get(0))
        .optional()?;
    let Some(length) = length.map(|length| length as usize) else {
        return Ok(None);
    };
    let mut octets = vec![0; length.min(most)];
    let place = connection.blob_open(MAIN_DB, "octets", "octets", message.0, true)?;
    place.read_at_exact(&mut octets, 0)?;
    place.close()?;
    Ok(Some((octets, length)))
}

/// The octets of a message up to and with the empty line behind its head, no more than 64 KiB of them.
pub(super) fn head(
    connection: &Connection,
    message: MessageId,
) -> rusqlite::Result<Option<Vec<u8>>> {
    for most in [USUAL_HEAD, LONGEST_HEAD] {
        let Some((mut head, length)) = beginning(connection, message, most)? else {
            return Ok(None);
        };
        if let Some(end) = end_of_head(&head) {
            head.truncate(end);
            return Ok(Some(head));
        }
        if most == LONGEST_HEAD || head.len() == length {
            return Ok(Some(head));
        }
    }
    Ok(None)
}

/// Which of two octet strings is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shorter {
    /// The one that is here.
    Stored,
    /// The one it is compared with.
    Given,
}

/// Compared at a time.
const CHUNK: usize = 64 << 10;

/// Whether the octets of a message are the beginning of these, or these of them, and what both begin with. Behind a cut
/// within a line stands a line end that the server put there.
pub(super) fn cut<'a>(
    connection: &Connection,
    message: MessageId,
    given: &'a [u8],
) -> rusqlite::Result<Option<(Shorter, &'a [u8])>> {
    let stored = connection.blob_open(MAIN_DB, "octets", "octets", message.0, true)?;
    let length = stored.len();
    let (shorter, end) = match length.cmp(&given.len()) {
        Ordering::Less => (Shorter::Stored, length),
        Ordering::Greater => (Shorter::Given, given.len()),
        Ordering::Equal => return Ok(None),
    };
    let mut chunk = vec![0; end.min(CHUNK)];
    let mut common = 0;
    while common < end {
        let part = &mut chunk[..CHUNK.min(end - common)];
        stored.read_at_exact(part, common)?;
        let pairs = part.iter().zip(&given[common..]);
        let equal = pairs.take_while(|(one, other)| one == other).count();
        common += equal;
        if equal < part.len() {
            let rest = match shorter {
                Shorter::Stored => &part[equal..],
                Shorter::Given => &given[common..],
            };
            let is_added = end - common == rest.len() && [&b"\r\n"[..], b"\n"].contains(&rest);
            return Ok(Some((shorter, &given[..common]))
                .filter(|(_, common)| is_added && !common.is_empty()));
        }
    }
    Ok(Some((shorter, &given[..common])).filter(|_| common > 0))
}

/// Whether the empty line behind a head is the end of these octets.
pub(super) fn ends_a_head(octets: &[u8]) -> bool {
    end_of_head(octets) == Some(octets.len())
}

/// Whether a whole head is in these octets.
pub(super) fn hold_a_head(octets: &[u8]) -> bool {
    end_of_head(octets).is_some()
}

/// Behind the empty line.
fn end_of_head(octets: &[u8]) -> Option<usize> {
    let ends = [&b"\r\n\r\n"[..], b"\n\n"].into_iter();
    let ends = ends.filter_map(|end| Some(memchr::memmem::find(octets, end)? + end.len()));
    ends.min()
}

#[cfg(test)]
mod tests {
    use super::SMALL;
    use crate::mail::MessageId;
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
            let id = writer.add(account, &[mail]).expect("writes")[0]
                .id
                .expect("is here");
            let back = home.reader().octets(id).expect("reads").expect("is there");
            assert!(back == octets, "{length} octets");
            for most in [0, 7, usize::MAX] {
                let begun = home.reader().octets_from_start(id, most).expect("reads");
                let (begun, whole) = begun.expect("is there");
                assert_eq!(whole, length);
                assert!(
                    begun == octets[..length.min(most)],
                    "{most} of {length} octets"
                );
            }
        }
    }

    #[test]
    fn a_head_ends_with_its_empty_line_or_after_64_kib() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let endless = vec![b'x'; 3 << 20];
        let unusual = [&endless[..4_094], b"\r\n\r\n\n\n"].concat();
        for (octets, head) in [
            (&b"A: b\r\n\r\ntext\r\n\r\n"[..], &b"A: b\r\n\r\n"[..]),
            (b"A: b\n\ntext\r\n\r\n", b"A: b\n\n"),
            (b"A: b\r\n", b"A: b\r\n"),
            (b"", b""),
            (&unusual, &unusual[..4_098]),
            (&endless, &endless[..64 << 10]),
        ] {
            let mail = NewMail {
                octets: octets.to_vec(),
                ..home.mail(&octets.len().to_string())
            };
            let id = writer.add(account, &[mail]).expect("writes")[0].id;
            let told = home.reader().head(id.expect("is here")).expect("reads");
            assert!(told.as_deref() == Some(head), "{} octets", octets.len());
        }
        assert_eq!(home.reader().head(MessageId(99)).expect("reads"), None);
    }
}
