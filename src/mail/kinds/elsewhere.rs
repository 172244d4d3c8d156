//! Parts whose content is not here: pieces of a larger mail, and pointers to content elsewhere (RFC 2046, 5.2).

use crate::mail::kinds::facts::Facts;
use crate::mail::parse::fields::Header;
use crate::mail::parse::media::Media;

/// message/partial
pub(super) fn piece(media: &Media) -> Facts {
    let number = media.parameter("number").unwrap_or("?");
    let of = media.parameter("total").map(|total| format!(" of {total}"));
    Facts::new(format!(
        "Piece {number}{} of a larger mail",
        of.unwrap_or_default()
    ))
    .row(
        "To read it",
        "save each piece without its header and join them in order outside of poptui",
    )
    .maybe("All pieces say", media.parameter("id").map(str::to_owned))
}

/// message/external-body: where it points is said as text, and nothing is ever fetched.
pub(super) fn pointer(media: &Media, octets: &[u8]) -> Facts {
    let inner = Media::of(&Header::of_part(octets, 0, &mut 1), "text/plain");
    let value = |name: &str| media.parameter(name).map(str::to_owned);
    let path: Vec<&str> = ["site", "directory", "name"]
        .iter()
        .filter_map(|name| media.parameter(name))
        .collect();
    let place = value("url")
        .or((!path.is_empty()).then(|| path.join(" / ")))
        .or(value("server"));
    Facts::new("The content of this part is elsewhere; it was not fetched")
        .maybe("Where", place)
        .maybe("How", value("access-type"))
        .row("What", inner.kind)
        .maybe("Until", value("expiration"))
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn media(content_type: &str) -> Media {
        let header = format!("Content-Type: {content_type}\n\n");
        Media::of(&Header::of_mail(header.as_bytes()), "text/plain")
    }

    #[test]
    fn a_piece_says_which_one_it_is() {
        let title = |kind: &str| piece(&media(kind)).card(&TimeZone::UTC).title;
        assert_eq!(
            title("message/partial; number=2; total=3; id=\"a@b\""),
            "Piece 2 of 3 of a larger mail"
        );
        assert_eq!(
            title("message/partial; number=2"),
            "Piece 2 of a larger mail"
        );
        assert_eq!(title("message/partial"), "Piece ? of a larger mail");
    }

    #[test]
    fn a_pointer_says_where_it_points() {
        let kind = media(
            "message/external-body; access-type=anon-ftp; site=\"ftp.example\"; directory=pub; name=\"a.ps\"",
        );
        let card = pointer(&kind, b"Content-Type: application/postscript\n\n").card(&TimeZone::UTC);
        let values: Vec<&str> = card
            .rows
            .iter()
            .map(|(_, value)| value[0].text.as_str())
            .collect();
        assert_eq!(
            values,
            [
                "ftp.example / pub / a.ps",
                "anon-ftp",
                "application/postscript"
            ]
        );
        assert!(
            card.rows
                .iter()
                .all(|(_, value)| value[0].role != crate::mail::Role::Link)
        );
    }
}
