//! Hidden text, and what would be fetched.

use super::{notes, shown};

#[test]
fn hidden_text_is_left_out_and_counted() {
    let page = "<style>.h{display:none} @media (max-width:9px){.m{display:none}}</style><p>Hi</p><p class=h>secret<b>s</b></p>\
        <p style='font-size:0'>secret</p><p class=m>open</p><div style='display:none'>&nbsp;&zwnj;</div><i hidden></i>";
    assert_eq!(shown(page), ["Hi", "", "open"]);
    assert_eq!(notes(page), ["hidden text left out: 2 places"]);
    assert_eq!(notes("a<b hidden>b</b>"), ["hidden text left out: 1 place"]);
}

#[test]
fn the_preview_of_a_newsletter_is_left_out_without_a_word() {
    let preview = "<span style='display:none'>Ten per cent off</span>";
    let page = format!("<body>{preview}<p>Hello</p>");
    assert_eq!(shown(&page), ["Hello"]);
    assert!(notes(&page).is_empty());
    let long = format!("<body><p hidden>{}</p><p>Hello</p>", "word ".repeat(100));
    assert_eq!(notes(&long), ["hidden text left out: 1 place"]);
    let second = format!("<body>{preview}<p>Hello</p>{preview}");
    assert_eq!(notes(&second), ["hidden text left out: 1 place"]);
}

#[test]
fn a_mail_is_never_blank_because_all_of_it_is_hidden() {
    let page = "<div style='display:none'><p>text</p></div>";
    assert_eq!(shown(page), ["text"]);
    assert_eq!(notes(page), ["all of its text was hidden: it is shown"]);
}

#[test]
fn remote_content_is_counted() {
    let page = "<img src=http://a.example/1><img src=http://a.example/2 width=1 height=1><iframe src=//a.example/3></iframe>x";
    assert_eq!(
        notes(page),
        ["1 tracker, 1 remote image, 1 other remote file blocked"]
    );
    assert_eq!(
        notes("<link rel=stylesheet href=//a.example/1>x"),
        ["1 remote file blocked"]
    );
}
