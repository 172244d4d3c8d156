//! How often a sender wrote before: looked for among the latest mails only, so that it takes no time to speak of.

use super::{Reader, Result};
use crate::mail::{Address, MessageId};
use crate::query;

/// Mails looked through before the one in question.
const REACH: i64 = 50_000;
/// Counted up to here: more is not worth a number.
pub const MANY_EARLIER: usize = 100;

impl Reader {
    /// Mails from this address that are older than the mail, up to [`MANY_EARLIER`], among the latest fifty thousand.
    pub fn earlier_from(&self, id: MessageId, address: &str) -> Result<usize> {
        // The folded words of a mail are short; addresses are taken out of a head only where they can fit.
        let mut statement = self.connection.prepare_cached(
            "SELECT head.addresses
             FROM (SELECT date, id FROM message
                   WHERE (date, id) < (SELECT date, id FROM message WHERE id = ?1)
                   ORDER BY date DESC, id DESC LIMIT ?2) AS older
             JOIN search ON search.message = older.id
             JOIN head ON head.message = older.id
             WHERE instr(search.text, ?3)",
        )?;
        let word = word_of(address);
        let mut rows = statement.query((id.0, REACH, &word))?;
        let mut found = 0;
        while let Some(row) = rows.next()? {
            let json: String = row.get(0)?;
            found += usize::from(is_from(&json, address));
            if found == MANY_EARLIER {
                break;
            }
        }
        Ok(found)
    }
}

/// A word of the address as the search text has it: the longest one, as the rarest.
fn word_of(address: &str) -> String {
    let folded = query::index_text(std::iter::once(address));
    let words = folded.split_whitespace();
    words
        .max_by_key(|word| word.len())
        .unwrap_or_default()
        .to_owned()
}

fn is_from(json: &str, address: &str) -> bool {
    type People = (Vec<Address>, Vec<Address>, Vec<Address>);
    let (from, ..) = serde_json::from_str::<People>(json).unwrap_or_default();
    from.iter().any(|one| {
        let known = one.address.as_deref();
        known.is_some_and(|known| known.eq_ignore_ascii_case(address))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Home, account};

    #[test]
    fn mails_before_it_are_counted_and_none_after() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let from = |address: &str, date| {
            let mut mail = home.mail_of(&format!("{address} {date}"), date);
            mail.envelope.from = vec![Address {
                name: None,
                address: Some(address.to_owned()),
            }];
            mail.envelope.to = vec![Address {
                name: None,
                address: Some("ada@example.org".to_owned()),
            }];
            mail
        };
        let mails = [
            from("ada@example.org", 1_000),
            from("ADA@example.org", 2_000),
            from("eve@example.org", 3_000),
            from("ada@example.org", 4_000),
        ];
        writer.add(account, &mails).expect("writes");
        let reader = home.reader();
        let counted: Vec<usize> = (1..=4)
            .map(|id| {
                reader
                    .earlier_from(MessageId(id), "ada@example.org")
                    .expect("reads")
            })
            .collect();
        assert_eq!(counted, [0, 1, 2, 2]);
        let nobody = reader.earlier_from(MessageId(4), "");
        assert_eq!(nobody.expect("reads"), 0);
    }

    #[test]
    fn only_the_sender_counts_and_case_does_not() {
        let json = r#"[[{"name":null,"address":"Ada@Example.org"}],[{"name":null,"address":"bob@example.org"}],[]]"#;
        assert!(is_from(json, "ada@example.ORG"));
        assert!(!is_from(json, "bob@example.org"));
        assert!(!is_from("broken", "bob@example.org"));
    }
}
