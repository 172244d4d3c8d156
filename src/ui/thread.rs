//! What a row of a list in threads shows before its subject: how many mails it stands for, or the lines of a tree.

use super::canvas::Canvas;
use super::theme::Paint;
use crate::app::layout::Area;
use crate::mail::thread::Branch;
use crate::mail::{self, InThread, Row};

/// Draws it from the left of `at`; tells what is left for the subject. The count has at least so many columns, the tree
/// at most so many levels.
pub(super) fn draw(
    row: &Row,
    at: Area,
    (least, levels): (u16, usize),
    canvas: &mut Canvas<'_>,
) -> Area {
    let Some(thread) = row.thread else {
        return at;
    };
    let count = count(&thread);
    let paint = if thread.folded && thread.unread > 0 {
        Paint::Strong
    } else {
        Paint::Dim
    };
    canvas.put(at.x, at.y, at.width, &count, paint);
    let columns = u16::try_from(mail::width(&count)).unwrap_or(at.width);
    let gap = u16::from(columns > 0);
    let tree_x = (columns + gap).max(least).min(at.width);
    let lines = lines(thread.branch, levels);
    canvas.put(at.x + tree_x, at.y, at.width - tree_x, &lines, Paint::Dim);
    let lines = u16::try_from(mail::width(&lines)).unwrap_or(at.width);
    let left = (tree_x + lines).min(at.width);
    Area {
        x: at.x + left,
        width: at.width - left,
        ..at
    }
}

/// `▸7`, with unread ones `▸2/7`; `▾7` on the first row of an unfolded thread; nothing for a mail alone.
fn count(thread: &InThread) -> String {
    let mails = short(thread.mails);
    match (thread.mails, thread.folded, thread.place) {
        (..2, _, _) | (_, false, 1..) => String::new(),
        (_, false, 0) => format!("▾{mails}"),
        (_, true, _) if thread.unread == 0 => format!("▸{mails}"),
        (_, true, _) => format!("▸{}/{mails}", short(thread.unread)),
    }
}

/// Never more than four columns.
fn short(mails: u64) -> String {
    match mails {
        ..1_000 => mails.to_string(),
        1_000..1_000_000 => format!("{}k", mails / 1_000),
        _ => format!("{}M", mails / 1_000_000),
    }
}

/// Lines of descent, two columns for each level.
fn lines(branch: Branch, most: usize) -> String {
    let depth = branch.depth.min(most);
    let level = |level: usize| match (level == depth, branch.goes_on(level)) {
        (true, _) if branch.goes_on(branch.depth) => "├─",
        (true, _) => "└─",
        (false, true) => "│ ",
        (false, false) => "  ",
    };
    let mut lines: String = (1..=depth).map(level).collect();
    if depth > 0 {
        lines.push(' ');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{lines, short};
    use crate::mail::thread::Branch;

    #[test]
    fn lines_lead_to_a_mail_and_go_on_where_others_follow() {
        let lines = |depth, follows| lines(Branch { depth, follows }, 3);
        assert_eq!(lines(0, 0), "");
        assert_eq!(lines(1, 0b1), "├─ ");
        assert_eq!(lines(1, 0), "└─ ");
        assert_eq!(lines(3, 0b101), "│   ├─ ");
        assert_eq!(lines(3, 0b010), "  │ └─ ");
        assert_eq!(
            lines(5, 0b10001),
            "│   ├─ ",
            "deeper ones stand at the last level"
        );
        assert_eq!(lines(100, u64::MAX), "│ │ └─ ", "beyond what is kept");
    }

    #[test]
    fn counts_stay_short() {
        let counts = [7, 999, 1_000, 99_999, 1_000_000].map(short);
        assert_eq!(counts, ["7", "999", "1k", "99k", "1M"]);
    }
}
