//! What stands for a picture: what its text says, or the best name of the link around it.

use crate::mail::compose::html::tree::{Element, Id, Tree};

/// Alternative texts that say nothing.
const EMPTY_WORDS: [&str; 18] = [
    "image",
    "img",
    "picture",
    "photo",
    "spacer",
    "blank",
    "pixel",
    "divider",
    "separator",
    "line",
    "border",
    "shadow",
    "icon",
    "bullet",
    "banner",
    "background",
    "null",
    "alt",
];
/// Words in names of files that say nothing.
const EMPTY_NAMES: [&str; 26] = [
    "image", "images", "img", "unnamed", "untitled", "download", "index", "file", "pic", "picture",
    "photo", "icon", "color", "black", "white", "gray", "grey", "dark", "light", "small", "large",
    "circle", "round", "square", "outline", "final",
];
/// Longer names are numbers for machines.
const MAX_NAME: usize = 40;
/// Longer texts are cut.
const MAX_ALT: usize = 500;

/// What a picture says, where it says something.
pub(super) fn alt(image: &Element) -> Option<&str> {
    let alt = image.filled("alt").or_else(|| image.filled("title"))?;
    let alt = alt[..alt.floor_char_boundary(MAX_ALT)].trim();
    let says = alt.chars().any(char::is_alphanumeric) || is_emoji(alt);
    let says_only = |word: &str| alt.eq_ignore_ascii_case(word);
    (says && !EMPTY_WORDS.iter().any(|word| says_only(word)) && !is_file_name(alt)).then_some(alt)
}

/// Whether a picture stands for a character.
pub(super) fn is_emoji(alt: &str) -> bool {
    let is_part = |c: char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace();
    !alt.is_empty() && alt.chars().count() <= 8 && alt.chars().all(is_part)
}

fn is_file_name(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has_ending = [".png", ".gif", ".jpg", ".jpeg", ".webp", ".svg", ".bmp"]
        .iter()
        .any(|ending| lower.ends_with(ending));
    has_ending && !text.contains(' ')
}

/// Whether it is too small to be seen; `None` where it does not say.
pub(super) fn is_tiny(image: &Element) -> bool {
    let tiny = |name: &str| image.pixels(name).is_some_and(|pixels| pixels <= 1);
    tiny("width") || tiny("height")
}

/// The best name of a link that holds no text: its title or that of a picture in it; in brackets, as it is no word of
/// the mail, the picture's file or the host. `None` where there is no picture to see in it.
pub(super) fn name_of_link(tree: &Tree, link: Id) -> Option<String> {
    let element = tree.element(link)?;
    let pictures: Vec<&Element> = tree
        .elements_in(link)
        .map(|(_, inside)| inside)
        .filter(|inside| inside.name == "svg" || (inside.name == "img" && !is_tiny(inside)))
        .collect();
    if pictures.is_empty() {
        return None;
    }
    let mut titles = std::iter::once(element).chain(pictures.iter().copied());
    let title = titles.find_map(|e| e.filled("aria-label").or_else(|| e.filled("title")));
    if let Some(title) = title {
        return Some(title.to_owned());
    }
    let mut sources = pictures.iter().filter_map(|picture| picture.filled("src"));
    let file = sources.find_map(file_name);
    let name = file.or_else(|| host_name(element.filled("href")?))?;
    Some(format!("[picture: {name}]"))
}

/// `https://a.example/i/Color_spring-sale-48.png?x` is `spring sale`; `None` for what only machines read.
fn file_name(source: &str) -> Option<String> {
    let path = source.split(['?', '#']).next()?;
    let file = path.rsplit('/').next()?;
    let (name, _) = file.rsplit_once('.')?;
    let letters = name.chars().filter(char::is_ascii_alphabetic).count();
    let digits = name.chars().filter(char::is_ascii_digit).count();
    let is_name = letters >= 3 && digits < letters && name.len() <= MAX_NAME && path.contains('/');
    let says = |word: &&str| {
        let is_empty = EMPTY_NAMES
            .iter()
            .any(|empty| word.eq_ignore_ascii_case(empty));
        !is_empty && word.len() > 2 && word.bytes().all(|octet| octet.is_ascii_alphabetic())
    };
    let words: Vec<&str> = name.split(['_', '-', '.', '+']).filter(says).collect();
    (is_name && !words.is_empty()).then(|| words.join(" "))
}

fn host_name(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let host = host.strip_prefix("www.").unwrap_or(host);
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(html: &str) -> (Tree, Id) {
        let dom = html2text::config::plain().parse_html(html.as_bytes());
        let tree = Tree::of(&dom.unwrap().document);
        let found = (3..tree.len()).find(|id| tree.element(*id).is_some());
        (tree, found.unwrap())
    }

    #[test]
    fn only_texts_that_say_something_are_shown() {
        for (html, expected) in [
            ("<img alt='a logo'>", Some("a logo")),
            ("<img title=Map>", Some("Map")),
            ("<img alt='🎉'>", Some("🎉")),
            ("<img alt=''>", None),
            ("<img alt=' | '>", None),
            ("<img alt=Spacer>", None),
            ("<img alt=header_v2.png>", None),
            ("<img>", None),
        ] {
            let (tree, id) = element(html);
            assert_eq!(alt(tree.element(id).unwrap()), expected, "{html}");
        }
    }

    #[test]
    fn a_link_around_a_picture_has_the_best_name_there_is() {
        for (inside, expected) in [
            ("<img src=x title='The map'>", Some("The map")),
            (
                "<img src=https://a.example/i/color-spring-sale-48.png?3>",
                Some("[picture: spring sale]"),
            ),
            (
                "<img src=https://a.example/i/8f3a9001.png>",
                Some("[picture: shop.example]"),
            ),
            ("<img src=cid:logo.png@01>", Some("[picture: shop.example]")),
            ("<img src=x width=1 height=1>", None),
            ("", None),
        ] {
            let (tree, id) = element(&format!("<a href=https://www.shop.example/x>{inside}</a>"));
            assert_eq!(name_of_link(&tree, id).as_deref(), expected, "{inside}");
        }
    }
}
