//! Enhanced status codes of mail systems in words (RFC 3463 and the IANA registry).

/// A code such as `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status {
    class: u8,
    subject: u16,
    detail: u16,
}

impl Status {
    /// The first code in a text. A dotted number that is no code (an address, a version) is passed over.
    pub(super) fn find(text: &str) -> Option<Self> {
        let is_part = |c: char| c.is_ascii_digit() || c == '.';
        text.split(|c| !is_part(c)).find_map(Self::parse)
    }

    fn parse(word: &str) -> Option<Self> {
        let mut numbers = word.trim_end_matches('.').split('.');
        let class = numbers
            .next()?
            .parse()
            .ok()
            .filter(|class| matches!(class, 2 | 4 | 5))?;
        let mut next = || {
            numbers
                .next()?
                .parse()
                .ok()
                .filter(|number| *number < 1_000)
        };
        let (subject, detail) = (next()?, next()?);
        numbers.next().is_none().then_some(Self {
            class,
            subject,
            detail,
        })
    }

    /// Whether it is a failure, for now or for good.
    pub(super) fn is_bad(self) -> bool {
        self.class != 2
    }

    /// Whether it says more than that it failed.
    pub(super) fn is_telling(self) -> bool {
        self.words().is_some()
    }

    /// `the mailbox is full`; `None` for a code that tells nothing.
    pub(super) fn words(self) -> Option<&'static str> {
        exact(self.subject, self.detail).or(match self.subject {
            1 => Some("the address was not accepted"),
            2 => Some("the mailbox did not take it"),
            3 => Some("the receiving mail system did not take it"),
            4 => Some("it could not be passed on through the network"),
            5 => Some("the mail servers did not understand each other"),
            6 => Some("its content or form was not accepted"),
            7 => Some("it was refused for reasons of security or policy"),
            _ => None,
        })
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

fn exact(subject: u16, detail: u16) -> Option<&'static str> {
    Some(match (subject, detail) {
        (1, 1) => "there is no such mailbox",
        (1, 2) => "there is no such mail domain",
        (1, 3) => "the address is not written as one",
        (1, 4) => "the address could mean several mailboxes",
        (1, 6) => "the mailbox has moved and left no new address",
        (1, 7 | 8) => "the sender's address was not accepted",
        (1, 10) => "the domain says that it takes no mail",
        (2, 1) => "the mailbox is switched off",
        (2, 2) => "the mailbox is full",
        (2, 3) => "it is larger than this mailbox takes",
        (2, 4) => "the mailing list behind the address failed",
        (3, 1) => "the receiving mail system has no room left",
        (3, 2) => "the receiving mail system takes no mail at present",
        (3, 4) => "it is larger than the receiving mail system takes",
        (3, 5) => "the receiving mail system is set up wrongly",
        (4, 1) => "the receiving mail system did not answer",
        (4, 2) => "the connection broke off",
        (4, 3) => "a directory that was needed did not answer",
        (4, 4) => "no way to the receiving mail system was found",
        (4, 5) => "the mail system was too busy",
        (4, 6) => "it went round in circles",
        (4, 7) => "it was tried for too long and given up",
        (5, 3) => "it has too many recipients",
        (6, 7) => "addresses beyond ASCII are not accepted there",
        (7, 1) => "it was refused: the sender may not write there, or it was taken for spam",
        (7, 2) => "the sender may not write to this mailing list",
        (7, 8 | 9) => "the sender was not logged in",
        (7, 20..=22) => "it was refused: no valid DKIM signature",
        (7, 23 | 24) => {
            "it was refused: the sender's domain does not allow the server it came from (SPF)"
        }
        (7, 25) => "it was refused: the server it came from has no name in DNS",
        (7, 26) => "it was refused: its origin could not be proved (SPF, DKIM, DMARC)",
        (7, 28) => "too many mails came at once",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_found_and_told() {
        for (text, code, words) in [
            (
                "550 5.1.1 <joe@x.example> User unknown",
                "5.1.1",
                "there is no such mailbox",
            ),
            (
                "host 192.0.2.7 said: 452-4.2.2 over quota",
                "4.2.2",
                "the mailbox is full",
            ),
            (
                "5.7.509 rejected",
                "5.7.509",
                "it was refused for reasons of security or policy",
            ),
            ("(#5.1.2)", "5.1.2", "there is no such mail domain"),
        ] {
            let status = Status::find(text).unwrap();
            assert_eq!(
                (status.to_string().as_str(), status.words()),
                (code, Some(words))
            );
        }
        for text in [
            "",
            "192.0.2.1",
            "5.1",
            "550 no",
            "5.1.1.1",
            "3.1.1",
            "5.70000.1",
        ] {
            assert_eq!(Status::find(text), None, "{text}");
        }
        assert!(!Status::find("5.0.0").unwrap().is_telling());
    }
}
