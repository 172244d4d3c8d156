//! Whether a mail came whole: its octets against the size that LIST told.

/// What the sizes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fetch) enum Verdict {
    /// Octets received and LIST agree, up to line ends: the mail may be deleted on the server.
    Agrees,
    /// LIST told nothing, or 0: nothing to compare with.
    Unknown,
    /// Fewer octets than LIST told, however line ends are counted: the mail may be cut off. Or LIST lies.
    Shorter,
    /// More octets than LIST told: another reply may have slipped in. Or LIST only estimates, as Exchange does.
    Longer,
}

/// Compares a mail with its listed size. Servers count line ends as sent (CRLF) or as stored (LF), and some leave
/// out the line end that they add when a mail has none at its end.
pub(in crate::fetch) fn verify(octets: &[u8], listed: Option<u64>) -> Verdict {
    let Some(listed) = listed.filter(|size| *size > 0) else {
        // An empty mail that is said to be empty is in order; else it is suspicious.
        return match (octets, listed) {
            ([], None) => Verdict::Shorter,
            _ => Verdict::Unknown,
        };
    };
    let counted = Counted::of(octets);
    if counted.agrees(listed) {
        return Verdict::Agrees;
    }
    let added = octets.strip_suffix(b"\r\n").or(octets.strip_suffix(b"\n"));
    match added {
        Some(shorter) if Counted::of(shorter).agrees(listed) => Verdict::Agrees,
        _ if counted.lf > listed => Verdict::Longer,
        _ => Verdict::Shorter,
    }
}

/// Whether a mail looks as if the final dot of another had been missed: a reply stands in its middle.
pub(in crate::fetch) fn swallowed_a_reply(octets: &[u8]) -> bool {
    memchr::memmem::find(octets, b".\r\n+OK").is_some()
}

/// Whether a line of a mail could be a reply. What comes so is not sure, however often it comes.
pub(in crate::fetch) fn holds_a_reply(octets: &[u8]) -> bool {
    let at_line_start = |reply: &[u8]| {
        memchr::memmem::find_iter(octets, reply)
            .any(|at| at == 0 || octets.get(at - 1) == Some(&b'\n'))
    };
    at_line_start(b"+OK") || at_line_start(b"-ERR")
}

/// The octets of a mail, line ends counted in each way.
struct Counted {
    sent: u64,
    lf: u64,
    crlf: u64,
}

impl Counted {
    fn of(octets: &[u8]) -> Self {
        let sent = octets.len() as u64;
        let all = memchr::memchr_iter(b'\n', octets).count() as u64;
        let pairs = memchr::memmem::find_iter(octets, b"\r\n").count() as u64;
        Self {
            sent,
            lf: sent - pairs,
            crlf: sent + (all - pairs),
        }
    }

    fn agrees(&self, listed: u64) -> bool {
        [self.sent, self.lf, self.crlf].contains(&listed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_may_be_counted_either_way() {
        let mail = b"one\r\ntwo\nthree\r\n";
        for counted in [16, 14, 17] {
            assert_eq!(verify(mail, Some(counted)), Verdict::Agrees, "{counted}");
        }
        for wrong in [1, 11] {
            assert_eq!(verify(mail, Some(wrong)), Verdict::Longer, "{wrong}");
        }
        for wrong in [18, 32] {
            assert_eq!(verify(mail, Some(wrong)), Verdict::Shorter, "{wrong}");
        }
    }

    #[test]
    fn a_line_end_that_the_server_added_is_forgiven_but_a_missing_one_is_not() {
        assert_eq!(verify(b"one\r\n", Some(3)), Verdict::Agrees);
        assert_eq!(verify(b"one", Some(5)), Verdict::Shorter);
    }

    #[test]
    fn a_cut_mail_and_an_empty_one_are_too_short() {
        assert_eq!(verify(b"first half\r\n", Some(2_000)), Verdict::Shorter);
        assert_eq!(verify(b"", Some(2_000)), Verdict::Shorter);
        assert_eq!(verify(b"", None), Verdict::Shorter);
    }

    #[test]
    fn without_a_size_nothing_is_known() {
        assert_eq!(verify(b"text\r\n", None), Verdict::Unknown);
        assert_eq!(verify(b"text\r\n", Some(0)), Verdict::Unknown);
        assert_eq!(verify(b"", Some(0)), Verdict::Unknown);
    }

    #[test]
    fn an_estimate_that_is_too_low_makes_a_mail_longer_and_never_shorter() {
        let mail = b"one\r\ntwo\r\n";
        assert_eq!(verify(mail, Some(6)), Verdict::Longer);
        // Eight octets with LF: between that and ten it can only be an estimate, and may be a cut.
        assert_eq!(verify(mail, Some(9)), Verdict::Shorter);
    }

    #[test]
    fn a_line_that_could_be_a_reply_is_seen_and_other_text_is_not() {
        for suspicious in ["+OK", "x\n-ERR noise\r\ny", "a\r\n+OK 5 octets\r\n"] {
            assert!(holds_a_reply(suspicious.as_bytes()), "{suspicious:?}");
        }
        assert!(!holds_a_reply(b"it says +OK\r\n>-ERR\r\n"));
    }

    #[test]
    fn a_reply_in_the_middle_of_a_mail_is_seen() {
        assert!(swallowed_a_reply(
            b"the end.\r\n+OK 12 octets\r\nSubject: other\r\n"
        ));
        assert!(!swallowed_a_reply(b"the end.\r\nall is +OK\r\n"));
    }
}
