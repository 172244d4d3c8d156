//! `poptui read`: mails as text, as JSON, or octet for octet.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::mail::{Completeness, Document, How, Line, Message, MessageId, Quotes, Show};
use crate::store::{Store, Summary};

use super::args::ReadArgs;
use super::failure::{Exit, Failure};
use super::json::{self, Read};
use super::out::{Out, note};
use super::paths::Paths;

/// Cells of a row where no terminal says otherwise, and always in JSON: the same mail, the same text.
const WIDTH: u16 = 80;

/// Prints the mails in the order asked for. Those that are missing are named at the end.
pub(super) fn run(args: &ReadArgs, paths: &Paths) -> Result<Exit, Failure> {
    if args.raw && args.ids.len() > 1 {
        return Err(Failure::Usage(
            "--raw writes one mail only; name one number".into(),
        ));
    }
    let store = Store::open_read_only(&paths.data_dir()?)?;
    let mut out = Out::new();
    if args.raw && out.terminal_width().is_some() {
        return Err(Failure::Usage(
            "--raw writes a stranger's octets, which a terminal would obey; send them to a file: poptui read ID --raw > mail.eml".into(),
        ));
    }
    let mut missing = Vec::new();
    let mut between = String::new();
    for &id in &args.ids {
        let Some((mail, octets)) = fetch(&store, MessageId(id))? else {
            missing.push(id);
            continue;
        };
        if args.raw {
            out.octets(&octets)?;
        } else if args.json {
            out.line(&object(&mail, &octets)?)?;
        } else {
            if mail.completeness == Completeness::Head {
                note(&format!(
                    "only the head of mail {id} is here; its text is on the server: F in poptui fetches the rest"
                ));
            }
            let width = out.terminal_width().unwrap_or(WIDTH);
            out.line(&format!(
                "{between}{}",
                text(&Message::read(&octets).render(&octets, &show(width)))
            ))?;
            between = format!("\n{}\n\n", "═".repeat(width.into()));
        }
    }
    let exit = out.finish()?;
    match missing.len() {
        0 => Ok(exit),
        all if all == args.ids.len() => Err(Failure::UnknownMail(missing)),
        _ => Err(Failure::SomeUnknown(missing)),
    }
}

/// What the store has of a mail, in one look: between two, it could be moved.
fn fetch(store: &Store, id: MessageId) -> Result<Option<(Summary, Vec<u8>)>, Failure> {
    Ok(store.read_now(move |reader| Ok(reader.summary(id)?.zip(reader.octets(id)?)))?)
}

fn object(mail: &Summary, octets: &[u8]) -> Result<String, Failure> {
    let message = Message::read(octets);
    let shown = message.render(octets, &show(WIDTH));
    Ok(json::line(&Read::new(
        mail,
        &message,
        &shown,
        &text(&shown),
    ))?)
}

fn show(width: u16) -> Show {
    // Nobody can unfold what is printed.
    let how = How {
        quotes: Quotes::Open,
        ..How::default()
    };
    Show::new(how, width, TimeZone::system(), Timestamp::now().as_second())
}

/// The lines without their roles: what is left of a screen without colours.
fn text(shown: &Document) -> String {
    let line = |line: &Line| line.text().trim_end().to_owned();
    let lines = shown.lines();
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
