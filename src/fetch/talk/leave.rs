//! The way out of a session that is stopped before its end: QUIT where it deletes nothing, else the line is dropped.

use std::time::Duration;

use tokio::time::timeout;

use crate::pop3::{Command, Event, Reply, Waiting};

use crate::fetch::talk::client::Client;
use crate::fetch::talk::listing::unasked;
use crate::fetch::tell::trouble::Trouble;

/// For all of it together: whoever stops a fetch does not want to wait.
const PATIENCE: Duration = Duration::from_millis(500);

/// Says good-bye, if that can be done at once. It is heard by nobody in time while a mail comes in, and it means
/// something else where QUIT is on its way, or where a mail that was read is not kept: there the line is dropped.
pub(in crate::fetch) async fn leave(client: &mut Client) {
    // Whatever goes wrong here, the line is dropped, and a line that is dropped deletes nothing.
    let _ = timeout(PATIENCE, say_good_bye(client)).await;
}

/// The end of some work; where it was stopped, the session is left.
pub(in crate::fetch) async fn leave_if_stopped<R>(
    client: &mut Client,
    ended: Result<R, Trouble>,
) -> Result<R, Trouble> {
    if let Err(Trouble::Cancelled) = ended {
        leave(client).await;
    }
    ended
}

async fn say_good_bye(client: &mut Client) -> Result<(), Trouble> {
    client.withdraw();
    loop {
        match client.waiting_for() {
            Waiting::Nothing => break,
            Waiting::Reply(Command::Retr(_) | Command::Top(..) | Command::Quit) => return Ok(()),
            Waiting::Reply(_) => _ = client.next().await?,
            // Not even in TRANSACTION state.
            _ => return Ok(()),
        }
    }
    if !client.unkept.is_empty() {
        return Ok(());
    }
    if client.has_marked() {
        unmark(client).await?;
    }
    client.part().await;
    Ok(())
}

/// Takes all marks away.
pub(in crate::fetch) async fn unmark(client: &mut Client) -> Result<(), Trouble> {
    client.send(Command::Rset, 0);
    match client.next().await? {
        Event::Reply(Command::Rset, Reply::Done) => Ok(()),
        // Without QUIT, which is not sent then, nothing is deleted.
        Event::Reply(Command::Rset, _) => Err(Trouble::Protocol("it refuses RSET".to_owned())),
        other => Err(unasked(&other)),
    }
}
