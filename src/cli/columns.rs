//! Rows of `poptui list` for people: number, marks, date, sender, subject in straight columns.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::mail::{Completeness, MessageId, SafeText, cut, pad};
use crate::store::Summary;

/// How wide each column is; the subject takes the rest.
pub(super) struct Columns {
    id: usize,
    from: usize,
    subject: Option<usize>,
    zone: TimeZone,
}

/// `2026-11-23 14:02`
const DATE: usize = 16;

/// Unread, flagged, with attachment, not whole.
const MARKS: usize = 4;

/// Senders get this much where there is room.
const FROM: usize = 24;

impl Columns {
    /// Fits the columns to a width in cells; `None` cuts nothing off subjects.
    pub(super) fn new(ids: &[MessageId], width: Option<u16>, zone: TimeZone) -> Self {
        let longest = ids.iter().map(|id| id.0.to_string().len()).max();
        let id = longest.unwrap_or(1);
        let fixed = id + 1 + MARKS + 1 + DATE + 2 + 2;
        let rest = width.map(|width| usize::from(width).saturating_sub(fixed));
        let from = rest.map_or(FROM, |rest| FROM.min(rest / 3));
        Self {
            id,
            from,
            subject: rest.map(|rest| rest - from),
            zone,
        }
    }

    /// One row, harmless to a terminal, without blanks at its end.
    pub(super) fn row(&self, mail: &Summary) -> String {
        let mark = |set: bool, mark: char| if set { mark } else { ' ' };
        let marks: String = [
            mark(mail.unread, '●'),
            mark(mail.flagged, '★'),
            mark(!mail.attachments.is_empty(), '+'),
            match mail.completeness {
                Completeness::Whole => ' ',
                Completeness::Head => '½',
                Completeness::Doubtful => '?',
            },
        ]
        .iter()
        .collect();
        let mut subject = SafeText::new(&mail.subject);
        if subject.as_str().trim().is_empty() {
            subject = SafeText::new("(no subject)");
        }
        if let Some(width) = self.subject {
            subject = cut(&subject, width);
        }
        let row = format!(
            "{:>id$} {marks} {:DATE$}  {}  {subject}",
            mail.id.0,
            self.date(mail.date.unwrap_or(mail.arrived)),
            pad(&sender(mail), self.from),
            id = self.id,
        );
        row.trim_end().to_owned()
    }

    fn date(&self, seconds: i64) -> String {
        match Timestamp::from_second(seconds) {
            Ok(time) => time
                .to_zoned_datetime(self.zone.clone())
                .strftime("%Y-%m-%d %H:%M")
                .to_string(),
            Err(_) => String::new(),
        }
    }
}

/// The first sender's name, else the address.
fn sender(mail: &Summary) -> SafeText {
    let named = mail
        .from
        .iter()
        .find_map(|from| from.name.as_deref().or(from.address.as_deref()));
    SafeText::new(named.unwrap_or("(unknown)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Address, width};

    fn mail(from: &str, subject: &str) -> Summary {
        Summary {
            id: MessageId(7),
            account: None,
            folder: "Inbox".into(),
            subject: subject.into(),
            from: vec![Address {
                name: Some(from.into()),
                address: None,
            }],
            to: Vec::new(),
            cc: Vec::new(),
            date: Some(1_764_000_000),
            arrived: 0,
            unread: true,
            flagged: false,
            answered: false,
            size: 1,
            completeness: Completeness::Whole,
            sha256: [0; 32],
            uid: None,
            on_server: true,
            message_id: None,
            thread: 1,
            attachments: Vec::new(),
        }
    }

    #[test]
    fn rows_fit_the_terminal_and_columns_stay_straight() {
        let mails = [
            mail("Ada Lovelace", "Numbers"),
            mail(
                "田中 さくら 田中 さくら 田中 さくら",
                &"座席について ".repeat(20),
            ),
            mail("e\u{301}\u{1b}[31m", "👩‍🚀 👩‍🚀"),
        ];
        for cells in [20, 40, 80, 200] {
            let columns = Columns::new(
                &[MessageId(7), MessageId(1_234)],
                Some(cells),
                TimeZone::UTC,
            );
            for mail in &mails {
                let row = columns.row(mail);
                assert!(width(&row) <= usize::from(cells).max(31), "{cells}: {row}");
                assert!(!row.contains(char::is_control), "{row:?}");
            }
        }
        let columns = Columns::new(&[MessageId(1_234)], Some(73), TimeZone::UTC);
        assert_eq!(
            columns.row(&mails[0]),
            "   7 ●    2025-11-24 16:00  Ada Lovelace    Numbers"
        );
        let partial = Summary {
            completeness: Completeness::Head,
            ..mail("Ada Lovelace", "Numbers")
        };
        assert_eq!(
            columns.row(&partial),
            "   7 ●  ½ 2025-11-24 16:00  Ada Lovelace    Numbers"
        );
        assert_eq!(
            columns.row(&mails[1]),
            "   7 ●    2025-11-24 16:00  田中 さくら …   座席について 座席について 座…"
        );
    }

    #[test]
    fn a_mail_of_nobody_says_so() {
        let nobody = Summary {
            from: Vec::new(),
            ..mail("", "Numbers")
        };
        let row = Columns::new(&[MessageId(7)], None, TimeZone::UTC).row(&nobody);
        assert!(row.contains("(unknown)"), "{row}");
    }

    #[test]
    fn a_mail_without_a_subject_says_so_as_on_the_screen() {
        for subject in ["", "  "] {
            let row = Columns::new(&[MessageId(7)], None, TimeZone::UTC).row(&mail("Ada", subject));
            assert!(row.ends_with("  (no subject)"), "{row:?}");
        }
    }

    #[test]
    fn without_a_terminal_nothing_is_cut_off_subjects() {
        let long = "座席について".repeat(50);
        let row = Columns::new(&[MessageId(7)], None, TimeZone::UTC).row(&mail("Ada", &long));
        assert!(row.ends_with(&long), "{row}");
    }
}
