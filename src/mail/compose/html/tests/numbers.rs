//! Numbers of links: where they stand in the text, and where they would only disturb.

use super::{composed, shown};
use crate::mail::links::Links;

#[test]
fn a_text_that_is_the_address_has_no_number() {
    for page in [
        "<a href='mailto:ada@shop.example'>ada@shop.example</a>",
        "<a href='https://shop.example/faq'>https://shop.example/faq</a>",
        "<a href='https://shop.example/'>shop.example</a>",
        "write to ada@shop.example",
        "see www.shop.example/faq",
    ] {
        let mut links = Links::default();
        let said = composed(page, &mut links).blocks.len();
        assert!(!shown(page)[0].contains('['), "{page}");
        let links = links.into_list();
        assert_eq!((said, links.len()), (1, 1), "{page}");
        assert!(!links[0].numbered, "{page}");
    }
}

#[test]
fn a_text_that_leaves_anything_out_has_its_number() {
    for page in [
        "<a href='mailto:ada@shop.example?subject=x'>ada@shop.example</a>",
        "<a href='http://shop.example/'>https://shop.example/</a>",
        "<a href='https://shop.example/faq'>shop.example</a>",
        "<a href='https://shop.example.evil.example/'>shop.example</a>",
        "<a href='https://shop.example/FAQ'>shop.example/faq</a>",
        "<a href='http://offers'>offers</a>",
    ] {
        let mut links = Links::default();
        composed(page, &mut links);
        assert!(shown(page)[0].ends_with(" [1]"), "{page}");
        assert!(links.into_list()[0].numbered, "{page}");
    }
}

#[test]
fn an_address_that_is_said_and_named_has_its_number_where_it_is_named() {
    let page = "https://shop.example/a or <a href='https://shop.example/a'>here</a>";
    assert_eq!(shown(page), ["https://shop.example/a or here [1]"]);
}

#[test]
fn a_row_of_links_with_the_same_words_says_them_once() {
    let row = |place: &str| {
        format!(
            "<tr><td><a href='https://shop.example/{place}'><img src=x alt='Our offer'></a></td></tr>"
        )
    };
    let page = format!(
        "<table>{}{}{}{}</table>",
        row("a"),
        row("b"),
        row("b"),
        row("c")
    );
    assert_eq!(shown(&page), ["Our offer [1] [2] [3]"]);
    let apart =
        "<p><a href='https://a.example/1'>More</a><p>text<p><a href='https://a.example/2'>More</a>";
    assert_eq!(shown(apart), ["More [1]", "", "text", "", "More [2]"]);
    let items = "<ul><li><a href='https://a.example/1'>More</a><li><a href='https://a.example/2'>More</a></ul>";
    assert_eq!(shown(items), ["• More [1]", "• More [2]"]);
}
