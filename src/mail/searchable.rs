//! What a mail can be found by: its head, all of its text, the names of its files. Reading never fails and takes its time:
//! it is for the thread that indexes.

use memchr::memmem;

use crate::mail::Envelope;
use crate::mail::compose::html::text_of;
use crate::mail::guard::catch;
use crate::mail::parse::fields::{Header, with_lines};
use crate::mail::parse::mime::{Piece, walk};
use crate::mail::parse::{body, charset, inlined, words};

/// Text taken of one mail, in octets: more than anyone writes.
const MAX_TEXT: usize = 512 << 10;
/// Octets of one part that are decoded: no encoding takes more than three for one.
const MAX_PART: usize = 3 * MAX_TEXT;
/// Mails within mails that are read, and how deep they may lie in one another.
const MAX_ENCLOSED: usize = 50;
const MAX_NESTED: usize = 8;

/// What a mail can be found by. All text is decoded and foreign.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searchable {
    /// The head.
    pub envelope: Envelope,
    /// What the mail says, text by text.
    pub texts: Vec<String>,
    /// What says the same once more: the other text of a mail that has both plain text and HTML.
    pub again: Vec<String>,
    /// File names, those within attached mails too.
    pub files: Vec<String>,
    /// What the head tells of a mailing list.
    pub list: Vec<String>,
    /// Whether there is a link to the web in it.
    pub has_link: bool,
    /// Whether there is an invitation in it, or anything else of a calendar.
    pub has_invite: bool,
}

impl Searchable {
    /// Reads the octets of a mail, or the first of them. Where that goes wrong, the head alone.
    pub fn read(octets: &[u8]) -> Self {
        let read = catch(|| {
            let mut taker = Taker::default();
            taker.take_mail(octets, 0);
            taker.done()
        });
        read.unwrap_or_else(|| Self {
            envelope: Envelope::read(octets),
            ..Self::default()
        })
    }
}

#[derive(Default)]
struct Taker {
    found: Searchable,
    plain: Vec<String>,
    html: Vec<String>,
    /// Octets of text so far.
    taken: usize,
    mails: usize,
}

impl Taker {
    /// The longer one of the two readings is searched as it is written.
    fn done(mut self) -> Searchable {
        let length = |texts: &[String]| texts.iter().map(String::len).sum::<usize>();
        let html_leads = length(&self.html) > 2 * length(&self.plain);
        let (texts, again) = if html_leads {
            (self.html, self.plain)
        } else {
            (self.plain, self.html)
        };
        self.found.texts.extend(texts);
        self.found.again = again;
        self.found
    }

    fn take_mail(&mut self, octets: &[u8], depth: usize) {
        let octets = with_lines(octets);
        let tree = walk(&octets);
        let envelope = Envelope::of(&tree);
        self.found
            .files
            .extend(envelope.attachments.iter().cloned());
        if depth == 0 {
            self.found.list = list(&tree.header);
            self.found.envelope = envelope;
        } else {
            self.found.texts.push(envelope.subject);
            let people = envelope
                .from
                .into_iter()
                .flat_map(|from| [from.name, from.address]);
            self.found.texts.extend(people.flatten());
        }
        if tree.limit.is_some() {
            let rest = &octets[tree.body..];
            return self.take_plain(&charset::decode(beginning(rest), None));
        }
        for piece in tree.parts.iter().filter(|piece| !piece.container) {
            self.take(piece, depth);
        }
    }

    fn take(&mut self, piece: &Piece<'_>, depth: usize) {
        let kind = piece.media.kind.as_str();
        let is_calendar = matches!(kind, "text/calendar" | "application/ics");
        self.found.has_invite |= is_calendar;
        if kind == "message/rfc822" || kind == "message/global" {
            if depth < MAX_NESTED && self.mails < MAX_ENCLOSED {
                self.mails += 1;
                let content = body::decode(piece.octets, piece.media.encoding);
                self.take_mail(&content, depth + 1);
            }
            return;
        }
        if self.taken >= MAX_TEXT || !(is_calendar || kind.starts_with("text/")) {
            return;
        }
        let content = body::decode(beginning(piece.octets), piece.media.encoding);
        let declared = piece.media.charset.as_deref();
        if kind == "text/html" {
            let html = charset::decode_html(&content, declared);
            self.found.has_link |= has_link(&html);
            let text = text_of(&html);
            self.taken += text.len();
            self.html.push(text);
        } else if is_calendar {
            self.take_plain(&of_calendar(&charset::decode(&content, declared)));
        } else {
            let mut done = 0;
            // What is a file among the text is no words.
            for file in inlined::find(&content) {
                self.take_plain(&charset::decode(&content[done..file.range.start], declared));
                done = file.range.end;
                self.found.files.push(file.name);
            }
            self.take_plain(&charset::decode(&content[done..], declared));
        }
    }

    fn take_plain(&mut self, text: &str) {
        let room = MAX_TEXT.saturating_sub(self.taken);
        let text = &text[..text.floor_char_boundary(room)];
        self.taken += text.len();
        self.found.has_link |= has_link(text);
        self.plain.push(text.to_owned());
    }
}

