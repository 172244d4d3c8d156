//! DELE and QUIT: what is stored may go, and it is gone only when QUIT says so (RFC 1939, section 6).

use std::time::Duration;

use crate::mail::SafeText;
use crate::pop3::{Command, Event, Reply};

use super::client::Client;
use super::listing::unasked;
use super::plan::Stored;
use super::trouble::Trouble;

/// Everything that matters is stored by then: nobody should wait for a good-bye.
const PATIENCE: Duration = Duration::from_secs(5);

/// What became of the DELEs.
#[derive(Debug, Default)]
pub(super) struct Marked {
    /// To be deleted by QUIT.
    pub(super) accepted: Vec<Stored>,
    /// Refused.
    pub(super) refused: usize,
    /// What the server said to the first refused one.
    pub(super) reason: Option<SafeText>,
}

/// Marks mails for deletion. The numbers are this session's; nothing is deleted yet.
pub(super) async fn mark(client: &mut Client, mails: Vec<Stored>) -> Result<Marked, Trouble> {
    for mail in &mails {
        client.send(Command::Dele(mail.listed.number), 0);
    }
    let mut marked = Marked::default();
    for mail in mails {
        match client.next().await? {
            Event::Reply(Command::Dele(number), Reply::Done) if number == mail.listed.number => {
                marked.accepted.push(mail);
            }
            Event::Reply(Command::Dele(number), Reply::Refused(refusal))
                if number == mail.listed.number =>
            {
                marked.refused += 1;
                let said = || client.quote().quote(&refusal.text);
                marked.reason.get_or_insert_with(said);
            }
            other => return Err(unasked(&other)),
        }
    }
    Ok(marked)
}

/// Ends the session. `Ok` means that the server deleted what was marked.
pub(super) async fn quit(client: &mut Client) -> Result<(), Trouble> {
    client.shorten_patience(PATIENCE);
    client.send(Command::Quit, 0);
    match client.next().await {
        Ok(Event::Reply(Command::Quit, Reply::Done)) => Ok(()),
        Ok(Event::Reply(Command::Quit, Reply::Refused(refusal))) => {
            Err(Trouble::QuitRefused(client.quote().quote(&refusal.text)))
        }
        Ok(_) | Err(_) => Err(Trouble::QuitLost),
    }
}
