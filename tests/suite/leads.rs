//! Bar 14 of what must hold: of hostile links in mails of every kind only web and mail addresses leave, and no trick leaves
//! unasked. Told to the mind; what it hands to the opener is read.

use poptui::app::effect::Effect;

use crate::support::fake::World;

/// Addresses as strangers write them.
const LINKS: [&str; 34] = [
    "https://docs.example/a?b=1&c=2",
    "http://evil.example/login",
    "HTTPS://UPPER.example/x",
    "https://bank.example@evil.example/",
    "https://bank.example%40x:y@evil.example/a",
    "https://bank.example%2f@evil.example",
    "http://xn--bnk-6na.example/",
    "http://b\u{430}nk.example/",
    "https://evil.example\u{2044}bank.example/",
    "http://127.0.0.1:631/admin",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://192.168.0.1/reboot",
    "http://localhost/",
    "http://router.local/",
    "http://evil.example/$(touch evil)`id`",
    "http://evil.example/';id;'",
    "http://evil.example/\u{202e}gpj.exe",
    "http://evil.example/%0d%0aX: y",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<h1>x",
    "file:///etc/passwd",
    "vbscript:msgbox(1)",
    "mailbox:///x?number=1",
    "smb://evil.example/share",
    "ssh://-oProxyCommand=id/",
    "--version",
    "mailto:joe@example.org",
    "mailto:joe@example.org?subject=hi&attach=/etc/passwd",
    "mailto:joe@example.org?bcc=eve@evil.example&subject=x%0d%0aBcc:%20eve@evil.example",
    "mailto:joe@example.org%0aBcc:eve@evil.example",
    "mailto:-oProxy@example.org?body=a%00b",
];

/// The kinds of mail that a link can come in, and what of them is looked at.
fn kinds() -> Vec<(&'static str, String)> {
    let each = |line: fn(&str) -> String| LINKS.map(line).concat();
    let escaped = |link: &str| format!("{}\\n\\n", link.replace([';', ','], "%2c"));
    let html = each(|link| format!("<p><a href=\"{link}\">https://bank.example/login</a></p>\r\n"));
    let event = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Party\r\nDTSTART:20260303T110000Z\r\n\
         URL:{}\r\nLOCATION:{}\r\nDESCRIPTION:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        LINKS[3],
        LINKS[6],
        LINKS.map(escaped).concat()
    );
    let card = LINKS
        .map(|link| format!("URL:{link}\r\nEMAIL:{link}\r\n"))
        .concat();
    let report = "Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; joe@example.org\r\n\
        Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 see ";
    let part =
        |media: &str, text: &str| format!("Content-Type: {media}; charset=utf-8\r\n\r\n{text}");
    let parts = |kind: &str, parts: &[String]| {
        let parts: Vec<_> = parts
            .iter()
            .map(|part| format!("--b\r\n{part}\r\n"))
            .collect();
        let parts = parts.concat();
        format!("Content-Type: multipart/{kind}; boundary=b\r\n\r\n{parts}--b--\r\n")
    };
    let plain = each(|link| format!("Go to {link} now.\r\n\r\n"));
    let flowed = each(|link| format!("> Go to \r\n> <{link}> \r\n> now.\r\n\r\n"));
    let short = part("text/html", "<p>Hello</p>");
    vec![
        ("plain text", part("text/plain", &plain)),
        ("flowed text", part("text/plain; format=flowed", &flowed)),
        ("HTML", part("text/html", &html)),
        (
            "two texts",
            parts(
                "alternative",
                &[part("text/plain", &plain), part("text/html", &html)],
            ),
        ),
        (
            "more HTML",
            parts("mixed", &[short, part("text/html", &html)]),
        ),
        (
            "an invitation",
            part("text/calendar; method=REQUEST", &event),
        ),
        (
            "a contact",
            parts(
                "mixed",
                &[
                    part("text/plain", "Hello"),
                    part(
                        "text/vcard",
                        &format!("BEGIN:VCARD\r\nFN:Eve\r\n{card}END:VCARD\r\n"),
                    ),
                ],
            ),
        ),
        (
            "a bounce",
            parts(
                "report; report-type=delivery-status",
                &[
                    part("text/plain", &plain),
                    part("message/delivery-status", &format!("{report}{}", LINKS[3])),
                ],
            ),
        ),
        (
            "a mail in a mail",
            parts(
                "mixed",
                &[format!(
                    "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n{}",
                    part("text/html", &html)
                )],
            ),
        ),
    ]
}

