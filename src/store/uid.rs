//! Brings unique-ids into the form in which they are kept: servers give names of any length.

use std::borrow::Cow;

use crate::pop3::UniqueId;

/// Longer unique-ids are kept as their hash. RFC 1939 allows 70 octets; servers do not always obey.
const LONGEST_UID: usize = 512;

/// The form in which a unique-id is kept and compared: itself up to 512 octets, else NUL, `sha256:` and
/// the 32 octets of its SHA-256. Names that begin with NUL themselves are hashed too, so that no two
/// names share a form. Bringing a stored form into the stored form changes nothing.
pub fn stored_uid(uid: &UniqueId) -> UniqueId {
    stored_form(uid).into_owned()
}

/// The same, without a copy where there is nothing to change.
pub(super) fn stored_form(uid: &UniqueId) -> Cow<'_, UniqueId> {
    const PREFIX: &[u8] = b"\0sha256:";
    let octets = &*uid.0;
    let stored_already = octets.starts_with(PREFIX) && octets.len() == PREFIX.len() + 32;
    if stored_already || (octets.len() <= LONGEST_UID && !octets.starts_with(b"\0")) {
        return Cow::Borrowed(uid);
    }
    let hash = ring::digest::digest(&ring::digest::SHA256, octets);
    Cow::Owned(UniqueId([PREFIX, hash.as_ref()].concat().into()))
}

#[cfg(test)]
mod tests {
    use super::stored_uid;
    use crate::pop3::UniqueId;

    #[test]
    fn long_and_strange_unique_ids_are_kept_as_their_hash() {
        let short = UniqueId(b"short\xff\x00".as_slice().into());
        assert_eq!(stored_uid(&short), short);
        let long = |last: u8| UniqueId([vec![b'x'; 100_000], vec![last]].concat().into());
        assert_eq!(stored_uid(&long(1)).0.len(), 40);
        assert_ne!(stored_uid(&long(1)), stored_uid(&long(2)));
        assert_eq!(stored_uid(&stored_uid(&long(1))), stored_uid(&long(1)));
        let forged = UniqueId(b"\0sha256:".as_slice().into());
        assert_ne!(stored_uid(&forged), forged);
    }
}
