//! Every charset a mail has been seen in, by every name.

use super::*;

#[test]
fn the_declared_charset_is_used() {
    for (octets, charset, text) in [
        (&b"\xa9t\xe9"[..], "ISO-8859-2", "Šté"),
        (b"\xd0\xd2\xc9", "koi8-r", "при"),
        (b"\xee\xf0\xe8", "windows-1251", "ори"),
        (b"\x8a\xbf\x8e\x9a", "Shift_JIS", "漢字"),
        (b"\xb4\xc1\xbb\xfa", "euc-jp", "漢字"),
        (b"\xba\xba\xd7\xd6", "gb2312", "汉字"),
        (b"\x98\xb6", "gb2312", "樁"),
        (b"\xba\x7e\xa6\x72", "big5", "漢字"),
        (b"\xc7\xd1\xb1\xdb", "ks_c_5601-1987", "한글"),
        (b"\xf9\xec\xe5\xed", "iso-8859-8-i", "שלום"),
        (b"\xca\xc7", "iso-8859-6", "تا"),
        (b"\xca\xd2", "tis-620", "สา"),
        (b"\x93x\x94 \x80", "iso-8859-1", "“x” €"),
        (b"\x93x\x94", "us-ascii", "“x”"),
        (b"\x81\x84\xe1", "cp-850", "üäß"),
        (b"\x81\x9c", "ibm437", "ü£"),
        (b"\x8a\x8e", "macintosh", "äé"),
    ] {
        assert_eq!(decode(octets, Some(charset)), text, "{charset}");
    }
}

#[test]
fn utf_8_under_the_name_of_a_western_charset_is_utf_8() {
    for charset in ["iso-8859-1", "windows-1252", "us-ascii", "latin1"] {
        assert_eq!(
            decode("Æther – “日本”".as_bytes(), Some(charset)),
            "Æther – “日本”"
        );
    }
    assert_eq!(
        decode(b"caf\xe9 \xc3\xa9", Some("iso-8859-1")),
        "café Ã©",
        "one letter of the other is enough"
    );
    assert_eq!(decode("é".as_bytes(), Some("iso-8859-2")), "ĂŠ");
}

#[test]
fn charsets_of_several_octets_a_unit_know_their_order() {
    assert_eq!(decode(b"\xfe\xff\0h\0i", Some("utf-16")), "hi");
    assert_eq!(decode(b"\xff\xfeh\0i\0", Some("utf-16")), "hi");
    assert_eq!(decode(b"\xff\xfeh\0i\0", None), "hi");
    assert_eq!(decode(b"h\0i\0", Some("utf-16")), "hi");
    assert_eq!(decode(b"\0h\0i", Some("utf-16")), "hi");
    assert_eq!(decode(b"\0\0\0h\0\x01\xf6\0", Some("utf-32")), "h😀");
    assert_eq!(decode(b"h\0\0\0", Some("UTF-32LE")), "h");
}

#[test]
fn seven_bit_charsets_shift() {
    for (octets, charset, text) in [
        (&b"\x1b$B4A;z\x1b(B x"[..], "iso-2022-jp", "漢字 x"),
        (b"\x1b$@4A;z\x1b(J\\", "ISO-2022-JP", "漢字¥"),
        (b"\x1b(I6E\x1b(B", "iso-2022-jp", "ｶﾅ"),
        (b"\x1b$B4A\nx", "iso-2022-jp", "漢\nx"),
        (b"\x1b$(D\x22\x2f\x1b(B", "iso-2022-jp-1", "˘"),
        (b"\x1b$A::WV\x1b(B", "iso-2022-jp-2", "汉字"),
        (b"\x1b.A\x1bNi", "iso-2022-jp-2", "é"),
        (b"\x1b.F\x1bNa", "iso-2022-jp-2", "α"),
        (b"\x1b$(Q4A\x1b(B", "iso-2022-jp-3", "漢"),
        (b"\x1b$)C\x0eGQ1[\x0f!\n", "iso-2022-kr", "한글!\n"),
        (b"\x1b$)A\x0e::WV\x0f.", "iso-2022-cn", "汉字."),
        (b"\x1b$)G\x0e4A\x0f.", "iso-2022-cn-ext", "\u{fffd}."),
        (b"~{::WV~} ~~ a~\nb", "hz-gb-2312", "汉字 ~ ab"),
        (b"~{8=<~~} b~{<~8=~}~~", "hz-gb-2312", "附件 b件附~"),
        (b"~{8=<\n~{8=", "hz-gb-2312", "附\u{fffd}\n附"),
        (b"Hi Mom +Jjo-! 1+-1", "utf-7", "Hi Mom ☺! 1+1"),
        (b"+2D3cwQ-", "unicode-1-1-utf-7", "\u{1f4c1}"),
        (b"+ZeVnLIqe", "utf-7", "日本語"),
    ] {
        assert_eq!(decode(octets, Some(charset)), text, "{charset}");
    }
}

