//! Tells quoted lines from written ones by the `>` in front of them.

/// How often a line is quoted, and what is left of it. `>>> a`, `> > > a` and `>>>a` are one level
/// three; `>From ` is mbox quoting, which is none.
pub(super) fn split(line: &str) -> (u8, &str) {
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

#[cfg(test)]
mod tests {
    use super::*;

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
