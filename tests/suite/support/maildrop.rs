//! Mails as a server holds them and puts them on the line.

/// A mail in the maildrop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    /// What UIDL says; blank for no name.
    pub(crate) uid: String,
    /// What RETR brings.
    pub(crate) octets: Vec<u8>,
    /// What LIST says.
    pub(crate) listed: u64,
}

/// A mail of some lines, different for each name.
pub(crate) fn mail(uid: &str) -> Mail {
    let text =
        format!("Subject: mail {uid}\r\nFrom: {uid}@example.org\r\n\r\n.dot\r\nbody {uid}\r\n");
    letter(uid, text.into_bytes())
}

/// A mail of these octets.
pub(crate) fn letter(uid: &str, octets: Vec<u8>) -> Mail {
    Mail {
        uid: uid.to_owned(),
        listed: octets.len() as u64,
        octets,
    }
}

/// A mail with a head that tells it from all others, and a body of so many octets.
pub(crate) fn large(uid: &str, octets: usize) -> Mail {
    let head = format!("Message-ID: <{uid}@example.org>\r\nSubject: mail {uid}\r\n\r\n");
    let line = format!("{uid:<76}\r\n");
    let body = line.repeat(octets.div_ceil(line.len()));
    letter(uid, (head + &body).into_bytes())
}

/// The head of a mail, the empty line, and so many lines of the body (RFC 1939, section 7).
pub(crate) fn top(octets: &[u8], lines: usize) -> Vec<u8> {
    let mut body = None;
    let mut kept = Vec::new();
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        if body == Some(lines) {
            break;
        }
        kept.extend_from_slice(line);
        body = match body {
            Some(count) => Some(count + 1),
            None => line.trim_ascii().is_empty().then_some(0),
        };
    }
    kept
}

/// Byte-stuffed, with the final dot (RFC 1939, section 3).
pub(crate) fn stuffed(octets: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(octets.len() + 64);
    for line in octets.split_inclusive(|octet| *octet == b'\n') {
        // Only a dot behind CRLF begins a line; but a server may stuff behind a bare LF as well, and must not here.
        if line.starts_with(b".") && (out.is_empty() || out.ends_with(b"\r\n")) {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    if !out.is_empty() && !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// The mails as a server lists them whose names are the message-numbers.
pub(crate) fn numbered(mails: &[Mail]) -> Vec<Mail> {
    let named = |(place, mail): (usize, &Mail)| Mail {
        uid: (place + 1).to_string(),
        ..mail.clone()
    };
    mails.iter().enumerate().map(named).collect()
}
