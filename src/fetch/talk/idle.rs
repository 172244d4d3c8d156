//! Keeps a line alive while the store is busy: some servers hang up after a minute without a command.

use std::pin::pin;
use std::time::Duration;

use crate::pop3::{Command, Event, Reply};

use crate::fetch::talk::client::Client;
use crate::fetch::talk::listing::unasked;
use crate::fetch::tell::trouble::Trouble;

/// Waits for `work` while nothing is asked for; meanwhile the server hears a NOOP now and then.
pub(in crate::fetch) async fn while_idle<R>(
    client: &mut Client,
    every: Duration,
    work: impl Future<Output = R>,
) -> Result<R, Trouble> {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Ok(done),
            () = tokio::time::sleep(every) => {
                client.send(Command::Noop, 0);
                confirm(client).await?;
            }
        }
    }
}

/// The answer to a NOOP that was sent. Anything else means that answers and commands are out of step.
pub(in crate::fetch) async fn confirm(client: &mut Client) -> Result<(), Trouble> {
    match client.next().await? {
        Event::Reply(Command::Noop, Reply::Done) => Ok(()),
        other => Err(unasked(&other)),
    }
}
