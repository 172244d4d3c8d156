//! Where the deletion of a mail on the server stands, and the steps that it takes: durable before each is taken there.

use rusqlite::{OptionalExtension, Row};

use super::beyond::is_beyond_proof;
use super::content::json;
use super::{Result, Writer};
use crate::mail::LedgerId;

/// Where a deletion on the server stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deletion {
    /// Must not be deleted: it is not here whole, or what was received and what LIST told do not agree. From here only
    /// [`Writer::ask_for_what_is_only_there`] leads on.
    None,
    /// Stored and checked here; may be deleted.
    Allowed,
    /// The user asked for it.
    Asked,
    /// DELE was sent, QUIT was not confirmed: to be tried again.
    Sent,
    /// Confirmed by QUIT.
    Done,
    /// Confirmed by QUIT, and listed again, too often: the server does not delete it.
    GivenUp,
}

/// Why a mail is still there though DELE was sent for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unsent {
    /// The mark was taken away again: the user took it back.
    TakenBack,
    /// The server refused DELE.
    Refused,
    /// The server cannot do it now ([SYS/TEMP], [IN-USE]): no attempt, as it may do so later.
    PutOff,
    /// The server refused QUIT, and nobody knows what it deleted: to be tried again, as long as anybody wants it.
    InDoubt,
}

/// After so many deletions that the server refused, or confirmed and did not carry out, nobody asks it again.
pub(super) const ATTEMPTS: u32 = 3;

impl Writer {
    /// Notes durably that DELE is about to be sent for these, or that QUIT confirmed it, or that it may not come to
    /// that. Rows from which there is no such step stay as they are: nothing is done that was not sent, and nothing
    /// is sent that was not allowed. (Of what is not here whole, only the caller knows what was sent: taken back, its
    /// row tells it no longer.)
    pub fn advance(&mut self, mails: &[LedgerId], to: Deletion) -> Result<()> {
        let (set, from) = match to {
            Deletion::None => ("deletion = 'none'", "deletion <> 'done'"),
            Deletion::Allowed => (
                "deletion = 'allowed'",
                "completeness = 0 AND NOT by_hand AND deletion IN ('none', 'asked', 'sent')",
            ),
            Deletion::Asked => ("deletion = 'asked'", "deletion = 'allowed'"),
            Deletion::Sent => (
                "deletion = 'sent', asked = deletion = 'asked'",
                "deletion IN ('allowed', 'asked')",
            ),
            Deletion::Done => (
                "deletion = 'done'",
                // Taken back while QUIT was on its way, what no policy deletes stands where it stood before DELE.
                "(deletion = 'sent' OR ((completeness <> 0 OR by_hand) AND deletion IN ('none', 'asked')))",
            ),
            Deletion::GivenUp => (
                "deletion = 'given-up'",
                "deletion IN ('allowed', 'asked', 'sent')",
            ),
        };
        // One statement for all of them: the server waits, and a statement for each takes longer than what it does.
        let sql = format!(
            "UPDATE maildrop SET {set} WHERE id IN (SELECT value FROM json_each(?1)) AND {from}"
        );
        let ids: Vec<i64> = mails.iter().map(|id| id.0).collect();
        let ids = json(&ids)?;
        let transaction = self.begin()?;
        transaction.prepare_cached(&sql)?.execute([ids])?;
        transaction.commit()?;
        if to == Deletion::Sent {
            // What is committed is safe in the log. That nothing was on its way to the disk when DELE left can then be
            // seen from outside, too.
            self.carrier.wait();
        }
        Ok(())
    }

    /// Notes that these, for which DELE was sent, were not deleted for all that. What the server refuses too often is
    /// given up; tells how many were.
    pub fn unsent(&mut self, mails: &[LedgerId], why: Unsent) -> Result<usize> {
        let counted = u32::from(matches!(why, Unsent::Refused | Unsent::InDoubt));
        let in_doubt = why == Unsent::InDoubt;
        let transaction = self.begin()?;
        let mut given_up = 0;
        for id in mails {
            let mut statement = transaction.prepare_cached(
                "UPDATE maildrop SET attempts = attempts + ?2,
                        deletion = CASE WHEN ?2 AND attempts + ?2 >= ?3 THEN 'given-up' WHEN ?4 THEN 'sent'
                                        WHEN asked THEN 'asked' WHEN completeness <> 0 OR by_hand THEN 'none'
                                        ELSE 'allowed' END
                 WHERE id = ?1 AND deletion = 'sent' RETURNING deletion = 'given-up'",
            )?;
            let values = (id.0, counted, ATTEMPTS, in_doubt);
            let gave_up: Option<bool> = statement.query_row(values, |row| row.get(0)).optional()?;
            given_up += usize::from(gave_up == Some(true));
        }
        transaction.commit()?;
        Ok(given_up)
    }

