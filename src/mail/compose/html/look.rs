//! What each place of a page looks like, as far as that decides whether and how it is read.

use crate::mail::compose::html::sheet::{Sheet, without_comments};
use crate::mail::compose::html::style::{Declared, Display, Font, Paint, Space, are_alike, paint};
use crate::mail::compose::html::tree::{Element, Tree, What};

/// How one node is shown; what is in it begins from that.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Look {
    /// Neither it nor anything in it can be seen.
    pub(super) gone: bool,
    /// Text right here cannot be seen, though other things below may be.
    invisible: bool,
    no_font: bool,
    color: Option<[u8; 3]>,
    /// `None` is not known, or the paper.
    background: Option<[u8; 3]>,
    /// How white space is treated.
    pub(super) space: Space,
    /// Written thick.
    pub(super) bold: bool,
    /// Struck out.
    pub(super) struck: bool,
    /// Set against the right edge.
    pub(super) right: bool,
    /// How it takes its place, where that was said. Not for what is in it.
    pub(super) display: Option<Display>,
    /// It was said that there is no line around or left of it. Not for what is in it.
    pub(super) no_border: bool,
    /// Its list has no bullets.
    pub(super) no_bullets: bool,
}

impl Look {
    /// Whether text here cannot be seen.
    pub(super) fn hides_text(&self) -> bool {
        let alike = |color: [u8; 3]| self.background.is_some_and(|back| are_alike(color, back));
        self.gone || self.invisible || self.no_font || self.color.is_some_and(alike)
    }
}

/// The looks of all nodes, in the order of the tree.
pub(super) fn looks(tree: &Tree) -> Vec<Look> {
    let css = without_comments(&style_sheets(tree));
    let sheet = Sheet::of(&css);
    let mut looks: Vec<Look> = Vec::with_capacity(tree.len());
    for id in 0..tree.len() {
        let around = tree
            .parent(id)
            .map_or_else(Look::default, |parent| looks[parent]);
        looks.push(match tree.what(id) {
            What::Text(_) => around,
            What::Element(element) => look(around, element, &sheet.declared(tree, id)),
        });
    }
    looks
}

/// The text of all style sheets that are for screens.
pub(super) fn style_sheets(tree: &Tree) -> String {
    let mut css = String::new();
    for (id, element) in (0..tree.len()).filter_map(|id| Some((id, tree.element(id)?))) {
        let media = element
            .filled("media")
            .unwrap_or("all")
            .to_ascii_lowercase();
        let plain = ["all", "screen", "only screen"].contains(&media.as_str());
        if element.name == "style" && plain {
            css.push_str(&tree.text_in(id));
            css.push('\n');
        }
    }
    css
}

fn look(around: Look, element: &Element, declared: &Declared) -> Look {
    let mut look = Look {
        display: declared.display,
        no_border: declared.no_border == Some(true),
        ..around
    };
    let flat = declared.no_height == Some(true) || declared.no_max_height == Some(true);
    look.gone |= declared.display == Some(Display::None)
        || element.get("hidden").is_some()
        || declared.transparent == Some(true)
        || (flat && declared.clips == Some(true));
    look.invisible = !declared.visible.unwrap_or(!around.invisible);
    look.no_font = match declared.font {
        Some(Font::Zero) => true,
        Some(Font::Readable) => false,
        Some(Font::Relative) | None => around.no_font,
    };
    paint_it(&mut look, element, declared);
    look.space = declared.space.unwrap_or(look.space);
    look.bold = declared.bold.unwrap_or(look.bold);
    // No element ends the line through what it stands in.
    look.struck |= declared.struck == Some(true)
        || (declared.struck.is_none() && matches!(element.name.as_str(), "del" | "s" | "strike"));
    look.no_bullets = declared.no_bullets.unwrap_or(look.no_bullets);
    let aligned = element
        .get("align")
        .map(|align| align.eq_ignore_ascii_case("right"));
    look.right = declared.right.or(aligned).unwrap_or(look.right);
    look
}

fn paint_it(look: &mut Look, element: &Element, declared: &Declared) {
    let attribute = |name: &str| element.filled(name).map(paint);
    let is_font = matches!(element.name.as_str(), "font" | "basefont");
    let old_color = if is_font { attribute("color") } else { None };
    match declared.color.or(old_color) {
        Some(Paint::Rgb(color)) => look.color = Some(color),
        Some(Paint::Unknown | Paint::Clear) => look.color = None,
        None => {}
    }
    let picture = element.get("background").map(|_| Paint::Unknown);
    match declared
        .background
        .or(picture)
        .or_else(|| attribute("bgcolor"))
    {
        Some(Paint::Rgb(color)) => look.background = Some(color),
        Some(Paint::Unknown) => look.background = None,
        Some(Paint::Clear) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::compose::html::tree::Id;

    fn seen(html: &str) -> String {
        let dom = html2text::config::plain().parse_html(html.as_bytes());
        let tree = Tree::of(&dom.unwrap().document);
        let looks = looks(&tree);
        let text = |id: Id| match tree.what(id) {
            What::Text(text) if !looks[id].hides_text() => text.as_str(),
            _ => "",
        };
        (0..tree.len()).map(text).collect()
    }

    #[test]
    fn every_way_to_hide_is_seen_through() {
        for style in [
            "display:none",
            "visibility:hidden",
            "font-size:0",
            "font-size:1px",
            "opacity:0",
            "max-height:0;overflow:hidden",
            "height:0px;overflow:hidden",
            "color:#fff;background:white",
        ] {
            let html = format!("<p>a<span style='{style}'>b<i>b</i></span>");
            assert_eq!(seen(&html), "a", "{style}");
        }
        assert_eq!(
            seen("<table bgcolor=white><td>a<font color='#ffffff'>b"),
            "a"
        );
        assert_eq!(seen("a<div hidden>b</div>"), "a");
    }

    #[test]
    fn what_is_only_small_or_bright_is_shown() {
        for html in [
            // Layouts set the size to nothing to be rid of blanks between columns.
            "<td style='font-size:0'><div style='font-size:14px'>ab</div>",
            "<p style='visibility:hidden'><b style='visibility:visible'>ab</b>",
            "<p style='max-height:0'>ab",
            "<p style='color:#fff'>ab",
            "<div style='background:#fff url(x.png)'><p style='color:#fff'>ab</div>",
            "<a style='mso-hide:all'>ab</a>",
        ] {
            assert_eq!(seen(html), "ab", "{html}");
        }
    }
}