#[test]
fn names_are_known_however_they_are_written() {
    let utf_8 = Some(Charset::Listed(UTF_8));
    for label in [
        "utf8",
        "UTF-8",
        " \"utf-8\" ",
        "'utf_8'",
        "utf-8;",
        "utf 8",
        "UTF8MB4",
        "cp65001",
        "utf-8-sig",
    ] {
        assert_eq!(named(label), utf_8, "{label}");
    }
    for (label, listed) in [
        ("cp1252", "windows-1252"),
        ("Windows 1252", "windows-1252"),
        ("win-1251", "windows-1251"),
        ("cp-1251", "windows-1251"),
        ("x-cp1250", "windows-1250"),
        ("1251", "windows-1251"),
        ("ISO8859-1", "windows-1252"),
        ("iso_8859_15", "iso-8859-15"),
        ("8859-2", "iso-8859-2"),
        ("ISO-8859-2:1987", "iso-8859-2"),
        ("latin-2", "iso-8859-2"),
        ("Latin 9", "iso-8859-15"),
        ("iso-8859-11", "windows-874"),
        ("koi8r", "koi8-r"),
        ("x-gbk", "gb18030"),
        ("cp936", "gb18030"),
        ("GB_2312-80", "gb18030"),
        ("euc-cn", "gb18030"),
        ("x-sjis", "shift_jis"),
        ("shift-jis", "shift_jis"),
        ("cp932", "shift_jis"),
        ("windows-31j", "shift_jis"),
        ("x-euc-jp", "euc-jp"),
        ("eucjp", "euc-jp"),
        ("ksc5601", "euc-kr"),
        ("cp949", "euc-kr"),
        ("big5-hkscs", "big5"),
        ("cp950", "big5"),
        ("x-mac-roman", "macintosh"),
        ("cp866", "ibm866"),
        ("cp28605", "iso-8859-15"),
    ] {
        let encoding = Encoding::for_label(listed.as_bytes()).unwrap();
        assert_eq!(named(label), Some(Charset::Listed(encoding)), "{label}");
    }
    for (label, page) in [
        ("cp850", 850),
        ("CP-850", 850),
        ("IBM00858", 858),
        ("x-cp-437", 437),
        ("cspc850multilingual", 850),
        ("dos-852", 852),
    ] {
        assert_eq!(named(label), Some(Charset::Dos(page)), "{label}");
    }
    for label in [
        "",
        "unknown-8bit",
        "x-unknown",
        "us-ascii",
        "x-user-defined",
        "no-such-charset",
        "cp99999",
        "iso-8859-99",
    ] {
        assert_eq!(named(label), None, "{label}");
    }
}

#[test]
fn every_charset_of_the_list_is_known() {
    for label in [
        "utf-8",
        "ibm866",
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8",
        "iso-8859-8-i",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "iso-8859-16",
        "koi8-r",
        "koi8-u",
        "macintosh",
        "windows-874",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "x-mac-cyrillic",
        "gbk",
        "gb18030",
        "big5",
        "euc-jp",
        "iso-2022-jp",
        "shift_jis",
        "euc-kr",
        "utf-16be",
        "utf-16le",
    ] {
        assert!(named(label).is_some(), "{label}");
    }
}

#[test]
fn undeclared_octets_are_guessed() {
    assert_eq!(decode("日本".as_bytes(), None), "日本");
    assert_eq!(decode(b"gr\xfcn \x80", None), "grün €");
    assert_eq!(decode(b"gr\xfcn", Some("x-no-such-charset")), "grün");
    assert_eq!(decode(b"\x1b$B4A;z\x1b(B", None), "漢字");
    assert_eq!(decode(b"\x1b$)C\x0eGQ1[\x0f", None), "한글");
    assert_eq!(decode(b"\x1b$x", None), "\x1b$x");
    for (label, text) in [
        (
            "windows-1251",
            "Здравствуйте, дорогие друзья! Приглашаем вас на встречу.",
        ),
        (
            "koi8-r",
            "Здравствуйте, дорогие друзья! Приглашаем вас на встречу.",
        ),
        (
            "shift_jis",
            "お世話になっております。来週の会議についてご連絡いたします。",
        ),
        (
            "euc-jp",
            "お世話になっております。来週の会議についてご連絡いたします。",
        ),
        ("gbk", "您好，关于下周的会议，请查看附件中的议程。"),
        ("big5", "您好，關於下週的會議，請查看附件中的議程。"),
        ("euc-kr", "안녕하세요. 다음 주 회의에 대해 알려드립니다."),
        (
            "windows-1253",
            "Καλημέρα σας, η συνάντηση θα γίνει την Τρίτη.",
        ),
        ("windows-1255", "שלום לכולם, הפגישה תתקיים ביום שלישי."),
        (
            "windows-1256",
            "مرحبا بكم جميعا، سيعقد الاجتماع يوم الثلاثاء.",
        ),
        (
            "windows-1250",
            "Příští schůzka se koná v úterý, těšíme se na vás.",
        ),
        ("windows-1252", "Schöne Grüße aus München, à bientôt"),
    ] {
        let octets = Encoding::for_label(label.as_bytes())
            .unwrap()
            .encode(text)
            .0;
        assert_eq!(decode(&octets, None), text, "{label}");
        assert_eq!(decode(&octets, Some("unknown-8bit")), text, "{label}");
    }
}

#[test]
fn plainly_mislabelled_octets_are_what_they_are() {
    assert_eq!(decode("grün".as_bytes(), Some("us-ascii")), "grün");
    assert_eq!(decode("grün".as_bytes(), Some("iso-2022-jp")), "grün");
    assert_eq!(decode(b"plain text", Some("utf-16")), "plain text");
    assert_eq!(decode("日本語で".as_bytes(), Some("euc-jp")), "日本語で");
    assert_eq!(decode(b"gr\xfc\xdfe x", Some("utf-8")), "grüße x");
    // Damage is not.
    assert_eq!(decode(b"a\xffb", Some("utf-8")), "a\u{fffd}b");
    assert_eq!(decode(b"\xc3\xa9 \xe9", Some("utf-8")), "é \u{fffd}");
}

#[test]
fn a_byte_order_mark_is_no_text() {
    assert_eq!(decode(b"\xef\xbb\xbfx", Some("utf-8")), "x");
}
