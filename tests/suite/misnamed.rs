//! Names that mean other mails than they meant: no mail is taken for another one, lost with its name, or shown twice.

use poptui::config::Keep;

use crate::support::maildrop::{Mail, large, numbered};
use crate::support::server::Server;
use crate::support::world::World;

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
