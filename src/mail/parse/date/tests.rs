//! Dates as people and programs have written them.

use super::*;

fn utc(value: &str) -> Option<String> {
    utc_of(value.as_bytes())
}

fn utc_of(value: &[u8]) -> Option<String> {
    let seconds = seconds(value)?;
    Some(jiff::Timestamp::from_second(seconds).unwrap().to_string())
}

#[test]
fn dates_are_read_as_the_rfc_writes_them() {
    for (written, meant) in [
        (
            " Mon, 23 Nov 2026 14:02:03 +0100\r\n",
            "2026-11-23T13:02:03Z",
        ),
        ("23 Nov 2026 14:02 -0330", "2026-11-23T17:32:00Z"),
        (
            "Mon, 23 Nov 2026 14:02:03 +0100 (CET (winter))",
            "2026-11-23T13:02:03Z",
        ),
        ("Mon,23 Nov 2026 14:02:60 GMT", "2026-11-23T14:02:59Z"),
        ("Fri, 21 Nov 97 09:55:06 -0600", "1997-11-21T15:55:06Z"),
        ("21 Nov 05 09:55:06 EST", "2005-11-21T14:55:06Z"),
        ("20 Nov 2005 24:00:00 +0000", "2005-11-21T00:00:00Z"),
    ] {
        assert_eq!(utc(written).as_deref(), Some(meant), "{written}");
    }
}

#[test]
fn dates_are_read_as_programs_have_written_them() {
    for (written, meant) in [
        ("Thu Dec 19 02:40:04 2002", "2002-12-19T02:40:04Z"),
        ("Mon, 23 Nov 2026 14:02:03", "2026-11-23T14:02:03Z"),
        ("Mon, 23 Nov 2026 14:02:03 UT", "2026-11-23T14:02:03Z"),
        ("Mon, 23 Nov 2026 14:02:03 +-0500", "2026-11-23T14:02:03Z"),
        ("Mon, 23 Nov 2026 14:02:03 +9999", "2026-11-23T14:02:03Z"),
        ("Monday, 23-Nov-26 14:02:03 GMT", "2026-11-23T14:02:03Z"),
        ("2026-11-23T14:02:03+01:00", "2026-11-23T13:02:03Z"),
        ("2026-11-23 14:02:03 +0100", "2026-11-23T13:02:03Z"),
        (
            "Tue, 029 Apr 2019 23:34:45 -0800 (PST)",
            "2019-04-30T07:34:45Z",
        ),
        ("Wed, 1 Jan 103 00:00:00 +0000", "2003-01-01T00:00:00Z"),
        ("Wed, 1 Jan 0003 00:00:00 +0000", "2003-01-01T00:00:00Z"),
        ("Wed, 1 Jan 003 00:00:00 +0000", "2003-01-01T00:00:00Z"),
        ("Wed Jan 1 00:00:00 0000 2003", "2003-01-01T00:00:00Z"),
    ] {
        assert_eq!(utc(written).as_deref(), Some(meant), "{written}");
    }
}

#[test]
fn what_cannot_be_believed_is_no_date() {
    for written in [
        "",
        "yesterday",
        "Mon, 31 Feb 2026 14:02:03 +0000",
        "1 Jan 1904 00:00:00 +0000",
        "1 Jan 9999 00:00:00 +0000",
        "99 99 99 99:99:99",
    ] {
        assert_eq!(utc(written), None, "{written}");
    }
    assert_eq!(seconds(&b"(".repeat(1_000_000)), None);
}

#[test]
fn dates_are_read_as_people_write_them() {
    for written in [
        "Mon, 23 Nov 2026 2:02:03 PM",
        "Mon, 23 Nov 2026 02:02:03 p.m. +0000",
        "Nov 23, 2026, 2:02:03pm",
        "November 23rd, 2026 14:02:03",
        "23. November 2026 14:02:03",
        "23.11.2026 14:02:03",
        "23.11.2026 14.02.03",
        "11/23/2026 14:02:03",
        "11-23-2026 14:02:03",
        "23/11/2026 14:02:03",
        "2026/11/23 14:02:03",
        "2026年11月23日 14:02:03",
        "Tue, 23 Nov 2026 14:02:03 +0000",
        "Xyz, 23 Nov 2026 14:02:03 +0000",
        "Mon 23 Nov 2026 14:02:03 GMT+0000",
        "Mon, 23 Nov 2026 15:02:03 GMT+0100",
        "Mon, 23 Nov 2026 15:02:03 UTC+1",
        "Mon, 23 Nov 2026 14:02:03 CET",
        "Mon, 23 Nov 2026 19:32:03 +05:30",
        "Mon, 23 Nov 2026 12:02:03 \u{2212}0200",
        "Mon, 23 Nov 2026 14:02:03 -0000",
        "Mon, 23 Nov 2026 15:12:03 +070",
        "Mon, 23 Nov 2026 14:02:03 Qx",
        "Mon, (a) 23 (b (c)) Nov 2026 14:02:03 (d",
        "\"Mon, 23 Nov 2026 14:02:03 +0000\"",
        "Mon Nov 23 14:02:03 UTC 2026",
        "Mon Nov 23 09:02:03 EST 2026",
        "Mon Nov 23 15:02:03 +0100 2026",
        "2026-11-23T14:02:03.123Z",
        "2026-11-23T16:02:03+02:00",
        "Monday, November 23, 2026 14:02:03",
        "23-Nov-2026 14:02:03",
        "23 Nov 26 14:02:03",
        "23 Nov 126 14:02:03",
    ] {
        assert_eq!(
            utc(written).as_deref(),
            Some("2026-11-23T14:02:03Z"),
            "{written}"
        );
    }
}

#[test]
fn months_have_names_in_other_languages() {
    for (written, month) in [
        ("Mo, 2 Mär 2026", 3),
        ("Di, 2. Dezember 2026", 12),
        ("lun., 2 févr. 2026", 2),
        ("mar., 2 nov. 2026", 11),
        ("martedì 2 agosto 2026", 8),
        ("mar, 2 dic 2026", 12),
        ("mar dic 2 00:00:00 2026", 12),
        ("mié, 2 ene 2026", 1),
        ("Seg, 2 Out 2026", 10),
        ("ma, 2 mei 2026", 5),
        ("tis, 2 maj 2026", 5),
        ("ti, 2 marras 2026", 11),
        ("Pn, 2 paź 2026", 10),
        ("2 czerwca 2026", 6),
        ("út, 2 červen 2026", 6),
        ("út, 2 červenec 2026", 7),
        ("Сал, 2 Ara 2026", 12),
        ("Пн, 2 ноя 2026", 11),
        ("2 мая 2026", 5),
    ] {
        let meant = format!("2026-{month:02}-02T00:00:00Z");
        assert_eq!(utc(written), Some(meant), "{written}");
    }
    assert_eq!(
        utc_of(b"lun, 2 d\xe9c 2026"),
        Some("2026-12-02T00:00:00Z".to_owned())
    );
}

#[test]
fn the_date_of_a_hop_stands_at_its_end() {
    let hop = b" from a (b; c) by d with SMTP id e;\r\n\tMon, 23 Nov 2026 14:02:03 +0100 (CET)\r\n";
    assert_eq!(of_received(hop), Some(1_795_438_923));
    assert_eq!(of_received(b"from a by d"), None);
}
