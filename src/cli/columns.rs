//! Rows of `poptui list` for people: number, marks, date, sender, subject in straight columns.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::mail::{MessageId, SafeText, cut, pad};
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

/// Unread, flagged, with attachment.
const MARKS: usize = 3;

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
        ]
        .iter()
        .collect();
        let mut subject = SafeText::new(&mail.subject);
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
    SafeText::new(named.unwrap_or_default())
}
