//! What a server may answer, and what its status line means.

use super::{ScanListing, UniqueIdListing};

/// The whole answer to one [`super::Command`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// `+OK` to DELE, NOOP, RSET or QUIT.
    Done,
    /// `-ERR`
    Refused(Refusal),
    /// To `LIST`. Lines that make no sense are left out.
    List(Vec<ScanListing>),
    /// To `UIDL`. Lines that make no sense are left out.
    Uidl(Vec<UniqueIdListing>),
    /// To `RETR` and `TOP`: the octets between the `+OK` line and the final dot, byte-unstuffed,
    /// line ends as sent.
    Message(Vec<u8>),
    /// To `RETR` and `TOP`: larger than the limit; read through and thrown away but for its head, which is empty if it is
    /// not whole within 64 KiB. The session is in step.
    TooLarge(Vec<u8>),
}

/// A `-ERR`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// RFC 2449, section 8.
    pub code: Option<ResponseCode>,
    /// What the server said, code included, as sent: foreign. (Only our own password is taken out.)
    pub text: Vec<u8>,
}

impl Refusal {
    /// Understands what follows `-ERR`.
    pub(super) fn parse(text: &[u8]) -> Self {
        Self {
            code: ResponseCode::parse(text),
            text: text.to_vec(),
        }
    }

    /// Whether it says of itself that it passes.
    pub fn is_temporary(&self) -> bool {
        matches!(
            self.code,
            Some(ResponseCode::InUse | ResponseCode::LoginDelay | ResponseCode::SysTemp)
        )
    }
}

/// An extended response code (RFC 2449, section 8; RFC 3206). Codes are hierarchical: `SYS/TEMP/DISK`
/// is a `SYS/TEMP`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResponseCode {
    /// `[LOGIN-DELAY]`
    LoginDelay,
    /// `[IN-USE]`
    InUse,
    /// `[SYS/TEMP]`
    SysTemp,
    /// `[SYS/PERM]`
    SysPerm,
    /// `[AUTH]`
    Auth,
    /// Another one, in upper case: printable ASCII, 64 octets at most, and still foreign.
    Other(String),
}

impl ResponseCode {
    fn parse(text: &[u8]) -> Option<Self> {
        let text = text.trim_ascii_start().strip_prefix(b"[")?;
        let end = text.iter().take(65).position(|octet| *octet == b']')?;
        let code = std::str::from_utf8(&text[..end]).ok()?;
        if code.is_empty() || !code.bytes().all(|octet| octet.is_ascii_graphic()) {
            return None;
        }
        let code = code.to_ascii_uppercase();
        let mut levels = code.split('/');
        Some(match (levels.next(), levels.next()) {
            (Some("LOGIN-DELAY"), _) => Self::LoginDelay,
            (Some("IN-USE"), _) => Self::InUse,
            (Some("AUTH"), _) => Self::Auth,
            (Some("SYS"), Some("TEMP")) => Self::SysTemp,
            (Some("SYS"), Some("PERM")) => Self::SysPerm,
            _ => Self::Other(code),
        })
    }
}

/// What a status line says, with the text behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Status<'a> {
    /// `+OK`
    Ok(&'a [u8]),
    /// `-ERR`
    Err(&'a [u8]),
    /// `+ challenge` (RFC 5034, section 4)
    Challenge(&'a [u8]),
}

impl<'a> Status<'a> {
    /// `None` for anything else: `+OKAY` is not `+OK`, nor is `+ok` (RFC 1939, section 3).
    pub(super) fn parse(line: &'a [u8]) -> Option<Self> {
        if let Some(text) = after_word(line, b"+OK") {
            return Some(Self::Ok(text));
        }
        if let Some(text) = after_word(line, b"-ERR") {
            return Some(Self::Err(text));
        }
        after_word(line, b"+").map(Self::Challenge)
    }
}

/// The rest of the line, if `word` ends where a word ends.
fn after_word<'a>(line: &'a [u8], word: &[u8]) -> Option<&'a [u8]> {
    let rest = line.strip_prefix(word)?;
    match rest {
        [] => Some(rest),
        [b' ' | b'\t', text @ ..] => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_a_whole_word() {
        assert_eq!(Status::parse(b"+OK"), Some(Status::Ok(b"")));
        assert_eq!(Status::parse(b"+OK  two"), Some(Status::Ok(b" two")));
        assert_eq!(Status::parse(b"-ERR no"), Some(Status::Err(b"no")));
        assert_eq!(Status::parse(b"+"), Some(Status::Challenge(b"")));
        assert_eq!(Status::parse(b"+ Zm9v"), Some(Status::Challenge(b"Zm9v")));
        for garbage in ["+OKAY", "+ok", "-ERROR", "OK", "* OK", " +OK", ""] {
            assert_eq!(Status::parse(garbage.as_bytes()), None, "{garbage:?}");
        }
    }

    #[test]
    fn response_codes_are_read_in_any_case_and_by_their_first_levels() {
        let code = |text: &str| Refusal::parse(text.as_bytes()).code;
        assert_eq!(code("[in-use] busy"), Some(ResponseCode::InUse));
        assert_eq!(code("[SYS/TEMP/DISK] full"), Some(ResponseCode::SysTemp));
        assert_eq!(code("[sys/perm] no"), Some(ResponseCode::SysPerm));
        assert_eq!(code("[AUTH]"), Some(ResponseCode::Auth));
        assert_eq!(code("[LOGIN-DELAY] wait"), Some(ResponseCode::LoginDelay));
        assert_eq!(code("[SYS] x"), Some(ResponseCode::Other("SYS".into())));
        assert_eq!(code("[x-y]"), Some(ResponseCode::Other("X-Y".into())));
    }

    #[test]
    fn what_is_no_code_is_only_text() {
        for text in ["in use", "[AUTH", "[]", "[a b]", "[\x1b[2J]", "no [AUTH]"] {
            let refusal = Refusal::parse(text.as_bytes());
            assert_eq!(refusal.code, None, "{text:?}");
            assert_eq!(refusal.text, text.as_bytes());
        }
    }
}
