//! The sample mailbox: a POP3 server inside the program, so that poptui can be tried without an account or a network.

mod dates;
mod maildrop;
mod mails;
mod server;
mod session;

pub use maildrop::{Mail, Maildrop};
pub use server::serve;
pub use session::Login;

use std::sync::{Arc, Mutex, PoisonError};

use jiff::ZonedDateTime;

use crate::config::Account;
use crate::fetch::{Connect, Error, Line, Protection};

const USER: &str = "robin";
const PASSWORD: &str = "lantern";

/// Octets that may be under way between the client and the server inside the program.
const PIPE: usize = 256 * 1024;

/// The account that goes with [`SampleServer`]: a host that is never looked up, a password that guards nothing.
pub fn account() -> Account {
    Account::in_clear("Sample", USER, PASSWORD)
}

/// The server inside the program. The first line opened to it finds the sample mailbox, each of the next ones a few
/// mails more, until there are no more.
#[derive(Debug, Default)]
pub struct SampleServer {
    maildrop: Arc<Maildrop>,
    delivered: Mutex<usize>,
}

impl SampleServer {
    /// A server whose mail has not come yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Delivers the next round of sample mail, dated as seen from `now`; how many mails that were.
    pub fn deliver_more(&self, now: &ZonedDateTime) -> usize {
        let mut delivered = self
            .delivered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(round) = mails::ROUNDS.get(*delivered) else {
            return 0;
        };
        *delivered += 1;
        for (name, template) in *round {
            self.maildrop.deliver(*name, &mails::write(template, now));
        }
        round.len()
    }
}

impl Connect for SampleServer {
    async fn connect(&self, _account: &Account) -> Result<Line, Error> {
        self.deliver_more(&ZonedDateTime::now());
        let (client, server) = tokio::io::duplex(PIPE);
        let login = Login {
            user: USER.into(),
            password: PASSWORD.into(),
        };
        let maildrop = Arc::clone(&self.maildrop);
        // It ends when the client's half is dropped; an error means just that, and nobody is there to be told.
        tokio::spawn(async move { serve(server, maildrop, login).await });
        Ok(Line {
            stream: Box::new(client),
            protection: Protection::Closed,
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn the_first_round_is_a_mailbox_and_each_later_one_a_few_mails_until_there_are_none() {
        let server = SampleServer::new();
        let now = ZonedDateTime::default();
        let rounds: Vec<_> = (0..6).map(|_| server.deliver_more(&now)).collect();
        assert!(rounds[0] >= 25, "{rounds:?}");
        assert!(rounds[1..5].iter().all(|&mails| mails == 3), "{rounds:?}");
        assert_eq!(rounds[5], 0);
    }

    #[tokio::test]
    async fn a_client_that_connects_can_sign_in_as_the_sample_account() {
        let server = SampleServer::new();
        let mut line = server.connect(&account()).await.unwrap();
        line.stream
            .write_all(b"USER robin\r\nPASS lantern\r\nQUIT\r\n")
            .await
            .unwrap();
        let mut answers = String::new();
        line.stream.read_to_string(&mut answers).await.unwrap();
        assert!(answers.contains(" messages\r\n"), "{answers}");
        assert!(!answers.contains("-ERR"), "{answers}");
    }
}
