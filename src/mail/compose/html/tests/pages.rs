//! Text, headings, lists, quotes, links, pictures, forms.

use super::{notes, roles, shown};
use crate::mail::Role;
use crate::mail::links::Links;

#[test]
fn structure_becomes_roles() {
    assert_eq!(
        roles(
            "<h1>Title</h1><p>a <b>bold</b> <code>x</code> <span style='font-weight:700'>y</span>"
        ),
        [
            (Role::Heading, "Title".into()),
            (Role::Text, "a ".into()),
            (Role::Strong, "bold".into()),
            (Role::Text, " ".into()),
            (Role::Code, "x".into()),
            (Role::Text, " ".into()),
            (Role::Strong, "y".into()),
        ]
    );
    assert_eq!(
        shown("<h1>Title</h1>a<h3>b <i>c</i></h3>d"),
        ["# Title", "", "a", "", "### b c", "", "d"]
    );
}

#[test]
fn paragraphs_stand_apart_and_divisions_do_not() {
    assert_eq!(
        shown(
            "<p>a<p>b<div>c</div><div>d<div>e</div></div><div><br></div>f<br>g<br><br><br>h<hr>i"
        ),
        [
            "a", "", "b", "", "c", "d", "e", "", "f", "g", "", "h", "", "---", "", "i"
        ]
    );
    assert_eq!(
        shown("<p>&nbsp;</p><p>a</p><p>&nbsp;<o:p>&nbsp;</o:p></p><p> </p>b<p>"),
        ["a", "", "b"]
    );
}

#[test]
fn white_space_means_nothing_but_where_it_is_kept() {
    assert_eq!(shown("<p> a\n <b> b </b>\t c</p>"), ["a b c"]);
    assert_eq!(
        shown("<pre>\nif x:\n\ty &lt; 1\n\n\n  z</pre>"),
        ["~if x:", "~        y < 1", "", "~  z"]
    );
    assert_eq!(
        shown("<div style='white-space:pre-wrap'>a\n  b</div>"),
        ["a", "  b"]
    );
    assert_eq!(
        shown("<div style='white-space:pre-line'>a  b\n  c</div>"),
        ["a b", "c"]
    );
}

#[test]
fn padding_and_soft_hyphens_are_left_out() {
    let padding = "&zwnj;&nbsp;&#847; &#8199;&shy;&#65279;".repeat(50);
    assert_eq!(
        shown(&format!(
            "<div>Sale{padding}</div><div>{padding}</div>syl&shy;la&#8203;ble"
        )),
        ["Sale", "syllable"]
    );
}

#[test]
fn lists_are_numbered_and_nested() {
    assert_eq!(
        shown(
            "<ul><li>a<ol start=3 type=a><li>b<li value=5>c</ol><li>d<p>e</ul><ol reversed><li>x<li>y</ol><ol type=I><li>z</ol>"
        ),
        [
            "• a", "  c. b", "  e. c", "• d", "", "  e", "", "2. x", "1. y", "", "I. z"
        ]
    );
    assert_eq!(
        shown("<ul style='list-style:none'><li>a<li>b</ul>"),
        ["a", "b"]
    );
    assert_eq!(
        shown("<dl><dt>a<dd>b<dt>c<dd>d</dl>"),
        ["a", "  b", "c", "  d"]
    );
    assert_eq!(
        shown("<ol start=-9223372036854775808 reversed><li>a<li>b"),
        ["-9223372036854775808. a", "-9223372036854775808. b"]
    );
}

#[test]
fn words_lists_are_lists() {
    let item = |level: u8, text: &str| {
        format!(
            "<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>{text}<o:p></o:p></p>"
        )
    };
    assert_eq!(shown(&(item(1, "a") + &item(2, "b"))), ["• a", "", "  • b"]);
}

#[test]
fn quotes_are_quotes_whoever_marks_them() {
    assert_eq!(
        shown("hi<blockquote type=cite>one<blockquote><p>two</blockquote></blockquote>bye"),
        ["hi", "", "> one", "> ", "> > two", "", "bye"]
    );
    assert_eq!(
        shown(
            "<div class=gmail_quote><div class=gmail_attr>On x, y wrote:</div><blockquote class=gmail_quote style='border:none'>a"
        ),
        ["On x, y wrote:", "", "> a"]
    );
    assert_eq!(
        shown(
            "<div class=moz-cite-prefix>y wrote:</div><blockquote type=cite><pre><span class=moz-txt-citetags>&gt; </span>a</pre>"
        ),
        ["y wrote:", "", "> > ~a".replacen("> ", "", 1).as_str()]
    );
    // Indented by hand: nobody is quoted.
    assert_eq!(
        shown("a<blockquote style='margin:0 0 0 40px;border:none;padding:0'>b</blockquote>"),
        ["a", "", "b"]
    );
}

