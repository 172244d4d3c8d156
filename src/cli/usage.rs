//! What clap found in the arguments, told in our manner: help on stdout, mistakes in one sentence.

use clap::error::{Error, ErrorKind};

use super::failure::{Exit, Failure};
use super::out::Out;

/// Prints help or version, or makes the mistake a [`Failure`].
pub(super) fn answer(error: &Error) -> Result<Exit, Failure> {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let mut out = Out::new();
            out.octets(text.as_bytes())?;
            out.finish()
        }
        _ => Err(Failure::Usage(sentence(&text))),
    }
}

/// clap's paragraphs as one sentence: what is wrong, its tips, and where to read more.
fn sentence(text: &str) -> String {
    let mut sentence = String::new();
    for line in text.lines().map(str::trim) {
        if line.starts_with("Usage:") {
            break;
        }
        let (joint, words) = match (line.strip_prefix("error: "), line.strip_prefix("tip: ")) {
            (Some(words), _) => ("", words),
            (_, Some(words)) => ("; ", words),
            _ => (" ", line),
        };
        if !words.is_empty() && !line.starts_with("For more information") {
            sentence.push_str(joint);
            sentence.push_str(words);
        }
    }
    sentence + "; see: poptui --help"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claps_paragraphs_become_one_sentence() {
        let text = "error: unexpected argument '--jsn' found\n\n  tip: a similar argument exists: '--json'\n\n\
                    Usage: poptui fetch --json [ACCOUNT]...\n\nFor more information, try '--help'.\n";
        assert_eq!(
            sentence(text),
            "unexpected argument '--jsn' found; a similar argument exists: '--json'; see: poptui --help"
        );
        let text = "error: the following required arguments were not provided:\n  <ID>...\n\nUsage: poptui read";
        assert_eq!(
            sentence(text),
            "the following required arguments were not provided: <ID>...; see: poptui --help"
        );
    }
}
