//! Tables of data, and tables that only place things.

use super::shown;

#[test]
fn layout_is_flattened_in_reading_order() {
    assert_eq!(
        shown(
            "<table width=600><tr><td><img src=logo.png></td></tr><tr><td><table><tr><td><h2>News</h2></td></tr><tr><td>text</td></tr></table></td></tr></table>"
        ),
        ["## News", "", "text"]
    );
    let long = "word ".repeat(30);
    let page = format!("<table><tr><td><p>{long}</p></td><td><p>{long}</p></td></tr></table>");
    assert_eq!(shown(&page), [long.trim(), "", long.trim()]);
}

#[test]
fn tables_of_data_are_tables() {
    assert_eq!(
        shown(
            "<table><caption>Prices</caption><thead><tr><th>Thing<th>Price</thead><tr><td>Nail<td>1.50 €<tr><td>Screw, long<td>2</table>"
        ),
        ["Prices", "|Thing|Price / |Nail|1.50 € / |Screw, long|2"]
    );
    assert_eq!(
        shown(
            "<table border=1><tr><td><p>a</p><p>b</p></td><td>c</td></tr><tr><td colspan=2>d</td></tr><tr><td>e</td><td>f</td></tr></table>"
        ),
        ["|a b|c / |d / |e|f"]
    );
    // Nothing says that it is one, but it has the shape.
    assert_eq!(
        shown("<table><tr><td>Order<td>&nbsp;<td>123<tr><td>Date<td>&nbsp;<td>today</table>"),
        ["|Order|123 / |Date|today"]
    );
}

#[test]
fn rows_and_columns_of_long_texts_are_a_table() {
    let cell = "<td>a text of more than forty characters, which is long</td>";
    let row = format!("<tr><td>1</td>{cell}{cell}</tr>");
    assert!(shown(&format!("<table>{row}{row}{row}</table>"))[0].starts_with("|1|a text"));
    assert!(!shown(&format!("<table>{row}{row}</table>"))[0].starts_with('|'));
}

#[test]
fn what_only_places_things_is_no_table() {
    for page in [
        "<table role=presentation border=1><tr><td>a<td><p>b<p>c<tr><td>d<td><p>e<p>f</table>",
        "<table><tr><td>a<td><ul><li>b</ul><tr><td>c<td>d</table>",
        "<table><tr><th>a</th></tr><tr><td>b</td></tr></table>",
    ] {
        assert!(
            !shown(page).iter().any(|row| row.starts_with('|')),
            "{page}"
        );
    }
}

#[test]
fn short_cells_of_a_row_stay_in_one() {
    assert_eq!(
        shown(
            "<table><tr><td><a href=http://a.example>Home</a></td><td>|</td><td><a href=http://b.example>Shop</a></td></tr></table>"
        ),
        ["Home [1]  |  Shop [2]"]
    );
}

#[test]
fn a_row_that_begins_with_a_bullet_is_an_item() {
    let long = "word ".repeat(30);
    let row = format!("<tr><td>&bull;&nbsp;</td><td>{long}</td></tr>");
    assert_eq!(
        shown(&format!("<table>{row}{row}</table>")),
        [
            format!("• {}", long.trim()),
            String::new(),
            format!("• {}", long.trim())
        ]
    );
}

#[test]
fn numbers_stand_right() {
    let page = "<table><tr><th>a<th>b<tr><td>x<td>1,200.00<tr><td>y<td align=right>none</table>";
    let composed = super::composed(page, &mut crate::mail::links::Links::default());
    let super::Kind::Table(table) = &composed.blocks[0].kind else {
        panic!("{:?}", composed.blocks);
    };
    let right: Vec<bool> = table.rows.iter().flatten().map(|cell| cell.right).collect();
    assert_eq!(
        (table.headings, right),
        (1, vec![false, true, false, true, false, true])
    );
}

#[test]
fn numbers_stand_right_in_whatever_money_they_are() {
    for price in [
        "1,204.50 €",
        "USD 20",
        "199 kr",
        "R$ 5,00",
        "-3 %",
        "(2.00)",
        "₹ 1,000",
    ] {
        let page =
            format!("<table border=1><tr><th>a<th>b<tr><td>x<td>{price}<tr><td>y<td>1</table>");
        let blocks = super::composed(&page, &mut crate::mail::links::Links::default()).blocks;
        let super::Kind::Table(table) = &blocks[0].kind else {
            panic!("{blocks:?}")
        };
        let right: Vec<bool> = table.rows.iter().map(|row| row[1].right).collect();
        assert_eq!(right, [true; 3], "{price}");
    }
    for text in ["Q3", "12 March", "B-12", "3 x", "USD", "kraft 2"] {
        assert!(
            !super::super::tables::is_number(&[super::Run::new(crate::mail::Role::Text, text)]),
            "{text}"
        );
    }
}
