//! Groups of fields in a report for machines (RFC 3464, 8098, 5965): header blocks with blank lines between.

use crate::mail::parse::fields::Header;
use crate::mail::parse::words;

/// Groups read of one report.
const MAX_GROUPS: usize = 200;

/// One header block.
#[derive(Debug, Default)]
pub(super) struct Group {
    fields: Vec<(String, String)>,
}

impl Group {
    /// The value of the first field of that name, as one line of text, without what says its type: `rfc822; `.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        let value = self.whole(name)?;
        Some(
            value
                .split_once(';')
                .map_or(value, |(_, value)| value.trim()),
        )
    }

    /// The value of the first field of that name.
    pub(super) fn whole(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, value) = fields.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }

    /// The address in a field, without brackets.
    pub(super) fn address(&self, name: &str) -> Option<&str> {
        let address = self.value(name)?.trim_matches(['<', '>', ' ']);
        (!address.is_empty()).then_some(address)
    }
}

/// The groups of a report, without empty ones.
pub(super) fn groups(octets: &[u8]) -> Vec<Group> {
    let mut groups = Vec::new();
    let (mut at, mut guesses) = (0, MAX_GROUPS);
    while at < octets.len() && groups.len() < MAX_GROUPS {
        let header = Header::of_part(octets, at, &mut guesses);
        let fields = header.fields.iter().map(|field| {
            let name = String::from_utf8_lossy(field.name).into_owned();
            // Blanks in a row are how a line was broken.
            let value = words::text(field.value);
            let words: Vec<&str> = value.split_whitespace().collect();
            (name, words.join(" "))
        });
        let group = Group {
            fields: fields.collect(),
        };
        // A line that is no field ends the block and is passed over.
        at = if header.body > at {
            header.body
        } else {
            memchr::memchr(b'\n', &octets[at..]).map_or(octets.len(), |end| at + end + 1)
        };
        if !group.fields.is_empty() {
            groups.push(group);
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_split_at_blank_lines_and_damage_is_passed_over() {
        let report = b"Reporting-MTA: dns; mx.example\r\n\r\n\r\nFinal-Recipient: rfc822;<a@b.example>\r\nnonsense here\r\nStatus: 5.1.1\r\n";
        let groups = groups(report);
        assert_eq!(groups.len(), 3);
        assert_eq!(groups[0].value("reporting-mta"), Some("mx.example"));
        assert_eq!(groups[1].address("Final-Recipient"), Some("a@b.example"));
        assert_eq!(groups[2].whole("Status"), Some("5.1.1"));
    }
}
