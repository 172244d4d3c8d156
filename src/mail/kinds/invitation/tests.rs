//! Calendars as mails carry them, told to a reader in Oslo.

use super::read;

fn told(event: &str, method: &str) -> (String, Vec<String>) {
    let text = format!(
        "BEGIN:VCALENDAR\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    read(&text).unwrap().told(1)
}

#[test]
fn an_invitation_says_what_when_where_who_and_how_often() {
    let (title, rows) = told(
        "SUMMARY:Team lunch\nDTSTART;TZID=America/New_York:20260303T060000\nDTEND;TZID=America/New_York:20260303T070000\n\
         RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=10\nLOCATION:Canteen\\, 2nd floor\n\
         ORGANIZER;CN=Ada:mailto:ada@example.org\nATTENDEE;PARTSTAT=ACCEPTED:mailto:joe@example.org\n\
         ATTENDEE;CN=Eve:MAILTO:eve@example.org",
        "REQUEST",
    );
    assert_eq!(title, "Invitation: Team lunch");
    assert_eq!(
        rows,
        [
            "When: Tuesday 3 March 2026, 12:00–13:00 +01",
            "Repeats: every 2 weeks on Tuesday and Thursday, 10 times",
            "Where: Canteen, 2nd floor",
            "From: Ada <ada@example.org>",
            "Guests: joe@example.org (accepted), Eve <eve@example.org>",
        ]
    );
}

#[test]
fn updates_cancellations_and_replies_are_told_apart() {
    let event = "SUMMARY:x\nDTSTART:20260303T110000Z\nATTENDEE;CN=Joe;PARTSTAT=DECLINED:mailto:joe@x.example";
    let title = |event: &str, method: &str| told(event, method).0;
    assert_eq!(title(event, "CANCEL"), "Cancelled: x");
    assert_eq!(
        title(&format!("{event}\nSTATUS:CANCELLED"), "REQUEST"),
        "Cancelled: x"
    );
    assert_eq!(
        title(&format!("{event}\nSEQUENCE:0"), "REQUEST"),
        "Invitation: x"
    );
    assert_eq!(
        title(&format!("{event}\nSEQUENCE:2"), "REQUEST"),
        "Updated invitation: x"
    );
    assert_eq!(title(event, "REPLY"), "Joe <joe@x.example> declined: x");
    assert_eq!(title(event, "COUNTER"), "Another time was proposed: x");
    assert_eq!(title(event, "PUBLISH"), "Event: x");
}

#[test]
fn zones_of_windows_whole_days_and_unknown_zones_are_told() {
    let when = |lines: &str| told(&format!("SUMMARY:x\n{lines}"), "REQUEST").1[0].clone();
    assert_eq!(
        when("DTSTART;TZID=\"W. Europe Standard Time\":20260703T120000\nDURATION:PT90M"),
        "When: Friday 3 July 2026, 11:00–12:30 +01"
    );
    assert_eq!(
        when("DTSTART;VALUE=DATE:20260303\nDTEND;VALUE=DATE:20260305"),
        "When: Tuesday 3 March 2026 – Wednesday 4 March 2026, all day"
    );
    assert_eq!(
        when("DTSTART;TZID=Somewhere:20260303T120000"),
        "When: Tuesday 3 March 2026, 12:00, in the zone \"Somewhere\", which is not known here"
    );
    assert_eq!(
        when("DTSTART:20260303T120000\nDTEND:20260303T130000"),
        "When: Tuesday 3 March 2026, 12:00–13:00, local time there"
    );
}

#[test]
fn rules_are_told_in_words() {
    for (rule, words) in [
        ("FREQ=DAILY", "every day"),
        ("FREQ=MONTHLY;BYDAY=2TU", "every month on the 2nd Tuesday"),
        (
            "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1",
            "every month on the last Friday",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=15,-1",
            "every month on the 15th and the last day",
        ),
        (
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20300101T000000Z",
            "every year on the last Sunday in March, until 1 January 2030",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=11,12,13,21,22,23,31",
            "every month on the 11th, the 12th, the 13th, the 21st, the 22nd, the 23rd and the 31st",
        ),
        ("FREQ=DAILY;BYHOUR=8", "every day at 08:00"),
        (
            "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9,16;BYMINUTE=0,30;COUNT=4",
            "every week on Monday at 09:00, 09:30, 16:00 and 16:30, 4 times",
        ),
        (
            "FREQ=DAILY;BYSECOND=5",
            "every day, with further conditions",
        ),
        (
            "FREQ=DAILY;BYMINUTE=5",
            "every day, with further conditions",
        ),
        (
            "FREQ=DAILY;BYHOUR=8;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55,59",
            "every day, with further conditions",
        ),
        (
            "FREQ=YEARLY;BYYEARDAY=100,-1",
            "every year on the 100th day of the year and the last day of the year",
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=20,-1;BYDAY=MO",
            "every year on Monday in week 20 and the last week of the year",
        ),
        (
            "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1",
            "every month on the 1st and last of Monday and Tuesday",
        ),
        (
            "FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=1",
            "every month on the 1st and the 2nd, with further conditions",
        ),
    ] {
        let (_, rows) = told(
            &format!("DTSTART:20260303T110000Z\nRRULE:{rule}"),
            "REQUEST",
        );
        assert_eq!(rows[1], format!("Repeats: {words}"));
    }
}

#[test]
fn what_is_no_calendar_or_a_bomb_is_nothing_or_something() {
    assert_eq!(read(""), None);
    assert_eq!(read("hello"), None);
    assert_eq!(read("BEGIN:VCALENDAR\nEND:VCALENDAR"), None);
    assert_eq!(read(&"BEGIN:VCALENDAR\n".repeat(50_000)), None);
    let guests = "ATTENDEE:mailto:a@b.example\n".repeat(30_000);
    let (_, rows) = told(
        &format!("DTSTART:99999999T999999Z\nRRULE:FREQ=DAILY;COUNT=99999999999\n{guests}"),
        "REQUEST",
    );
    assert!(
        rows.iter().any(|row| row.ends_with("and 29990 more")),
        "{rows:?}"
    );
}
