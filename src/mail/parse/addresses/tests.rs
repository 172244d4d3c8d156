//! Mailboxes as people and programs write them.

use super::*;

fn read(value: &str) -> Vec<(String, String)> {
    addresses(std::iter::once(Value::from(value)))
        .into_iter()
        .map(|a| (a.name.unwrap_or_default(), a.address.unwrap_or_default()))
        .collect()
}

fn pair(name: &str, address: &str) -> (String, String) {
    (name.to_owned(), address.to_owned())
}

#[test]
fn names_and_addresses_are_told_apart() {
    for (written, name, address) in [
        ("Ada <ada@x>", "Ada", "ada@x"),
        ("Ada<ada@x>", "Ada", "ada@x"),
        ("<ada@x>", "", "ada@x"),
        ("< ada@x >", "", "ada@x"),
        ("ada@x (Ada L)", "Ada L", "ada@x"),
        ("(Ada L) ada@x", "Ada L", "ada@x"),
        ("ada@x (a (b) c)", "a (b) c", "ada@x"),
        ("\"Lovelace, Ada\" <ada@x>", "Lovelace, Ada", "ada@x"),
        ("Lovelace, Ada <ada@x>", "Lovelace, Ada", "ada@x"),
        ("\"A \\\"B\\\" \\\\ C\" <ada@x>", "A \"B\" \\ C", "ada@x"),
        ("J.R. \"Bob\" Dobbs <ada@x>", "J.R. Bob Dobbs", "ada@x"),
        ("A (c) B <ada@x> (d)", "A B", "ada@x"),
        ("(c) A <ada@x>", "A", "ada@x"),
        ("\"A (c)\" <ada@x>", "A (c)", "ada@x"),
        ("A [B, C] <ada@x>", "A [B, C]", "ada@x"),
        ("A\\, B <ada@x>", "A, B", "ada@x"),
        ("\"x@y\" <ada@x>", "x@y", "ada@x"),
        ("x@y <ada@x>", "x@y", "ada@x"),
        ("ada@x <ada@x>", "", "ada@x"),
        ("=?utf-8?q?ada=40x?= <ada@x>", "ada@x", "ada@x"),
        ("ada@x <Ada L>", "Ada L", "ada@x"),
        ("<ada@x> Ada L", "Ada L", "ada@x"),
        ("Ada <ada@x>.", "Ada", "ada@x"),
        ("ada@x  Mon Nov 23 14:02:03 2026", "", "ada@x"),
        ("Ada L ada@x", "Ada L", "ada@x"),
        ("\"Ada L\" ada@x", "Ada L", "ada@x"),
        ("Ada <ada@x", "Ada", "ada@x"),
        ("Ada ada@x>", "Ada", "ada@x"),
        ("Ada <<ada@x>>", "Ada", "ada@x"),
        ("Ada [ada@x]", "Ada", "ada@x"),
        ("Ada \" L <ada@x>", "Ada L", "ada@x"),
        ("Ada ( L <ada@x>", "Ada ( L", "ada@x"),
        ("Ada <ada @ x . y>", "Ada", "ada@x.y"),
        ("ada @ x", "", "ada@x"),
        ("ada(c)@x", "c", "ada@x"),
        ("Ada <ada@x(c)>", "Ada", "ada@x"),
        ("Ada <@a,@b:ada@x>", "Ada", "ada@x"),
        ("mailto:ada@x", "", "ada@x"),
        ("<mailto:ada@x>", "", "ada@x"),
        ("\"a b\"@x", "", "\"a b\"@x"),
        ("Ada <\"a b\"@x>", "Ada", "\"a b\"@x"),
        ("ada@[127.0.0.1]", "", "ada@[127.0.0.1]"),
        ("Ada <ada@[IPv6:::1]>", "Ada", "ada@[IPv6:::1]"),
        ("'ada@x'", "", "'ada@x'"),
        ("MAILER DAEMON", "MAILER DAEMON", ""),
        (
            "MAILER-DAEMON (Mail System)",
            "Mail System",
            "MAILER-DAEMON",
        ),
        (
            "Mail System <MAILER-DAEMON>",
            "Mail System",
            "MAILER-DAEMON",
        ),
        ("Ada <>", "Ada", ""),
        ("Grüße <用户@例子.广告>", "Grüße", "用户@例子.广告"),
    ] {
        assert_eq!(read(written), [pair(name, address)], "{written}");
    }
}

#[test]
fn names_are_decoded() {
    for (written, name) in [
        ("=?utf-8?q?Bj=C3=B6rn?= <a@x>", "Björn"),
        ("\"=?utf-8?q?Bj=C3=B6rn?=\" <a@x>", "Björn"),
        ("=?utf-8?q?A?=\r\n =?utf-8?q?B?= C <a@x>", "AB C"),
        ("=?utf-8?b?5g==?= =?utf-8?b?l6U=?= <a@x>", "日"),
        ("=?utf-8?q?A=2C_B?= <a@x>", "A, B"),
        ("=?utf-8?q?A, \"B\" (C)?= <a@x>", "A, \"B\" (C)"),
        ("=?utf-8?q?A?=B <a@x>", "AB"),
        ("=?utf-8?q?A?=<a@x>", "A"),
        ("a@x (=?utf-8?q?A=C3=A9?= B)", "Aé B"),
        ("=?utf-8?q?A_=3Cx=40y=3E?= <a@x>", "A <x@y>"),
    ] {
        assert_eq!(read(written), [pair(name, "a@x")], "{written}");
    }
    assert_eq!(read("=?utf-8?q?A_=3Cx=40y=3E?="), [pair("A <x@y>", "")]);
}

#[test]
fn lists_are_taken_apart() {
    let two = [pair("", "a@x"), pair("B", "b@x")];
    for written in [
        "a@x, B <b@x>\r\n",
        "<a@x>,,B<b@x>,",
        "a@x; B <b@x>",
        "Team: a@x, B <b@x>;",
        "Team: a@x; Other: B <b@x>;",
        "=?utf-8?q?T?=: a@x, B <b@x>",
        "<a@x, B <b@x>",
    ] {
        assert_eq!(read(written), two, "{written}");
    }
    assert_eq!(read("a@x b@x"), [pair("", "a@x"), pair("", "b@x")]);
    assert_eq!(read("A <a@x> <b@x>"), [pair("A", "a@x"), pair("", "b@x")]);
    assert_eq!(
        read("undisclosed-recipients:;"),
        [pair("undisclosed-recipients", "")]
    );
    let twenty: Vec<String> = (0..20).map(|n| format!("\"N, {n}\" <n{n}@x>")).collect();
    let read = read(&twenty.join(",\r\n\t"));
    assert_eq!(read.len(), 20);
    assert_eq!(read[19], pair("N, 19", "n19@x"));
}

#[test]
fn nothing_is_nobody() {
    for nothing in ["", " \r\n", "<>", ",;,", "\"\"", "()"] {
        assert!(read(nothing).is_empty(), "{nothing}");
    }
}

#[test]
fn raw_octets_are_of_the_charset_of_the_mail() {
    let value = Value {
        octets: b"\xc8\xe2\xe0\xed <a@x>",
        raw: Some(encoding_rs::WINDOWS_1251),
    };
    let found = addresses(std::iter::once(value));
    assert_eq!(found[0].name.as_deref(), Some("Иван"));
}

#[test]
fn too_many_addresses_are_cut() {
    let many: Vec<String> = (0..5_000).map(|n| format!("a{n}@x.example, ")).collect();
    assert_eq!(read(&many.concat()).len(), MAX_ADDRESSES);
}
