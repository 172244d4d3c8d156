//! `Authentication-Results` (RFC 8601), as far as the reader's own mail server wrote them: anyone can write such a field.

use crate::mail::origin::received::Hop;
use crate::mail::origin::{Row, fields};

/// Fields looked at.
const MAX_FIELDS: usize = 50;

/// Of results that stand where others can write as well.
const NOT_SURE: &str = "a sender could have written it: it stands below that line";

/// What the own server found, and who else's findings were left out.
pub(super) fn rows(headers: &[(String, String)], way: &[Hop]) -> Vec<Row> {
    let results: Vec<Results> = fields(headers, "Authentication-Results")
        .take(MAX_FIELDS)
        .map(|(place, value)| Results::read(place, value))
        .collect();
    let Some(host) = way.last().and_then(|hop| hop.by.as_deref()) else {
        let nobody =
            "it is not known which mail server is yours: no Received line names one".to_owned();
        return if results.is_empty() {
            Vec::new()
        } else {
            vec![("Not counted".to_owned(), nobody)]
        };
    };
    // What stands below the first line of another server came with the mail, and below the own server's line a sender
    // can write, too: that counts only where the server wrote nothing above it.
    let top = way.last().map_or(0, |hop| hop.place);
    let foreign = way.iter().rev().find(|hop| hop.by.as_deref() != Some(host));
    let end = foreign.map_or(usize::MAX, |hop| hop.place);
    let is_by_it = |one: &&Results| is_of(&one.server, host);
    let is_sure = results.iter().any(|one| one.place < top && is_by_it(&one));
    let end = if is_sure { top } else { end };
    let is_own = |one: &Results| one.place < end && is_by_it(&one);
    let mut rows: Vec<Row> = Vec::new();
    for own in results.iter().filter(|one| is_own(one)) {
        if rows.is_empty() {
            rows.push((
                "By".to_owned(),
                format!(
                    "{}, your mail server by the topmost Received line ({host})",
                    own.server
                ),
            ));
            if !is_sure {
                rows.push(("But".to_owned(), NOT_SURE.to_owned()));
            }
        }
        rows.extend(own.found.iter().cloned());
    }
    if rows.is_empty() {
        rows.push((
            "By".to_owned(),
            format!("{host}, your mail server by the topmost Received line, wrote no results"),
        ));
    }
    let others: Vec<&str> = results
        .iter()
        .filter(|one| !is_own(one))
        .map(|one| one.server.as_str())
        .collect();
    if !others.is_empty() {
        rows.push((
            "Not counted".to_owned(),
            format!("results that others wrote: {}", others.join(", ")),
        ));
    }
    rows
}

/// Whether a server goes by that name: the host itself, or the domain it is in.
fn is_of(server: &str, host: &str) -> bool {
    let (server, host) = (server.to_ascii_lowercase(), host.to_ascii_lowercase());
    let is_domain = server.contains('.')
        && host
            .strip_suffix(&server)
            .is_some_and(|rest| rest.ends_with('.'));
    server == host || is_domain
}

/// One field.
struct Results {
    place: usize,
    server: String,
    found: Vec<Row>,
}

impl Results {
    fn read(place: usize, value: &str) -> Self {
        let clauses = clauses(value);
        let mut clauses = clauses.iter().map(|clause| clause.trim());
        let server = clauses.next().unwrap_or_default();
        let server = server
            .split_ascii_whitespace()
            .next()
            .unwrap_or_default()
            .to_owned();
        Self {
            place,
            server,
            found: clauses.filter_map(found).collect(),
        }
    }
}

/// `dkim=pass header.d=a.example` as `DKIM`, `pass (header.d=a.example)`
fn found(clause: &str) -> Option<Row> {
    let mut words = clause.split_ascii_whitespace();
    let (method, result) = words.next()?.split_once('=')?;
    let properties: Vec<&str> = words.filter(|word| word.contains('=')).collect();
    let about = if properties.is_empty() {
        String::new()
    } else {
        format!(" ({})", properties.join(", "))
    };
    let method = method
        .split('/')
        .next()
        .unwrap_or(method)
        .to_ascii_uppercase();
    Some((method, format!("{result}{about}")))
}

