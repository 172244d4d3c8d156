//! One geometry for update and view: where the panes lie at a size.

use super::event::Size;
use super::model::Focus;

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "the usual four numbers")]
pub struct Area {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

/// How much there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Under 20 columns or 5 rows: a word and a number.
    Tiny,
    /// Under 60 columns or 14 rows: one pane, no hints, two columns in the list.
    Narrow,
    /// Under 100 columns: one pane; the folders are a drawer.
    Single,
    /// Folders beside the list, and the mail below it from 30 rows on.
    Double,
    /// Folders, list and mail side by side.
    Triple,
}

/// Where everything lies. A pane that is not on the screen has no area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How much there is room for.
    pub shape: Shape,
    /// Row 1: where you are and what the program does.
    pub title: Area,
    /// Row 2: the rule with the panes' titles.
    pub rule: Option<Area>,
    /// The side bar, or the drawer.
    pub folders: Option<Area>,
    /// The list.
    pub list: Option<Area>,
    /// The rule between the list and the mail below it.
    pub middle: Option<Area>,
    /// The mail.
    pub reader: Option<Area>,
    /// The screen "On the server", which takes the place of all panes.
    pub server: Option<Area>,
    /// The last row but one: one message at a time.
    pub message: Option<Area>,
    /// The last row: hints.
    pub hints: Option<Area>,
}

/// From this height on there is room for a mail below the list.
const PREVIEW_ROWS: u16 = 30;

/// Lays the panes out. `opened` says whether a mail is open (in one-pane shapes it then has the screen).
pub fn layout(size: Size, focus: Focus, opened: bool) -> Layout {
    let Size { width, height } = size;
    let shape = shape(size);
    let row = |y| Area {
        x: 0,
        y,
        width,
        height: 1,
    };
    let mut layout = Layout {
        shape,
        title: Area {
            height: height.min(1),
            ..row(0)
        },
        rule: None,
        folders: None,
        list: None,
        middle: None,
        reader: None,
        server: None,
        message: None,
        hints: None,
    };
    if shape == Shape::Tiny {
        return layout;
    }
    layout.rule = Some(row(1));
    let below = if shape == Shape::Narrow { 1 } else { 2 };
    layout.message = Some(row(height - below));
    layout.hints = (shape != Shape::Narrow).then(|| row(height - 1));
    let body = Area {
        x: 0,
        y: 2,
        width,
        height: height - 2 - below,
    };
    match shape {
        _ if focus == Focus::Server => layout.server = Some(body),
        Shape::Tiny | Shape::Narrow | Shape::Single => one_pane(&mut layout, body, focus, opened),
        Shape::Double => beside_folders(&mut layout, body, focus, opened),
        Shape::Triple => three_columns(&mut layout, body),
    }
    layout
}

fn shape(size: Size) -> Shape {
    match (size.width, size.height) {
        (0..20, _) | (_, 0..5) => Shape::Tiny,
        (20..60, _) | (_, 5..14) => Shape::Narrow,
        (60..100, _) => Shape::Single,
        (100..160, _) => Shape::Double,
        _ => Shape::Triple,
    }
}

fn one_pane(layout: &mut Layout, body: Area, focus: Focus, opened: bool) {
    match focus {
        Focus::Folders => layout.folders = Some(body),
        Focus::Reader if opened => layout.reader = Some(body),
        Focus::List | Focus::Reader | Focus::Server => layout.list = Some(body),
    }
}

fn beside_folders(layout: &mut Layout, body: Area, focus: Focus, opened: bool) {
    let (folders, rest) = split_columns(body, 22);
    layout.folders = Some(folders);
    if body.height + 4 < PREVIEW_ROWS {
        if focus == Focus::Reader && opened {
            layout.reader = Some(rest);
        } else {
            layout.list = Some(rest);
        }
        return;
    }
    // 40:60 while choosing, 20:80 while reading.
    let share = if focus == Focus::Reader { 20 } else { 40 };
    let list_rows = (u32::from(rest.height) * share / 100).clamp(3, u32::from(rest.height) - 2);
    let list_rows = u16::try_from(list_rows).unwrap_or(rest.height);
    layout.list = Some(Area {
        height: list_rows,
        ..rest
    });
    layout.middle = Some(Area {
        y: rest.y + list_rows,
        height: 1,
        ..rest
    });
    layout.reader = Some(Area {
        y: rest.y + list_rows + 1,
        height: rest.height - list_rows - 1,
        ..rest
    });
}

fn three_columns(layout: &mut Layout, body: Area) {
    let (folders, rest) = split_columns(body, 24);
    let (list, reader) = split_columns(rest, 82);
    layout.folders = Some(folders);
    layout.list = Some(list);
    layout.reader = Some(reader);
}

/// The first `width` columns, and what is left behind the one for the rule between.
fn split_columns(area: Area, width: u16) -> (Area, Area) {
    let right = area.x + width + 1;
    (
        Area { width, ..area },
        Area {
            x: right,
            width: area.width - width - 1,
            ..area
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(width: u16, height: u16, focus: Focus) -> Layout {
        layout(Size { width, height }, focus, focus == Focus::Reader)
    }

    #[test]
    fn the_shape_follows_the_size() {
        for (width, height, shape) in [
            (1, 1, Shape::Tiny),
            (19, 40, Shape::Tiny),
            (80, 4, Shape::Tiny),
            (40, 10, Shape::Narrow),
            (120, 13, Shape::Narrow),
            (80, 24, Shape::Single),
            (120, 40, Shape::Double),
            (200, 50, Shape::Triple),
        ] {
            assert_eq!(
                at(width, height, Focus::List).shape,
                shape,
                "{width}x{height}"
            );
        }
    }

    #[test]
    fn a_narrow_window_shows_one_pane_and_a_wide_one_shows_all() {
        assert!(at(80, 24, Focus::List).reader.is_none());
        assert!(at(80, 24, Focus::Reader).list.is_none());
        assert!(at(80, 24, Focus::Folders).folders.is_some());
        let double = at(120, 40, Focus::List);
        assert!(double.folders.is_some() && double.list.is_some() && double.reader.is_some());
        assert!(
            at(120, 24, Focus::List).reader.is_none(),
            "no preview under 30 rows"
        );
    }

    #[test]
    fn panes_never_overlap_and_never_leave_the_window() {
        for width in 1..240 {
            for height in 1..60 {
                for focus in [Focus::Folders, Focus::List, Focus::Reader, Focus::Server] {
                    let layout = at(width, height, focus);
                    let areas: Vec<Area> = [
                        Some(layout.title),
                        layout.rule,
                        layout.folders,
                        layout.list,
                        layout.middle,
                        layout.reader,
                        layout.server,
                        layout.message,
                        layout.hints,
                    ]
                    .into_iter()
                    .flatten()
                    .collect();
                    for (index, area) in areas.iter().enumerate() {
                        assert!(
                            area.x + area.width <= width && area.y + area.height <= height,
                            "{width}x{height}"
                        );
                        for other in &areas[index + 1..] {
                            let apart = area.x + area.width <= other.x
                                || other.x + other.width <= area.x
                                || area.y + area.height <= other.y
                                || other.y + other.height <= area.y;
                            assert!(apart, "{width}x{height} {focus:?}: {area:?} {other:?}");
                        }
                    }
                }
            }
        }
    }
}
