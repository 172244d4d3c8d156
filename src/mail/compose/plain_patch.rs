//! Patches in plain text, by the line counts that their hunks announce: nothing else looks like one for long.

use crate::mail::Role;

/// Lines that a hunk still has to come, of the old file and of the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::mail) struct Hunk {
    old: u32,
    new: u32,
}

impl Hunk {
    /// What this line is in a patch, if it is in one.
    pub(super) fn role(&mut self, line: &str) -> Option<Role> {
        if self.old > 0 || self.new > 0 {
            if let Some(role) = self.inside(line) {
                return Some(role);
            }
            *self = Self::default();
        }
        if let Some(begun) = begin(line) {
            *self = begun;
            return Some(Role::Hunk);
        }
        names_a_file(line).then_some(Role::Strong)
    }

    fn inside(&mut self, line: &str) -> Option<Role> {
        let (old, new, role) = match line.as_bytes().first() {
            Some(b'-') => (1, 0, Role::Removed),
            Some(b'+') => (0, 1, Role::Added),
            Some(b' ' | b'\t') | None => (1, 1, Role::Text),
            Some(b'\\') => (0, 0, Role::Text),
            Some(_) => return None,
        };
        self.old = self.old.checked_sub(old)?;
        self.new = self.new.checked_sub(new)?;
        Some(role)
    }
}

/// `@@ -1,4 +1,6 @@ fn main()`; a count of one need not be written.
fn begin(line: &str) -> Option<Hunk> {
    let (old, rest) = line.strip_prefix("@@ -")?.split_once(" +")?;
    let (new, _) = rest.split_once(" @@")?;
    let count = |range: &str| {
        let (first, count) = range.split_once(',').unwrap_or((range, "1"));
        first.parse::<u32>().ok()?;
        count.parse().ok()
    };
    Some(Hunk {
        old: count(old)?,
        new: count(new)?,
    })
}

fn names_a_file(line: &str) -> bool {
    const BEGINNINGS: [&str; 7] = [
        "diff --git ",
        "diff -",
        "--- a/",
        "+++ b/",
        "--- /dev/null",
        "+++ /dev/null",
        "Index: ",
    ];
    BEGINNINGS
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hunk_has_as_many_lines_as_it_says() {
        let patch = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ fn f()\n a\n-b\n+c\n- no patch\n-- ";
        let mut hunk = Hunk::default();
        let roles: Vec<_> = patch.split('\n').map(|line| hunk.role(line)).collect();
        let (strong, text) = (Some(Role::Strong), Some(Role::Text));
        assert_eq!(
            roles,
            [
                strong,
                strong,
                strong,
                Some(Role::Hunk),
                text,
                Some(Role::Removed),
                Some(Role::Added),
                None,
                None
            ]
        );
    }

    #[test]
    fn what_is_no_hunk_is_text() {
        for line in [
            "@@ me",
            "@@ -a,1 +1 @@",
            "+1",
            "- item",
            "--- quoted ---",
            "@@ -1 +1",
        ] {
            assert_eq!(Hunk::default().role(line), None, "{line}");
        }
        let mut hunk = Hunk::default();
        assert_eq!(hunk.role("@@ -1 +1,4294967295 @@"), Some(Role::Hunk));
        assert_eq!(hunk.role("Words again"), None);
        assert_eq!(hunk.role("+1"), None, "the hunk is over");
    }
}