/// What was handed to the opener so far.
fn followed(world: &World) -> Vec<String> {
    let uri = |effect: &Effect| match effect {
        Effect::Follow(target) => Some(target.uri().to_owned()),
        _ => None,
    };
    world.asked.iter().filter_map(uri).collect()
}

/// The host of a web address, and whether something stands before it that could be taken for one.
fn host(uri: &str) -> Option<(&str, bool)> {
    let rest = uri
        .strip_prefix("https://")
        .or(uri.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next().unwrap();
    let host = authority.rsplit('@').next().unwrap();
    let name = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|octet| octet.is_ascii_digit()));
    Some((name.map_or(host, |(name, _)| name), authority.contains('@')))
}

/// Whether an address is one that no user may be led to by a single key.
fn is_a_trick(uri: &str) -> bool {
    host(uri).is_some_and(|(host, disguised)| {
        let is_near = ["127.", "192.168.", "localhost", "[::1]"]
            .iter()
            .any(|near| host.starts_with(near));
        disguised || is_near || host == "router.local" || host.contains("xn--")
    })
}

#[track_caller]
fn may_leave(uri: &str, kind: &str) {
    let known = ["http://", "https://", "mailto:"];
    assert!(
        known.iter().any(|scheme| uri.starts_with(scheme)),
        "{kind}: {uri}"
    );
    assert!(
        uri.bytes()
            .all(|octet| octet.is_ascii_graphic() && octet != b'\''),
        "{kind}: {uri}"
    );
    let lower = uri.to_ascii_lowercase();
    for word in ["attach", "bcc=", "%0d", "%0a", "%00"] {
        assert!(
            !(lower.starts_with("mailto:") && lower.contains(word)),
            "{kind}: {uri}"
        );
    }
}

/// Opens every link of the open mail, with a yes to every question: how many left, and how many only then.
fn follow_all(world: &mut World, kind: &str) -> (usize, usize) {
    let (mut left, mut asked) = (0, 0);
    for number in 1.. {
        world.press("o");
        world.type_text(&number.to_string());
        if !world.screen().contains(&format!("▌[{number}]")) {
            world.press("Esc");
            break;
        }
        let before = followed(world).len();
        world.press("Enter");
        let at_once = followed(world).len() > before;
        if !at_once && world.model.popup.is_some() {
            let screen = world.screen();
            assert!(screen.contains("yes, open it"), "{kind}: {screen}");
            world.press("y");
        }
        let all = followed(world);
        let Some(uri) = all.get(before) else { continue };
        assert_eq!(all.len(), before + 1, "{kind}: {uri}");
        may_leave(uri, kind);
        assert!(
            !(at_once && is_a_trick(uri)),
            "{kind}: {uri} was not asked about"
        );
        left += 1;
        asked += usize::from(!at_once);
    }
    (left, asked)
}

#[test]
fn of_hostile_links_in_mails_of_every_kind_only_web_and_mail_addresses_leave() {
    for (kind, mail) in kinds() {
        let mut world = World::new(120, 40, &[]);
        let head = "From: Eve <eve@evil.example>\r\nSubject: links\r\nMIME-Version: 1.0\r\n";
        world.arrive_as("links", format!("{head}{mail}").as_bytes());
        world.press("Enter");
        let (mut left, mut asked) = follow_all(&mut world, kind);
        if kind == "two texts" {
            world.press("zh");
            let (more, asked_more) = follow_all(&mut world, kind);
            assert!(more > 10 && asked_more > 10, "{kind}: {more}, {asked_more}");
            (left, asked) = (left + more, asked + asked_more);
        }
        let few = ["an invitation", "a contact"].contains(&kind);
        // A card shows one address of many.
        let (least, least_asked) = if few { (1, 0) } else { (10, 6) };
        assert!(
            left >= least && asked >= least_asked,
            "{kind}: {left} left, {asked} asked about"
        );
    }
}
