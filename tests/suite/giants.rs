//! Mails larger than is accepted: the head of what came is kept, and nothing else waits for them.

use poptui::config::Keep;
use poptui::mail::Completeness;

use crate::support::maildrop::{Mail, large, mail, top};
use crate::support::server::{Fault, Server};
use crate::support::world::World;

/// More than is kept of a mail of which LIST told so little.
const GIANT: usize = 33 << 20;

#[tokio::test]
async fn a_giant_whose_head_cannot_be_asked_for_keeps_no_other_mail_on_the_server() {
    for fault in [Fault::RefusesTop, Fault::NoTop] {
        let giant = Mail {
            listed: 16 << 20,
            ..large("giant", GIANT)
        };
        let server = Server::new(vec![giant.clone(), mail("a")]);
        server.always(fault.clone());
        let world = World::new(Keep::Never);
        let report = world.fetch(&server).await;
        assert_eq!((report.new, report.deleted), (2, 1), "{fault:?}");
        let told = "larger than is accepted: only its head is stored";
        assert!(report.warnings[0].contains(told), "{:?}", report.warnings);
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        let head = Mail {
            octets: top(&giant.octets, 0),
            ..giant.clone()
        };
        world.holds_exactly(&[head, mail("a")]);
        assert_eq!(world.ledger()[1].completeness, Completeness::Head);

        server.fill(vec![giant.clone(), mail("b")]);
        assert_eq!(world.fetch(&server).await.deleted, 1, "{fault:?}");
        assert_eq!(server.heard("RETR 1"), 1, "{fault:?}: it was read again");
        assert_eq!(server.mails(), [giant]);
    }
}
