//! How a setting is told to the user: as a line of the config, or as an option of `poptui setup`.

/// To whom an advice is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// To somebody who has the account in the config.
    Config,
    /// To somebody who is about to add it.
    Options,
}

impl Wording {
    /// `user = "alice"`, or `--user alice`
    pub(in crate::fetch) fn set(self, key: &str, value: &str) -> String {
        match self {
            Self::Config => format!("{key} = {value:?}"),
            Self::Options => format!("--{key} {}", shell_words::quote(value)),
        }
    }

    /// `ca-file`, or `--ca-file`
    pub(in crate::fetch) fn key(self, key: &str) -> String {
        match self {
            Self::Config => key.to_owned(),
            Self::Options => format!("--{key}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_told_so_that_it_can_be_pasted() {
        let told = |value| [Wording::Config, Wording::Options].map(|to| to.set("user", value));
        assert_eq!(told("alice"), ["user = \"alice\"", "--user alice"]);
        assert_eq!(told("a b\"c"), ["user = \"a b\\\"c\"", "--user 'a b\"c'"]);
    }
}
