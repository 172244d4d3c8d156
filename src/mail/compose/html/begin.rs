//! What each element does to the text: what stands in its place, or what begins with it.

use crate::mail::article::Kind;
use crate::mail::compose::html::elements::{
    Group, group, heading, is_code, is_preformatted, is_strong,
};
use crate::mail::compose::html::lists::{List, as_marker, beyond_level, bullet};
use crate::mail::compose::html::quotes::{announces_quote, is_divider, is_quote, is_quote_mark};
use crate::mail::compose::html::style::Display;
use crate::mail::compose::html::tree::{Element, Id};
use crate::mail::compose::html::walk::{Close, Use, Walker};
use crate::mail::compose::html::writer::{Shape, Space};
use crate::mail::compose::html::{fields, images, tables};

/// Stands around words that are struck out.
const STRUCK: &str = "~~";
/// Levels of lists and of quotes that are told apart.
const MAX_LEVEL: u8 = 20;

impl Walker<'_> {
    /// Writes what stands for an element that is not looked into; `false` where it is to be looked into.
    pub(super) fn replace(&mut self, id: Id, element: &Element) -> bool {
        match element.name.as_str() {
            "br" => self.out.line_break(),
            "hr" => self.rule(id),
            "img" => self.picture(element),
            "svg" => {}
            "area" => self.area(element),
            "input" => {
                let shown = fields::input(element);
                self.field(shown);
            }
            "textarea" => self.field(Some(fields::text_field(element))),
            "select" => self.field(Some(fields::choice(&self.page.tree, id))),
            "table" => return tables::write(self, id),
            "tr" => return self.marked_row(id) || tables::write_line(self, id),
            "td" if self.skip == Some(id) => self.skip = None,
            "span" if is_quote_mark(element) => {}
            "span" if is_word_marker(element) => {
                let marker = as_marker(&self.page.tree.text_in(id));
                self.out.mark(Some(marker.unwrap_or_else(bullet)));
            }
            name => return group(name) == Group::Nothing,
        }
        true
    }

    fn rule(&mut self, id: Id) {
        self.out
            .add(Kind::Rule, self.state.ink, Space::Gap, Space::Gap);
        self.divide(id);
    }

    /// Where an answered mail begins, all to the end of what holds this element is its text. A mail that begins so is
    /// one that was passed on: nothing in it is quoted.
    pub(super) fn divide(&mut self, id: Id) {
        let in_divider = id < self.divided.0 || self.out.written() == self.divided.1;
        if in_divider || self.out.is_blank() || !is_divider(&self.page.tree, id) {
            return;
        }
        self.boundary(Space::Gap);
        self.deepen_quote();
        self.divided = (self.page.tree.end(id), self.out.written());
    }

    fn deepen_quote(&mut self) {
        let quote = &mut self.state.ink.quote;
        *quote = quote.saturating_add(1).min(MAX_LEVEL);
    }

    fn picture(&mut self, image: &Element) {
        let Some(alt) = images::alt(image).filter(|_| !images::is_tiny(image)) else {
            return;
        };
        if images::is_emoji(alt) {
            self.write(alt);
        } else if self.state.ink.link.is_some() {
            self.write(&format!(" {alt} "));
        } else {
            self.write(&format!(" [picture: {alt}] "));
        }
    }

    /// A part of a picture that leads somewhere.
    fn area(&mut self, area: &Element) {
        let (Some(url), Some(alt)) = (area.filled("href"), images::alt(area)) else {
            return;
        };
        let ink = self.state.ink;
        self.begin_link(url);
        self.write(alt);
        self.state.ink = ink;
        self.write(" ");
    }

    fn field(&mut self, shown: Option<String>) {
        if let Some(shown) = shown {
            self.has_form = true;
            self.write(&format!(" {shown} "));
        }
    }

    /// A row whose first cell is but a bullet is an item of a list.
    fn marked_row(&mut self, id: Id) -> bool {
        let tree = &self.page.tree;
        let mut cells = tree
            .children(id)
            .filter(|cell| tree.element(*cell).is_some());
        if let (Some(first), Some(_), None) = (cells.next(), cells.next(), cells.next())
            && tree.end(first) - first < 12
            && let Some(marker) = as_marker(&tree.text_in(first))
        {
            self.boundary(Space::Close);
            self.out.mark(Some(marker));
            self.skip = Some(first);
        }
        false
    }

    /// What begins with an element, and what is to end with it.
    pub(super) fn begin(&mut self, id: Id, element: &Element) -> (Close, Option<Space>) {
        let name = element.name.as_str();
        self.state.ink.strong |= is_strong(name);
        self.state.ink.code |= is_code(name);
        self.state.is_reversed |= name == "bdo" && element.is("dir", "rtl");
        self.state.is_raised |= name == "sup";
        let space = match self.group(id, element) {
            Group::Block(space) => Some(space),
            Group::Inline | Group::Nothing => None,
        };
        let close = match (name, space) {
            ("ul" | "ol" | "menu" | "dir", Some(_)) => return self.begin_list(id, element),
            ("li", Some(_)) => self.begin_item(id, element),
            (_, Some(space)) => {
                self.boundary(space);
                self.begin_block(id, element);
                self.begin_inline(id, element)
            }
            (_, None) => self.begin_inline(id, element),
        };
        (close, space)
    }

    /// The group of an element, which a style sheet may have changed.
    fn group(&self, id: Id, element: &Element) -> Group {
        let name = element.name.as_str();
        let display = self.page.looks[id].display;
        match (group(name), display) {
            (Group::Inline, Some(Display::Block)) => Group::Block(Space::Close),
            (Group::Block(Space::Close | Space::Gap), Some(Display::Inline))
                if is_plain_block(name) =>
            {
                Group::Inline
            }
            (Group::Block(Space::Close), _) if announces_quote(element) => Group::Block(Space::Gap),
            (group, _) => group,
        }
    }

    fn begin_inline(&mut self, id: Id, element: &Element) -> Close {
        match element.name.as_str() {
            "a" => element
                .filled("href")
                .map_or(Close::Nothing, |url| self.begin_link(url)),
            "q" => {
                self.write("“");
                Close::Text("”")
            }
            "button" if self.state.ink.link.is_none() => {
                self.has_form = true;
                self.write(" [button: ");
                Close::Button
            }
            _ if self.is_struck(id) => {
                self.write(STRUCK);
                Close::Text(STRUCK)
            }
            _ => Close::Nothing,
        }
    }

    /// Whether words begin to be struck out here: an old price must not be read as the new one.
    fn is_struck(&self, id: Id) -> bool {
        let around = self.page.tree.parent(id);
        let is_inside = around.is_some_and(|around| self.page.looks[around].struck);
        self.page.looks[id].struck && !is_inside && self.page.has_text(id)
    }

    fn begin_link(&mut self, url: &str) -> Close {
        let url = url.replace(['\t', '\n', '\r'], "");
        if !crate::mail::links::is_link(&url) {
            return Close::Nothing;
        }
        let link = self.uses.len();
        self.uses.push(Use {
            url,
            said: String::new(),
        });
        self.state.ink.link = Some(link);
        Close::Link(link)
    }

    /// A link that says nothing so far gets a name, unless another to the same place has one.
    pub(super) fn end_link(&mut self, id: Id, link: usize) {
        let Some(used) = self.uses.get(link) else {
            return;
        };
        let is_named =
            used.said.chars().any(char::is_alphanumeric) || self.page.named.contains(&used.url);
        if !is_named && let Some(name) = images::name_of_link(&self.page.tree, id) {
            self.write(&format!(" {name} "));
        }
    }

    fn begin_block(&mut self, id: Id, element: &Element) {
        let name = element.name.as_str();
        let ink = &mut self.state.ink;
        if let Some(level) = heading(name) {
            ink.shape = Shape::Heading(level);
        } else if is_preformatted(name) {
            ink.shape = Shape::Fixed;
        } else if name == "dd" {
            ink.indent = ink.indent.saturating_add(1).min(MAX_LEVEL);
        } else if let Some(level) = word_level(element) {
            ink.indent = level.min(MAX_LEVEL);
        }
        if is_quote(element, self.page.looks[id]) {
            self.deepen_quote();
        }
    }

    fn begin_list(&mut self, id: Id, element: &Element) -> (Close, Option<Space>) {
        let space = if self.lists.is_empty() {
            Space::Gap
        } else {
            Space::Close
        };
        self.boundary(space);
        let tree = &self.page.tree;
        let bare = self.page.looks[id].no_bullets;
        let items = || {
            let items = tree
                .children(id)
                .filter(|child| tree.element(*child).is_some_and(|e| e.name == "li"));
            i64::try_from(items.count()).unwrap_or(1)
        };
        self.lists.push(List::of(element, bare, items));
        if !bare {
            let indent = &mut self.state.ink.indent;
            *indent = indent.saturating_add(1).min(MAX_LEVEL);
        }
        (Close::List, Some(space))
    }

    fn begin_item(&mut self, id: Id, element: &Element) -> Close {
        self.boundary(Space::Close);
        let bare = self.page.looks[id].no_bullets;
        let marker = match self.lists.last_mut() {
            Some(list) => list.marker(element),
            None => Some(bullet()),
        };
        let marker = marker.filter(|_| !bare);
        let hang = &mut self.state.ink.hang;
        *hang = hang.saturating_add(beyond_level(marker.as_deref()));
        self.out.mark(marker);
        Close::Item
    }
}

/// Elements that are blocks and nothing more, which a style sheet may put in a line.
fn is_plain_block(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "p"
            | "section"
            | "article"
            | "header"
            | "footer"
            | "nav"
            | "center"
            | "form"
            | "li"
    )
}

/// Word's bullet or number, which stands in the text.
fn is_word_marker(element: &Element) -> bool {
    let style = element.get("style").unwrap_or_default();
    style
        .to_ascii_lowercase()
        .replace(' ', "")
        .contains("mso-list:ignore")
}

/// How deep Word's paragraph stands in lists.
fn word_level(element: &Element) -> Option<u8> {
    let style = element.get("style")?.to_ascii_lowercase();
    let (_, list) = style.split_once("mso-list:")?;
    let (_, level) = list.split(';').next()?.split_once("level")?;
    let digits = level
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(level.len());
    level[..digits].parse().ok()
}
