//! Octets of real terminals, cut everywhere.

use super::*;

/// What is heard when the octets come in these pieces, with silence behind the last one.
fn heard_in(pieces: &[&[u8]]) -> String {
    let mut decoder = Decoder::default();
    let mut heard = Vec::new();
    let mut hear = |input| heard.push(input);
    for piece in pieces {
        decoder.take(piece, &mut hear);
    }
    if decoder.patience().is_some() {
        decoder.give_up(&mut hear);
    }
    assert_eq!(decoder.patience(), None);
    let words = heard.into_iter().map(|input| match input {
        Input::Key(key) => key.to_string(),
        Input::Paste(text) => format!("paste({text})"),
        other => format!("{other:?}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The same whether the octets come at once or cut in two anywhere.
#[track_caller]
fn heard(octets: &[u8]) -> String {
    let whole = heard_in(&[octets]);
    for cut in 0..octets.len() {
        assert_eq!(heard_in(&[&octets[..cut], &octets[cut..]]), whole, "{cut}");
    }
    whole
}

#[test]
fn keys_are_told_by_the_names_of_the_table() {
    for (octets, keys) in [
        (&b"jG "[..], "j G Space"),
        (b"\x04\x1a\r\t\x7f", "^D ^Z Enter Tab Backspace"),
        (b"\x1b[A\x1bOB\x1b[C\x1b[D", "↑ ↓ → ←"),
        (
            b"\x1b[H\x1b[F\x1bOH\x1b[1~\x1b[4~",
            "Home End Home Home End",
        ),
        (b"\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "Ins Del PgUp PgDn"),
        (b"\x1bOP\x1bOR\x1b[15~\x1b[24~\x1b[[E", "F1 F3 F5 F12 F5"),
        (b"\x1b[Z", "S-Tab"),
        (b"\x1bj\x1bJ", "Alt-j Alt-J"),
        (b"\x1b", "Esc"),
        (b"\x1b\x1b", "Esc Esc"),
        (b"\x1b[1;5A\x1b[1;3B\x1b[5;5~", "Ctrl-↑ Alt-↓ Ctrl-PgUp"),
        (b"\x1b[106u\x1b[100;5u\x1b[27;5;100~", "j ^D ^D"),
        (b"\x1b[103;2u\x1b[9;2u\x1b[106;1:3u", "G S-Tab"),
        ("äか🚀".as_bytes(), "ä か 🚀"),
        (b"\x1b]", "Alt-]"),
        (b"\x1b[", "Alt-["),
    ] {
        assert_eq!(heard(octets), keys, "{}", octets.escape_ascii());
    }
}

#[test]
fn reports_are_no_keys_and_the_key_behind_them_is_heard() {
    for report in [
        &b"\x1b[?2026;2$y"[..],
        b"\x1b[?62;22;52c",
        b"\x1b[>41;354;0c",
        b"\x1b[12;40R",
        b"\x1b[0n",
        b"\x1b[8;24;80t",
        b"\x1b[?1u",
        b"\x1b[I\x1b[O",
        b"\x1b]11;rgb:dddd/dddd/dddd\x1b\\",
        b"\x1b]11;rgb:dddd/dddd/dddd\x07",
        b"\x1bP>|d d d\x1b\\",
        b"\x1bP1$r0;d\x07d\x1b\\",
        b"\x1b_Gi=1;d\x07d\x1b\\",
        b"\x1b^d\x1b\\",
        b"\x1bXd\x1b\\",
        b"\x1b[M dd",
        b"\x1b[<0;3;4M",
        b"\x1bPtmux;\x1b\x1b]11;d\x1b\x1b\\\x1b\\",
        b"\x1b[?\x18",
        b"\x1b]d\x1a",
    ] {
        let octets = [report, b"j"].concat();
        assert_eq!(heard(&octets), "j", "{}", report.escape_ascii());
    }
}

#[test]
fn a_report_that_is_cut_off_is_given_up_and_keys_go_on() {
    for report in [
        &b"\x1b[?2026"[..],
        b"\x1b]11;rgb:dd",
        b"\x1bPd",
        b"\x1b[M d",
        b"\xf0\x9f",
    ] {
        let mut decoder = Decoder::default();
        let mut heard = Vec::new();
        let mut hear = |input| heard.push(input);
        decoder.take(report, &mut hear);
        assert!(decoder.patience().is_some());
        decoder.give_up(&mut hear);
        decoder.take(b"j", &mut hear);
        assert_eq!(
            heard,
            [Input::Key(Key::plain(Code::Char('j')))],
            "{}",
            report.escape_ascii()
        );
    }
}

#[test]
fn a_string_that_another_sequence_breaks_off_hides_no_key() {
    assert_eq!(heard(b"\x1b]11;dd\x1b[Aj"), "↑ j");
    assert_eq!(heard(b"\x1b[12\x1b[Bj"), "↓ j");
    assert_eq!(heard(b"\xc3j"), "j");
}

#[test]
fn pasted_text_is_one_thing_whatever_stands_in_it() {
    assert_eq!(
        heard(b"\x1b[200~dd\rQ\x1b[A\x1b]0;x\x07\x1b[201~j"),
        "paste(dd\rQ\x1b[A\x1b]0;x\x07) j"
    );
    assert_eq!(heard(b"\x1b[200~cut off"), "paste(cut off)");
}

#[test]
fn a_huge_paste_is_cut_and_ends_where_it_ends() {
    let huge = vec![b'd'; LONGEST_PASTE + 1000];
    let told = heard_in(&[b"\x1b[200~", &huge, b"\x1b[201~j"]);
    assert_eq!(told.len(), "paste() j".len() + LONGEST_PASTE);
    assert!(told.ends_with("d) j"));
}

#[test]
fn no_octets_at_all_stop_the_keys_after_a_silence() {
    // A small generator of noise, rich in what begins sequences.
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[1]
    };
    for _ in 0..2_000 {
        let noise: Vec<u8> = (0..next() % 40)
            .map(|_| match next() % 4 {
                0 => ESC,
                1 => b"[]PX^_O?;~"[usize::from(next() % 10)],
                _ => next(),
            })
            .collect();
        let mut decoder = Decoder::default();
        decoder.take(&noise, &mut |_| {});
        decoder.give_up(&mut |_| {});
        let mut heard = Vec::new();
        decoder.take(b"j", &mut |input| heard.push(input));
        assert_eq!(
            heard,
            [Input::Key(Key::plain(Code::Char('j')))],
            "{}",
            noise.escape_ascii()
        );
    }
}
