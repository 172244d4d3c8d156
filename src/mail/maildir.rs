//! Names in a Maildir: what a file's name says of its mail, and which folder a sub-folder is (Maildir++).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::mbox::Marks;

/// What stands before the letters in a file's name. Where a file system has no colon, others are used.
const INFO: [&str; 3] = [":2,", ";2,", "!2,"];
/// What poptui writes.
#[cfg(not(windows))]
const COLON: &str = INFO[0];
#[cfg(windows)]
const COLON: &str = INFO[1];
/// The longest name of a sub-folder that file systems take, in octets.
const LONGEST: usize = 250;

/// What the letters in the name of a file in `cur` say: `S` seen, `R` replied, `F` flagged, `T` trashed. Drafts and
/// mails passed on are like any others here.
pub fn marks(name: &str) -> Marks {
    let places = INFO.iter().filter_map(|info| name.rfind(info));
    let letters = places.max().map_or("", |at| &name[at + 3..]);
    Marks {
        read: letters.contains('S'),
        flagged: letters.contains('F'),
        answered: letters.contains('R'),
        deleted: letters.contains('T'),
    }
}

/// The end of a file's name that says this, its letters in the order of the alphabet.
pub fn info(marks: Marks) -> String {
    let letters = [
        (marks.flagged, 'F'),
        (marks.answered, 'R'),
        (marks.read, 'S'),
        (marks.deleted, 'T'),
    ];
    let set = letters.iter().filter(|(is, _)| *is);
    COLON
        .chars()
        .chain(set.map(|(_, letter)| *letter))
        .collect()
}

/// The folder that a directory `.Lists.rust` is: `Lists/rust`. Names are in modified UTF-7 (RFC 3501, section 5.1.3),
/// or, where they are not that, what they look like.
pub fn folder(directory: &str) -> Option<String> {
    let names = directory
        .strip_prefix('.')
        .filter(|names| !names.is_empty())?;
    let names = names.split('.');
    let names = names.map(|name| decode(name).unwrap_or_else(|| name.to_owned()));
    Some(names.collect::<Vec<_>>().join("/"))
}

/// The directory of a folder; `None` where no file system takes its name.
pub fn directory(folder: &str) -> Option<String> {
    let names = folder.split('/').map(encode);
    let directory = format!(".{}", names.collect::<Vec<_>>().join("."));
    (directory.len() <= LONGEST && directory.len() > 1).then_some(directory)
}

/// Base64 with `,` for `/`, without padding.
fn base64() -> GeneralPurpose {
    let config = GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone);
    GeneralPurpose::new(&alphabet::IMAP_MUTF7, config)
}

fn decode(name: &str) -> Option<String> {
    let mut decoded = String::new();
    let mut rest = name;
    while let Some((plain, coded)) = rest.split_once('&') {
        decoded.push_str(plain);
        let (coded, behind) = coded.split_once('-')?;
        rest = behind;
        if coded.is_empty() {
            decoded.push('&');
            continue;
        }
        let octets = base64().decode(coded).ok()?;
        let (pairs, []) = octets.as_chunks::<2>() else {
            return None;
        };
        let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
        decoded.push_str(&String::from_utf16(&units).ok()?);
    }
    decoded.push_str(rest);
    Some(decoded)
}

fn encode(name: &str) -> String {
    let mut encoded = String::new();
    let mut waiting = Vec::new();
    for c in name.chars() {
        // A dot would be a level of its own.
        if matches!(c, ' '..='~') && c != '.' {
            shift(&mut encoded, &mut waiting);
            encoded.push(c);
            if c == '&' {
                encoded.push('-');
            }
        } else {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            waiting.extend(units.flat_map(|unit| unit.to_be_bytes()));
        }
    }
    shift(&mut encoded, &mut waiting);
    encoded
}

/// Writes what has to be written in base64.
fn shift(encoded: &mut String, waiting: &mut Vec<u8>) {
    if !waiting.is_empty() {
        encoded.push('&');
        base64().encode_string(&waiting, encoded);
        encoded.push('-');
        waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{Marks, directory, folder, info, marks};
    use proptest::prelude::*;

    #[test]
    fn the_letters_of_a_name_are_read() {
        let told = |name: &str| {
            let marks = marks(name);
            let signs = [marks.read, marks.flagged, marks.answered, marks.deleted];
            signs.map(u8::from)
        };
        assert_eq!(told("1.2.host:2,S"), [1, 0, 0, 0]);
        assert_eq!(told("1.2.host,S=12,W=13:2,DFPRST"), [1, 1, 1, 1]);
        assert_eq!(told("1.2.host;2,F"), [0, 1, 0, 0]);
        assert_eq!(told("1.SFRT.host"), [0, 0, 0, 0]);
        assert_eq!(told("1.2.host:1,S"), [0, 0, 0, 0]);
        assert_eq!(told(""), [0, 0, 0, 0]);
    }

    #[test]
    fn what_is_written_is_read() {
        for bits in 0..16_u8 {
            let is = |bit: u8| bits & bit != 0;
            let all = Marks {
                read: is(1),
                flagged: is(2),
                answered: is(4),
                deleted: is(8),
            };
            assert_eq!(marks(&format!("1.2.host{}", info(all))), all);
        }
    }

    #[test]
    fn sub_folders_are_told_by_their_levels_in_every_script() {
        assert_eq!(folder(".Lists.rust").as_deref(), Some("Lists/rust"));
        assert_eq!(folder(".Entw&APw-rfe").as_deref(), Some("Entwürfe"));
        assert_eq!(folder(".R&-D").as_deref(), Some("R&D"));
        assert_eq!(folder(".R&D").as_deref(), Some("R&D"), "by no program");
        assert_eq!(folder(".&ZeVnLIqe-").as_deref(), Some("日本語"));
        assert_eq!(folder("."), None);
        assert_eq!(folder("cur"), None);
        assert_eq!(directory("Lists/rust").as_deref(), Some(".Lists.rust"));
        assert_eq!(directory(&"語".repeat(200)), None);
    }

    proptest! {
        #[test]
        fn a_folder_comes_back_from_its_directory(name in "\\PC{1,40}|[a-z./&,-]{1,20}") {
            let directory = directory(&name).expect("is short");
            prop_assert!(!directory[1..].contains('/'));
            prop_assert_eq!(folder(&directory), Some(name));
        }
    }
}