    /// Notes the user's wish that these be deleted on the server, or takes it back: also while DELE is on its way, until
    /// QUIT confirms it. Tells for how many that was open. What is not here whole no policy may go on with: it is again
    /// what must not be deleted.
    pub fn ask(&mut self, mails: &[LedgerId], asked: bool) -> Result<usize> {
        let sql = if asked {
            "UPDATE maildrop SET deletion = CASE deletion WHEN 'allowed' THEN 'asked' ELSE 'sent' END,
                    asked = deletion = 'sent'
             WHERE id = ?1 AND (deletion = 'allowed' OR (deletion = 'sent' AND NOT asked))"
        } else {
            "UPDATE maildrop SET asked = 0, deletion = CASE WHEN completeness <> 0 OR by_hand THEN 'none'
                                                            WHEN deletion = 'asked' THEN 'allowed' ELSE 'sent' END
             WHERE id = ?1 AND (deletion = 'asked' OR (deletion = 'sent' AND asked))"
        };
        let transaction = self.begin()?;
        let mut changed = 0;
        for id in mails {
            changed += transaction.prepare_cached(sql)?.execute([id.0])?;
        }
        transaction.commit()?;
        Ok(changed)
    }

    /// Notes the user's wish that a mail be deleted on the server though no policy may: it is not here whole, which is the
    /// one exception to the rule that nothing is deleted there which is not verified and stored here; or it is a server's
    /// note, or looks like one. Only for a user who was told so, mail by mail. Tells whether that was open: see
    /// [`LedgerRow::can_be_proven`](crate::mail::LedgerRow::can_be_proven).
    pub fn ask_for_what_is_only_there(&mut self, mail: LedgerId) -> Result<usize> {
        let transaction = self.begin()?;
        if is_beyond_proof(&transaction, mail)? {
            return Ok(0);
        }
        let changed = transaction.execute(
            "UPDATE maildrop SET deletion = 'asked', by_hand = completeness = 0
             WHERE id = ?1 AND deletion = 'none' AND listed_size > 0 AND absent_since IS NULL",
            [mail.0],
        )?;
        transaction.commit()?;
        match changed {
            0 => self.ask(&[mail], true),
            changed => Ok(changed),
        }
    }
}

pub(super) fn word(deletion: Deletion) -> &'static str {
    match deletion {
        Deletion::None => "none",
        Deletion::Allowed => "allowed",
        Deletion::Asked => "asked",
        Deletion::Sent => "sent",
        Deletion::Done => "done",
        Deletion::GivenUp => "given-up",
    }
}

/// The schema admits these six words only.
pub(super) fn deletion(row: &Row<'_>, column: usize) -> rusqlite::Result<Deletion> {
    Ok(match row.get_ref(column)?.as_str()? {
        "allowed" => Deletion::Allowed,
        "asked" => Deletion::Asked,
        "sent" => Deletion::Sent,
        "done" => Deletion::Done,
        "given-up" => Deletion::GivenUp,
        _ => Deletion::None,
    })
}

#[cfg(test)]
mod tests {
    use super::{ATTEMPTS, Deletion, Unsent};
    use crate::mail::{AccountId, Completeness, LedgerId};
    use crate::store::testing::{Home, account};
    use crate::store::{NewMail, Outcome, Writer};

    const ALL: [Deletion; 6] = [
        Deletion::None,
        Deletion::Allowed,
        Deletion::Asked,
        Deletion::Sent,
        Deletion::Done,
        Deletion::GivenUp,
    ];

    fn state(home: &Home, account: AccountId) -> (Deletion, u32) {
        let known = &home.reader().maildrop(account).expect("reads")[0];
        (known.deletion, known.attempts)
    }

