//! The work that SCRAM is made of (RFC 5802, section 2.2): handed out, since it can take a second, and a session waits
//! for nothing.

use std::num::NonZeroU32;

use ring::pbkdf2;
use zeroize::Zeroizing;

/// PBKDF2 over the password: to be done where nobody waits for it, then given to [`super::Session::hashed`].
pub struct Hashing {
    pub(super) algorithm: pbkdf2::Algorithm,
    pub(super) length: usize,
    pub(super) rounds: NonZeroU32,
    pub(super) salt: Vec<u8>,
    pub(super) password: Zeroizing<String>,
}

/// What came out of it: as good as the password, and wiped when dropped.
pub struct Hashed(pub(super) Zeroizing<Vec<u8>>);

impl Hashing {
    /// Does the work.
    pub fn run(self) -> Hashed {
        let mut salted = Zeroizing::new(vec![0; self.length]);
        let password = self.password.as_bytes();
        pbkdf2::derive(
            self.algorithm,
            self.rounds,
            &self.salt,
            password,
            &mut salted,
        );
        Hashed(salted)
    }
}

impl std::fmt::Debug for Hashing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hashing({} rounds)", self.rounds)
    }
}
