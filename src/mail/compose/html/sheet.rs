//! The style sheets of a page: which of their rules apply to which element. Selectors are matched by simplecss; rules
//! are split here, as no rule that cannot be read may take others with it.

use std::cell::Cell;

use simplecss::{AttributeOperator, Element, PseudoClass, Selector};

use crate::mail::compose::html::style::Declared;
use crate::mail::compose::html::tree::{Id, Tree};

/// Rules looked at; newsletters have up to 500.
const MAX_RULES: usize = 2_000;
/// Octets of one selector.
const MAX_SELECTOR: usize = 300;
/// Steps of matching for a whole page; what is beyond stays without style sheets.
const FUEL: usize = 5_000_000;
/// Octets of an attribute that cost nothing; the classes of newsletters are shorter.
const SHORT: usize = 100;
/// Octets behind those that are looked through in one step.
const STEP: usize = 4;

/// Rules that say something which matters, the weakest first.
pub(super) struct Sheet<'c> {
    rules: Vec<Rule<'c>>,
    fuel: Cell<usize>,
}

struct Rule<'c> {
    selector: Selector<'c>,
    /// Read once, however long and however many elements it is for.
    plain: Declared,
    important: Declared,
}

impl<'c> Sheet<'c> {
    /// Reads style sheets whose comments are taken out already.
    pub(super) fn of(css: &'c str) -> Self {
        let mut rules = Vec::new();
        for (selectors, declarations) in split(css).into_iter().take(MAX_RULES) {
            let read = |important| {
                let mut declared = Declared::default();
                declared.add(declarations, important);
                declared
            };
            let (plain, important) = (read(false), read(true));
            if plain == Declared::default() && important == Declared::default() {
                continue;
            }
            for selector in selectors.split(',').filter_map(selector) {
                rules.push(Rule {
                    selector,
                    plain: plain.clone(),
                    important: important.clone(),
                });
            }
        }
        rules.truncate(MAX_RULES);
        rules.sort_by_cached_key(|rule| rule.selector.specificity());
        Self {
            rules,
            fuel: Cell::new(FUEL),
        }
    }

    /// What the rules and its own `style` say of an element, the strongest last.
    pub(super) fn declared(&self, tree: &Tree, id: Id) -> Declared {
        let place = Place {
            tree,
            id,
            fuel: &self.fuel,
        };
        let applies = |rule: &&Rule<'_>| place.burn() && rule.selector.matches(&place);
        let matching: Vec<&Rule<'_>> = self.rules.iter().filter(applies).collect();
        let own = tree.element(id).and_then(|element| element.get("style"));
        let mut declared = Declared::default();
        for important in [false, true] {
            for rule in &matching {
                declared.lay_over(if important {
                    &rule.important
                } else {
                    &rule.plain
                });
            }
            declared.add(own.unwrap_or_default(), important);
        }
        declared
    }
}

/// `None` for what simplecss does not know, and for what it must not be asked.
fn selector(text: &str) -> Option<Selector<'_>> {
    let text = text.trim();
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || ".#*[:_".contains(c));
    let is_sane = begins && text.len() <= MAX_SELECTOR && !text.contains("::");
    is_sane.then(|| Selector::parse(text)).flatten()
}

/// Style sheets without their comments.
pub(super) fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        out.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    // Old pages hide their style sheets from older browsers.
    out.replace("<!--", "").replace("-->", "")
}

/// Selectors and declarations of each rule for a screen of any size.
fn split(css: &str) -> Vec<(&str, &str)> {
    let mut rules = Vec::new();
    let mut rest = css;
    while let Some(at) = rest.find(['{', ';', '}']) {
        let (prelude, opened) = (rest[..at].trim(), rest[at..].starts_with('{'));
        rest = &rest[at + 1..];
        if !opened {
            continue;
        }
        if prelude.starts_with('@') {
            // What is inside is read as if it stood outside.
            if !is_for_every_screen(prelude) {
                rest = behind_block(rest);
            }
            continue;
        }
        let end = rest.find('}').unwrap_or(rest.len());
        rules.push((prelude, &rest[..end]));
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    rules
}

/// `@media screen`, but nothing that depends on a width, on printing, on a scheme of colours.
fn is_for_every_screen(prelude: &str) -> bool {
    let prelude = prelude.to_ascii_lowercase();
    let Some(media) = prelude.strip_prefix("@media") else {
        return false;
    };
    media
        .split(',')
        .any(|media| matches!(media.trim(), "all" | "screen" | "only screen"))
}

fn behind_block(css: &str) -> &str {
    let mut depth = 1_usize;
    for (at, octet) in css.bytes().enumerate() {
        match octet {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &css[at + 1..];
        }
    }
    ""
}

/// An element where simplecss looks at it.
struct Place<'t> {
    tree: &'t Tree,
    id: Id,
    fuel: &'t Cell<usize>,
}

