//! The names by which floors speak of accounts, folders and messages: the store's row numbers.

/// Defines a row number as a type of its own, so that a folder cannot be passed for a message.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);
    };
}

id!(
    /// An account: where mail comes from.
    AccountId
);
id!(
    /// A folder: where the user puts mail. Folders are shared by all accounts.
    FolderId
);
id!(
    /// A message in the store. Stable for the life of the store, never used twice.
    MessageId
);

id!(
    /// A thread: mails that refer to each other, wherever they lie. Threads that turn out to be one get one number.
    ThreadId
);
