//! Signed and encrypted parts (RFC 1847, 3156, 8551): what they are. Nothing is verified, nothing decrypted.

use crate::mail::kinds::facts::Facts;
use crate::mail::parse::media::Media;

/// multipart/signed
pub(super) fn signed(media: &Media) -> Facts {
    signed_with(name_of(media.parameter("protocol").unwrap_or_default()))
}

/// multipart/encrypted
pub(super) fn encrypted(media: &Media) -> Facts {
    encrypted_with(name_of(media.parameter("protocol").unwrap_or_default()))
}

/// application/pkcs7-mime; `None` for certificates alone.
pub(super) fn smime(media: &Media, octets: &[u8]) -> Option<Facts> {
    let kind = media
        .parameter("smime-type")
        .unwrap_or_default()
        .to_ascii_lowercase();
    // The type is often left out; the data begins with its object identifier, 1.2.840.113549.1.7.2.
    let begins = &octets[..octets.len().min(64)];
    let is_signed = kind.is_empty()
        && memchr::memmem::find(begins, b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02").is_some();
    match kind.as_str() {
        _ if is_signed => Some(opaque()),
        "signed-data" => Some(opaque()),
        "certs-only" => None,
        _ => Some(encrypted_with("S/MIME")),
    }
}

fn opaque() -> Facts {
    let save = "its text is inside the signature: save the attachment, then: openssl cms -verify -noverify -inform DER -in FILE";
    signed_with("S/MIME").row("To read it", save)
}

/// How a text begins that is signed in the clear (RFC 9580, section 7).
const SIGNED: &str = "-----BEGIN PGP SIGNED MESSAGE-----";

/// A plain text that begins with the armour of OpenPGP.
pub(super) fn armoured(text: &str) -> Option<Facts> {
    let text = text.trim_start();
    if text.starts_with("-----BEGIN PGP MESSAGE-----") {
        let how = "pipe the mail to a command: gpg --decrypt";
        return Some(Facts::new(ENCRYPTED_PGP).row("To read it", how));
    }
    text.starts_with(SIGNED).then(|| signed_with("OpenPGP"))
}

/// A text that is signed in the clear, without its armour. What stands behind the signature is not what was signed, and
/// is told from it. `None` where the armour is not whole: then nothing is taken away.
pub(super) fn without_armour(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix(SIGNED)?;
    let (_, rest) = rest
        .split_once('\n')
        .filter(|(rest, _)| rest.trim().is_empty())?;
    let mut lines = rest.split_inclusive('\n');
    // `Hash: SHA256` and its like, up to a blank line.
    lines.by_ref().find(|line| line.trim().is_empty())?;
    let mut signed = String::with_capacity(rest.len());
    lines
        .by_ref()
        .map(|line| (line, line.trim_end() == "-----BEGIN PGP SIGNATURE-----"))
        .find(|(line, ends)| {
            if !ends {
                signed.push_str(line.strip_prefix("- ").unwrap_or(line));
            }
            *ends
        })?;
    lines
        .by_ref()
        .find(|line| line.trim_end() == "-----END PGP SIGNATURE-----")?;
    let behind: String = lines.collect();
    if !behind.trim().is_empty() {
        signed.push_str("[here ends what was signed]\n");
        signed.push_str(&behind);
    }
    Some(signed)
}

fn name_of(protocol: &str) -> &'static str {
    let protocol = protocol.to_ascii_lowercase();
    match protocol.as_str() {
        _ if protocol.contains("pgp") => "OpenPGP",
        _ if protocol.contains("pkcs7") => "S/MIME",
        _ => "in a way unknown to poptui",
    }
}

const ENCRYPTED_PGP: &str = "Encrypted (OpenPGP); poptui cannot decrypt it";

fn signed_with(name: &str) -> Facts {
    Facts::new(format!("Signed ({name}); the signature was not checked"))
}

fn encrypted_with(name: &str) -> Facts {
    let how = match name {
        "OpenPGP" => "save the attachment and decrypt it outside of poptui: gpg --decrypt FILE",
        "S/MIME" => {
            "save the attachment and decrypt it outside of poptui: openssl cms -decrypt -inform DER -in FILE -inkey KEY"
        }
        _ => "save the attachment and decrypt it outside of poptui",
    };
    Facts::new(format!("Encrypted ({name}); poptui cannot decrypt it")).row("To read it", how)
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;
    use crate::mail::parse::fields::Header;

    fn media(content_type: &str) -> Media {
        let header = format!("Content-Type: {content_type}\n\n");
        Media::of(&Header::of_mail(header.as_bytes()), "text/plain")
    }

    fn title(facts: &Facts) -> String {
        facts.card(&TimeZone::UTC).title
    }

    #[test]
    fn seals_are_named_and_not_vouched_for() {
        let pgp = media("multipart/signed; protocol=\"application/pgp-signature\"; boundary=x");
        assert_eq!(
            title(&signed(&pgp)),
            "Signed (OpenPGP); the signature was not checked"
        );
        let smime = media("multipart/signed; protocol=\"application/x-pkcs7-signature\"");
        assert_eq!(
            title(&signed(&smime)),
            "Signed (S/MIME); the signature was not checked"
        );
        let odd = media("multipart/signed");
        assert!(title(&signed(&odd)).contains("unknown"));
    }

    #[test]
    fn what_is_encrypted_says_what_to_do() {
        let facts = encrypted(&media(
            "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
        ));
        let card = facts.card(&TimeZone::UTC);
        assert!(card.title.starts_with("Encrypted (OpenPGP)"));
        assert!(card.rows[0].1[0].text.contains("gpg --decrypt"));
        assert!(smime(&media("application/pkcs7-mime; smime-type=certs-only"), b"").is_none());
        let kind = media("application/pkcs7-mime");
        let title_of = |octets: &[u8]| title(&smime(&kind, octets).unwrap());
        assert!(
            title_of(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02").starts_with("Signed")
        );
        assert!(
            title_of(b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03")
                .starts_with("Encrypted")
        );
        assert!(armoured("\n-----BEGIN PGP MESSAGE-----\n").is_some());
        assert_eq!(armoured("see -----BEGIN PGP MESSAGE-----"), None);
        let (title, rows) = armoured("-----BEGIN PGP MESSAGE-----\n").unwrap().told(0);
        assert!(
            title.starts_with("Encrypted (OpenPGP)") && rows[0].contains("pipe the mail"),
            "nothing is attached"
        );
    }

    #[test]
    fn of_what_is_signed_in_the_clear_the_words_are_shown() {
        let signature = "-----BEGIN PGP SIGNATURE-----\r\nVersion: x\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n";
        let signed = |behind: &str| {
            format!(
                "\r\n-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nHello\r\n- -- \r\nAda\r\n{signature}{behind}"
            )
        };
        assert_eq!(
            without_armour(&signed("\r\n")).unwrap(),
            "Hello\r\n-- \r\nAda\r\n"
        );
        assert_eq!(
            without_armour(&signed("false\r\n")).unwrap(),
            "Hello\r\n-- \r\nAda\r\n[here ends what was signed]\nfalse\r\n"
        );
        for broken in [
            "-----BEGIN PGP SIGNED MESSAGE-----\n\nHello\n",
            "-----BEGIN PGP SIGNED MESSAGE-----\nHello\n-----BEGIN PGP SIGNATURE-----\n",
            "Hello",
            "-----BEGIN PGP SIGNED MESSAGE-----",
        ] {
            assert_eq!(without_armour(broken), None, "{broken}");
        }
    }
}
