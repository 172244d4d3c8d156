//! Time zones that a calendar describes itself (VTIMEZONE, RFC 5545, 3.6.5), for names that nobody knows.

use calcard::common::PartialDateTime;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarValue, ICalendarWeekday,
};
use jiff::civil::{Date, DateTime, Weekday};

/// Rules of one zone looked at.
const MAX_RULES: usize = 50;

/// The zones that a calendar names or describes.
pub(super) struct Zones<'c> {
    /// Those known by name: of the IANA, of Windows.
    pub(super) named: TzResolver<&'c str>,
    calendar: &'c ICalendar,
}

impl<'c> Zones<'c> {
    pub(super) fn of(calendar: &'c ICalendar) -> Self {
        Self {
            named: calendar.build_tz_resolver(),
            calendar,
        }
    }

    /// Seconds east of UTC at this local time, in the zone that the calendar describes under this name.
    pub(super) fn described(&self, name: &str, time: DateTime) -> Option<i64> {
        let is_it = |zone: &&ICalendarComponent| {
            let id = zone.property(&ICalendarProperty::Tzid);
            id.and_then(|id| id.values.first()?.as_text()) == Some(name)
        };
        let zone = self.calendar.timezones().find(is_it)?;
        let rules = zone.component_ids.iter().take(MAX_RULES);
        let rules = rules.filter_map(|id| self.calendar.component_by_id(*id));
        let rules: Vec<Rule<'_>> = rules.filter_map(Rule::of).collect();
        let begun = rules
            .iter()
            .filter_map(|rule| Some((rule.last_onset(time)?, rule)));
        let last = begun.max_by_key(|(onset, _)| *onset).map(|(_, rule)| rule);
        let first = || rules.iter().find(|rule| rule.is_standard);
        last.or_else(first).map(|rule| rule.offset)
    }
}

/// When a part of the year begins, and how far from UTC its clocks are.
struct Rule<'c> {
    start: DateTime,
    yearly: Option<&'c ICalendarRecurrenceRule>,
    offset: i64,
    is_standard: bool,
}

impl<'c> Rule<'c> {
    fn of(part: &'c ICalendarComponent) -> Option<Self> {
        let value = |name| part.property(name)?.values.first();
        let ICalendarValue::PartialDateTime(start) = value(&ICalendarProperty::Dtstart)? else {
            return None;
        };
        let ICalendarValue::PartialDateTime(offset) = value(&ICalendarProperty::Tzoffsetto)? else {
            return None;
        };
        let yearly = match value(&ICalendarProperty::Rrule) {
            Some(ICalendarValue::RecurrenceRule(rule)) => Some(rule.as_ref()),
            _ => None,
        };
        Some(Self {
            start: local(start)?,
            yearly,
            offset: seconds(offset)?,
            is_standard: part.component_type == ICalendarComponentType::Standard,
        })
    }

    /// The last time it began before this one, this year or the year before.
    fn last_onset(&self, time: DateTime) -> Option<DateTime> {
        let years = [time.year(), time.year().checked_sub(1)?];
        let onsets = years.into_iter().filter_map(|year| self.onset(year));
        onsets.filter(|onset| *onset <= time).max()
    }

    fn onset(&self, year: i16) -> Option<DateTime> {
        let Some(rule) = self.yearly else {
            return Some(self.start);
        };
        let month = rule
            .bymonth
            .first()
            .map_or(self.start.month(), |month| month.month().cast_signed());
        let day = match rule.byday.first() {
            Some(day) => {
                let place = i8::try_from(day.ordwk.unwrap_or(1)).ok()?;
                let first = Date::new(year, month, 1).ok()?;
                first
                    .nth_weekday_of_month(place, weekday(day.weekday))
                    .ok()?
            }
            None => Date::new(year, month, self.start.day()).ok()?,
        };
        let onset = day.to_datetime(self.start.time());
        (onset >= self.start).then_some(onset)
    }
}

/// A date and time as written; a date alone is its midnight.
pub(super) fn local(time: &PartialDateTime) -> Option<DateTime> {
    let part = |part: Option<u8>| i8::try_from(part.unwrap_or(0)).ok();
    let year = i16::try_from(time.year?).ok()?;
    let second = part(time.second)?.min(59);
    DateTime::new(
        year,
        part(time.month)?,
        part(time.day)?,
        part(time.hour)?,
        part(time.minute)?,
        second,
        0,
    )
    .ok()
}

fn seconds(offset: &PartialDateTime) -> Option<i64> {
    let minutes = i64::from(offset.tz_hour?) * 60 + i64::from(offset.tz_minute.unwrap_or(0));
    Some(if offset.tz_minus {
        -minutes * 60
    } else {
        minutes * 60
    })
}

fn weekday(day: ICalendarWeekday) -> Weekday {
    match day {
        ICalendarWeekday::Monday => Weekday::Monday,
        ICalendarWeekday::Tuesday => Weekday::Tuesday,
        ICalendarWeekday::Wednesday => Weekday::Wednesday,
        ICalendarWeekday::Thursday => Weekday::Thursday,
        ICalendarWeekday::Friday => Weekday::Friday,
        ICalendarWeekday::Saturday => Weekday::Saturday,
        ICalendarWeekday::Sunday => Weekday::Sunday,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Ours\n\
        BEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\n\
        BEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\n\
        END:VTIMEZONE\nEND:VCALENDAR\n";

    #[test]
    fn a_zone_is_as_its_calendar_describes_it() {
        let calendar = ICalendar::parse(ZONE).unwrap();
        let zones = Zones::of(&calendar);
        let at = |month, day, hour| {
            zones.described("Ours", DateTime::constant(2026, month, day, hour, 0, 0, 0))
        };
        assert_eq!(at(1, 1, 12), Some(3_600));
        assert_eq!((at(3, 29, 1), at(3, 29, 3)), (Some(3_600), Some(7_200)));
        assert_eq!((at(10, 25, 2), at(10, 25, 4)), (Some(7_200), Some(3_600)));
        assert_eq!(
            zones.described("Other", DateTime::constant(2026, 1, 1, 0, 0, 0, 0)),
            None
        );
    }

    #[test]
    fn a_zone_without_rules_is_its_only_offset() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:x\nBEGIN:STANDARD\nDTSTART:20200101T000000\nTZOFFSETTO:-0330\nEND:STANDARD\nEND:VTIMEZONE\nEND:VCALENDAR\n";
        let calendar = ICalendar::parse(text).unwrap();
        let early = DateTime::constant(1990, 1, 1, 0, 0, 0, 0);
        assert_eq!(Zones::of(&calendar).described("x", early), Some(-12_600));
    }
}
