//! From model to frame: `draw(&model, frame)` changes nothing and decides nothing.

mod canvas;
mod fetches;
mod field;
mod folders;
mod format;
mod list;
mod on_server;
mod popup;
mod reader;
mod status;
mod theme;
mod thread;
mod welcome;

use ratatui::Frame;

use crate::app::Model;
use crate::app::layout::{Area, Layout, Shape};
use crate::app::model::{Focus, Screen};
use crate::app::side;
use crate::mail::{Target, words};
use canvas::Canvas;
use theme::{Paint, Theme};

/// Draws the whole screen.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let mut canvas = Canvas::new(frame.buffer_mut(), Theme::new(model.look));
    if let Screen::Welcome { config } = &model.screen {
        return welcome::draw(config, model.size, &mut canvas);
    }
    let layout = model.layout();
    if layout.shape == Shape::Tiny {
        return tiny(model, &mut canvas);
    }
    status::title(model, &layout, &mut canvas);
    rules(model, &layout, &mut canvas);
    if let Some(area) = layout.folders {
        folders::draw(model, area, &mut canvas);
    }
    if let Some(area) = layout.list {
        list::draw(model, area, layout.shape, &mut canvas);
    }
    if let Some(area) = layout.reader {
        reader::draw(model, area, &mut canvas);
    }
    if let Some(area) = layout.server {
        on_server::draw(model, area, layout.shape, &mut canvas);
    }
    if let Some(area) = layout.message {
        status::message(model, &layout, area, &mut canvas);
    }
    if let Some(area) = layout.hints {
        status::hints(model, area, &mut canvas);
    }
    if let Some(open) = &model.popup {
        popup::draw(model, open, &mut canvas);
    }
}

/// The cells in which links stand, each with where it leads; none below a popup.
pub fn links(model: &Model) -> Vec<(Area, Target)> {
    let layout = model.layout();
    match layout.reader {
        Some(area) if model.popup.is_none() && layout.shape != Shape::Tiny => {
            reader::links(model, area)
        }
        _ => Vec::new(),
    }
}

/// Under 20 columns or 5 rows: the unread count, and why there is no more.
fn tiny(model: &Model, canvas: &mut Canvas<'_>) {
    let unread = words::grouped(side::counts(model).unread);
    let width = model.size.width;
    canvas.put(0, 0, width, &format!("{unread} unread"), Paint::Plain);
    if model.size.height > 1 {
        canvas.put(0, 1, width, "window too small", Paint::Dim);
    }
}

/// The rules between the panes, with their titles and the position.
fn rules(model: &Model, layout: &Layout, canvas: &mut Canvas<'_>) {
    let Some(rule) = layout.rule else { return };
    canvas.line(rule, '─');
    match layout.shape {
        _ if layout.server.is_some() => {
            let position = format!(" {} ──", on_server::position(model));
            canvas.right(rule.x + rule.width, rule.y, &position, Paint::Dim);
        }
        Shape::Tiny | Shape::Narrow | Shape::Single => {}
        Shape::Double | Shape::Triple => columns(model, layout, rule, canvas),
    }
}

fn columns(model: &Model, layout: &Layout, rule: Area, canvas: &mut Canvas<'_>) {
    let position = status::position(model);
    if let Some(area) = layout.folders {
        pane_title(
            canvas,
            Area {
                x: area.x + 2,
                ..rule
            },
            "1 Folders",
            model.focus == Focus::Folders,
        );
        separator(canvas, rule, area);
    }
    if let Some(area) = layout.list {
        pane_title(
            canvas,
            Area {
                x: area.x + 1,
                ..rule
            },
            "2 Messages",
            model.focus == Focus::List,
        );
        if layout.shape == Shape::Triple {
            canvas.right(
                area.x + area.width,
                rule.y,
                &format!(" {position} ─"),
                Paint::Dim,
            );
            separator(canvas, rule, area);
        }
    }
    let Some(reader) = layout.reader else { return };
    let title = if model.focus == Focus::Reader {
        "3 Message"
    } else {
        "3 Preview"
    };
    let focused = model.focus == Focus::Reader;
    match layout.middle {
        Some(middle) => {
            canvas.line(middle, '─');
            canvas.put(middle.x - 1, middle.y, 1, "├", Paint::Line);
            pane_title(
                canvas,
                Area {
                    x: middle.x + 1,
                    ..middle
                },
                title,
                focused,
            );
            canvas.right(
                middle.x + middle.width,
                middle.y,
                &format!(" {position} ──"),
                Paint::Dim,
            );
        }
        None => pane_title(
            canvas,
            Area {
                x: reader.x + 1,
                ..rule
            },
            title,
            focused,
        ),
    }
}

/// The focus can be seen without colour: `▐2 Messages▌`.
fn pane_title(canvas: &mut Canvas<'_>, at: Area, title: &str, focused: bool) {
    let (text, paint) = if focused {
        (format!("▐{title}▌"), Paint::Focus)
    } else {
        (format!(" {title} "), Paint::Plain)
    };
    canvas.put(at.x, at.y, at.width, &text, paint);
}

/// The vertical rule at the right of a pane.
fn separator(canvas: &mut Canvas<'_>, rule: Area, pane: Area) {
    let x = pane.x + pane.width;
    canvas.put(x, rule.y, 1, "┬", Paint::Line);
    for y in pane.y..pane.y + pane.height {
        canvas.put(x, y, 1, "│", Paint::Line);
    }
}
