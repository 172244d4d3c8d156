//! SCRAM (RFC 5802, RFC 7677): the server learns that we know the password, and must prove that it knows it, too.

use std::borrow::Cow;
use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac, pbkdf2};
use zeroize::Zeroizing;

use super::{Message, Terms, escaped};
use crate::pop3::way::{Bound, Hash};
use crate::pop3::{ChannelBinding, Error, Hashed, Hashing, Security};

/// The most rounds of hashing that a server may ask for: some hundred times what they ask for, and a second's work.
const MOST_ROUNDS: u32 = 1_000_000;
/// The fewest where everybody can read the proof, and try passwords on it at leisure (RFC 7677, section 4).
const FEWEST_IN_CLEAR: u32 = 4096;

/// One exchange.
pub(super) struct Scram {
    hash: Hash,
    /// The header that says how the exchange is bound to its line.
    header: String,
    /// What the line is known by, where the exchange is bound to it.
    binding: Vec<u8>,
    nonce: String,
    fewest_rounds: u32,
    /// The first message without its header.
    bare: String,
    stage: Stage,
}

enum Stage {
    /// The server's first message is awaited.
    First,
    /// The password is being hashed: the proof so far, and what it is made of.
    Hashing(String, Vec<u8>),
    /// Its signature is awaited: what it must be of, under this key.
    Signature(hmac::Key, Vec<u8>),
    /// The server has proven itself.
    Proven,
}

/// What to say to a challenge.
pub(super) enum Said {
    /// A message, but first this is to be worked out, for [`Scram::hashed`].
    Hash(Hashing),
    /// The server has proven itself, which wants an empty line.
    Nothing,
    /// The server refuses, for this reason: foreign.
    Complaint(Vec<u8>),
}

impl Scram {
    pub(super) fn new(hash: Hash, bound: Bound, user: &str, terms: &Terms<'_>) -> Self {
        let (header, binding) = match (bound, terms.binding) {
            (Bound::ToTheLine, Some(ChannelBinding::TlsExporter(octets))) => {
                ("p=tls-exporter,,", octets.to_vec())
            }
            // Told so that a server which can do it as well sees that somebody hid its offer (section 6).
            (_, Some(_)) if terms.list_is_known && bound == Bound::NotOffered => {
                ("y,,", Vec::new())
            }
            _ => ("n,,", Vec::new()),
        };
        Self {
            hash,
            header: header.to_owned(),
            binding,
            nonce: terms.nonce.to_owned(),
            fewest_rounds: match terms.line {
                Security::Tls => 1,
                Security::Stls | Security::None => FEWEST_IN_CLEAR,
            },
            bare: format!("n={},r={}", escaped(&prepared(user)), terms.nonce),
            stage: Stage::First,
        }
    }

    pub(super) fn first_message(&self) -> Message {
        super::join(&[&self.header, &self.bare])
    }

    pub(super) fn is_proven(&self) -> bool {
        matches!(self.stage, Stage::Proven)
    }

    pub(super) fn challenged(&mut self, challenge: &[u8], password: &str) -> Result<Said, Error> {
        let challenge = std::str::from_utf8(challenge).map_err(|_| NO_SENSE)?;
        if let Some(reason) = challenge.strip_prefix("e=") {
            let reason = reason.split(',').next().unwrap_or_default();
            return Ok(Said::Complaint(reason.as_bytes().to_vec()));
        }
        match &self.stage {
            Stage::First => self.hash(challenge, password).map(Said::Hash),
            Stage::Signature(key, message) => {
                let signature = challenge.strip_prefix("v=");
                let signature = signature.and_then(|text| text.split(',').next());
                let signature = signature.and_then(|text| STANDARD.decode(text).ok());
                // Compared in constant time, by ring.
                hmac::verify(key, message, &signature.ok_or(Error::Impostor)?)
                    .map_err(|_| Error::Impostor)?;
                self.stage = Stage::Proven;
                Ok(Said::Nothing)
            }
            Stage::Hashing(..) | Stage::Proven => Err(NO_SENSE),
        }
    }

    /// Section 3: what is proven, and the work that the proof takes.
    fn hash(&mut self, challenge: &str, password: &str) -> Result<Hashing, Error> {
        let first = First::parse(challenge, &self.nonce)?;
        if first.rounds.get() < self.fewest_rounds {
            return Err(TOO_FEW_ROUNDS);
        }
        let header = [self.header.as_bytes(), &self.binding].concat();
        let unproven = format!("c={},r={}", STANDARD.encode(header), first.nonce);
        let signed = format!("{},{challenge},{unproven}", self.bare).into_bytes();

        let (_, derivation, hashing) = algorithms(self.hash);
        self.stage = Stage::Hashing(unproven, signed);
        Ok(Hashing {
            algorithm: derivation,
            length: hashing.output_len(),
            rounds: first.rounds,
            salt: first.salt,
            password: prepared(password),
        })
    }

