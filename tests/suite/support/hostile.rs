//! Mails and server texts that attack the terminal from every field and in every encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What must not reach a terminal. Every one of them is found by `audit` when it does.
pub(crate) const PAYLOADS: &[&[u8]] = &[
    b"\x1b]0;pwned\x07",
    b"\x1b]52;c;cm0gLXJmIH4K\x07",
    b"\x1b]8;;http://evil.example/\x1b\\",
    b"\x1bPq\x1b\\",
    b"\x1b_G\x1b\\",
    b"\x1b^pm\x1b\\",
    b"\x1bXsos\x1b\\",
    b"\x1b[6n",
    b"\x1b[c",
    b"\x1b[>q",
    b"\x1b[31;5m",
    b"\x1b[38;5;201m",
    b"\x1b[H",
    b"\x1b[3J",
    b"\x1b[?1000h",
    b"\x1b[5;7r",
    b"\x1bZ",
    b"\x1bc",
    b"\x1b(0",
    b"\x1b#8",
    b"\x07",
    b"\x08\x08\x08",
    b"\x0b\x0c",
    b"\x0e\x0f",
    b"\x00\x05",
    b"\x7f",
    b"\x18\x1a",
    b"\x1b",
    // C1 as UTF-8, then as raw octets.
    "\u{9b}31m".as_bytes(),
    "\u{9d}0;pwned\u{9c}".as_bytes(),
    "\u{90}q\u{9c}".as_bytes(),
    "\u{85}\u{84}".as_bytes(),
    b"\x9b31m",
    b"\x9d0;pwned\x9c",
    b"\x90q\x9c",
    b"\xc0\x9b31m",
    b"\xed\xa0\x80",
    "\u{202e}gpj".as_bytes(),
    "\u{2066}\u{2069}".as_bytes(),
    "\u{200e}\u{200f}\u{61c}".as_bytes(),
    "\u{200b}\u{feff}".as_bytes(),
    "\u{ad}\u{2060}".as_bytes(),
    "\u{2028}\u{2029}".as_bytes(),
    "\u{e0041}\u{e007f}".as_bytes(),
    "\u{3164}\u{2800}".as_bytes(),
    "a\u{200d}b\u{fe0f}".as_bytes(),
    "\u{e000}".as_bytes(),
];

/// Payloads in one mail: few enough that every one of them is on the screen.
const TOGETHER: usize = 6;

/// How the fields of a mail are written.
const FORMS: [fn(&[u8]) -> Fields; 4] = [raw, in_words, in_percent, in_html];

struct Fields {
    header: Vec<u8>,
    /// The `name` and `filename` parameters, with what stands before them.
    name: Vec<u8>,
    charset: Vec<u8>,
    kind: &'static str,
    body: Vec<u8>,
}

/// A mailbox in which every payload stands in every field in every form.
pub(crate) fn mails() -> Vec<Vec<u8>> {
    let texts = PAYLOADS.chunks(TOGETHER).map(|some| {
        let marked = some.iter().flat_map(|payload| [*payload, b"x"].concat());
        marked.collect::<Vec<u8>>()
    });
    texts
        .flat_map(|text| FORMS.map(|form| mail(&form(&text), &text)))
        .collect()
}

/// The payloads as lines of a server: without line ends, as those end the line.
pub(crate) fn server_texts() -> Vec<Vec<u8>> {
    let lines = PAYLOADS.chunks(TOGETHER).map(<[&[u8]]>::concat);
    lines
        .map(|line| {
            line.into_iter()
                .filter(|octet| !b"\r\n".contains(octet))
                .collect()
        })
        .collect()
}

fn mail(fields: &Fields, text: &[u8]) -> Vec<u8> {
    let Fields {
        header,
        name,
        charset,
        kind,
        body,
    } = fields;
    let mut mail = Vec::new();
    let mut line = |parts: &[&[u8]]| {
        mail.extend(parts.concat());
        mail.extend(b"\r\n");
    };
    line(&[b"Subject: ", header]);
    line(&[b"From: ", header, b" <a", text, b"@evil.example>"]);
    line(&[b"To: ", header, b" <robin@example.org>"]);
    line(&[b"Reply-To: ", header, b" <b", text, b"@evil.example>"]);
    line(&[b"Date: Mon, 23 Nov 2026 10:00:00 +0000 (", text, b")"]);
    line(&[b"Message-ID: <", text, b"@evil.example>"]);
    line(&[b"X-", text, b": ", header]);
    line(&[b"Content-Type: multipart/mixed; boundary=edge\r\n\r\n--edge"]);
    line(&[
        b"Content-Type: text/",
        kind.as_bytes(),
        b"; charset=\"",
        charset,
        b"\"\r\n",
    ]);
    line(&[body]);
    line(&[b"http://evil.example/", text]);
    line(&[
        b"--edge\r\nContent-Type: application/",
        text,
        b"; name",
        name,
    ]);
    line(&[
        b"Content-Disposition: attachment; filename",
        name,
        b"\r\n\r\nx\r\n--edge--",
    ]);
    mail
}

fn raw(text: &[u8]) -> Fields {
    Fields {
        header: text.to_vec(),
        name: [b"=\"", text, b".txt\""].concat(),
        charset: text.to_vec(),
        kind: "plain",
        body: text.to_vec(),
    }
}

/// RFC 2047, encoded words.
fn in_words(text: &[u8]) -> Fields {
    let word = format!("=?utf-8?B?{}?=", STANDARD.encode(text));
    let quoted: Vec<_> = text.iter().map(|octet| format!("={octet:02X}")).collect();
    let quoted = quoted.concat();
    Fields {
        header: format!("{word} =?iso-8859-1?Q?{quoted}?=").into_bytes(),
        name: format!("=\"{word}.txt\"").into_bytes(),
        charset: b"iso-8859-1".to_vec(),
        kind: "plain",
        body: text.to_vec(),
    }
}

/// RFC 2231, parameters in percents.
fn in_percent(text: &[u8]) -> Fields {
    let percents: Vec<_> = text.iter().map(|octet| format!("%{octet:02X}")).collect();
    let percents = percents.concat();
    Fields {
        header: text.to_vec(),
        name: format!("*=utf-8''{percents}.txt").into_bytes(),
        charset: b"utf-8".to_vec(),
        kind: "plain",
        body: text.to_vec(),
    }
}

fn in_html(text: &[u8]) -> Fields {
    let characters = String::from_utf8_lossy(text);
    let entities: Vec<_> = characters
        .chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect();
    let entities = entities.concat();
    let link = format!("<p>{entities}</p><a href=\"http://evil.example/{entities}\">");
    let picture = format!("</a><img alt=\"{entities}\" src=x><pre>");
    let body = [link.as_bytes(), text, picture.as_bytes(), text, b"</pre>"];
    Fields {
        header: text.to_vec(),
        name: [b"=", text].concat(),
        charset: b"utf-8".to_vec(),
        kind: "html",
        body: body.concat(),
    }
}
