//! What to make of a mail whose size is not what LIST told, from this reading of it and those before. Pure.

use crate::fetch::judge::verify::{Verdict, holds_a_reply};
use crate::fetch::keep::pipe::sha256;

/// What earlier readings of a mail came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::fetch) struct Readings {
    /// How many there were.
    pub(in crate::fetch) count: u8,
    /// The hash of the last one, if it was read alone: nothing else was on its way that could have slipped in.
    alone: Option<[u8; 32]>,
    /// It was larger than any mail may be.
    pub(in crate::fetch) was_beheaded: bool,
    /// It was the mail before it once more.
    pub(in crate::fetch) was_repeated: bool,
}

impl Readings {
    /// A mail that was doubtful in an earlier fetch.
    pub(in crate::fetch) fn earlier() -> Self {
        Self {
            count: 1,
            ..Self::default()
        }
    }

    /// It was larger than any mail may be.
    pub(in crate::fetch) fn beheaded(self) -> Self {
        Self {
            was_beheaded: true,
            ..self
        }
    }
}

/// What to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Judgement {
    /// Stored as whole. (Where LIST told no size, nothing contradicts that; the store never lets such a mail be
    /// deleted on the server.)
    Whole,
    /// Read once more, alone.
    ReadAgain(Readings),
    /// Stored with a mark, and kept on the server.
    Doubtful,
}

/// Judges a reading.
///
/// A mail of wrong size is read once more, alone. When it is longer than LIST told, LIST may only have estimated (as
/// Exchange does): then two readings alone that brought the same octets, none of which could be a stray reply, prove
/// the mail. One that is shorter is never sure, however often it comes.
pub(in crate::fetch) fn judge(
    verdict: Verdict,
    octets: &[u8],
    earlier: Readings,
    is_alone: bool,
) -> Judgement {
    match verdict {
        Verdict::Agrees | Verdict::Unknown => return Judgement::Whole,
        Verdict::Shorter | Verdict::Longer => {}
    }
    let provable = verdict == Verdict::Longer && !holds_a_reply(octets);
    let hash = (is_alone && provable).then(|| sha256(octets));
    if hash.is_some() && hash == earlier.alone {
        return Judgement::Whole;
    }
    let again = earlier.count == 0 || (hash.is_some() && earlier.alone.is_none());
    if !again {
        return Judgement::Doubtful;
    }
    Judgement::ReadAgain(Readings {
        count: earlier.count + 1,
        alone: hash,
        ..earlier
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads a mail until it is judged; `alone` is whether the first reading is one. Tells how often it was read.
    fn read(verdict: Verdict, octets: &[&[u8]], alone: bool) -> (Judgement, usize) {
        let mut readings = Readings::default();
        for count in 1.. {
            let octets = octets[(count - 1).min(octets.len() - 1)];
            match judge(verdict, octets, readings, alone || count > 1) {
                Judgement::ReadAgain(next) => readings = next,
                judged => return (judged, count),
            }
        }
        unreachable!()
    }

    #[test]
    fn what_agrees_is_whole_and_what_has_no_size_is_not_contradicted() {
        assert_eq!(read(Verdict::Agrees, &[b"x"], false), (Judgement::Whole, 1));
        assert_eq!(read(Verdict::Unknown, &[b"x"], true), (Judgement::Whole, 1));
    }

    #[test]
    fn a_shorter_mail_is_read_twice_and_never_sure() {
        for alone in [false, true] {
            assert_eq!(
                read(Verdict::Shorter, &[b"x"], alone),
                (Judgement::Doubtful, 2)
            );
        }
    }

    #[test]
    fn a_longer_mail_is_sure_when_two_readings_alone_bring_the_same() {
        assert_eq!(read(Verdict::Longer, &[b"x"], false), (Judgement::Whole, 3));
        assert_eq!(read(Verdict::Longer, &[b"x"], true), (Judgement::Whole, 2));
        let changing: [&[u8]; 3] = [b"x", b"y", b"z"];
        assert_eq!(
            read(Verdict::Longer, &changing, false),
            (Judgement::Doubtful, 3)
        );
        assert_eq!(
            read(Verdict::Longer, &changing, true),
            (Judgement::Doubtful, 2)
        );
    }

    #[test]
    fn a_longer_mail_that_holds_what_could_be_a_reply_is_never_sure() {
        let noisy: &[u8] = b"a\r\n-ERR noise\r\nb\r\n";
        assert_eq!(
            read(Verdict::Longer, &[noisy], true),
            (Judgement::Doubtful, 2)
        );
    }

    #[test]
    fn a_mail_that_was_doubtful_before_is_read_once_unless_it_can_be_proved() {
        let judged = |verdict| judge(verdict, b"x", Readings::earlier(), true);
        assert_eq!(judged(Verdict::Shorter), Judgement::Doubtful);
        assert!(matches!(judged(Verdict::Longer), Judgement::ReadAgain(_)));
    }
}
