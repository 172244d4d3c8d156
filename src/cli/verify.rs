//! `poptui verify`: every mail against its hash, and everything made from mails against the mails.

use crate::mail::{SafeText, words};
use crate::store::{Damaged, Error, Findings, Harm, Store};

use super::args::VerifyArgs;
use super::failure::{Exit, Failure};
use super::out::{Out, note};
use super::paths::Paths;
use super::progress::Bar;

/// Sentences of one kind beyond which more tell nothing new.
const MOST: usize = 20;

/// Checks, repairs if asked to, and tells.
pub(super) fn run(args: &VerifyArgs, paths: &Paths) -> Result<Exit, Failure> {
    let dir = paths.data_dir()?;
    let opened = open(args.repair, &dir).and_then(|store| {
        let findings = check(&store)?;
        Ok((store, findings))
    });
    let (store, mut findings) = match opened {
        // What SQLite itself cannot open is bad data, not a disk that fails.
        Err(error @ Error::Corrupt { .. }) => {
            note(&error.to_string());
            return Ok(Exit::BAD_DATA);
        }
        opened => opened?,
    };
    let mut repaired = false;
    if args.repair && findings.can_be_repaired() {
        tell(&findings, "repairing");
        let wrong = findings.clone();
        match store.write_now(move |writer| writer.repair(&wrong)) {
            Ok(()) => repaired = true,
            Err(error @ (Error::Corrupt { .. } | Error::Internal { .. })) => {
                note(&format!("not repaired: {error}"));
            }
            Err(error) => return Err(error.into()),
        }
        findings = check(&store)?;
    }
    store.close();
    let advice = if args.repair {
        "restore a backup, or export what can be read and import it into a new --data-dir"
    } else {
        "poptui verify --repair makes anew what is made from mails"
    };
    let exit = tell(&findings, advice);
    let mut out = Out::new();
    let whole = findings.mails - findings.damaged.len() as u64;
    let told = match (findings.damaged.len(), exit) {
        (0, Exit::DONE) if repaired => "all as they came; the rest was made anew".to_owned(),
        (0, Exit::DONE) => "all as they came, and so is the rest".to_owned(),
        (0, _) => "all as they came, but the rest is not as it should be".to_owned(),
        (some, _) => format!(
            "{} as they came, {} damaged",
            words::grouped(whole),
            words::grouped(some as u64)
        ),
    };
    out.line(&format!("{} checked: {told}", checked(findings.mails)))?;
    out.finish()?;
    Ok(exit)
}

fn open(for_repair: bool, dir: &std::path::Path) -> Result<Store, Error> {
    if for_repair && Store::exists(dir) {
        return Store::open(dir);
    }
    Store::open_read_only(dir)
}

fn check(store: &Store) -> Result<Findings, Error> {
    // The thread that checks draws, too: nobody else does meanwhile.
    store.read_now(|reader| {
        let mut bar = Bar::new();
        let findings = reader.verify(&mut |done, all| {
            if done % 64 == 0 || done == all {
                bar.show(&format!("{} of {}", Bar::cells(done, all), checked(all)));
            }
        });
        bar.erase();
        findings
    })
}

/// `1,204 mails`
pub(super) fn checked(mails: u64) -> String {
    words::mails(usize::try_from(mails).unwrap_or(usize::MAX))
}

/// Says what is wrong, a sentence each, and what that is to the caller.
pub(super) fn tell(findings: &Findings, advice: &str) -> Exit {
    for mail in findings.damaged.iter().take(MOST) {
        note(&sentence(mail));
    }
    more(findings.damaged.len(), "damaged mails");
    for said in findings.structure.iter().take(MOST) {
        note(&format!("in the file: {said}"));
    }
    more(findings.structure.len(), "findings in the file");
    if !findings.stale.is_empty() {
        let ids = findings.stale.iter().take(MOST).map(|id| id.0.to_string());
        let ids = ids.collect::<Vec<_>>().join(", ");
        let dots = if findings.stale.len() > MOST {
            ", …"
        } else {
            ""
        };
        note(&format!(
            "of {} something else is told than in the mail itself: {ids}{dots}",
            words::mails(findings.stale.len())
        ));
    }
    if findings.threads {
        note("mails are in other threads than they say themselves");
    }
    if findings.counters {
        note("mails are counted wrong");
    }
    if findings.is_clean() {
        return Exit::DONE;
    }
    if findings.damaged.is_empty() {
        note(&format!("no mail is damaged; {advice}"));
        return Exit::IN_PART;
    }
    note(
        "a damaged mail is never changed: a backup has it as it came, or the server, if it still lies there",
    );
    if findings.can_be_repaired() {
        note(advice);
    }
    Exit::BAD_DATA
}

fn more(all: usize, what: &str) {
    if all > MOST {
        note(&format!(
            "and {} more {what}",
            words::grouped((all - MOST) as u64)
        ));
    }
}

fn sentence(mail: &Damaged) -> String {
    let text = |text: &Option<SafeText>, none: &str| {
        let text = text.as_ref().map(SafeText::as_str);
        text.filter(|text| !text.trim().is_empty())
            .unwrap_or(none)
            .to_owned()
    };
    let harm = match &mail.harm {
        Harm::Changed => "its octets are not those that came".to_owned(),
        Harm::NoOctets => "its octets are gone".to_owned(),
        Harm::NoHash => "nothing is left to check its octets against".to_owned(),
        Harm::NoRow => "its octets are there, but its place in the lists is gone".to_owned(),
        Harm::Unreadable(words) => format!("it cannot be read ({words})"),
    };
    format!(
        "mail {} ({}, in {}) is damaged: {harm}",
        mail.id.0,
        text(&mail.subject, "no subject"),
        text(&mail.folder, "no folder")
    )
}
