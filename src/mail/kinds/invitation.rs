//! Calendar parts (RFC 5545, 5546): what, when in the reader's zone, where, who, how often, and what became of it.

use std::panic::AssertUnwindSafe;

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarMethod,
    ICalendarParameterName, ICalendarParameterValue, ICalendarParticipationStatus as Answer,
    ICalendarProperty, ICalendarStatus, ICalendarValue,
};

use crate::mail::compose::text_of_html;
use crate::mail::guard::catch;
use crate::mail::kinds::facts::{Facts, Said};
use crate::mail::kinds::moments::{moment, when};
use crate::mail::kinds::recurrence;
use crate::mail::kinds::zone::Zones;

/// Guests named before `and 5 more`.
const MAX_GUESTS: usize = 10;

/// What a calendar says of its first event or task.
pub(super) fn read(text: &str) -> Option<Facts> {
    let calendar = catch(AssertUnwindSafe(|| ICalendar::parse(text)))?.ok()?;
    let is_told = |one: &&ICalendarComponent| {
        matches!(
            one.component_type,
            ICalendarComponentType::VEvent | ICalendarComponentType::VTodo
        )
    };
    let mut events = calendar.components.iter().filter(is_told);
    let event = events.next()?;
    let more = events.count();
    let zones = Zones::of(&calendar);
    let facts = Facts::new(title(&calendar, event)).about(event.uid().map(str::to_owned));
    let facts = facts.said("When", when(event, &zones));
    let facts = rows(facts, event, &zones);
    Some(facts.maybe(
        "More",
        (more > 0).then(|| format!("{more} further in the attachment")),
    ))
}

fn rows(facts: Facts, event: &ICalendarComponent, zones: &Zones<'_>) -> Facts {
    let property = |name| event.property(&name);
    let which = property(ICalendarProperty::RecurrenceId).and_then(|entry| moment(entry, zones));
    let start = property(ICalendarProperty::Dtstart).and_then(|entry| entry.values.first());
    let start = match start {
        Some(ICalendarValue::PartialDateTime(start)) => Some(start.as_ref()),
        _ => None,
    };
    let rule = property(ICalendarProperty::Rrule).and_then(|entry| entry.values.first());
    let repeats = match rule {
        Some(ICalendarValue::RecurrenceRule(rule)) => Some(recurrence::words(rule, start)),
        _ => None,
    };
    let organizer = property(ICalendarProperty::Organizer).map(who);
    let links = [ICalendarProperty::Url, ICalendarProperty::Conference];
    let link = links.iter().find_map(|name| text_of(event, name));
    facts
        .said("Only", which)
        .maybe("Repeats", repeats)
        .maybe("Where", text_of(event, &ICalendarProperty::Location))
        .said("Link", link.map(Said::Link))
        .maybe("From", organizer)
        .maybe("Guests", guests(event))
        .maybe("Comment", text_of(event, &ICalendarProperty::Comment))
        .maybe(
            "Notes",
            text_of(event, &ICalendarProperty::Description).map(as_text),
        )
}