    /// Section 3: the proof, and the key that the server's signature must be under.
    pub(super) fn hashed(&mut self, salted: &Hashed) -> Result<Message, Error> {
        let Stage::Hashing(unproven, signed) = std::mem::replace(&mut self.stage, Stage::Proven)
        else {
            return Err(NO_SENSE);
        };
        let (algorithm, _, hashing) = algorithms(self.hash);
        let salted = hmac::Key::new(algorithm, &salted.0);
        let client_key = hmac::sign(&salted, b"Client Key");
        let stored_key = digest::digest(hashing, client_key.as_ref());
        let signature = hmac::sign(&hmac::Key::new(algorithm, stored_key.as_ref()), &signed);
        let pairs = client_key.as_ref().iter().zip(signature.as_ref());
        let proof: Zeroizing<Vec<u8>> = Zeroizing::new(pairs.map(|(one, two)| one ^ two).collect());

        let server_key = hmac::sign(&salted, b"Server Key");
        self.stage = Stage::Signature(hmac::Key::new(algorithm, server_key.as_ref()), signed);
        Ok(super::join(&[&unproven, ",p=", &STANDARD.encode(&*proof)]))
    }
}

/// The server's first message.
struct First<'a> {
    nonce: &'a str,
    salt: Vec<u8>,
    rounds: NonZeroU32,
}

impl<'a> First<'a> {
    /// `r=` our nonce and the server's, `s=` salt, `i=` rounds; what may follow is not known to us (section 5.1).
    fn parse(message: &'a str, ours: &str) -> Result<Self, Error> {
        let mut parts = message.split(',');
        let mut part = |name| parts.next().and_then(|part| part.strip_prefix(name));
        let (nonce, salt, rounds) = (part("r="), part("s="), part("i="));
        let (Some(nonce), Some(salt), Some(rounds)) = (nonce, salt, rounds) else {
            return Err(NO_SENSE);
        };
        let theirs = nonce.strip_prefix(ours).ok_or(OTHER_NONCE)?;
        if theirs.is_empty() || !theirs.bytes().all(|octet| octet.is_ascii_graphic()) {
            return Err(OTHER_NONCE);
        }
        let salt = STANDARD.decode(salt).map_err(|_| NO_SENSE)?;
        let digits = rounds.bytes().all(|octet| octet.is_ascii_digit());
        if salt.is_empty() || rounds.is_empty() || !digits {
            return Err(NO_SENSE);
        }
        // More digits than a number can have are too many rounds, too.
        let rounds: u32 = rounds.parse().map_err(|_| TOO_MANY_ROUNDS)?;
        if rounds > MOST_ROUNDS {
            return Err(TOO_MANY_ROUNDS);
        }
        Ok(Self {
            nonce,
            salt,
            rounds: NonZeroU32::new(rounds).ok_or(NO_SENSE)?,
        })
    }
}

const NO_SENSE: Error = Error::Protocol("its part of SCRAM makes no sense");
const OTHER_NONCE: Error =
    Error::Protocol("its part of SCRAM is no answer to ours, as if it had been recorded before");
const TOO_MANY_ROUNDS: Error =
    Error::Protocol("it asks for more rounds of hashing than any server needs");
const TOO_FEW_ROUNDS: Error = Error::Protocol(
    "it asks for fewer rounds of hashing than a line that everybody can read needs",
);

fn algorithms(
    hash: Hash,
) -> (
    hmac::Algorithm,
    pbkdf2::Algorithm,
    &'static digest::Algorithm,
) {
    match hash {
        Hash::Sha256 => (
            hmac::HMAC_SHA256,
            pbkdf2::PBKDF2_HMAC_SHA256,
            &digest::SHA256,
        ),
        Hash::Sha1 => (
            hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            pbkdf2::PBKDF2_HMAC_SHA1,
            &digest::SHA1_FOR_LEGACY_USE_ONLY,
        ),
    }
}

