//! The mail pane: the visible slice of the page, or in words why there is none.

use super::canvas::Canvas;
use super::field;
use super::theme::Paint;
use crate::app::Model;
use crate::app::action::Action;
use crate::app::find::needle::Hit;
use crate::app::layout::Area;
use crate::app::reader::{Open, State};
use crate::app::whole;
use crate::mail::{self, Line, Role, Target};

pub(super) fn draw(model: &Model, area: Area, canvas: &mut Canvas<'_>) {
    let text = Area {
        x: area.x + 1,
        width: area.width.saturating_sub(1),
        ..area
    };
    let Some(open) = model.reader.open() else {
        return;
    };
    let text = note(model, text, canvas);
    let text = search_field(model, open, text, canvas);
    match &open.state {
        State::Loading => loading(model, text, canvas),
        State::Failed(sentence) => {
            canvas.put(text.x, text.y, text.width, sentence.as_str(), Paint::Error);
            let keys = format!("{} shows it exactly as it came.", model.key_of(Action::Raw));
            canvas.put(text.x, text.y + 1, text.width, &keys, Paint::Plain);
        }
        State::Shown(shown) => {
            let top = open.scroll();
            let visible = shown.document.rows(top..top + usize::from(text.height));
            for ((row, line), y) in (top..).zip(&visible).zip(text.y..) {
                if line
                    .spans
                    .iter()
                    .any(|span| mail::is_right_to_left(span.text.as_str()))
                {
                    hold_border(area, y, canvas);
                }
                draw_row(
                    open,
                    row,
                    line,
                    Area {
                        y,
                        height: 1,
                        ..text
                    },
                    canvas,
                );
            }
        }
    }
}

/// A row of the mail; what was searched for in it is marked.
fn draw_row(open: &Open, row: usize, line: &Line, at: Area, canvas: &mut Canvas<'_>) {
    let find = open.find.as_ref();
    let mut hits: Vec<_> = find.iter().flat_map(|find| find.in_row(row)).collect();
    // A row that stands for many is gone to for any of them.
    let gone_to = hits.iter().any(|(_, current)| *current);
    for (_, current) in hits.iter_mut().filter(|(hit, _)| hit.hidden) {
        *current = gone_to;
    }
    let (mut x, mut done) = (at.x, 0);
    for span in &line.spans {
        let role = canvas.theme.role(span.role);
        for (text, hit) in pieces(span.text.as_str(), done, row, &hits) {
            let style = match hit {
                None => role,
                Some(false) => canvas.theme.role(Role::Match),
                Some(true) => canvas.theme.current_match(),
            };
            let left = (at.x + at.width).saturating_sub(x);
            x = canvas.styled(x, at.y, left, text, style);
        }
        done += span.text.as_str().len();
    }
}

/// A span in pieces: beside hits, and in one (`true` in the one that was gone to). `done` octets of its row are left of it.
fn pieces<'t>(
    text: &'t str,
    done: usize,
    row: usize,
    hits: &[(&Hit, bool)],
) -> Vec<(&'t str, Option<bool>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for (hit, current) in hits {
        let from = if hit.row == row { hit.from } else { 0 };
        let to = if hit.last_row == row {
            hit.to
        } else {
            usize::MAX
        };
        let within = |octet: usize| text.floor_char_boundary(octet.saturating_sub(done));
        let (from, to) = (within(from).max(at), within(to));
        if to > from {
            pieces.push((&text[at..from], None));
            pieces.push((&text[from..to], Some(*current)));
            at = to;
        }
    }
    pieces.push((&text[at..], None));
    pieces
}

/// Below the mail, while something is being typed to search for: the field and how many hits there are. Gives the area
/// that is left.
fn search_field(model: &Model, open: &Open, area: Area, canvas: &mut Canvas<'_>) -> Area {
    let find = open.find.as_ref().filter(|_| model.find_rows() > 0);
    let (Some(find), Some(height)) = (find, area.height.checked_sub(1)) else {
        return area;
    };
    let y = area.y + height;
    let end = area.x + area.width;
    let count = if find.typed().trim().is_empty() {
        String::new()
    } else {
        find.count()
    };
    let taken = u16::try_from(mail::width(&count)).unwrap_or(0) + 2;
    let x = canvas.put(area.x, y, area.width, "/", Paint::Key);
    let width = end.saturating_sub(x + taken);
    field::draw(
        &find.field,
        Area {
            x,
            y,
            width,
            height: 1,
        },
        canvas,
    );
    canvas.right(end.saturating_sub(1), y, &count, Paint::Dim);
    Area { height, ..area }
}

/// Keeps right-to-left text in its pane. A terminal that orders text itself orders a whole row: between two texts that
/// run to the left it would move the border too, as a sign without a direction. Marks that isolate text would be what no
/// stranger may send, so the border is drawn as a letter there, the one that looks like it: letters stay where they are.
fn hold_border(area: Area, y: u16, canvas: &mut Canvas<'_>) {
    if let Some(border) = area.x.checked_sub(1) {
        canvas.swap(border, y, "│", "ǀ");
    }
}

/// The cells of the links among the visible rows. One whose text names another host than it leads to is left out: a
/// click asks nothing.
pub(super) fn links(model: &Model, area: Area) -> Vec<(Area, Target)> {
    let Some((open, shown)) = model
        .reader
        .open()
        .and_then(|open| Some((open, open.shown()?)))
    else {
        return Vec::new();
    };
    let height = usize::from(area.height).saturating_sub(model.note_rows());
    let above = area.height - u16::try_from(height).unwrap_or(area.height);
    let top = open.scroll();
    let visible = shown.document.rows(top..top + height);
    let mut found = Vec::new();
    for (line, y) in visible.iter().zip(area.y + above..) {
        let mut x = area.x + 1;
        for span in &line.spans {
            let left = (area.x + area.width).saturating_sub(x);
            let width = u16::try_from(mail::width(span.text.as_str())).unwrap_or(u16::MAX);
            let width = width.min(left);
            let link = span.link.and_then(|place| shown.document.links.get(place));
            let target = link.and_then(|link| Target::of(link).ok());
            if let Some(target) = target.filter(|target| target.doubts().is_empty()) {
                let at = Area {
                    x,
                    y,
                    width,
                    height: 1,
                };
                found.push((at, target));
            }
            x += width;
        }
    }
    found
}

/// Above a mail that is not whole: what is missing, and the key for it. Gives the area that is left.
fn note(model: &Model, area: Area, canvas: &mut Canvas<'_>) -> Area {
    let rows = u16::try_from(model.note_rows())
        .unwrap_or(0)
        .min(area.height);
    if rows == 0 {
        return area;
    }
    let candidates = whole::note(model);
    let fits = |text: &&String| mail::width(text) <= usize::from(area.width);
    if let Some(text) = candidates.iter().find(fits).or(candidates.last()) {
        canvas.put(area.x, area.y, area.width, text, Paint::Warning);
    }
    Area {
        y: area.y + rows,
        height: area.height - rows,
        ..area
    }
}

/// What the list knows already stands there at once; the page follows within a frame or two.
fn loading(model: &Model, text: Area, canvas: &mut Canvas<'_>) {
    let Some(row) = model
        .list
        .as_ref()
        .and_then(crate::app::list::List::current)
    else {
        return;
    };
    let subject = mail::cut(&row.subject, usize::from(text.width));
    canvas.put(text.x, text.y, text.width, subject.as_str(), Paint::Strong);
    if text.height > 2 {
        let words = format!("Opening… {} goes back.", model.key_of(Action::Back));
        canvas.put(text.x, text.y + 2, text.width, &words, Paint::Dim);
    }
}
