//! What a server says, before a person sees it: safe, short, and without the password it may repeat.

use crate::mail::{SafeText, cut};
use crate::pop3::{Secrets, UniqueId};

/// Longest quotation of a server, in terminal cells.
const CELLS: usize = 200;
/// Octets of a line that are looked at.
const LONGEST: usize = 8 * 1024;
/// Longest unique-id in a sentence, in terminal cells. RFC 1939 allows 70.
const UID_CELLS: usize = 100;

/// Turns server text into text for people.
pub(in crate::fetch) struct Quote {
    /// What must not be shown.
    secrets: Secrets,
}

impl Quote {
    /// For a session with these secrets.
    pub(in crate::fetch) fn without(secrets: Secrets) -> Self {
        Self { secrets }
    }

    /// For a session with this name and password.
    #[cfg(test)]
    pub(in crate::fetch) fn new(user: &str, password: &str) -> Self {
        let who = crate::pop3::Credentials::password(user, password);
        Self::without(who.secrets("pop.example.org", 995))
    }

    /// What the server said; a stand-in if it said nothing.
    pub(in crate::fetch) fn quote(&self, said: &[u8]) -> SafeText {
        let text = self.without_secrets(said);
        // Its full stop would stand before our semicolon.
        let text = text.trim_ascii();
        let text = SafeText::from_bytes(text.strip_suffix(b".").unwrap_or(text));
        if text.as_str().is_empty() {
            return SafeText::new("(no reason given)");
        }
        cut(&text, CELLS)
    }

    /// The same without the last word: as it was said, but for secrets. For the trace.
    pub(in crate::fetch) fn blank(&self, said: &[u8]) -> SafeText {
        SafeText::from_bytes(&self.without_secrets(said))
    }

    fn without_secrets(&self, said: &[u8]) -> Vec<u8> {
        // The cut comes first: a line of megabytes must not be searched.
        self.secrets.blank(&said[..said.len().min(LONGEST)])
    }
}

/// A unique-id for people.
pub(in crate::fetch) fn uid_text(uid: Option<&UniqueId>) -> Option<String> {
    let uid = SafeText::from_bytes(&uid?.0);
    Some(cut(&uid, UID_CELLS).to_string())
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn a_password_that_the_server_repeats_is_blanked_in_all_its_forms() {
        let quote = Quote::new("alice", "hunter2!");
        let plain = STANDARD.encode("\0alice\0hunter2!");
        let alone = STANDARD.encode("hunter2!");
        let said = format!("no: PASS hunter2! / {plain} / {alone}");
        let shown = quote.quote(said.as_bytes());
        assert_eq!(shown.as_str(), "no: PASS ******** / ******** / ********");
    }

    #[test]
    fn an_escape_sequence_from_the_server_never_survives() {
        let shown = Quote::new("a", "b-secret").quote(b"\x1b]0;EVIL\x07 \x9b31m gone");
        assert!(!shown.as_str().chars().any(char::is_control));
    }

    #[test]
    fn silence_is_quoted_as_silence() {
        assert_eq!(
            Quote::new("a", "").quote(b" \r").as_str(),
            "(no reason given)"
        );
    }
}
