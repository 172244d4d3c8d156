//! Tells quoted lines from written ones by the `>` in front of them.

/// What a mail system says to another one; bounces show it as `>>> DATA`.
const COMMANDS: [&str; 9] = [
    "AUTH", "DATA", "EHLO", "HELO", "MAIL", "QUIT", "RCPT", "RSET", "STARTTLS",
];

/// How often a line is quoted, and what is left of it. `>>> a`, `> > > a` and `>>>a` are one level
/// three; `>From ` is mbox quoting, which is none, and so is the transcript of a session.
pub(super) fn split(line: &str) -> (u8, &str) {
    if is_transcript(line) {
        return (0, line);
    }
    let mut level = 0_u8;
    let mut rest = line;
    loop {
        let inner = if level > 0 {
            rest.strip_prefix(' ').unwrap_or(rest)
        } else {
            rest
        };
        match inner.strip_prefix('>') {
            Some(after) if !(level == 0 && after.starts_with("From ")) => {
                level = level.saturating_add(1);
                rest = after;
            }
            _ if level > 0 => return (level, rest.strip_prefix(' ').unwrap_or(rest)),
            _ => return (0, line),
        }
    }
}

fn is_transcript(line: &str) -> bool {
    let said = line.strip_prefix(">>> ");
    let word = said.and_then(|said| said.split(' ').next());
    word.is_some_and(|word| COMMANDS.contains(&word.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_mail_system_said_is_no_quote() {
        for line in [">>> DATA", ">>> MAIL From:<a@b.example>", ">>> QUIT"] {
            assert_eq!(split(line), (0, line));
        }
        assert_eq!(split(">>> Data is here").0, 3);
    }

    #[test]
    fn levels_are_counted_however_they_are_spaced() {
        for line in [">>> a", "> > > a", ">> >a", ">>>a"] {
            assert_eq!(split(line), (3, "a"), "{line}");
        }
        assert_eq!(split(">"), (1, ""));
        assert_eq!(split(">   indented"), (1, "  indented"));
    }

    #[test]
    fn ordinary_lines_are_not_quoted() {
        for line in ["a > b", " > a", ">From me", ""] {
            assert_eq!(split(line), (0, line));
        }
    }
}
