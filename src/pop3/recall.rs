//! What a server announced before an earlier log-in: with it the next log-in goes out beside CAPA, instead of behind its
//! answer.

use std::fmt;
use std::str::FromStr;

use super::Capabilities;

/// The longest that is kept of either text, in octets: what servers say is shorter.
const LONGEST: usize = 200;

/// What a server announced before a log-in, and how it greeted: as much of it as the choice of a mechanism depends on.
/// Reads as one line, and is read from one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recall {
    user: bool,
    sasl: Vec<String>,
    greeting: String,
}

impl Recall {
    /// `None` where nothing is gained: the server does not take commands in a row, or announces more than is kept.
    pub(super) fn of(greeting: &[u8], can: &Capabilities) -> Option<Self> {
        let is_kept = |name: &String| name.bytes().all(is_of_a_name);
        let length: usize = can.sasl.iter().map(|name| name.len() + 1).sum();
        let may = can.known && can.pipelining && length <= LONGEST && can.sasl.iter().all(is_kept);
        may.then(|| Self {
            user: can.user,
            sasl: can.sasl.clone(),
            greeting: likeness(greeting),
        })
    }

    /// Whether the same was announced behind another greeting.
    pub fn differs_by_greeting(&self, other: &Self) -> bool {
        let announced = (self.user, &self.sasl) == (other.user, &other.sasl);
        announced && self.greeting != other.greeting
    }

    /// Whether the server greets as it did then.
    pub(super) fn is_greeted_by(&self, greeting: &[u8]) -> bool {
        self.greeting == likeness(greeting)
    }

    /// What it announced, as far as a log-in needs it.
    pub(super) fn capabilities(&self) -> Capabilities {
        Capabilities {
            known: true,
            pipelining: true,
            user: self.user,
            sasl: self.sasl.clone(),
            ..Capabilities::default()
        }
    }
}

/// As RFC 4422, section 3.1, has it.
fn is_of_a_name(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_')
}

/// The words of a greeting that do not change from line to line: neither timestamps nor what holds a digit.
fn likeness(greeting: &[u8]) -> String {
    let text = String::from_utf8_lossy(greeting);
    let is_steady = |word: &&str| {
        let mut letters = word.trim_end_matches(['.', ',', '!', ':', ';']).bytes();
        letters.all(|octet| octet.is_ascii_alphabetic() || matches!(octet, b'.' | b'-'))
    };
    let words = text.split_ascii_whitespace().filter(is_steady);
    let mut likeness = words.collect::<Vec<_>>().join(" ");
    likeness.truncate(LONGEST);
    likeness
}

impl fmt::Display for Recall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = if self.user { "USER" } else { "-" };
        write!(f, "{user} {} {}", self.sasl.join(","), self.greeting)
    }
}

/// It is no [`Recall`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRecall;

impl FromStr for Recall {
    type Err = NoRecall;

    fn from_str(text: &str) -> Result<Self, NoRecall> {
        let mut parts = text.splitn(3, ' ');
        let (Some(user), Some(sasl), Some(greeting)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err(NoRecall);
        };
        let names = sasl.split(',').filter(|name| !name.is_empty());
        Ok(Self {
            user: match user {
                "USER" => true,
                "-" => false,
                _ => return Err(NoRecall),
            },
            sasl: names.map(str::to_owned).collect(),
            greeting: greeting.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn can(lines: &[&str]) -> Capabilities {
        let mut can = Capabilities {
            known: true,
            ..Capabilities::default()
        };
        for line in lines {
            can.add(line.as_bytes());
        }
        can
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        for lines in [
            &["PIPELINING", "USER", "SASL PLAIN SCRAM-SHA-256"][..],
            &["PIPELINING", "SASL LOGIN"],
            &["PIPELINING", "USER"],
        ] {
            for greeting in ["Dovecot (Debian) ready.", ""] {
                let recall = Recall::of(greeting.as_bytes(), &can(lines)).unwrap();
                assert_eq!(recall.to_string().parse(), Ok(recall));
            }
        }
        for text in ["", "USER", "USER PLAIN", "user PLAIN ready"] {
            assert_eq!(text.parse::<Recall>(), Err(NoRecall), "{text}");
        }
    }

    #[test]
    fn what_gains_nothing_or_is_odd_is_not_kept() {
        let long = format!("SASL {}", "X".repeat(LONGEST));
        for lines in [
            &["USER"][..],
            &["PIPELINING", "SASL A,B"],
            &["PIPELINING", &long],
        ] {
            assert_eq!(Recall::of(b"ready", &can(lines)), None, "{lines:?}");
        }
        let unknown = Capabilities {
            pipelining: true,
            ..Capabilities::default()
        };
        assert_eq!(Recall::of(b"ready", &unknown), None);
    }

    #[test]
    fn a_greeting_is_known_by_its_steady_words() {
        let recall = Recall::of(b"POP3 ready <1.2@mail>", &can(&["PIPELINING"])).unwrap();
        assert!(recall.is_greeted_by(b"POP3 ready <99.1234@mail>"));
        assert!(recall.is_greeted_by(b"POP3 ready x7k2"));
        assert!(!recall.is_greeted_by(b"POP3 server ready <1.2@mail>"));
        assert!(!recall.is_greeted_by(b""));
    }
}