/// The field at its semicolons, without comments. What stands in quote marks is one word, whatever it says: a sender
/// chooses the address that the server writes there.
fn clauses(value: &str) -> Vec<String> {
    let mut clauses = vec![String::new()];
    let (mut depth, mut quoted) = (0_usize, false);
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let kept = match c {
            '\\' if quoted || depth > 0 => rest.next().filter(|_| depth == 0),
            '"' if depth == 0 => {
                quoted = !quoted;
                None
            }
            // A blank would end the word.
            _ if quoted => Some(if c.is_whitespace() { '_' } else { c }),
            '(' => {
                depth += 1;
                None
            }
            ')' => {
                depth = depth.saturating_sub(1);
                None
            }
            ';' if depth == 0 => {
                clauses.push(String::new());
                None
            }
            _ => Some(c).filter(|_| depth == 0),
        };
        if let Some(clause) = clauses.last_mut() {
            clause.extend(kept);
        }
    }
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::origin::received::way;

    fn told(headers: &[(&str, &str)]) -> Vec<String> {
        let headers: Vec<(String, String)> = headers
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect();
        let rows = rows(&headers, &way(&headers));
        rows.iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect()
    }

    const OWN: (&str, &str) = (
        "Received",
        "from a.example by mx.home.example; Mon, 23 Nov 2026 14:00:00 +0000",
    );
    const OTHER: (&str, &str) = (
        "Received",
        "from b.example by a.example; Mon, 23 Nov 2026 14:00:00 +0000",
    );

    #[test]
    fn the_results_of_the_own_server_are_told() {
        let results = (
            "Authentication-Results",
            "mx.home.example 1; spf=pass (ok; yes) smtp.mailfrom=a.example; dkim=fail header.d=b.example; none",
        );
        assert_eq!(
            told(&[results, OWN, OTHER]),
            [
                "By: mx.home.example, your mail server by the topmost Received line (mx.home.example)",
                "SPF: pass (smtp.mailfrom=a.example)",
                "DKIM: fail (header.d=b.example)",
            ]
        );
        let domain = ("Authentication-Results", "home.example; dmarc=pass");
        assert_eq!(told(&[domain, OWN])[1], "DMARC: pass");
    }

    #[test]
    fn what_a_sender_could_have_written_counts_with_a_word_or_not_at_all() {
        let forged = ("Authentication-Results", "mx.home.example; dmarc=pass");
        let below = told(&[OWN, forged]);
        assert!(below[1].starts_with("But: a sender could"), "{below:?}");
        assert_eq!(below[2], "DMARC: pass");
        let own = ("Authentication-Results", "mx.home.example; dmarc=fail");
        let both = told(&[own, OWN, forged]);
        assert_eq!(
            both[1..],
            [
                "DMARC: fail",
                "Not counted: results that others wrote: mx.home.example"
            ]
        );
    }

    #[test]
    fn an_address_of_the_senders_choice_adds_no_results() {
        for path in [
            r#""a; dmarc=pass header.from=bank.example"@evil.example"#,
            r#""a\"; dmarc=pass"@evil.example"#,
            r#""(" (a; dmarc=pass) "x; dmarc=pass"@evil.example"#,
        ] {
            let results = format!("mx.home.example; spf=pass smtp.mailfrom={path}; dkim=none");
            let rows = told(&[("Authentication-Results", &results), OWN]);
            assert!(!rows.iter().any(|row| row.starts_with("DMARC")), "{rows:?}");
            assert_eq!(rows.last().unwrap(), "DKIM: none", "{rows:?}");
        }
    }

    #[test]
    fn the_results_of_others_are_named_and_not_counted() {
        let forged = ("Authentication-Results", "mx.home.example; spf=pass");
        let rows = told(&[OWN, OTHER, forged]);
        assert!(rows[0].contains("wrote no results"), "{rows:?}");
        assert_eq!(
            rows[1],
            "Not counted: results that others wrote: mx.home.example"
        );
        for name in ["example", "ome.example", "evil.example"] {
            let rows = told(&[
                ("Authentication-Results", &format!("{name}; spf=pass")),
                OWN,
            ]);
            assert!(rows[0].contains("wrote no results"), "{rows:?}");
        }
        assert!(told(&[forged])[0].starts_with("Not counted"));
        assert!(told(&[]).is_empty());
    }
}