#[test]
fn what_is_below_outlooks_divider_is_quoted() {
    let header = "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in 0in 0in'><p><b>From:</b> A<br></p></div></div>";
    let page =
        format!("<div class=WordSection1><p>yes</p>{header}<p>no?</p>{header}<p>older</p></div>");
    assert_eq!(
        shown(&page),
        [
            "yes",
            "",
            "> From: A",
            "> ",
            "> no?",
            "> ",
            "> > From: A",
            "> > ",
            "> > older"
        ]
    );
    // A mail that was passed on says nothing else.
    assert_eq!(
        shown(&format!("{header}<p>news</p>")),
        ["From: A", "", "news"]
    );
    assert_eq!(
        shown(
            "<p>yes</p><hr id=stopSpelling><div id=divRplyFwdMsg><b>From:</b> A</div><div>no?</div>"
        ),
        ["yes", "", "---", "", "> From: A", "> no?"]
    );
}

#[test]
fn a_line_above_the_head_of_a_mail_divides_too() {
    let head = "<b>Von:</b> A<br><b>Betreff:</b> B";
    for line in [
        "<div align=center><hr></div><p>",
        "<div style='border-top:1px solid #E5E5E5'>",
    ] {
        let rows = shown(&format!("<p>ja</p>{line}{head}"));
        assert!(rows.contains(&"> Von: A".to_owned()), "{rows:?}");
    }
    assert!(
        !shown("<p>a</p><hr><p>From: here to there").contains(&"> From: here to there".to_owned())
    );
}

#[test]
fn links_are_numbered_in_reading_order_and_lies_are_noticed() {
    let mut links = Links::default();
    let page = "<p>see <a href='https://evil.example/x'>www.bank.example </a>and <a href='javascript:x()'>this</a>, \
        <a href='data:text/html,x'>that</a> or https://a.example/y. <a href='https://evil.example/x'>again</a> <a href=' mailto:a@b.example '>me</a>";
    let composed = super::composed(page, &mut links);
    let rows: Vec<String> = composed.blocks.iter().map(super::row).collect();
    assert_eq!(
        rows,
        ["see www.bank.example [1] and this, that or https://a.example/y. again [1] me [3]"]
    );
    assert_eq!(links.deceptive.len(), 1);
    let list = links.into_list();
    let told: Vec<&str> = list.iter().map(|link| link.text.as_str()).collect();
    assert_eq!(told, ["www.bank.example", "https://a.example/y", "me"]);
}

#[test]
fn a_link_over_several_rows_has_its_number_at_the_end() {
    assert_eq!(
        shown("<a href=http://a.example><div>a <b>b</b></div><div>c</div></a>"),
        ["a b", "c [1]"]
    );
}

#[test]
fn pictures_are_told_where_they_say_something() {
    assert_eq!(
        shown(
            "<p>open <img src=x alt='a logo'><img src=y><img alt=spacer><img alt='🎉'> <img src=z alt=dot width=1 height=1>now"
        ),
        ["open [picture: a logo] 🎉 now"]
    );
    assert_eq!(
        shown(
            "<a href=http://a.example><img src=x alt=Facebook></a><a href=http://b.example><img src=i/big-sale.png></a><a href=http://c.example><img src=x width=1></a>"
        ),
        ["Facebook [1] [picture: big sale] [2]"]
    );
    // The picture of a thing whose name leads to the same place.
    assert_eq!(
        shown(
            "<a href=http://a.example><img src=i/a.png></a><p><a href=http://a.example>Thing</a>"
        ),
        ["Thing [1]"]
    );
    assert_eq!(
        shown(
            "<map><area href=http://a.example alt=Shop><area href=http://b.example alt=Help></map>"
        ),
        ["Shop [1] Help [2]"]
    );
}

