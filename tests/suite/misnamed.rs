//! Names that mean other mails than they meant: no mail is taken for another one, lost with its name, or shown twice.

use poptui::config::Keep;

use crate::support::maildrop::{Mail, large, mail, numbered};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

#[tokio::test]
async fn a_reply_given_twice_in_a_long_flight_costs_no_mail() {
    for keep in [Keep::Forever, Keep::Never] {
        // All of one size: the size cannot tell that each mail behind it came under the next one's name.
        let all: Vec<Mail> = (100..300).map(|name| mail(&format!("m{name}"))).collect();
        let server = Server::new(all.clone());
        server.once(Fault::Repeats("m200"));
        let mut world = World::new(keep);
        world.fetch(&server).await;
        world.account.keep_on_server = Keep::Never;
        world.fetch(&server).await;
        let stored = world.stored();
        let lost = all.iter().filter(|mail| !stored.contains(&mail.octets));
        assert_eq!(lost.count(), 0, "{keep:?}");
        assert!(server.mails().is_empty(), "{keep:?}");
    }
}

#[tokio::test]
async fn names_that_move_up_after_an_index_was_rebuilt_show_no_mail_twice() {
    for names in [&["1", "3", "7"][..], &["1", "2", "4", "5", "7", "9", "12"]] {
        let mails = names.iter().zip(1..);
        let all: Vec<Mail> = mails
            .map(|(name, place)| Mail {
                uid: (*name).to_owned(),
                ..large(&format!("mail-{name}"), 300 * place)
            })
            .collect();
        let server = Server::new(all.clone());
        let mut world = World::new(Keep::Forever);
        world.fetch(&server).await;
        server.fill(numbered(&all));
        for _ in 0..2 {
            assert_eq!(world.fetch(&server).await.new, 0, "{names:?}");
            world.holds_exactly(&all);
        }
        world.account.keep_on_server = Keep::Never;
        world.fetch(&server).await;
        assert!(server.mails().is_empty());
        world.holds_exactly(&all);
    }
}
