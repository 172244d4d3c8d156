//! The system's keyring, for `keyring = true`: reads a password, and stores one only if it comes back.

use thiserror::Error as Sentence;
use zeroize::Zeroizing;

/// Why the keyring is of no use. Sentences without the password.
#[derive(Debug, Sentence)]
pub enum Error {
    /// Built without the feature `keyring`.
    #[error(
        "this poptui was built without keyring support; use password-command = \"secret-tool lookup service poptui \
         username {0}\", or build it with --features keyring"
    )]
    NotBuilt(String),
    /// It holds nothing under this name.
    #[error(
        "the keyring holds no password for {0}; store it with poptui setup --keyring, or use password-command"
    )]
    Nothing(String),
    /// It was locked, or there is none.
    #[error("the keyring cannot be used ({0}); unlock it, or use password-command")]
    Unusable(String),
    /// What was stored did not come back.
    #[error(
        "the keyring did not give back what was stored in it, so it was taken out again; use password-command"
    )]
    Forgetful,
}

/// The name of an account's entry; its service is `poptui`.
fn entry_name(user: &str, host: &str) -> String {
    format!("{user}@{host}")
}

/// Reads the password of this user at this host. Can wait for the user to unlock the keyring.
pub(super) fn read(user: &str, host: &str) -> Result<Zeroizing<String>, Error> {
    system::read(&entry_name(user, host))
}

/// Stores the password of this user at this host, reads it back and compares; what does not come back is taken out
/// again. Can wait for the user to unlock the keyring.
pub fn store(user: &str, host: &str, password: &str) -> Result<(), Error> {
    system::store(&entry_name(user, host), password)
}

#[cfg(not(feature = "keyring"))]
mod system {
    use zeroize::Zeroizing;

    use super::Error;

    pub(super) fn read(name: &str) -> Result<Zeroizing<String>, Error> {
        Err(Error::NotBuilt(name.to_owned()))
    }

    pub(super) fn store(name: &str, _password: &str) -> Result<(), Error> {
        Err(Error::NotBuilt(name.to_owned()))
    }
}

#[cfg(feature = "keyring")]
mod system {
    use keyring::Entry;
    use zeroize::Zeroizing;

    use super::Error;

    const SERVICE: &str = "poptui";

    pub(super) fn read(name: &str) -> Result<Zeroizing<String>, Error> {
        from(&open(name)?, name)
    }

    pub(super) fn store(name: &str, password: &str) -> Result<(), Error> {
        into(&open(name)?, name, password)
    }

    fn open(name: &str) -> Result<Entry, Error> {
        Entry::new(SERVICE, name).map_err(unusable)
    }

    pub(super) fn from(entry: &Entry, name: &str) -> Result<Zeroizing<String>, Error> {
        match entry.get_password() {
            Ok(password) => Ok(Zeroizing::new(password)),
            Err(keyring::Error::NoEntry) => Err(Error::Nothing(name.to_owned())),
            Err(error) => Err(unusable(error)),
        }
    }

    pub(super) fn into(entry: &Entry, name: &str, password: &str) -> Result<(), Error> {
        entry.set_password(password).map_err(unusable)?;
        match from(entry, name) {
            Ok(stored) if *stored == password => Ok(()),
            _ => {
                // Best effort: what cannot be read may not be there to be deleted, either.
                let _ = entry.delete_credential();
                Err(Error::Forgetful)
            }
        }
    }

    /// Without the octets that some of its errors carry.
    fn unusable(error: keyring::Error) -> Error {
        Error::Unusable(match error {
            keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => {
                "what it holds is no text".to_owned()
            }
            other => other.to_string(),
        })
    }
}

#[cfg(all(test, not(feature = "keyring")))]
mod tests {
    use super::*;

    #[test]
    fn without_the_feature_the_sentence_says_what_to_do() {
        let told = read("alice", "pop.example.org").unwrap_err().to_string();
        assert!(
            told.contains("--features keyring") && told.contains("secret-tool"),
            "{told}"
        );
        assert!(store("alice", "pop.example.org", "secret").is_err());
    }
}
