//! The way from the line to the store: bounded in octets, digested on a thread of its own.

use std::panic::catch_unwind;
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::mail::{Completeness, Envelope};
use crate::store::NewMail;

use crate::fetch::clock::now;
use crate::fetch::talk::listing::Listed;
use crate::fetch::tell::trouble::Trouble;

/// Octets of mail that are received and not yet committed. When they are used up the socket is not read, so the
/// server waits, not our memory. A larger mail goes alone.
const ROOM: u32 = 12 << 20;
/// What a mail costs besides its octets.
const OVERHEAD: usize = 2 << 10;

/// Where received mails go in.
pub(in crate::fetch) struct Pipe {
    sender: UnboundedSender<Received>,
    room: Arc<Semaphore>,
}

/// Where mails come out, ready for the store.
pub(in crate::fetch) struct Outlet {
    pub(in crate::fetch) ready: UnboundedReceiver<Ready>,
    /// About how many octets are still to come.
    pub(in crate::fetch) expected: u64,
    room: Arc<Semaphore>,
}

/// A mail as it came from the line, and what its octets say.
pub(in crate::fetch) struct Verified {
    pub(in crate::fetch) listed: Listed,
    pub(in crate::fetch) octets: Vec<u8>,
    pub(in crate::fetch) completeness: Completeness,
}

/// A mail and the room that it takes.
struct Received {
    mail: Verified,
    room: OwnedSemaphorePermit,
}

/// A mail ready for the store. The room it takes is free again when this is dropped.
pub(in crate::fetch) struct Ready {
    /// Its message-number.
    pub(in crate::fetch) number: u32,
    pub(in crate::fetch) mail: NewMail,
    pub(in crate::fetch) room: OwnedSemaphorePermit,
}

/// Opens a pipe for about so many octets. Hashing and parsing happen on one blocking thread, which ends with the pipe.
pub(in crate::fetch) fn open(expected: u64) -> (Pipe, Outlet) {
    let room = Arc::new(Semaphore::new(ROOM as usize));
    let (sender, received) = unbounded_channel();
    let (done, ready) = unbounded_channel();
    tokio::task::spawn_blocking(move || digest_all(received, &done));
    let pipe = Pipe {
        sender,
        room: room.clone(),
    };
    let outlet = Outlet {
        ready,
        expected,
        room,
    };
    (pipe, outlet)
}

impl Pipe {
    /// Puts a mail in, once there is room. Fails only when the other end gave up; its own error says why.
    pub(in crate::fetch) async fn send(&self, mail: Verified) -> Result<(), Trouble> {
        let closed = || Trouble::Storage("the store stopped taking mail".to_owned());
        let needs = mail.octets.len() + OVERHEAD;
        let needs = u32::try_from(needs).map_or(ROOM, |needs| needs.min(ROOM));
        let room = self.room.clone().acquire_many_owned(needs).await;
        let room = room.map_err(|_closed| closed())?;
        self.sender
            .send(Received { mail, room })
            .map_err(|_closed| closed())
    }
}

impl Drop for Outlet {
    /// Whoever waits for room learns that nobody will make any.
    fn drop(&mut self) {
        self.room.close();
    }
}

fn digest_all(mut received: UnboundedReceiver<Received>, done: &UnboundedSender<Ready>) {
    while let Some(mail) = received.blocking_recv() {
        if done.send(digest(mail)).is_err() {
            return;
        }
    }
}

fn digest(received: Received) -> Ready {
    let Verified {
        listed,
        octets,
        completeness,
    } = received.mail;
    // A panic in a parser costs this mail its row's text, nothing more.
    let mut envelope = catch_unwind(|| Envelope::read(&octets)).unwrap_or_default();
    // Such a note is always the first mail of its folder; elsewhere it is somebody's disguise.
    envelope.is_folder_note &= listed.number == 1;
    let mail = NewMail {
        uid: listed.uid,
        listed_size: listed.size,
        sha256: sha256(&octets),
        envelope,
        octets,
        arrived: now(),
        completeness,
    };
    Ready {
        number: listed.number,
        mail,
        room: received.room,
    }
}

pub(in crate::fetch) fn sha256(octets: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    let digest = ring::digest::digest(&ring::digest::SHA256, octets);
    hash.copy_from_slice(digest.as_ref());
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(number: u32, octets: &[u8]) -> Verified {
        Verified {
            listed: Listed {
                number,
                uid: None,
                size: None,
            },
            octets: octets.to_vec(),
            completeness: Completeness::Whole,
        }
    }

    #[tokio::test]
    async fn mails_come_out_in_order_with_their_hash() {
        let (pipe, mut outlet) = open(0);
        pipe.send(mail(1, b"abc")).await.unwrap();
        pipe.send(mail(2, b"")).await.unwrap();
        drop(pipe);
        let first = outlet.ready.recv().await.unwrap();
        assert_eq!(first.number, 1);
        assert_eq!(first.mail.sha256[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(outlet.ready.recv().await.unwrap().number, 2);
        assert!(outlet.ready.recv().await.is_none());
    }

    #[tokio::test]
    async fn a_full_pipe_waits_until_a_mail_is_committed() {
        let (pipe, mut outlet) = open(0);
        let large = vec![b'x'; ROOM as usize + 1];
        pipe.send(mail(1, &large)).await.unwrap();
        let mut second = Box::pin(pipe.send(mail(2, b"x")));
        let first = outlet.ready.recv().await.unwrap();
        let early = tokio::time::timeout(std::time::Duration::from_millis(20), &mut second).await;
        assert!(early.is_err(), "there was no room");
        drop(first);
        second.await.unwrap();
    }

    #[tokio::test]
    async fn a_pipe_whose_other_end_gave_up_takes_nothing() {
        let (pipe, outlet) = open(0);
        drop(outlet);
        assert!(pipe.send(mail(1, b"x")).await.is_err());
    }
}
