//! What stands below a mail's text: attachments to save, links by number.

use crate::mail::layout::wrap::{Fit, Margin, Run, fit, line, span};
use crate::mail::{Addresses, Attachment, Line, Link, Role, cut, cut_middle, width, words};

/// One row an attachment: `+ [1] plan.pdf   84 KB   application/pdf`, as much as fits.
pub(super) fn attachments(list: &[Attachment], cells: usize) -> Vec<Line> {
    let rows = list
        .iter()
        .enumerate()
        .map(|(index, attachment)| row(index + 1, attachment, cells));
    rows.collect()
}

/// The links whose numbers stand in the text.
pub(super) fn links(list: &[Link], cells: usize, addresses: Addresses) -> Vec<Line> {
    let shown = list.iter().enumerate().filter(|(_, link)| link.numbered);
    let rows = shown.flat_map(|(place, link)| {
        let number = format!("[{}] ", place + 1);
        let narrow = cells < 4 * number.len();
        let blank = " ".repeat(if narrow { 0 } else { number.len() });
        let margin = Margin {
            first: vec![span(Role::LinkNumber, if narrow { "" } else { &number })],
            rest: vec![span(Role::LinkNumber, &blank)],
        };
        let url = link.url.as_str();
        let room = cells.saturating_sub(blank.len());
        let way = match addresses {
            Addresses::OneRow if width(&url[..end_of_host(url)]) < room => Fit::Cut,
            _ => Fit::Words,
        };
        let run = Run {
            link: Some(place),
            ..Run::new(Role::Link, url)
        };
        fit(&[run], cells, &margin, way)
    });
    rows.collect()
}

/// Where the part of an address ends that tells whose it is.
fn end_of_host(url: &str) -> usize {
    let start = url.find("://").map_or(0, |colon| colon + 3);
    let end = url[start..].find(['/', '?', '#', '\\']);
    end.map_or(url.len(), |end| start + end)
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

    fn rows_of_links(urls: &[&str], addresses: Addresses) -> Vec<String> {
        let link = |url: &&str| Link {
            text: SafeText::default(),
            url: SafeText::new(url),
            numbered: !url.starts_with("mailto:"),
        };
        let list: Vec<Link> = urls.iter().map(link).collect();
        let rows = links(&list, 30, addresses);
        rows.iter().map(Line::text).collect()
    }

    #[test]
    fn a_long_address_takes_one_row_on_a_screen_and_its_host_stays_whole() {
        let urls = [
            "https://shop.example/a",
            "mailto:ada@example.org",
            "https://shop.example/offers?for=ada",
            "http://bank.example.secure.evil.example/login",
        ];
        assert_eq!(
            rows_of_links(&urls, Addresses::OneRow),
            [
                "[1] https://shop.example/a",
                "[3] https://shop.example/offe…",
                "[4] http://bank.example.secure",
                "    .evil.example/login",
            ]
        );
        assert_eq!(
            rows_of_links(&urls[2..3], Addresses::Whole),
            ["[1] https://shop.example/offer", "    s?for=ada"]
        );
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
