//! Recurrence rules of calendars in words (RFC 5545, section 3.3.10).

use calcard::common::PartialDateTime;
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
pub(super) fn words(rule: &ICalendarRecurrenceRule, start: Option<&PartialDateTime>) -> String {
    let hours = hours(rule, start);
    let months: Vec<String> = rule
        .bymonth
        .iter()
        .filter_map(|month| name(month.month()))
        .collect();
    let month_days = rule.bymonthday.iter().map(|day| month_day(*day)).collect();
    let further = if has_more(rule, hours.is_empty()) {
        ", with further conditions"
    } else {
        ""
    };
    let until = rule.until.as_ref().and_then(moments::day);
    [
        frequency(rule),
        after(" on ", days(rule)),
        after(" on ", list(month_days)),
        after(
            " on ",
            list(rule.byyearday.iter().map(|day| year_day(*day)).collect()),
        ),
        after(
            " in ",
            list(rule.byweekno.iter().map(|week| year_week(*week)).collect()),
        ),
        after(" in ", list(months)),
        after(" at ", list(hours)),
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
    let places: Vec<i16> = rule
        .bysetpos
        .iter()
        .filter_map(|place| i16::try_from(*place).ok())
        .collect();
    let place = match places.as_slice() {
        [place] if rule.byday.len() == 1 => Some(*place),
        _ => None,
    };
    let days = list(rule.byday.iter().map(|day| week_day(*day, place)).collect());
    if !picks_of_days(rule) || place.is_some() {
        return days;
    }
    let places = list(places.into_iter().map(ordinal).collect());
    format!("the {places} of {days}")
}

/// Whether `BYSETPOS` picks among weekdays and nothing else.
fn picks_of_days(rule: &ICalendarRecurrenceRule) -> bool {
    let is_small = |place: &i32| i16::try_from(*place).is_ok();
    !rule.bysetpos.is_empty()
        && rule.bysetpos.iter().all(is_small)
        && !rule.byday.is_empty()
        && rule.bymonthday.is_empty()
        && rule.byyearday.is_empty()
        && rule.byhour.len() <= 1
        && rule.byminute.len() <= 1
}

/// The times of a day, on the clock of the place that the event was written for; none where they are too many, or to
/// the second. A minute that is not said is that of the start.
fn hours(rule: &ICalendarRecurrenceRule, start: Option<&PartialDateTime>) -> Vec<String> {
    const MAX_TIMES: usize = 12;
    let minutes = match rule.byminute.as_slice() {
        [] => start.and_then(|start| start.minute).into_iter().collect(),
        minutes => minutes.to_vec(),
    };
    let is_sayable = matches!(rule.bysecond.as_slice(), [] | [0])
        && rule.byhour.len() * minutes.len() <= MAX_TIMES;
    let hours = rule.byhour.iter().filter(|_| is_sayable);
    let times = hours.flat_map(|hour| minutes.iter().map(move |minute| (hour, minute)));
    times
        .map(|(hour, minute)| format!("{hour:02}:{minute:02}"))
        .collect()
}

fn year_day(day: i16) -> String {
    match day {
        -1 => "the last day of the year".to_owned(),
        _ => format!("the {} day of the year", ordinal(day)),
    }
}

fn year_week(week: i8) -> String {
    match week {
        ..0 => format!("the {} week of the year", ordinal(week.into())),
        _ => format!("week {week}"),
    }
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

/// Whether the rule says more than its words.
fn has_more(rule: &ICalendarRecurrenceRule, tells_no_hours: bool) -> bool {
    let has_times =
        !rule.byhour.is_empty() || !rule.byminute.is_empty() || !rule.bysecond.is_empty();
    has_times && tells_no_hours || !rule.bysetpos.is_empty() && !picks_of_days(rule)
}
