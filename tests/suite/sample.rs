//! The sample mailbox through the real engine, as `poptui demo` fetches it: much mail, a few more, and then no more.

use jiff::ZonedDateTime;
use poptui::config::Keep;
use poptui::demo::{SampleServer, account};
use poptui::query::Query;

use super::support::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn each_fetch_from_the_sample_server_brings_a_few_mails_until_there_are_none() {
    let mut world = World::new(Keep::Forever);
    world.account = account();
    let server = SampleServer::new();
    let mut new = Vec::new();
    for _ in 0..6 {
        let report = world.fetch(&server).await;
        assert!(report.error.is_none(), "{:?}", report.error);
        assert!(report.failed.is_empty(), "{:?}", report.failed);
        new.push(report.new);
    }
    assert!(new[0] >= 25, "{new:?}");
    assert_eq!(new[1..], [3, 3, 3, 3, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_mail_of_the_sample_mailbox_is_the_welcome() {
    let mut world = World::new(Keep::Forever);
    world.account = account();
    world.fetch(&SampleServer::new()).await;
    let inbox = world
        .store
        .read(|reader| {
            reader.find(
                &Query::parse("in:inbox", &ZonedDateTime::default()),
                Some(3),
            )
        })
        .await;
    let subjects: Vec<_> = inbox
        .unwrap()
        .into_iter()
        .map(|mail| mail.subject)
        .collect();
    assert_eq!(subjects[0], "Welcome! Press Enter to open this mail");
}
