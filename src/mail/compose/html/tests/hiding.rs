//! Hidden text, and what would be fetched.

use super::{notes, shown};

#[test]
fn hidden_text_is_left_out_and_counted() {
    let page = "<style>.h{display:none} @media (max-width:9px){.m{display:none}}</style><p class=h>secret<b>s</b></p>\
        <p style='font-size:0'>secret</p><p class=m>open</p><div style='display:none'>&nbsp;&zwnj;</div><i hidden></i>";
    assert_eq!(shown(page), ["open"]);
    assert_eq!(notes(page), ["hidden text left out: 2 places"]);
    assert_eq!(notes("a<b hidden>b</b>"), ["hidden text left out: 1 place"]);
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
}
