//! Whether a mail came whole: its octets against the size that LIST told.

/// What the sizes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Octets received and LIST agree, up to line ends: the mail may be deleted on the server.
    Agrees,
    /// LIST told nothing, or 0: nothing to compare with.
    Unknown,
    /// They do not agree: the mail may be cut off, or another reply may have slipped into it. Or LIST lies.
    Differs,
}

/// Compares a mail with its listed size. Servers count line ends as sent (CRLF) or as stored (LF), and some leave
/// out the line end that they add when a mail has none at its end.
pub(super) fn verify(octets: &[u8], listed: Option<u64>) -> Verdict {
    let Some(listed) = listed.filter(|size| *size > 0) else {
        // An empty mail that is said to be empty is in order; else it is suspicious.
        return match (octets, listed) {
            ([], None) => Verdict::Differs,
            _ => Verdict::Unknown,
        };
    };
    if agrees(octets, listed) {
        return Verdict::Agrees;
    }
    let shorter = octets.strip_suffix(b"\r\n").or(octets.strip_suffix(b"\n"));
    match shorter {
        Some(shorter) if agrees(shorter, listed) => Verdict::Agrees,
        _ => Verdict::Differs,
    }
}

/// Whether a mail looks as if the final dot of another had been missed: a reply stands in its middle.
pub(super) fn swallowed_a_reply(octets: &[u8]) -> bool {
    memchr::memmem::find(octets, b".\r\n+OK").is_some()
}

fn agrees(octets: &[u8], listed: u64) -> bool {
    let sent = octets.len();
    if sent as u64 == listed {
        return true;
    }
    let all = memchr::memchr_iter(b'\n', octets).count();
    let pairs = memchr::memmem::find_iter(octets, b"\r\n").count();
    let as_lf = sent - pairs;
    let as_crlf = sent + (all - pairs);
    [as_lf as u64, as_crlf as u64].contains(&listed)
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
        for wrong in [1, 12, 18, 32] {
            assert_eq!(verify(mail, Some(wrong)), Verdict::Differs, "{wrong}");
        }
    }

    #[test]
    fn a_line_end_that_the_server_added_is_forgiven_but_a_missing_one_is_not() {
        assert_eq!(verify(b"one\r\n", Some(3)), Verdict::Agrees);
        assert_eq!(verify(b"one", Some(5)), Verdict::Differs);
    }

    #[test]
    fn a_cut_mail_and_an_empty_one_differ() {
        assert_eq!(verify(b"first half\r\n", Some(2_000)), Verdict::Differs);
        assert_eq!(verify(b"", Some(2_000)), Verdict::Differs);
        assert_eq!(verify(b"", None), Verdict::Differs);
    }

    #[test]
    fn without_a_size_nothing_is_known() {
        assert_eq!(verify(b"text\r\n", None), Verdict::Unknown);
        assert_eq!(verify(b"text\r\n", Some(0)), Verdict::Unknown);
        assert_eq!(verify(b"", Some(0)), Verdict::Unknown);
    }

    #[test]
    fn a_reply_in_the_middle_of_a_mail_is_seen() {
        assert!(swallowed_a_reply(
            b"the end.\r\n+OK 12 octets\r\nSubject: other\r\n"
        ));
        assert!(!swallowed_a_reply(b"the end.\r\nall is +OK\r\n"));
    }
}
