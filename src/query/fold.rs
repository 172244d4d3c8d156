//! Makes texts equal that readers hold for equal: case, diacritics and widths are taken away.

use unicode_normalization::UnicodeNormalization;

/// Text as searches compare it: lower case, without diacritics, in compatibility form (NFKC), so that
/// `Ｅ`, `é` and `E` are one letter. Folding twice gives the same as folding once.
///
/// Only marks that readers leave out when they type are taken away. The vowel signs of Thai and the
/// Indic scripts, and the voicing marks of kana, make other words and stay.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|&c| !is_diacritic(c))
        .flat_map(plain_letters)
        .nfc()
        .collect()
}

/// Names as they are compared (folders, accounts): only case and compatibility forms are taken away,
/// so that `café` and `cafe` stay two folders.
pub fn fold_case(name: &str) -> String {
    name.trim()
        .nfkd()
        .flat_map(char::to_lowercase)
        .nfkc()
        .collect()
}

fn is_diacritic(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        // Hebrew points and Arabic vowel marks: written in books for children, not in mails.
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Letters with a stroke or a ligature that Unicode does not take apart.
fn plain_letters(c: char) -> impl Iterator<Item = char> {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' => ('d', None),
        'ħ' => ('h', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        other => (other, None),
    };
    std::iter::once(first).chain(second)
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_case};
    use proptest::prelude::*;

    #[test]
    fn case_diacritics_and_widths_do_not_count() {
        for (typed, folded) in [
            ("HELLO", "hello"),
            ("Crème Brûlée", "creme brulee"),
            ("cre\u{300}me", "creme"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("Łódź", "lodz"),
            ("İstanbul", "istanbul"),
            ("Ｆｕｌｌ　Ｗｉｄｔｈ", "full width"),
            ("ΟΔΟΣ", "οδοσ"),
            ("οδός", "οδοσ"),
            ("مُحَمَّد", "محمد"),
            ("ﬁne", "fine"),
        ] {
            assert_eq!(fold(typed), folded, "{typed}");
        }
    }

    #[test]
    fn marks_that_make_another_word_stay() {
        assert_ne!(fold("が"), fold("か"));
        assert_eq!(fold("ｶﾞ"), fold("ガ"));
        assert_ne!(fold("กี่"), fold("กา"));
        assert_ne!(fold("कि"), fold("क"));
        assert_eq!(fold("한국"), "한국");
    }

    #[test]
    fn names_keep_their_diacritics_and_lose_their_case() {
        assert_eq!(fold_case(" CAFÉ "), fold_case("cafe\u{301}"));
        assert_ne!(fold_case("café"), fold_case("cafe"));
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