#[test]
fn forms_are_shown_and_not_sent() {
    let form = "<form action=http://a.example>Name <input name=who><input type=hidden value=x><input type=checkbox checked>yes \
        <select><option>red<option>green</select><textarea>x</textarea><input type=submit value=Go><button>No</button></form>";
    assert_eq!(
        shown(form),
        ["Name [field: who] [x] yes [choice: red, green] [field] [button: Go] [button: No]"]
    );
    assert_eq!(notes(form), ["its form cannot be filled in here"]);
}

#[test]
fn the_rest_of_html_is_read_as_it_is_meant() {
    assert_eq!(
        shown(
            "<details><summary>More</summary>text</details><q>x</q> m<sup>2</sup> 1<sup>st</sup> <bdo dir=rtl>moc.knab</bdo>"
        ),
        ["More", "text", "“x” m² 1st bank.com"]
    );
    assert_eq!(
        shown(
            "<!--[if mso]><p>Outlook only</p><![endif]--><![if !mso]><p>others</p><![endif]><noscript>plain</noscript><script>x()</script><iframe>no</iframe>"
        ),
        ["others", "", "plain"]
    );
    assert_eq!(
        shown(
            "<span style='display:block'>a</span><a style='display:block' href=http://a.example>Buy</a><p style='display:inline'>b</p> <p style='display:inline'>c</p>"
        ),
        ["a", "Buy [1]", "b c"]
    );
}

#[test]
fn links_that_say_the_same_are_kept_as_each_may_lead_elsewhere() {
    assert_eq!(
        shown(
            "<p><a href=https://bank.example/>My bank</a></p><p><a href=https://evil.example/>My bank</a></p>"
        ),
        ["My bank [1] [2]"]
    );
    let picture = |number: u8| format!("<p><a href=https://a.example/{number}><img src=x></a></p>");
    assert_eq!(shown(&format!("{}{}", picture(1), picture(2))).len(), 1);
}

#[test]
fn what_is_struck_out_is_told_from_what_holds() {
    for old in [
        "<s>$20</s>",
        "<del><b>$20</b></del>",
        "<span style='text-decoration:line-through'>$<del>20</del></span>",
        "<strike>$20</strike>",
    ] {
        assert_eq!(shown(&format!("{old} $15")), ["~~$20~~ $15"], "{old}");
    }
    assert_eq!(
        shown("<s> </s>a <ins>b</ins> <s style='text-decoration:none'>c</s>"),
        ["a b c"]
    );
}

#[test]
fn the_line_above_a_quote_stands_apart_from_the_answer() {
    assert_eq!(
        shown(
            "Yes.<br>Ada<br><div class='moz-cite-prefix'>On Monday, Bo wrote:<br></div><blockquote type=cite>Well?</blockquote>"
        ),
        ["Yes.", "Ada", "", "On Monday, Bo wrote:", "", "> Well?"]
    );
}

#[test]
fn the_head_of_an_answered_mail_is_found_without_a_line_above() {
    assert_eq!(
        shown(
            "<div><p class=MsoNormal>Yes.</p><p class=MsoNormal><b>From:</b> Bo<br><b>Sent:</b> Monday<br><b>Subject:</b> Well</p><p class=MsoNormal>Well?</p></div>"
        ),
        [
            "Yes.",
            "",
            "> From: Bo",
            "> Sent: Monday",
            "> Subject: Well",
            ">",
            "> Well?"
        ]
        .map(|row| if row == ">" { "> " } else { row })
    );
    assert_eq!(
        shown("<div><p class=MsoNormal>Hi.</p><p class=MsoNormal>From: here to there.</p></div>"),
        ["Hi.", "", "From: here to there."]
    );
    assert_eq!(
        shown(
            "Yes.<br><div>-----Original Message-----<br>From: Bo<br>Subject: Well<br><br><div>Well?</div></div>"
        ),
        [
            "Yes.",
            "",
            "> -----Original Message-----",
            "> From: Bo",
            "> Subject: Well",
            "> ",
            "> Well?"
        ]
    );
    assert_eq!(
        shown("<div>Yes.</div><span id=OLK_SRC_BODY_SECTION><div>From: Bo</div></span>"),
        ["Yes.", "", "> From: Bo"]
    );
    assert_eq!(
        shown("<div>Yes.</div><div>----- From: here -----</div>"),
        ["Yes.", "----- From: here -----"]
    );
}

#[test]
fn a_button_is_named_without_blanks_around() {
    assert_eq!(shown("<button> Send\n </button> it"), ["[button: Send] it"]);
}
