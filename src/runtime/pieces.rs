//! Takes files and parts out of a mail: their octets, their names, and what can be shown of them.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use super::save::Place;
use crate::app::effect::Piece;
use crate::app::sheet::{self, Sheet};
use crate::mail::{Addresses, How, Line, Message, Opened, Part, SafeText, Show, words};

/// A file taken out of a mail.
pub(super) struct Taken {
    /// What it is called.
    pub(super) name: SafeText,
    /// A name that is safe to create.
    pub(super) file_name: String,
    pub(super) media_type: String,
    pub(super) content: Vec<u8>,
}

/// Takes one out.
pub(super) fn take(octets: &[u8], piece: Piece) -> Result<Taken, SafeText> {
    let gone = || SafeText::new("This file is not in the mail any more");
    match piece {
        Piece::Whole => Ok(whole(octets)),
        Piece::Attachment(index) => {
            let message = Message::read(octets);
            let attachment = message.attachments.get(index).ok_or_else(gone)?;
            Ok(Taken {
                name: attachment.label.clone(),
                file_name: attachment.file_name.clone(),
                media_type: attachment.media_type.clone(),
                content: attachment.octets(octets).into_owned(),
            })
        }
        Piece::Part(index) => {
            let message = Message::read(octets);
            let tree = message.tree();
            let part = tree.get(index).ok_or_else(gone)?;
            Ok(Taken {
                name: SafeText::new(&part.file_name()),
                file_name: part.file_name(),
                media_type: part.media_type.clone(),
                content: part.octets(octets).into_owned(),
            })
        }
    }
}

fn whole(octets: &[u8]) -> Taken {
    Taken {
        name: SafeText::new("the mail"),
        file_name: "mail.eml".to_owned(),
        media_type: "message/rfc822".to_owned(),
        content: octets.to_vec(),
    }
}

/// Saves one of the attachments or parts, or all attachments.
pub(super) fn save(
    octets: &[u8],
    piece: Option<Piece>,
    dir: &Path,
) -> Result<Vec<SafeText>, SafeText> {
    let place = Place::open(dir).map_err(|error| {
        let text = format!(
            "{} cannot be saved into: {error}; [ui] downloads can name another directory",
            dir.display()
        );
        SafeText::new(&text)
    })?;
    let mut saved = Vec::new();
    if let Some(piece) = piece {
        let Taken {
            file_name, content, ..
        } = take(octets, piece)?;
        save_one(&place, dir, (&file_name, &content), &mut saved)?;
        return Ok(saved);
    }
    for attachment in &Message::read(octets).attachments {
        let content = attachment.octets(octets);
        save_one(&place, dir, (&attachment.file_name, &content), &mut saved)?;
    }
    Ok(saved)
}

fn save_one(
    place: &Place,
    dir: &Path,
    (name, content): (&str, &[u8]),
    saved: &mut Vec<SafeText>,
) -> Result<(), SafeText> {
    let path: PathBuf = place.save(name, content).map_err(|error| {
        let text = format!(
            "{name} was not saved into {}: {error}; saved before it: {}",
            dir.display(),
            saved.len()
        );
        SafeText::new(&text)
    })?;
    saved.push(SafeText::new(&path.display().to_string()));
    Ok(())
}

/// Every part by its place in the tree, with what is known of it.
pub(super) fn tree(octets: &[u8]) -> Vec<(SafeText, SafeText)> {
    let message = Message::read(octets);
    let row = |part: &&Part| {
        let mut told = vec![part.media_type.clone()];
        if !part.container {
            told.push(words::octets(part.size as u64));
        }
        told.extend(part.name.clone());
        told.extend(part.disposition.clone());
        let indent = "  ".repeat(part.path.matches('.').count().min(8));
        let label = SafeText::new(&format!("{indent}{}", part.path));
        (label, SafeText::new(&told.join("   ")))
    };
    message.tree().iter().map(row).collect()
}

/// A part to be read: text as text, a mail as a mail, all else as octets.
pub(super) fn view(octets: &[u8], index: usize) -> Result<Sheet, SafeText> {
    let message = Message::read(octets);
    let tree = message.tree();
    let part = tree
        .get(index)
        .ok_or_else(|| SafeText::new("This part is not in the mail any more"))?;
    let size = words::octets(part.size as u64);
    let title = format!("Part {}: {}, {size}", part.path, part.media_type);
    if part.media_type == "message/rfc822" {
        return Ok(Sheet::of_text(&title, &text(&part.octets(octets))));
    }
    Ok(match part.text(octets) {
        Some(text) => Sheet::of_text(&title, &text),
        None => Sheet::of_octets(&title, &part.octets(octets)),
    })
}

/// A mail as the reader shows it.
pub(super) fn text(octets: &[u8]) -> String {
    /// Octets of text: more than a popup shows and a clipboard takes.
    const ENOUGH: usize = 1 << 20;
    let now = super::now().div_euclid(1_000);
    let how = How {
        addresses: Addresses::Whole,
        ..How::default()
    };
    let show = Show::new(how, sheet::WIDTH, TimeZone::system(), now);
    let opened = Opened::read(octets.to_vec());
    let mut typesetter = opened.typeset(&show);
    typesetter.go_on(ENOUGH);
    let lines = typesetter.document().lines();
    let lines: Vec<String> = lines.iter().map(Line::text).collect();
    lines.join("\n")
}