/// Some programs write their notes in HTML.
fn as_text(notes: String) -> String {
    let lower = notes.to_ascii_lowercase();
    let is_html = ["<br>", "<br/>", "<br />", "</"]
        .iter()
        .any(|tag| lower.contains(tag));
    let text = if is_html { text_of_html(&notes) } else { notes };
    let lines = text.lines().filter(|line| !is_ornament(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// A line of signs, as calendars put it around what they add themselves.
fn is_ornament(line: &str) -> bool {
    let line = line.trim();
    line.len() > 20 && line.chars().all(|c| "-:~_=*#".contains(c))
}

fn text_of(event: &ICalendarComponent, name: &ICalendarProperty) -> Option<String> {
    let text = event.property(name)?.values.first()?.as_text()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn title(calendar: &ICalendar, event: &ICalendarComponent) -> String {
    let what = text_of(event, &ICalendarProperty::Summary).unwrap_or("(no title)".to_owned());
    let methods = calendar.components.iter().filter_map(method);
    let method = methods.into_iter().next();
    let is_task = event.component_type == ICalendarComponentType::VTodo;
    let is_cancelled = event.status() == Some(&ICalendarStatus::Cancelled);
    let what_it_is = match method {
        Some(ICalendarMethod::Cancel) => "Cancelled".to_owned(),
        _ if is_cancelled => "Cancelled".to_owned(),
        Some(ICalendarMethod::Reply) => reply(event),
        Some(ICalendarMethod::Counter) => "Another time was proposed".to_owned(),
        Some(ICalendarMethod::Declinecounter) => "The other time was not accepted".to_owned(),
        Some(ICalendarMethod::Refresh) => "Someone asks for the latest version".to_owned(),
        Some(ICalendarMethod::Add) => "More dates".to_owned(),
        _ if is_task => "Task".to_owned(),
        Some(ICalendarMethod::Request) if is_update(event) => "Updated invitation".to_owned(),
        Some(ICalendarMethod::Request) => "Invitation".to_owned(),
        _ => "Event".to_owned(),
    };
    format!("{what_it_is}: {what}")
}

fn method(component: &ICalendarComponent) -> Option<&ICalendarMethod> {
    match component
        .property(&ICalendarProperty::Method)?
        .values
        .first()?
    {
        ICalendarValue::Method(method) => Some(method),
        _ => None,
    }
}

fn is_update(event: &ICalendarComponent) -> bool {
    let sequence = event.property(&ICalendarProperty::Sequence);
    let number = sequence.and_then(|entry| entry.values.first()?.as_integer());
    number.is_some_and(|number| number > 0)
}

fn reply(event: &ICalendarComponent) -> String {
    let Some(guest) = event.property(&ICalendarProperty::Attendee) else {
        return "Reply".to_owned();
    };
    let did = match answer(guest) {
        Some(Answer::Accepted) => "accepted",
        Some(Answer::Declined) => "declined",
        Some(Answer::Tentative) => "may come",
        Some(Answer::Delegated) => "sends someone else",
        _ => "answered",
    };
    format!("{} {did}", who(guest))
}

fn answer(guest: &ICalendarEntry) -> Option<&Answer> {
    match guest.parameter(&ICalendarParameterName::Partstat)? {
        ICalendarParameterValue::Partstat(answer) => Some(answer),
        _ => None,
    }
}

/// Name and address both: a name alone is what a swindler writes.
fn who(entry: &ICalendarEntry) -> String {
    let address = entry
        .values
        .first()
        .and_then(ICalendarValue::as_text)
        .unwrap_or_default();
    let is_mail = address
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case("mailto:"));
    let address = if is_mail { &address[7..] } else { address };
    let name = entry
        .parameter(&ICalendarParameterName::Cn)
        .and_then(|name| name.as_text());
    match name
        .map(str::trim)
        .filter(|name| !name.is_empty() && *name != address)
    {
        Some(name) => format!("{name} <{address}>"),
        None => address.to_owned(),
    }
}

fn guests(event: &ICalendarComponent) -> Option<String> {
    let guests: Vec<String> = event
        .properties(&ICalendarProperty::Attendee)
        .map(guest)
        .collect();
    let named = guests.get(..guests.len().min(MAX_GUESTS))?.join(", ");
    let more = match guests.len().saturating_sub(MAX_GUESTS) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!named.is_empty()).then(|| named + &more)
}

fn guest(entry: &ICalendarEntry) -> String {
    let said = match answer(entry) {
        Some(Answer::Accepted) => " (accepted)",
        Some(Answer::Declined) => " (declined)",
        Some(Answer::Tentative) => " (perhaps)",
        _ => "",
    };
    format!("{}{said}", who(entry))
}

#[cfg(test)]
mod tests;
