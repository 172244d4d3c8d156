//! The sequence that asks a terminal to put text into the system's clipboard (OSC 52).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The sequence for a text. What the text says cannot end it: it travels in base64.
pub(super) fn sequence(text: &str) -> Vec<u8> {
    format!("\x1b]52;c;{}\x1b\\", STANDARD.encode(text)).into_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_travels_in_base64() {
        assert_eq!(sequence("hi"), b"\x1b]52;c;aGk=\x1b\\");
    }

    proptest! {
        #[test]
        fn no_text_can_leave_its_sequence(text in any::<String>()) {
            let made = sequence(&text);
            let inside = &made[7..made.len() - 2];
            prop_assert!(inside.iter().all(|octet| octet.is_ascii_alphanumeric() || b"+/=".contains(octet)));
            prop_assert_eq!(STANDARD.decode(inside).unwrap(), text.as_bytes());
        }
    }
}