    /// A mail of which this much is here, its deletion brought to this state without regard to the steps.
    fn at(completeness: Completeness, deletion: Deletion) -> (Home, Writer, AccountId, LedgerId) {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = NewMail {
            completeness,
            ..home.mail("one")
        };
        let id = writer.add(account, &[mail]).expect("writes")[0].ledger;
        let sql = "UPDATE maildrop SET deletion = ?1";
        let words = [super::word(deletion)];
        writer.connection.execute(sql, words).expect("writes");
        (home, writer, account, id)
    }

    #[test]
    fn every_step_is_taken_only_from_where_it_may_begin() {
        use Deletion::{Allowed, Asked, Done, GivenUp, None, Sent};
        for from in ALL {
            for to in ALL {
                let (home, mut writer, account, id) = at(Completeness::Whole, from);
                writer.advance(&[id], to).expect("writes");
                let may = match to {
                    None => from != Done,
                    Allowed => matches!(from, None | Asked | Sent),
                    Asked => from == Allowed,
                    Sent => matches!(from, Allowed | Asked),
                    Done => from == Sent,
                    GivenUp => matches!(from, Allowed | Asked | Sent),
                };
                let now = if may { to } else { from };
                assert_eq!(state(&home, account).0, now, "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn what_is_not_here_whole_can_neither_be_allowed_nor_asked_for() {
        for completeness in [Completeness::Head, Completeness::Doubtful] {
            let (home, mut writer, account, id) = at(completeness, Deletion::None);
            writer.advance(&[id], Deletion::Allowed).expect("writes");
            assert_eq!(writer.ask(&[id], true).expect("writes"), 0);
            assert_eq!(state(&home, account).0, Deletion::None);
        }
    }

    #[test]
    fn the_users_wish_is_kept_and_can_be_taken_back_until_quit_is_confirmed() {
        let (home, mut writer, account, id) = at(Completeness::Whole, Deletion::Allowed);
        assert_eq!(writer.ask(&[id, LedgerId(99)], true).expect("writes"), 1);
        assert_eq!(writer.ask(&[id], true).expect("writes"), 0);
        assert_eq!(state(&home, account).0, Deletion::Asked);
        assert_eq!(writer.ask(&[id], false).expect("writes"), 1);
        assert_eq!(state(&home, account).0, Deletion::Allowed);
        writer.ask(&[id], true).expect("writes");
        writer.advance(&[id], Deletion::Sent).expect("writes");
        let asked = |home: &Home| home.reader().grounds(id).expect("reads").expect("is").asked;
        for (wish, changed) in [(true, 0), (false, 1), (false, 0), (true, 1), (false, 1)] {
            assert_eq!(writer.ask(&[id], wish).expect("writes"), changed);
            assert_eq!(
                (state(&home, account).0, asked(&home)),
                (Deletion::Sent, wish)
            );
        }
        writer.advance(&[id], Deletion::Done).expect("writes");
        assert_eq!(writer.ask(&[id], false).expect("writes"), 0);
    }

    #[test]
    fn what_is_not_whole_here_goes_only_when_it_was_asked_for_by_itself_and_taken_back_it_stays() {
        for completeness in [Completeness::Head, Completeness::Doubtful] {
            let (home, mut writer, account, id) = at(completeness, Deletion::None);
            assert_eq!(writer.ask(&[id], true).expect("writes"), 0);
            for sent in [false, true] {
                let asked = writer.ask_for_what_is_only_there(id).expect("writes");
                assert_eq!((asked, state(&home, account).0), (1, Deletion::Asked));
                if sent {
                    writer.advance(&[id], Deletion::Sent).expect("writes");
                }
                assert_eq!(writer.ask(&[id], false).expect("writes"), 1);
                assert_eq!(state(&home, account).0, Deletion::None, "{sent}");
                writer.unsent(&[id], Unsent::TakenBack).expect("writes");
                assert_eq!(state(&home, account), (Deletion::None, 0));
            }
            writer.ask_for_what_is_only_there(id).expect("writes");
            writer.advance(&[id], Deletion::Sent).expect("writes");
            writer.unsent(&[id], Unsent::Refused).expect("writes");
            assert_eq!(state(&home, account), (Deletion::Asked, 1));
            for step in [Deletion::Sent, Deletion::Done] {
                writer.advance(&[id], step).expect("writes");
            }
            assert_eq!(state(&home, account).0, Deletion::Done);
        }
    }

    #[test]
    fn what_quit_confirmed_is_done_though_it_was_taken_back_and_asked_for_again_meanwhile() {
        for completeness in [Completeness::Head, Completeness::Doubtful] {
            for asked_again in [false, true] {
                let (home, mut writer, account, id) = at(completeness, Deletion::None);
                writer.ask_for_what_is_only_there(id).expect("writes");
                writer.advance(&[id], Deletion::Sent).expect("writes");
                writer.ask(&[id], false).expect("writes");
                if asked_again {
                    writer.ask_for_what_is_only_there(id).expect("writes");
                }
                writer.advance(&[id], Deletion::Done).expect("writes");
                assert_eq!(state(&home, account).0, Deletion::Done, "{asked_again}");
            }
        }
    }

    #[test]
    fn what_is_whole_here_and_no_policy_deletes_goes_by_the_users_hand_and_taken_back_it_stays() {
        let (home, mut writer, account, id) = at(Completeness::Whole, Deletion::None);
        let asked = writer.ask_for_what_is_only_there(id).expect("writes");
        assert_eq!((asked, state(&home, account).0), (1, Deletion::Asked));
        assert_eq!(writer.ask(&[id], false).expect("writes"), 1);
        writer.advance(&[id], Deletion::Allowed).expect("writes");
        assert_eq!(state(&home, account).0, Deletion::None);
    }

    #[test]
    fn what_was_refused_is_again_what_it_was_until_it_is_given_up() {
        for (from, why, then) in [
            (Deletion::Allowed, Unsent::Refused, Deletion::Allowed),
            (Deletion::Asked, Unsent::Refused, Deletion::Asked),
            (Deletion::Asked, Unsent::InDoubt, Deletion::Sent),
        ] {
            let (home, mut writer, account, id) = at(Completeness::Whole, from);
            for attempt in 1..=ATTEMPTS {
                writer.advance(&[id], Deletion::Sent).expect("writes");
                let given_up = writer.unsent(&[id], why).expect("writes");
                let last = attempt == ATTEMPTS;
                assert_eq!(given_up, usize::from(last));
                let state_now = if last { Deletion::GivenUp } else { then };
                assert_eq!(state(&home, account), (state_now, attempt));
            }
            assert_eq!(writer.unsent(&[id], why).expect("writes"), 0);
        }
    }

    #[test]
    fn what_the_server_cannot_do_now_is_no_attempt_however_often() {
        let (home, mut writer, account, id) = at(Completeness::Whole, Deletion::Asked);
        for _ in 0..=ATTEMPTS {
            writer.advance(&[id], Deletion::Sent).expect("writes");
            assert_eq!(writer.unsent(&[id], Unsent::PutOff).expect("writes"), 0);
            assert_eq!(state(&home, account), (Deletion::Asked, 0));
        }
    }

    #[test]
    fn what_was_taken_back_in_time_is_as_it_was_and_no_attempt() {
        let (home, mut writer, account, id) = at(Completeness::Whole, Deletion::Asked);
        writer.advance(&[id], Deletion::Sent).expect("writes");
        writer.ask(&[id], false).expect("writes");
        writer.unsent(&[id], Unsent::TakenBack).expect("writes");
        assert_eq!(state(&home, account), (Deletion::Allowed, 0));
    }

    #[test]
    fn a_mail_that_comes_back_after_each_confirmed_deletion_is_given_up() {
        let home = Home::new();
        let mut writer = home.writer();
        let account = account(&mut writer);
        let mail = home.mail("stays");
        let first = writer
            .add(account, std::slice::from_ref(&mail))
            .expect("writes")[0];
        for attempt in 1..=ATTEMPTS {
            for step in [Deletion::Sent, Deletion::Done] {
                writer.advance(&[first.ledger], step).expect("writes");
            }
            let again = writer
                .add(account, std::slice::from_ref(&mail))
                .expect("writes")[0];
            assert_eq!((again.id, again.outcome), (first.id, Outcome::Known));
            let expected = match attempt {
                ATTEMPTS => Deletion::GivenUp,
                _ => Deletion::Allowed,
            };
            assert_eq!(state(&home, account), (expected, attempt), "counted once");
        }
        writer
            .advance(&[first.ledger], Deletion::Sent)
            .expect("writes");
        assert_eq!(state(&home, account), (Deletion::GivenUp, ATTEMPTS));
    }
}
