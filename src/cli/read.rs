//! `poptui read`: mails as text, as JSON, or octet for octet.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::action::Action;
use crate::mail::{
    Addresses, Completeness, Document, HeadOnly, How, Line, Message, MessageId, Quotes, Show,
};
use crate::store::{Store, Summary};

use super::args::ReadArgs;
use super::failure::{Exit, Failure};
use super::json::{self, Read};
use super::keys;
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
    let fetch_key = keys::key_of(paths, Action::FetchWhole);
    let mut missing = Vec::new();
    let mut between = String::new();
    for &id in &args.ids {
        let Some(held) = fetch(&store, MessageId(id))? else {
            missing.push(id);
            continue;
        };
        if args.raw {
            if held.is_head() {
                note(&format!(
                    "only the head of mail {id} has been fetched, and so is all there is in the output; {}",
                    how(&fetch_key)
                ));
            }
            out.octets(&held.octets)?;
        } else if args.json {
            out.line(&object(&held, &fetch_key)?)?;
        } else {
            let width = out.terminal_width().unwrap_or(WIDTH);
            let shown = shown(&held, &Message::read(&held.octets), width, &fetch_key);
            out.line(&format!("{between}{}", text(&shown)))?;
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

/// What the store has of a mail.
struct Held {
    mail: Summary,
    octets: Vec<u8>,
    on_server: Option<u64>,
}

impl Held {
    fn is_head(&self) -> bool {
        self.mail.completeness == Completeness::Head
    }
}

/// In one look: between two, it could be moved.
fn fetch(store: &Store, id: MessageId) -> Result<Option<Held>, Failure> {
    let held = store.read_now(move |reader| {
        let extent = reader.extent(id)?;
        let here = reader.summary(id)?.zip(reader.octets(id)?);
        Ok(here.map(|(mail, octets)| Held {
            mail,
            octets,
            on_server: extent.and_then(|extent| extent.on_server),
        }))
    });
    Ok(held?)
}

/// There is no command for it: what is fetched whole is chosen mail by mail.
fn how(fetch_key: &str) -> String {
    format!("open it in poptui, or press {fetch_key} there, to fetch the rest")
}

fn shown(held: &Held, message: &Message, width: u16, fetch_key: &str) -> Document {
    let rest = held.is_head().then(|| HeadOnly {
        whole: held.on_server,
        how: how(fetch_key),
    });
    let show = Show {
        rest,
        ..show(width)
    };
    message.render(&held.octets, &show)
}

fn object(held: &Held, fetch_key: &str) -> Result<String, Failure> {
    let message = Message::read(&held.octets);
    let shown = shown(held, &message, WIDTH, fetch_key);
    Ok(json::line(&Read::new(
        &held.mail,
        &message,
        &shown,
        &text(&shown),
    ))?)
}

fn show(width: u16) -> Show {
    // Nobody can unfold what is printed, nor ask for the rest of an address.
    let how = How {
        quotes: Quotes::Open,
        addresses: Addresses::Whole,
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
