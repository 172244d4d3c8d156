//! The system's keyring, for `keyring = true`: reads a password, and stores one only if it comes back.

use std::sync::mpsc;
use std::time::Duration;

use thiserror::Error as Sentence;
use zeroize::Zeroizing;

use super::secret::LIMIT;

/// Why the keyring is of no use. Sentences without the password.
#[derive(Debug, Sentence)]
pub enum Error {
    /// Built without the feature `keyring`.
    #[error(
        "this poptui was built without the keyring; use password-command = \"secret-tool lookup service poptui \
         username {0}\", or build it without --no-default-features"
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
    /// It waits for somebody who does not come. After so many seconds.
    #[error(
        "the keyring did not answer within {0} s; unlock it and try again, or use password-command"
    )]
    Silent(u64),
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

/// Reads the password of this user at this host. Can wait for the user to unlock the keyring; the caller sets the limit.
pub(super) fn read(user: &str, host: &str) -> Result<Zeroizing<String>, Error> {
    system::read(&entry_name(user, host))
}

/// Stores the password of this user at this host, reads it back and compares; what does not come back is taken out
/// again. Waits for the user to unlock the keyring, but not for ever.
pub fn store(user: &str, host: &str, password: &str) -> Result<(), Error> {
    let (name, password) = (entry_name(user, host), Zeroizing::new(password.to_owned()));
    within(LIMIT, move || system::store(&name, &password))
}

/// Does this on a thread of its own, which nobody waits for when the time is up.
fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || {
        // Too late, it is nobody's.
        let _ = done.send(work());
    });
    ended
        .recv_timeout(limit)
        .unwrap_or(Err(Error::Silent(limit.as_secs())))
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
        // An entry does not say why there is no keyring to hold it.
        if let Err(error) = Entry::store_status() {
            return Err(unusable(error));
        }
        Entry::new(SERVICE, name).map_err(|error| unusable(&error))
    }

    pub(super) fn from(entry: &Entry, name: &str) -> Result<Zeroizing<String>, Error> {
        match entry.get_password() {
            Ok(password) => Ok(Zeroizing::new(password)),
            Err(keyring::Error::NoEntry) => Err(Error::Nothing(name.to_owned())),
            Err(error) => Err(unusable(&error)),
        }
    }

    pub(super) fn into(entry: &Entry, name: &str, password: &str) -> Result<(), Error> {
        entry
            .set_password(password)
            .map_err(|error| unusable(&error))?;
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
    fn unusable(error: &keyring::Error) -> Error {
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
            told.contains("--no-default-features") && told.contains("secret-tool"),
            "{told}"
        );
        assert!(store("alice", "pop.example.org", "secret").is_err());
    }
}

#[cfg(all(test, feature = "keyring"))]
mod tests {
    use std::any::Any;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use keyring::Entry;
    use keyring_core::api::{CredentialApi, CredentialStoreApi as _};
    use keyring_core::{Credential, mock};

    use super::*;

    const NAME: &str = "alice@pop.example.org";

    fn mock_entry() -> Entry {
        let store = mock::Store::new().unwrap();
        let inner = store.build("poptui", NAME, None).unwrap();
        Entry { inner }
    }

    #[test]
    fn what_is_stored_comes_back() {
        let entry = mock_entry();
        let told = system::from(&entry, NAME).unwrap_err().to_string();
        assert!(
            told.contains("no password for alice@pop.example.org"),
            "{told}"
        );
        system::into(&entry, NAME, "hunter2").unwrap();
        assert_eq!(**system::from(&entry, NAME).unwrap(), *"hunter2");
    }

    #[test]
    fn a_keyring_that_is_locked_is_told_as_such() {
        let entry = mock_entry();
        let locked = keyring::Error::NoStorageAccess("locked".into());
        let cred: &mock::Cred = entry.inner.as_any().downcast_ref().unwrap();
        cred.set_error(locked);
        let told = system::into(&entry, NAME, "hunter2")
            .unwrap_err()
            .to_string();
        assert!(told.starts_with("the keyring cannot be used"), "{told}");
        assert!(!told.contains("hunter2"));
    }

    /// Takes everything and gives back something else.
    #[derive(Debug, Default)]
    struct Forgetful {
        deleted: AtomicBool,
    }

    impl CredentialApi for Forgetful {
        fn set_secret(&self, _: &[u8]) -> keyring::Result<()> {
            Ok(())
        }

        fn get_secret(&self) -> keyring::Result<Vec<u8>> {
            Ok(b"something else".to_vec())
        }

        fn delete_credential(&self) -> keyring::Result<()> {
            self.deleted.store(true, Ordering::Relaxed);
            Ok(())
        }

        fn get_credential(&self) -> keyring::Result<Option<Arc<Credential>>> {
            Ok(None)
        }

        fn get_specifiers(&self) -> Option<(String, String)> {
            None
        }

        fn as_any(&self) -> &dyn Any {
            self
        }
    }

    #[test]
    fn what_does_not_come_back_is_taken_out_again_and_told() {
        let forgetful = Arc::new(Forgetful::default());
        let entry = Entry {
            inner: keyring_core::Entry::new_with_credential(forgetful.clone()),
        };
        let told = system::into(&entry, NAME, "hunter2");
        assert!(matches!(told, Err(Error::Forgetful)));
        assert!(forgetful.deleted.load(Ordering::Relaxed));
    }
}

#[cfg(test)]
mod limit {
    use super::*;

    #[test]
    fn a_keyring_that_never_answers_is_told_and_not_waited_for() {
        let (release, held) = mpsc::channel::<()>();
        let stuck = move || {
            let _ = held.recv();
            Ok(())
        };
        let told = within(Duration::ZERO, stuck).unwrap_err().to_string();
        assert!(
            told.contains("did not answer") && told.contains("unlock it"),
            "{told}"
        );
        drop(release);
        assert!(within(Duration::MAX, || Ok(())).is_ok());
    }
}
