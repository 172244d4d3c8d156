//! The sentences with which `poptui fetch` tells people how an account ended.

use crate::config::Keep;
use crate::fetch::{PlanTold, Planned, Report};
use crate::mail::{SafeText, words};

/// Seconds.
const DAY: u64 = 24 * 60 * 60;

/// What went wrong or looks odd, a sentence each.
pub(super) fn remarks(report: &Report) -> Vec<String> {
    let failed = report.failed.iter().map(|failure| match failure.name() {
        Some(uid) => format!("{}: mail {uid}: {}", report.account, failure.reason),
        None => format!("{}: {}", report.account, failure.reason),
    });
    let error = report.error.iter().map(ToString::to_string);
    report
        .warnings
        .iter()
        .cloned()
        .chain(failed)
        .chain(error)
        .collect()
}

/// What came, in one line.
pub(super) fn summary(report: &Report) -> String {
    let mut parts = vec![match report.new {
        0 => "nothing new".to_owned(),
        1 => "1 new mail".to_owned(),
        new => format!("{} new mails", words::grouped(new)),
    }];
    if report.new > 0 {
        parts.push(format!(
            "{} in {:.1} s",
            words::octets(report.octets),
            report.seconds
        ));
    }
    if report.updated > 0 {
        parts.push(format!("{} completed", words::grouped(report.updated)));
    }
    if report.deleted > 0 {
        parts.push(format!(
            "{} deleted on the server",
            words::grouped(report.deleted)
        ));
    }
    if !report.failed.is_empty() {
        parts.push(format!(
            "{} failed",
            words::grouped(report.failed.len() as u64)
        ));
    }
    format!("{}: {}", SafeText::new(&report.account), parts.join(", "))
}

/// What a fetch would do, in one line.
pub(super) fn forecast(account: &str, plan: &PlanTold) -> String {
    let (heads, whole): (Vec<_>, Vec<_>) = plan.download.iter().partition(|mail| mail.partial);
    let download = match (whole.as_slice(), heads.len()) {
        (whole, 0) => mails(whole),
        ([], heads) => only_heads(heads),
        (whole, heads) => format!("{} and {}", mails(whole), only_heads(heads)),
    };
    format!(
        "{}: would download {download}, and delete {} on the server ({})",
        SafeText::new(account),
        mails(&plan.delete.iter().collect::<Vec<_>>()),
        policy(plan.keep)
    )
}

fn mails(mails: &[&Planned]) -> String {
    let octets = words::octets(mails.iter().filter_map(|mail| mail.size).sum());
    match mails.len() {
        0 => "nothing".to_owned(),
        1 => format!("1 mail ({octets})"),
        several => format!("{} mails ({octets})", words::grouped(several as u64)),
    }
}

fn only_heads(mails: usize) -> String {
    match mails {
        1 => "the head of 1 large mail".to_owned(),
        several => format!(
            "the heads of {} large mails",
            words::grouped(several as u64)
        ),
    }
}

/// Why so much is deleted, and no more.
fn policy(keep: Keep) -> String {
    match keep {
        Keep::Forever => "keep-on-server = \"forever\"".to_owned(),
        Keep::UntilDeleted => "keep-on-server = \"until-deleted\"".to_owned(),
        Keep::Never => "keep-on-server = \"never\"".to_owned(),
        Keep::For(time) if time.as_secs() % DAY == 0 => {
            format!("keep-on-server = \"{} days\"", time.as_secs() / DAY)
        }
        Keep::For(time) => {
            format!("keep-on-server = {:?}", words::duration(time.as_secs_f64()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch;

    #[test]
    fn a_forecast_counts_heads_apart_from_whole_mails() {
        let mail = |partial| Planned {
            uid: None,
            size: Some(5_000),
            partial,
        };
        let told = |download: &[bool]| {
            let plan = PlanTold {
                keep: Keep::Never,
                download: download.iter().copied().map(mail).collect(),
                delete: Vec::new(),
            };
            forecast("alice", &plan)
        };
        let rest = ", and delete nothing on the server (keep-on-server = \"never\")";
        for (download, words) in [
            (&[][..], "nothing"),
            (&[false, false], "2 mails (10 KB)"),
            (&[true], "the head of 1 large mail"),
            (
                &[false, true, true],
                "1 mail (5 KB) and the heads of 2 large mails",
            ),
        ] {
            let expected = format!("alice: would download {words}{rest}");
            assert_eq!(told(download), expected);
        }
    }

    #[test]
    fn the_summary_tells_what_came_and_what_went() {
        let report = Report {
            account: "alice".into(),
            new: 1_204,
            updated: 0,
            deleted: 1_203,
            kept: 0,
            failed: Vec::new(),
            warnings: Vec::new(),
            octets: 3_400_000,
            seconds: 2.125,
            error: None,
            retry: fetch::Retry::default(),
            plan: None,
        };
        assert_eq!(
            summary(&report),
            "alice: 1,204 new mails, 3.4 MB in 2.1 s, 1,203 deleted on the server"
        );
        let nothing = Report {
            new: 0,
            deleted: 0,
            ..report
        };
        assert_eq!(summary(&nothing), "alice: nothing new");
    }
}