fn beginning(octets: &[u8]) -> &[u8] {
    charset::beginning(octets, MAX_PART)
}

fn has_link(text: &str) -> bool {
    let finds = |scheme: &str| memmem::find(text.as_bytes(), scheme.as_bytes()).is_some();
    ["https://", "http://", "HTTPS://", "HTTP://"]
        .into_iter()
        .any(finds)
}

/// What people wrote into a calendar: the rest is for programs.
fn of_calendar(text: &str) -> String {
    let unfolded = text.replace("\r\n ", "").replace("\n ", "");
    let told = unfolded.lines().filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        let name = name.split(';').next().unwrap_or_default();
        let is_told = ["SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT"];
        is_told
            .iter()
            .any(|told| name.eq_ignore_ascii_case(told))
            .then(|| {
                value
                    .replace("\\n", "\n")
                    .replace("\\N", "\n")
                    .replace('\\', "")
            })
    });
    told.collect::<Vec<_>>().join("\n")
}

fn list(header: &Header<'_>) -> Vec<String> {
    let names = ["List-Id", "List-Post", "X-Mailing-List", "Mailing-List"];
    let values = names.into_iter().filter_map(|name| header.first(name));
    values.map(words::text).collect()
}

#[cfg(test)]
mod tests {
    use super::{MAX_TEXT, Searchable};
    use proptest::prelude::*;

    fn read(mail: &str) -> Searchable {
        Searchable::read(mail.as_bytes())
    }

    fn found_in(searchable: &Searchable, word: &str) -> bool {
        let texts = searchable.texts.iter().chain(&searchable.again);
        texts.into_iter().any(|text| text.contains(word))
    }

    #[test]
    fn texts_files_and_attached_mails_are_found_and_hidden_rubbish_is_not() {
        let mail = "Subject: Outer\nList-Id: Rust users <rust.example.org>\n\
            Content-Type: multipart/mixed; boundary=a\n\n--a\n\
            Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=iso-8859-1\n\
            Content-Transfer-Encoding: quoted-printable\n\nGr=FC=DFe, see https://example.org/\n--b\n\
            Content-Type: text/html\n\n<style>.rubbish{}</style><p>only in&nbsp;html</p><script>rubbish()</script>\n--b--\n\
            --a\nContent-Type: application/pdf; name=plan.pdf\n\nJVBERi0xLjQ\n\
            --a\nContent-Type: message/rfc822\n\nSubject: Inner\nFrom: Zoe <z@example.org>\n\nenclosed words\n\
            --a\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:Lunch with \n Ann\nUID:rubbish\nEND:VCALENDAR\n--a--\n";
        for mail in [mail.to_owned(), mail.replace('\n', "\r\n")] {
            let found = read(&mail);
            for word in [
                "Grüße",
                "html",
                "Inner",
                "Zoe",
                "enclosed words",
                "Lunch with Ann",
            ] {
                assert!(found_in(&found, word), "{word}: {found:?}");
            }
            assert!(
                !found_in(&found, "rubbish") && !found_in(&found, "JVBER"),
                "{found:?}"
            );
            assert_eq!(found.envelope.subject, "Outer");
            assert_eq!(found.list, ["Rust users <rust.example.org>"]);
            assert_eq!(found.files[0], "plan.pdf");
            assert!(found.has_link && found.has_invite);
        }
    }

    #[test]
    fn a_plain_text_that_says_nothing_gives_way_to_the_page() {
        let page = "<p>many words of a page that say more than the text does</p>".repeat(3);
        let mail = format!(
            "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nsee the page\n--b\n\
             Content-Type: text/html\n\n{page}\n--b--\n"
        );
        let found = read(&mail);
        assert!(found.texts[0].starts_with("many words"), "{found:?}");
        assert_eq!(found.again, ["see the page"]);
        assert!(!found.has_link && !found.has_invite);
    }

    #[test]
    fn a_file_among_the_text_is_told_by_its_name() {
        let found = read("Subject: x\n\nbefore\nbegin 644 cat.txt\n#0V%T\n`\nend\nafter\n");
        assert!(found_in(&found, "before") && found_in(&found, "after"));
        assert!(!found_in(&found, "0V%T"));
        assert_eq!(found.files, ["cat.txt"]);
    }

    #[test]
    fn what_is_taken_is_bounded() {
        let long = format!("Subject: x\n\n{}", "many words ".repeat(200_000));
        let texts = read(&long).texts;
        assert!(texts.iter().map(String::len).sum::<usize>() <= MAX_TEXT);
        let nested = "Content-Type: message/rfc822\n\n".repeat(10_000);
        assert!(read(&nested).texts.len() < 100);
    }

    proptest! {
        #[test]
        fn any_octets_are_read(octets in prop::collection::vec(any::<u8>(), 0..500)) {
            let found = Searchable::read(&octets);
            prop_assert_eq!(found.envelope.subject, crate::mail::Envelope::read(&octets).subject);
        }
    }
}