/// In the form in which both sides hash it (RFC 4013). What has no such form is hashed as it is: servers that keep
/// such a password do the same.
fn prepared(text: &str) -> Zeroizing<String> {
    let prepared = stringprep::saslprep(text).unwrap_or(Cow::Borrowed(text));
    Zeroizing::new(prepared.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA_256: (&str, &str, &str, &str) = (
        "rOprNGfwEbeRWgbNEkqO",
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
        "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
    );
    const SHA_1: (&str, &str, &str, &str) = (
        "fyko+d2lbbFgONRv9qkxdawL",
        "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
        "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    );

    fn scram(hash: Hash, bound: Bound, binding: Option<&ChannelBinding>, nonce: &str) -> Scram {
        let terms = Terms {
            host: "",
            port: 0,
            line: Security::Tls,
            nonce,
            binding,
            list_is_known: true,
        };
        Scram::new(hash, bound, "user", &terms)
    }

    /// What is said to a challenge, the work done that it may take.
    fn said(scram: &mut Scram, challenge: &str, password: &str) -> String {
        match scram.challenged(challenge.as_bytes(), password).unwrap() {
            Said::Hash(hashing) => {
                let message = scram.hashed(&hashing.run()).unwrap();
                String::from_utf8(message.to_vec()).unwrap()
            }
            Said::Nothing => String::new(),
            Said::Complaint(words) => format!("complaint: {}", String::from_utf8_lossy(&words)),
        }
    }

    #[test]
    fn the_examples_of_rfc_7677_and_rfc_5802_come_out() {
        for (hash, (nonce, first, proof, signature)) in
            [(Hash::Sha256, SHA_256), (Hash::Sha1, SHA_1)]
        {
            let mut scram = scram(hash, Bound::NotOffered, None, nonce);
            assert_eq!(
                **scram.first_message(),
                *format!("n,,n=user,r={nonce}").as_bytes()
            );
            assert_eq!(said(&mut scram, first, "pencil"), proof);
            assert!(!scram.is_proven());
            assert_eq!(said(&mut scram, signature, "pencil"), "");
            assert!(scram.is_proven());
        }
    }

    #[test]
    fn a_signature_that_is_wrong_missing_or_for_another_password_is_an_impostors() {
        let (nonce, first, _, signature) = SHA_256;
        for (password, last) in [
            ("pencil", SHA_1.3),
            ("pencil", "v="),
            ("pencil", "v=!"),
            ("pencil", "x=1"),
            ("pencils", signature),
        ] {
            let mut scram = scram(Hash::Sha256, Bound::NotOffered, None, nonce);
            said(&mut scram, first, password);
            let told = scram.challenged(last.as_bytes(), password).err();
            assert_eq!(told, Some(Error::Impostor), "{last}");
            assert!(!scram.is_proven());
        }
    }

    #[test]
    fn a_challenge_that_is_replayed_endless_or_senseless_is_refused_before_any_hashing() {
        let told = |first: &str| {
            let mut scram = scram(Hash::Sha256, Bound::NotOffered, None, "ours");
            scram.challenged(first.as_bytes(), "pencil").err()
        };
        for other in [
            "r=theirs,s=QQ==,i=1",
            "r=ours,s=QQ==,i=1",
            "r=our,s=QQ==,i=1",
        ] {
            assert_eq!(told(other), Some(OTHER_NONCE), "{other}");
        }
        for endless in ["1000001", "4294967295", "99999999999999999999"] {
            let first = format!("r=oursX,s=QQ==,i={endless}");
            assert_eq!(told(&first), Some(TOO_MANY_ROUNDS), "{endless}");
        }
        for senseless in [
            "",
            "m=ext,r=oursX,s=QQ==,i=1",
            "r=oursX,s=,i=1",
            "r=oursX,s=?,i=1",
            "r=oursX,s=QQ==,i=0",
            "r=oursX,s=QQ==,i=",
            "r=oursX,s=QQ==,i=-1",
            "r=oursX,s=QQ==",
            "s=QQ==,r=oursX,i=1",
        ] {
            assert_eq!(told(senseless), Some(NO_SENSE), "{senseless}");
        }
    }

    #[test]
    fn the_header_tells_how_the_exchange_is_bound() {
        let binding = ChannelBinding::TlsExporter([7; 32]);
        let header = |bound, binding| scram(Hash::Sha256, bound, binding, "ours").header;
        assert_eq!(header(Bound::ToTheLine, Some(&binding)), "p=tls-exporter,,");
        assert_eq!(header(Bound::NotOffered, Some(&binding)), "y,,");
        assert_eq!(header(Bound::GivenUp, Some(&binding)), "n,,");
        assert_eq!(header(Bound::NotOffered, None), "n,,");
        let mut bound = scram(Hash::Sha256, Bound::ToTheLine, Some(&binding), "ours");
        let proof = said(&mut bound, "r=oursX,s=QQ==,i=1", "pencil");
        let told = proof
            .split(',')
            .next()
            .and_then(|part| part.strip_prefix("c="));
        let told = STANDARD.decode(told.unwrap()).unwrap();
        assert_eq!(told, [b"p=tls-exporter,,".as_slice(), &[7; 32]].concat());
    }

    #[test]
    fn names_and_passwords_are_prepared_and_escaped() {
        let terms = Terms {
            host: "",
            port: 0,
            line: Security::Tls,
            nonce: "x",
            binding: None,
            list_is_known: true,
        };
        let scram = Scram::new(Hash::Sha1, Bound::NotOffered, "a,b=c", &terms);
        assert_eq!(scram.bare, "n=a=2Cb=3Dc,r=x");
        // RFC 4013, section 3.
        assert_eq!(**prepared("I\u{ad}X"), *"IX");
        assert_eq!(**prepared("\u{aa}"), *"a");
        assert_eq!(**prepared("\u{7}bell"), *"\u{7}bell");
    }

    #[test]
    fn a_reason_is_taken_over_and_nothing_more_is_said() {
        let mut scram = scram(Hash::Sha1, Bound::NotOffered, None, "ours");
        let told = said(&mut scram, "e=unknown-user,x=1", "pencil");
        assert_eq!(told, "complaint: unknown-user");
    }
}
