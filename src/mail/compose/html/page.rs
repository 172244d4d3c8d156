//! A parsed page: its tree, what it looks like, and which of its text is seen.

use std::collections::HashSet;

use crate::mail::compose::html::elements::{Group, group};
use crate::mail::compose::html::look::{Look, looks};
use crate::mail::compose::html::tree::{Id, Tree, What};

/// A parsed page and what it looks like.
pub(super) struct Page {
    pub(super) tree: Tree,
    pub(super) looks: Vec<Look>,
    /// Addresses of links that have a text somewhere.
    pub(super) named: HashSet<String>,
    /// The first text, hidden or not.
    first: Option<Id>,
    /// Whether hidden text is shown, as there is no other.
    shows_all: bool,
}

impl Page {
    pub(super) fn of(tree: Tree) -> Self {
        let looks = looks(&tree);
        let mut page = Self {
            tree,
            looks,
            named: HashSet::new(),
            first: None,
            shows_all: false,
        };
        page.first = (0..page.tree.len()).find(|id| page.is_readable(*id));
        let links = (0..page.tree.len()).filter_map(|id| Some((id, page.tree.element(id)?)));
        let named = links.filter(|(id, element)| element.name == "a" && page.has_text(*id));
        page.named = named
            .filter_map(|(_, element)| Some(element.filled("href")?.to_owned()))
            .collect();
        page
    }

    /// With nothing hidden.
    pub(super) fn showing_all(self) -> Self {
        Self {
            shows_all: true,
            ..self
        }
    }

    /// Whether the text of this node, or an element with all it holds, cannot be seen.
    pub(super) fn is_hidden(&self, id: Id) -> bool {
        let look = &self.looks[id];
        let hidden = match self.tree.what(id) {
            What::Text(_) => look.hides_text(),
            What::Element(_) => look.gone,
        };
        hidden && !self.shows_all
    }

    /// Whether there is text to see below this node.
    pub(super) fn has_text(&self, id: Id) -> bool {
        (id..self.tree.end(id)).any(|id| self.is_readable(id) && !self.is_hidden(id))
    }

    /// Whether there would be text to see below this node if nothing were hidden.
    pub(super) fn has_words(&self, id: Id) -> bool {
        (id..self.tree.end(id)).any(|id| self.is_readable(id))
    }

    /// Whether all text begins with that below this node, hidden or not.
    pub(super) fn leads(&self, id: Id) -> bool {
        self.first
            .is_some_and(|first| (id..self.tree.end(id)).contains(&first))
    }

    /// Letters and digits below this node.
    pub(super) fn letters(&self, id: Id) -> usize {
        let nodes = (id..self.tree.end(id)).filter(|id| self.is_readable(*id));
        let texts = nodes.filter_map(|id| match self.tree.what(id) {
            What::Text(text) => Some(text),
            What::Element(_) => None,
        });
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        texts.map(|text| letters(text)).sum()
    }

    fn is_readable(&self, id: Id) -> bool {
        let What::Text(text) = self.tree.what(id) else {
            return false;
        };
        let around = self
            .tree
            .parent(id)
            .and_then(|parent| self.tree.element(parent));
        let is_code = around.is_some_and(|element| group(&element.name) == Group::Nothing);
        !is_code && text.chars().any(char::is_alphanumeric)
    }
}