impl Place<'_> {
    /// One step; `false` where there have been too many.
    fn burn(&self) -> bool {
        self.burn_some(1)
    }

    fn burn_some(&self, steps: usize) -> bool {
        let left = self.fuel.get();
        self.fuel.set(left.saturating_sub(steps));
        left > 0
    }

    fn at(&self, id: Option<Id>) -> Option<Self> {
        let place = |id| Self { id, ..*self };
        id.filter(|_| self.burn()).map(place)
    }
}

impl Element for Place<'_> {
    fn parent_element(&self) -> Option<Self> {
        self.at(self.tree.parent(self.id))
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.at(self.tree.before(self.id))
    }

    fn has_local_name(&self, name: &str) -> bool {
        let element = self.tree.element(self.id);
        element.is_some_and(|element| element.name.eq_ignore_ascii_case(name))
    }

    fn attribute_matches(&self, local_name: &str, operator: AttributeOperator<'_>) -> bool {
        let element = self.tree.element(self.id);
        let value = element.and_then(|element| element.get(local_name));
        value
            .filter(|value| self.burn_some(value.len().saturating_sub(SHORT) / STEP))
            .is_some_and(|value| match operator {
                AttributeOperator::Contains(word) => {
                    value.split_ascii_whitespace().any(|w| w == word)
                }
                other => other.matches(value),
            })
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        match class {
            PseudoClass::FirstChild => self.tree.before(self.id).is_none(),
            PseudoClass::Link => self.has_local_name("a"),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::compose::html::style::Display;

    fn hidden(css: &str, html: &str) -> Vec<String> {
        let dom = html2text::config::plain().parse_html(html.as_bytes());
        let tree = Tree::of(&dom.unwrap().document);
        let css = without_comments(css);
        let sheet = Sheet::of(&css);
        let is_hidden = |id: &Id| {
            tree.element(*id).is_some() && sheet.declared(&tree, *id).display == Some(Display::None)
        };
        (0..tree.len())
            .filter(is_hidden)
            .map(|id| tree.text_in(id))
            .collect()
    }

    #[test]
    fn rules_apply_by_strength_and_order() {
        let css = "<!-- .a{display:none} p.a{display:block} /* } */ #b , .c > b{display:NONE} \
            @import 'x'; @font-face{src:url(x)} .d{display:none;display:block} .e{display:none!important} -->";
        let html = "<p class=a>a<div class=a>A</div><i id=b>b</i><p class='x c'><b>c</b><i class=d>d</i>\
            <i class=e style='display:inline'>e</i>";
        assert_eq!(hidden(css, html), ["A", "b", "c", "e"]);
    }

    #[test]
    fn a_long_attribute_takes_more_steps_than_a_short_one() {
        let left = |class: &str| {
            let html = format!("<p class='{class}'>x");
            let dom = html2text::config::plain().parse_html(html.as_bytes());
            let tree = Tree::of(&dom.unwrap().document);
            let sheet = Sheet::of("[class~=a]{display:none}");
            for id in 0..tree.len() {
                sheet.declared(&tree, id);
            }
            sheet.fuel.get()
        };
        let short = left("b");
        assert_eq!(left(&"b ".repeat(SHORT / 2)), short);
        assert!(short - left(&"b ".repeat(8_000)) >= 1_000);
    }

    #[test]
    fn only_what_is_for_every_screen_counts() {
        let css = "@media (max-width:600px){.a{display:none}} @media print{.a{display:none}} \
            @media only screen{.b{display:none}} @supports (x){.c{display:none}} .d{display:none}";
        let html = "<p class=a>a<p class=b>b<p class=c>c<p class=d>d";
        assert_eq!(hidden(css, html), ["b", "d"]);
    }

    #[test]
    fn what_cannot_be_read_takes_nothing_with_it() {
        for broken in [
            "@@@{{{",
            "}}}",
            "a:not(.b){color:red}",
            "> p{color:red}",
            "@media{",
            "p::first{color:red}",
            "é{color:red}",
            "{}",
            "a[b*=c]{color:red}",
            ",,,{color:red}",
            "/*/*/",
            "p{color:}",
            ":{color:red}",
        ] {
            let css = format!("{broken} }}}}}}}} .a{{display:none}}");
            assert_eq!(hidden(&css, "<p class=a>a"), ["a"], "{broken}");
        }
    }
}
