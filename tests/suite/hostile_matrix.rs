//! Every kind of harm at every point of a session, once: what has to be true after that fetch, and after the next.

use std::time::Duration;

use poptui::config::Keep;
use poptui::fetch::Report;

use crate::support::maildrop::{Mail, mail};
use crate::support::server::{Fault, Harm, Point, Server};
use crate::support::world::{PASSWORD, World};

/// Points before the first mail: all goes well in the end, or nothing is done and an error says why.
const BEFORE: &[Point] = &[
    Point::Connect,
    Point::Greeting,
    Point::Capa,
    Point::User,
    Point::Pass,
    Point::Auth,
    Point::Uidl,
    Point::UidlMid,
    Point::List,
    Point::ListMid,
];

/// Points of the download: whatever is stored is a mail as it is, and what is not stored is there.
const DURING: &[Point] = &[
    Point::Retr,
    Point::RetrOk,
    Point::RetrMid,
    Point::RetrDot,
    Point::RetrDone,
];

/// Points behind the last commit: all is stored, whatever becomes of the deletion.
const AFTER: &[Point] = &[
    Point::Dele,
    Point::DeleMarked,
    Point::DeleDone,
    Point::Quit,
    Point::QuitDone,
];

#[tokio::test]
async fn a_reset_line_at_any_point() {
    at_every_point(Harm::Reset).await;
}

#[tokio::test]
async fn a_closed_line_at_any_point() {
    at_every_point(Harm::Close).await;
}

#[tokio::test]
async fn silence_at_any_point() {
    at_every_point(Harm::Stall).await;
}

#[tokio::test]
async fn octets_that_drip_from_any_point_on() {
    at_every_point(Harm::Drip).await;
}

#[tokio::test]
async fn binary_noise_at_any_point() {
    at_every_point(Harm::Garbage).await;
}

#[tokio::test]
async fn nuls_at_any_point() {
    at_every_point(Harm::Nul).await;
}

#[tokio::test]
async fn one_answer_too_many_at_any_point() {
    at_every_point(Harm::Twice).await;
}

#[tokio::test]
async fn a_refusal_at_any_point() {
    at_every_point(Harm::Err).await;
}

#[tokio::test]
async fn a_line_of_a_megabyte_at_any_point() {
    at_every_point(Harm::Long).await;
}

#[tokio::test]
async fn lines_without_end_at_any_point() {
    at_every_point(Harm::Endless).await;
}

async fn at_every_point(harm: Harm) {
    for point in [BEFORE, DURING, AFTER].concat() {
        for pace in [None, Some(Fault::LockStep)] {
            Case::new(point, harm, pace).run().await;
        }
    }
}

/// One harm at one point, in one fetch.
struct Case {
    name: String,
    point: Point,
    harm: Harm,
    server: Server,
    world: World,
    all: Vec<Mail>,
}

impl Case {
    fn new(point: Point, harm: Harm, pace: Option<Fault>) -> Self {
        let all: Vec<Mail> = ["a", "bb", "ccc"].into_iter().map(mail).collect();
        let server = Server::new(all.clone());
        let name = format!("{harm:?} at {point:?}, {pace:?}");
        if let Some(pace) = pace {
            server.always(pace);
        }
        if matches!(point, Point::User | Point::Pass) {
            server.always(Fault::NoSasl);
        }
        server.once(Fault::At(point, harm));
        let mut world = World::new(Keep::Never);
        if harm == Harm::Stall {
            world.account.timeout = Duration::from_millis(150);
        } else {
            world.account.timeout = Duration::from_secs(30);
        }
        Self {
            name,
            point,
            harm,
            server,
            world,
            all,
        }
    }

    async fn run(mut self) {
        let report = self.world.fetch(&self.server).await;
        assert!(self.server.harmed(), "{}: was never reached", self.name);
        self.nothing_is_lost_or_altered();
        self.is_fit_to_be_read(&report);
        let stored = self.world.stored().len();
        let left = self.server.mails().len();
        if BEFORE.contains(&self.point) {
            let all_done = stored == 3 && left == 0 && report.error.is_none();
            let nothing_done = stored == 0 && left == 3 && report.error.is_some();
            assert!(
                all_done || nothing_done,
                "{}: {stored} here, {left} there",
                self.name
            );
        }
        if AFTER.contains(&self.point) {
            assert_eq!(stored, 3, "{}: {:?}", self.name, report.error);
        }
        if self.harm == Harm::Drip {
            let error = report.error.map(|error| error.sentence);
            assert_eq!((error, stored, left), (None, 3, 0), "{}", self.name);
        }
        self.the_next_fetch_sets_all_right().await;
    }

    async fn the_next_fetch_sets_all_right(&mut self) {
        self.server.heal();
        self.world.account.timeout = Duration::from_secs(30);
        let report = self.world.fetch(&self.server).await;
        let error = report.error.map(|error| error.sentence);
        assert_eq!(error, None, "{}", self.name);
        self.nothing_is_lost_or_altered();
        assert_eq!(self.world.stored().len(), 3, "{}", self.name);
        assert!(self.server.mails().is_empty(), "{}", self.name);
        assert_eq!(self.world.fetch(&self.server).await.new, 0, "{}", self.name);
    }

    fn nothing_is_lost_or_altered(&self) {
        let stored = self.world.stored();
        let left = self.server.mails();
        for mail in &self.all {
            let here = stored
                .iter()
                .filter(|octets| **octets == mail.octets)
                .count();
            let uid = &mail.uid;
            assert!(here <= 1, "{}: {uid} is here twice", self.name);
            assert!(
                here == 1 || left.contains(mail),
                "{}: {uid} is lost",
                self.name
            );
        }
        let known = |octets: &Vec<u8>| self.all.iter().any(|mail| mail.octets == *octets);
        let strange = stored.iter().find(|octets| !known(octets));
        let text = strange.map(|octets| String::from_utf8_lossy(octets));
        assert_eq!(text, None, "{}: no such mail was ever there", self.name);
    }

    fn is_fit_to_be_read(&self, report: &Report) {
        let error = report.error.as_ref().map(|error| error.sentence.clone());
        let failed = report.failed.iter().map(|failure| failure.reason.clone());
        let warnings = report.warnings.iter().cloned();
        for text in failed.chain(warnings).chain(error) {
            assert!(!text.contains(PASSWORD), "{}: {text}", self.name);
            assert!(
                !text.chars().any(char::is_control),
                "{}: {text:?}",
                self.name
            );
            assert!(text.chars().count() < 500, "{}: {text}", self.name);
        }
    }
}
