//! Octets on their way to the server, which may hold a password: never printed, wiped when dropped.

use std::ops::Deref;

use zeroize::Zeroizing;

/// Octets to be written. Reads as a slice.
pub struct Outgoing(Zeroizing<Vec<u8>>);

impl Outgoing {
    /// One line, its end added. The parts hold no line break: that is checked where they are made.
    pub(super) fn line(parts: &[&str]) -> Self {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        // Reserved at once: a vector that grows leaves copies behind which nobody wipes.
        let mut octets = Zeroizing::new(Vec::with_capacity(length + 2));
        for part in parts {
            octets.extend_from_slice(part.as_bytes());
        }
        octets.extend_from_slice(b"\r\n");
        Self(octets)
    }

    /// These, in one piece.
    pub(super) fn joined(parts: &[Self]) -> Self {
        let length = parts.iter().map(|part| part.len()).sum();
        let mut octets = Zeroizing::new(Vec::with_capacity(length));
        for part in parts {
            octets.extend_from_slice(part);
        }
        Self(octets)
    }
}

/// Stands for what must not be shown.
const HIDDEN: &str = "********";

impl Outgoing {
    /// Its lines as a trace may show them. What is not known to be harmless is a secret: a password, a token, a
    /// response of any mechanism.
    pub fn shown(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.0);
        text.lines().map(shown).collect()
    }

    /// `AUTH PLAIN`, `APOP` or `USER`, where it begins to sign in.
    pub(super) fn sign_in_method(&self) -> Option<String> {
        let shown = self.shown();
        let line = shown.iter().find_map(|line| line.split_once(' '));
        match line? {
            ("AUTH", rest) => Some(format!("AUTH {}", rest.split(' ').next()?)),
            (verb @ ("USER" | "APOP"), _) => Some(verb.to_owned()),
            _ => None,
        }
    }
}

fn shown(line: &str) -> String {
    let mut words = line.splitn(3, ' ');
    let (verb, first) = (words.next().unwrap_or_default(), words.next());
    match (verb, first, words.next()) {
        ("AUTH" | "APOP", Some(first), Some(_)) => format!("{verb} {first} {HIDDEN}"),
        ("PASS", ..) => format!("PASS {HIDDEN}"),
        _ if is_harmless(verb, first) => line.to_owned(),
        _ => HIDDEN.to_owned(),
    }
}

fn is_harmless(verb: &str, argument: Option<&str>) -> bool {
    match verb {
        "AUTH" | "USER" | "RETR" | "DELE" | "TOP" => argument.is_some(),
        "CAPA" | "STLS" | "STAT" | "LIST" | "UIDL" | "NOOP" | "RSET" | "QUIT" | "*" | "" => {
            argument.is_none()
        }
        _ => false,
    }
}

impl From<Vec<u8>> for Outgoing {
    fn from(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }
}

impl Deref for Outgoing {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Outgoing({} octets)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown_of(lines: &str) -> Vec<String> {
        Outgoing::from(lines.as_bytes().to_vec()).shown()
    }

    #[test]
    fn commands_are_shown_and_whatever_could_be_a_secret_is_not() {
        let lines = "CAPA\r\nUSER alice\r\nPASS a b c\r\nAUTH PLAIN AGFsaWNlAHM=\r\nAUTH PLAIN\r\nRETR 7\r\nTOP 7 0\r\n";
        let shown = [
            "CAPA",
            "USER alice",
            "PASS ********",
            "AUTH PLAIN ********",
            "AUTH PLAIN",
            "RETR 7",
            "TOP 7 0",
        ];
        assert_eq!(shown_of(lines), shown);
        assert_eq!(
            shown_of("APOP alice c4c9334bac560ecc\r\n"),
            ["APOP alice ********"]
        );
        assert_eq!(shown_of("*\r\n\r\n"), ["*", ""]);
    }

    #[test]
    fn a_response_is_never_shown_whatever_it_looks_like() {
        for line in [
            "AGFsaWNlAHM=",
            "bj1hLHI9Yg==",
            "LIST 1",
            "user alice",
            "QUIT now",
            "dXNlcg==",
        ] {
            assert_eq!(shown_of(&format!("{line}\r\n")), ["********"], "{line}");
        }
    }
}
