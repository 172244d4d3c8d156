//! What a fetch is to do besides, or instead of, fetching what is new.

use crate::mail::MessageId;
use crate::store::Configured;

/// What a fetch is to do. The default is to fetch what is new, and to delete what may go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// Large mails whose head alone is here: they come whole, before anything else.
    pub whole: Vec<MessageId>,
    /// Nothing but these: a mail that was opened should not wait for all that is new.
    pub only: bool,
    /// The user, who is there, asks for this very account: log-ins that were refused before do not stand against it.
    pub asked: bool,
    /// Nothing is downloaded, deleted or noted; [`super::Report::plan`] says what would be.
    pub dry_run: bool,
    /// All accounts of the config, so that a dry run knows one again by its maildrop that has another name now. A fetch
    /// needs none: its store has taken them in.
    pub configured: Vec<Configured>,
}
