//! Recurrence rules of calendars in words (RFC 5545, section 3.3.10).

use calcard::icalendar::{
    ICalendarDay, ICalendarFrequency, ICalendarRecurrenceRule, ICalendarWeekday,
};

use crate::mail::kinds::moments;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `every 2 weeks on Tuesday and Thursday, 10 times`
pub(super) fn words(rule: &ICalendarRecurrenceRule) -> String {
    let months: Vec<String> = rule
        .bymonth
        .iter()
        .filter_map(|month| name(month.month()))
        .collect();
    let month_days = rule.bymonthday.iter().map(|day| month_day(*day)).collect();
    let further = if has_more(rule) {
        ", with further conditions"
    } else {
        ""
    };
    let until = rule.until.as_ref().and_then(moments::day);
    [
        frequency(rule),
        after(" on ", days(rule)),
        after(" on ", list(month_days)),
        after(" in ", list(months)),
        further.to_owned(),
        match (rule.count, until) {
            (Some(1), _) => ", once".to_owned(),
            (Some(count), _) => format!(", {count} times"),
            (None, Some(day)) => format!(", until {day}"),
            (None, None) => String::new(),
        },
    ]
    .concat()
}

/// The words behind a preposition, where there are any.
fn after(preposition: &str, words: String) -> String {
    if words.is_empty() {
        words
    } else {
        format!("{preposition}{words}")
    }
}

fn frequency(rule: &ICalendarRecurrenceRule) -> String {
    let unit = match rule.freq {
        ICalendarFrequency::Yearly => "year",
        ICalendarFrequency::Monthly => "month",
        ICalendarFrequency::Weekly => "week",
        ICalendarFrequency::Daily => "day",
        ICalendarFrequency::Hourly => "hour",
        ICalendarFrequency::Minutely => "minute",
        ICalendarFrequency::Secondly => "second",
    };
    match rule.interval {
        None | Some(0 | 1) => format!("every {unit}"),
        Some(count) => format!("every {count} {unit}s"),
    }
}

fn days(rule: &ICalendarRecurrenceRule) -> String {
    // `BYDAY=TU;BYSETPOS=2` is another way to write `BYDAY=2TU`.
    let place = match rule.bysetpos.as_slice() {
        [place] if rule.byday.len() == 1 => i16::try_from(*place).ok(),
        _ => None,
    };
    list(rule.byday.iter().map(|day| week_day(*day, place)).collect())
}

fn week_day(day: ICalendarDay, place: Option<i16>) -> String {
    let name = match day.weekday {
        ICalendarWeekday::Monday => "Monday",
        ICalendarWeekday::Tuesday => "Tuesday",
        ICalendarWeekday::Wednesday => "Wednesday",
        ICalendarWeekday::Thursday => "Thursday",
        ICalendarWeekday::Friday => "Friday",
        ICalendarWeekday::Saturday => "Saturday",
        ICalendarWeekday::Sunday => "Sunday",
    };
    match day.ordwk.or(place) {
        Some(place) => format!("the {} {name}", ordinal(place)),
        None => name.to_owned(),
    }
}

fn month_day(day: i8) -> String {
    match day {
        -1 => "the last day".to_owned(),
        ..0 => format!("the {} day", ordinal(day.into())),
        _ => format!("the {}", ordinal(day.into())),
    }
}

/// `2nd`, `last`, `2nd last`
fn ordinal(number: i16) -> String {
    let count = number.unsigned_abs();
    let ending = match (count % 10, count % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    match number {
        -1 => "last".to_owned(),
        ..0 => format!("{count}{ending} last"),
        _ => format!("{count}{ending}"),
    }
}

fn name(month: u8) -> Option<String> {
    let index = usize::from(month).checked_sub(1)?;
    MONTHS.get(index).map(|&name| name.to_owned())
}

fn list(mut words: Vec<String>) -> String {
    let Some(last) = words.pop() else {
        return String::new();
    };
    if words.is_empty() {
        last
    } else {
        format!("{} and {last}", words.join(", "))
    }
}

fn has_more(rule: &ICalendarRecurrenceRule) -> bool {
    let is_place_told = rule.bysetpos.len() == 1 && rule.byday.len() == 1;
    let is_counted = !rule.byyearday.is_empty() || !rule.byweekno.is_empty();
    let is_timed =
        !rule.byhour.is_empty() || !rule.byminute.is_empty() || !rule.bysecond.is_empty();
    is_counted || is_timed || !rule.bysetpos.is_empty() && !is_place_told
}
