//! The only gate from the outside world to the terminal, the log and error sentences.

use std::fmt;

/// One line of text that cannot do anything to a terminal but show itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct SafeText(Box<str>);

impl SafeText {
    /// Makes foreign text harmless.
    pub fn new(text: &str) -> Self {
        Self(
            text.chars()
                .filter(|c| !c.is_control())
                .collect::<String>()
                .into(),
        )
    }
    /// Makes foreign octets harmless.
    pub fn from_bytes(octets: &[u8]) -> Self {
        Self::new(&String::from_utf8_lossy(octets))
    }
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
