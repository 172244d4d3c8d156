//! How a setting is told to the user: as a line of the config, or as an option of `poptui setup`.

/// To whom an advice is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// To somebody who has the account in the config.
    Config,
    /// To somebody who is about to add it.
    Options,
}

/// How advices speak of keys of the config, and how the same is said to somebody who has none yet. The longer ones first.
const AS_OPTIONS: [(&str, &str); 11] = [
    ("host, port and security", "--host, --port and --security"),
    ("host and port", "--host and --port"),
    ("port and security", "--port and --security"),
    ("check host", "check --host"),
    ("correct host", "correct --host"),
    ("check port", "check --port"),
    ("leave port out", "leave --port out"),
    (
        "security = \"tls\" or \"stls\"",
        "--security tls or --security stls",
    ),
    ("security = \"tls\"", "--security tls"),
    ("security = \"stls\"", "--security stls"),
    (" in the config", ""),
];

impl Wording {
    /// `user = "alice"`, or `--user alice`
    pub(in crate::fetch) fn set(self, key: &str, value: &str) -> String {
        match self {
            Self::Config => format!("{key} = {value:?}"),
            Self::Options => format!("--{key} {}", shell_words::quote(value)),
        }
    }

    /// An advice that names keys of the config, as it is.
    pub(in crate::fetch) fn reword(self, advice: &str) -> String {
        match self {
            Self::Config => advice.to_owned(),
            Self::Options => AS_OPTIONS
                .iter()
                .fold(advice.to_owned(), |advice, (key, option)| {
                    advice.replace(key, option)
                }),
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

    #[test]
    fn an_advice_names_options_to_somebody_who_has_no_config() {
        for (key, option) in [
            (
                "check host and port in the config, or whether there is a network",
                "check --host and --port, or whether there is a network",
            ),
            (
                "check host, port and security",
                "check --host, --port and --security",
            ),
            (
                "the usual port for security = \"tls\" is 995: leave port out",
                "the usual port for --security tls is 995: leave --port out",
            ),
            ("ask the server's operator", "ask the server's operator"),
        ] {
            assert_eq!(Wording::Options.reword(key), option);
            assert_eq!(Wording::Config.reword(key), key);
        }
    }
}
