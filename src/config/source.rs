//! The text of a config file with what its sentences and its paths are relative to.

use std::path::{Path, PathBuf};

use toml_edit::{Document, TomlError};

use super::{Error, Place};

/// One config file, read but not understood yet.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// Absolute; relative paths in the file start at its directory.
    pub path: &'a Path,
    /// What `~` stands for.
    pub home: Option<&'a Path>,
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// The TOML in it.
    pub(super) fn document(&self) -> Result<Document<&'a str>, Error> {
        Document::parse(self.text).map_err(|error| self.syntax(&error))
    }

    /// The line of an octet of the text.
    pub(super) fn place(&self, offset: usize) -> Place {
        Place {
            path: self.path.to_owned(),
            line: self.before(offset).matches('\n').count() + 1,
        }
    }

    /// The path that a value names, absolute. `Err` says why there is none.
    pub(super) fn resolve(&self, written: &str) -> Result<PathBuf, String> {
        if written.is_empty() || written.contains('\0') {
            return Err("must name a file".into());
        }
        if !written.starts_with('~') {
            let directory = self.path.parent().unwrap_or(Path::new(""));
            return Ok(directory.join(written));
        }
        let rest = match written[1..].strip_prefix(['/', std::path::MAIN_SEPARATOR]) {
            Some(rest) => rest,
            None if written == "~" => "",
            None => return Err("names another user's home; write that path out".into()),
        };
        match self.home {
            Some(home) => Ok(home.join(rest.trim_start_matches('/'))),
            None => Err("begins with ~, but no home directory is known; write it out".into()),
        }
    }

    fn syntax(&self, error: &TomlError) -> Error {
        let offset = error.span().map_or(self.text.len(), |span| span.start);
        let line_start = self
            .before(offset)
            .rfind('\n')
            .map_or(0, |newline| newline + 1);
        // Several lines come where several things were expected. The message never quotes the text.
        let what = error.message().lines().collect::<Vec<_>>().join(", ");
        Error::Syntax {
            place: self.place(offset),
            column: self.before(offset)[line_start..].chars().count() + 1,
            what: what.replace(char::is_control, " "),
        }
    }

    /// The text up to an offset, which may lie within a character.
    fn before(&self, offset: usize) -> &'a str {
        &self.text[..self.text.floor_char_boundary(offset)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(text: &str) -> Source<'_> {
        Source {
            path: Path::new("/etc/poptui/config.toml"),
            home: Some(Path::new("/home/ada")),
            text,
        }
    }

    #[test]
    fn paths_start_at_the_config_files_directory_or_at_home() {
        for (written, meant) in [
            ("ca.pem", "/etc/poptui/ca.pem"),
            ("/ca.pem", "/ca.pem"),
            ("~/ca.pem", "/home/ada/ca.pem"),
            ("~//ca.pem", "/home/ada/ca.pem"),
            ("~", "/home/ada"),
        ] {
            assert_eq!(
                source("").resolve(written),
                Ok(PathBuf::from(meant)),
                "{written}"
            );
        }
    }

    #[test]
    fn a_path_that_cannot_be_told_is_refused() {
        assert!(source("").resolve("~bob/ca.pem").is_err());
        assert!(source("").resolve("").is_err());
        let homeless = Source {
            home: None,
            ..source("")
        };
        assert!(homeless.resolve("~/ca.pem").is_err());
    }

    #[test]
    fn a_syntax_error_has_its_line_and_column_and_quotes_nothing() {
        let error = source("a = 1\nü = \"geheim\nb = 2").document().unwrap_err();
        let sentence = error.to_string();
        assert!(
            sentence.starts_with("/etc/poptui/config.toml, line 2, column "),
            "{sentence}"
        );
        let error = source("a = 1\npassword = geheim\n").document().unwrap_err();
        assert!(!error.to_string().contains("geheim"), "{error}");
    }

    #[test]
    fn lines_count_from_one() {
        assert_eq!(source("a\nb\nc").place(0).line, 1);
        assert_eq!(source("a\nb\nc").place(4).line, 3);
        assert_eq!(source("a\nb\nc").place(400).line, 3);
    }
}
