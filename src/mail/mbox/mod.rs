//! Mailboxes in one file, as every mail program has written them: where a mail begins, and what was done to its octets.
//!
//! RFC 4155 names the format, Rahul Dhesi's and qmail's `mbox(5)` its dialects. All of them begin a mail with a `From `
//! line. They differ in what they do to a line of the mail that begins with `From `: *mboxo* puts a `>` before it,
//! *mboxrd* does so before `>From ` and `>>From ` as well, *mboxcl* is *mboxo* with a `Content-Length`, and *mboxcl2*
//! has that alone and changes nothing. No file says which one it is: [`Survey`] tells by what is in it.
//!
//! Nothing here reads a file: [`Splitter`] is given lines and gives mails.

mod from_line;
mod marks;
mod quoting;
mod splitter;
mod survey;
#[cfg(test)]
mod tests;

pub use from_line::FromLine;
pub use marks::Marks;
pub use quoting::{Quoting, quote};
pub use splitter::{Entry, Splitter};
pub use survey::{Dialect, Survey};
