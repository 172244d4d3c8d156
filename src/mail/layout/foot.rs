//! What stands below a mail's text: attachments to save, links by number.

use crate::mail::layout::wrap::{Margin, Run, line, span, wrap};
use crate::mail::{Attachment, Line, Link, Role, cut, cut_middle, width, words};

/// One row an attachment: `+ [1] plan.pdf   84 KB   application/pdf`, as much as fits.
pub(super) fn attachments(list: &[Attachment], cells: usize) -> Vec<Line> {
    let rows = list
        .iter()
        .enumerate()
        .map(|(index, attachment)| row(index + 1, attachment, cells));
    rows.collect()
}

/// The links by number.
pub(super) fn links(list: &[Link], cells: usize) -> Vec<Line> {
    let rows = list.iter().enumerate().flat_map(|(index, link)| {
        let number = format!("[{}] ", index + 1);
        let narrow = cells < 4 * number.len();
        let blank = " ".repeat(if narrow { 0 } else { number.len() });
        let margin = Margin {
            first: vec![span(Role::LinkNumber, if narrow { "" } else { &number })],
            rest: vec![span(Role::LinkNumber, &blank)],
        };
        wrap(&[Run::new(Role::Link, link.url.as_str())], cells, &margin)
    });
    rows.collect()
}

fn row(number: usize, attachment: &Attachment, cells: usize) -> Line {
    let head = format!("+ [{number}] ");
    let size = format!("   {}", words::octets(attachment.size as u64));
    let remark = attachment
        .remark
        .as_ref()
        .map_or(attachment.media_type.as_str(), |remark| remark.as_str());
    let kind = format!("   {remark}");
    let mut tail = String::new();
    let needed = width(&head) + width(attachment.label.as_str()).min(cells / 2);
    for more in [&size, &kind] {
        if needed + width(&tail) + width(more) > cells {
            break;
        }
        tail.push_str(more);
    }
    let room = cells.saturating_sub(width(&head) + width(&tail));
    let whole = format!("{head}{}{tail}", cut_middle(&attachment.label, room));
    let text = cut(&crate::mail::SafeText::new(&whole), cells);
    line(Role::Attachment, text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::SafeText;

    fn attachment() -> Attachment {
        Attachment {
            path: "1.2".to_owned(),
            label: SafeText::new("plan.pdf"),
            file_name: "plan.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size: 83_200,
            remark: None,
            place: crate::mail::message::Place::default(),
        }
    }

    #[test]
    fn a_row_tells_as_much_as_fits() {
        for (cells, text) in [
            (80, "+ [1] plan.pdf   84 KB   application/pdf"),
            (40, "+ [1] plan.pdf   84 KB   application/pdf"),
            (30, "+ [1] plan.pdf   84 KB"),
            (14, "+ [1] plan.pdf"),
            (10, "+ [1] p…df"),
            (3, "+ …"),
        ] {
            let row = &attachments(&[attachment()], cells)[0];
            assert_eq!(row.spans[0].text.as_str(), text, "{cells}");
        }
    }
}
