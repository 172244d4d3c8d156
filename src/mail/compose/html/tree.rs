//! The parsed page as a flat list in reading order: walked without recursion, so that nesting costs no stack.

use html2text::{Element as ElementNode, Handle};

/// The place of a node in its [`Tree`].
pub(super) type Id = usize;

/// Elements and texts in the order of the source; comments and declarations are left out.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    parent: Option<Id>,
    /// The element before it that has the same parent.
    before: Option<Id>,
    /// Where what is behind it and all it holds begins.
    end: Id,
    what: What,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum What {
    /// Text, entities decoded.
    Text(String),
    /// A tag and its attributes.
    Element(Element),
}

/// A tag and its attributes, names in lower case.
#[derive(Debug)]
pub(super) struct Element {
    /// `p`, `td`, `o:p`
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The value of an attribute.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of an attribute without the blanks around it, where there is more than blanks.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        let value = self.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// Whether an attribute has this value, in whatever case.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        self.get(name)
            .is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    }

    /// Whether this is one of its classes.
    pub(super) fn has_class(&self, class: &str) -> bool {
        self.get("class").is_some_and(|classes| {
            classes
                .split_ascii_whitespace()
                .any(|known| known.eq_ignore_ascii_case(class))
        })
    }

    /// A length of so many pixels, as `width` and `height` give it.
    pub(super) fn pixels(&self, name: &str) -> Option<u32> {
        let value = self.get(name)?.trim();
        let digits = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.parse().ok()
    }
}

impl Tree {
    /// Flattens what html2text has parsed.
    pub(super) fn of(document: &Handle) -> Self {
        let mut tree = Self::default();
        let mut steps = vec![Step::Into(document.clone(), None)];
        // For each open element: the last element in it so far.
        let mut latest: Vec<Option<Id>> = vec![None];
        while let Some(step) = steps.pop() {
            let (handle, parent) = match step {
                Step::Into(handle, parent) => (handle, parent),
                Step::Out(id) => {
                    tree.nodes[id].end = tree.nodes.len();
                    latest.pop();
                    continue;
                }
            };
            let inside = tree.add(&handle, parent, &mut latest);
            if let Some(id) = inside {
                steps.push(Step::Out(id));
                latest.push(None);
            }
            let children = handle.children.borrow();
            let into = |child: &Handle| Step::Into(child.clone(), inside.or(parent));
            steps.extend(children.iter().rev().map(into));
        }
        tree
    }

    /// Adds a node; the place of an element, which holds what comes next.
    fn add(
        &mut self,
        handle: &Handle,
        parent: Option<Id>,
        latest: &mut [Option<Id>],
    ) -> Option<Id> {
        let id = self.nodes.len();
        let what = match &handle.data {
            ElementNode { name, attrs, .. } => What::Element(Element {
                name: name.local.to_ascii_lowercase().to_string(),
                attributes: attrs
                    .borrow()
                    .iter()
                    .map(|attribute| {
                        let name = attribute.name.local.to_ascii_lowercase().to_string();
                        (name, attribute.value.to_string())
                    })
                    .collect(),
            }),
            html2text::Document | html2text::Comment { .. } => return None,
            _ => What::Text(text_of(handle)?),
        };
        let is_element = matches!(what, What::Element(_));
        let before = latest.last().copied().flatten();
        if let (true, Some(last)) = (is_element, latest.last_mut()) {
            *last = Some(id);
        }
        self.nodes.push(Node {
            parent,
            before,
            end: id + 1,
            what,
        });
        is_element.then_some(id)
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// What this node is.
    pub(super) fn what(&self, id: Id) -> &What {
        &self.nodes[id].what
    }

    /// The element in this place.
    pub(super) fn element(&self, id: Id) -> Option<&Element> {
        match self.what(id) {
            What::Element(element) => Some(element),
            What::Text(_) => None,
        }
    }

    /// Where what comes behind this node and all it holds begins.
    pub(super) fn end(&self, id: Id) -> Id {
        self.nodes[id].end
    }

    /// The element that holds this node.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        self.nodes[id].parent
    }

    /// The element before this node, in the same parent.
    pub(super) fn before(&self, id: Id) -> Option<Id> {
        self.nodes[id].before
    }

    /// The nodes right below this one.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let end = self.end(id);
        let first = Some(id + 1).filter(|first| *first < end);
        std::iter::successors(first, move |child| {
            Some(self.end(*child)).filter(|next| *next < end)
        })
    }

    /// All elements below this node, in order.
    pub(super) fn elements_in(&self, id: Id) -> impl Iterator<Item = (Id, &Element)> {
        (id + 1..self.end(id)).filter_map(|id| Some((id, self.element(id)?)))
    }

    /// The text below this node as it stands in the source.
    pub(super) fn text_in(&self, id: Id) -> String {
        let texts = (id..self.end(id)).filter_map(|id| match self.what(id) {
            What::Text(text) => Some(text.as_str()),
            What::Element(_) => None,
        });
        texts.collect()
    }
}

enum Step {
    Into(Handle, Option<Id>),
    Out(Id),
}

/// html2text does not name its text nodes; written out, they are text with four entities.
fn text_of(handle: &Handle) -> Option<String> {
    let mut octets = Vec::new();
    handle.serialize(&mut octets).ok()?;
    let written = String::from_utf8(octets).ok()?;
    if written.starts_with("<!") || written.starts_with("<?") {
        return None;
    }
    if !written.contains('&') {
        return Some(written);
    }
    let plain = written.replace("&nbsp;", "\u{a0}").replace("&lt;", "<");
    Some(plain.replace("&gt;", ">").replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(html: &str) -> Tree {
        let dom = html2text::config::plain().parse_html(html.as_bytes());
        Tree::of(&dom.unwrap().document)
    }

    fn written(tree: &Tree) -> Vec<String> {
        let each = (0..tree.len()).map(|id| match tree.what(id) {
            What::Text(text) => format!("{text:?}"),
            What::Element(element) => format!("{} {}", element.name, tree.end(id)),
        });
        each.collect()
    }

    #[test]
    fn a_page_is_flat_and_each_element_knows_its_end() {
        let tree = tree("<!doctype html><!-- no --><p ID=x>a<b>b</b></p><p>c");
        let expected = [
            "html 9", "head 2", "body 9", "p 7", "\"a\"", "b 7", "\"b\"", "p 9", "\"c\"",
        ];
        assert_eq!(written(&tree), expected);
        assert_eq!((tree.parent(5), tree.before(7)), (Some(3), Some(3)));
        assert_eq!(tree.children(2).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(tree.text_in(2), "abc");
        assert!(tree.element(3).unwrap().is("id", "X"));
    }

    #[test]
    fn text_is_what_the_entities_stand_for() {
        let tree = tree("&amp;lt; &lt;b&gt; &amp;nbsp;&nbsp;&#233; <?x?><![if a]>");
        assert_eq!(tree.text_in(0), "&lt; <b> &nbsp;\u{a0}é ");
    }

    #[test]
    fn depth_costs_no_stack() {
        let tree = tree(&"<div>".repeat(4_000));
        assert_eq!(tree.len(), 4_003);
    }
}
