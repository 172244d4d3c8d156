//! Pages made to exhaust a program, and pages of any kind.

use proptest::prelude::*;

use super::{notes, shown};
use crate::mail::links::Links;

const TOO_MUCH: &str = "too much layout: only its text is shown";
const CUT: &str = "only its beginning is shown";

#[test]
fn bombs_come_to_their_text() {
    for bomb in [
        "<div>".repeat(100_000),
        "<b><i><a><p>".repeat(100_000),
        "<ol><li>".repeat(20_000),
        "<p>x".repeat(1_000_000),
        format!("<p {}>", "a=b ".repeat(500_000)),
        format!("{}{}", numbered("<font color=", 200), "<p>x".repeat(20_000)),
    ] {
        let page = format!("VISIBLE{bomb}");
        let name = &bomb[..20];
        assert!(shown(&page).concat().starts_with("VISIBLE"), "{name}");
        let is_cut = page.len() > 2 << 20;
        let said: &[&str] = if is_cut {
            &[TOO_MUCH, CUT]
        } else {
            &[TOO_MUCH]
        };
        assert_eq!(notes(&page), said, "{name}");
    }
}

fn numbered(start: &str, count: usize) -> String {
    let tags: Vec<String> = (0..count).map(|n| format!("{start}{n}>")).collect();
    tags.concat()
}

#[test]
fn what_is_large_but_honest_is_laid_out() {
    for page in [
        "<blockquote>".repeat(60) + "VISIBLE",
        "<ul><li>".repeat(60) + "VISIBLE",
        "<table><tr><td>".repeat(80) + "VISIBLE",
        // Old newsletters never end what they begin.
        "<table>".to_owned() + &"<tr><td><font size=2>x</td>".repeat(500) + "VISIBLE",
        "<style>@@@{{{</style>VISIBLE".to_owned(),
        format!(
            "<style>{}</style>{}VISIBLE",
            "p p p p{display:none}".repeat(3_000),
            "<p>x".repeat(1_000)
        ),
        format!("<p style='{}'>VISIBLE", "background:url(".repeat(50_000)),
        format!(
            "<table><tr>{}VISIBLE",
            "<td colspan=1000000000 rowspan=1000000000>x".repeat(200)
        ),
        format!(
            "<table border=1>{}<td>VISIBLE",
            "<tr><td rowspan=9999 colspan=9999>x<td>y".repeat(200)
        ),
    ] {
        let name: String = page.chars().take(40).collect();
        assert!(shown(&page).concat().contains("VISIBLE"), "{name}");
        assert!(!notes(&page).contains(&TOO_MUCH.to_owned()), "{name}");
    }
}

#[test]
fn there_are_never_too_many_blocks() {
    let page = format!("<pre>{}", "x\n".repeat(900_000));
    assert_eq!(notes(&page), ["only its beginning is shown"]);
}

/// Tags, attributes and texts in any order, which is what broken mail is made of.
fn page() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<table>",
        "</table>",
        "<tr>",
        "<td>",
        "<td colspan=3>",
        "<th rowspan=9>",
        "</td>",
        "<table border=1>",
        "<caption>",
        "<ul>",
        "<ol start=5>",
        "<li>",
        "<li value=-1>",
        "</ul>",
        "<p>",
        "</p>",
        "<div style='display:none'>",
        "</div>",
        "<br>",
        "<pre>",
        "</pre>",
        "<a href=http://a.example>",
        "</a>",
        "<img alt=x>",
        "<img src=http://b.example/y.png>",
        "<b>",
        "</b>",
        "<blockquote>",
        "</blockquote>",
        "<div style='border-top:solid #E1E1E1;padding:3.0pt 0'>",
        "<hr id=stopSpelling>",
        "<svg>",
        "<style>p{color:red}",
        "</style>",
        "<!--",
        "-->",
        "<select><option>",
        "<bdo dir=rtl>",
        "<sup>",
        "2",
        "text",
        " ",
        "\u{a0}",
        "\u{200c}",
        "é",
        "日本",
        "&amp;",
        "•",
        "\n",
        "<math>",
        "<template>",
        "<span style='mso-list:Ignore'>",
        "<button>",
        "<dl><dd>",
        "<frameset>",
        "<plaintext>",
        "<td style='white-space:pre'>",
        "<h1>",
        "</h1>",
        "<textarea>",
        "<noscript>",
    ]);
    let piece = prop_oneof![20 => pieces.prop_map(str::to_owned), 1 => any::<String>()];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]
    #[test]
    fn any_page_gives_blocks(page in page()) {
        let mut links = Links::default();
        let composed = super::composed(&page, &mut links);
        let count = links.into_list().len();
        prop_assert!(composed.blocks.len() <= 4 * page.len() + 1);
        prop_assert!(!composed.notes.contains(&TOO_MUCH.to_owned()) || composed.blocks.len() <= page.len());
        for mut block in composed.blocks {
            let runs = super::runs_of(&mut block.kind).into_iter().flat_map(std::mem::take);
            for link in runs.filter_map(|run| run.link) {
                prop_assert!(link < count);
            }
        }
    }
}
