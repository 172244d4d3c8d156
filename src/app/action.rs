//! THE TABLE: every action with its name, keys, scope, group and words. All else is derived from it.

/// Where an action's keys work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// In every pane.
    Everywhere,
    /// In the message list.
    List,
    /// In an open mail.
    Reader,
    /// In the side bar.
    Folders,
    /// On the screen "On the server".
    Server,
    /// In a popup.
    Popup,
}

impl Scope {
    /// Its name in `[keys.NAME]`; `Everywhere` is `[keys]` itself.
    pub const ALL: &[(Scope, &str)] = &[
        (Scope::Everywhere, "everywhere"),
        (Scope::List, "list"),
        (Scope::Reader, "reader"),
        (Scope::Folders, "folders"),
        (Scope::Server, "server"),
        (Scope::Popup, "popup"),
    ];

    /// Its name in the config.
    pub fn name(self) -> &'static str {
        // Every scope stands in ALL; a test holds that.
        Self::ALL
            .iter()
            .find(|(scope, _)| *scope == self)
            .map_or("", |(_, name)| name)
    }
}

/// Under which heading the help shows an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Getting about.
    Move,
    /// Doing something to mail.
    Act,
    /// In an open mail.
    Read,
    /// To a folder.
    Go,
    /// On the screen "On the server".
    Server,
    /// The program itself.
    Program,
    /// In a popup.
    Popup,
}

impl Group {
    /// In the order of the help.
    pub const ALL: &[(Group, &str)] = &[
        (Group::Move, "Move"),
        (Group::Act, "Act on this mail, or on all marked"),
        (Group::Read, "Read"),
        (Group::Go, "Go"),
        (Group::Server, "On the server"),
        (Group::Program, "Program"),
        (Group::Popup, "In a popup"),
    ];
}

/// One row of the table.
#[derive(Debug)]
pub struct ActionSpec {
    /// The action.
    pub action: Action,
    /// Its name in the config and in `poptui keys`.
    pub name: &'static str,
    /// Where its keys work.
    pub scopes: &'static [Scope],
    /// Its heading.
    pub group: Group,
    /// Its default keys, as people write them.
    pub keys: &'static [&'static str],
    /// What it does, in at most 60 columns.
    pub words: &'static str,
    /// One or two words for the hint row.
    pub hint: &'static str,
}

/// Makes the enum and the table from one list, so that neither can lack a row of the other.
macro_rules! actions {
    ($($variant:ident $name:literal [$($scope:ident)+] $group:ident [$($key:literal)+] $words:literal $hint:literal;)+) => {
        /// What the user can ask.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $words] $variant,)+
        }

        /// The table itself, in the order of the help.
        pub const ACTIONS: &[ActionSpec] = &[
            $(ActionSpec {
                action: Action::$variant,
                name: $name,
                scopes: &[$(Scope::$scope),+],
                group: Group::$group,
                keys: &[$($key),+],
                words: $words,
                hint: $hint,
            },)+
        ];
    };
}

actions! {
    Next             "next"              [List Reader Folders Server] Move ["j" "↓"] "next row; in a mail, a line down" "next";
    Previous         "previous"          [List Reader Folders Server] Move ["k" "↑"] "previous row; in a mail, a line up" "previous";
    HalfPageDown     "half-page-down"    [List Reader Folders Server] Move ["^D"] "half a page down" "half page";
    HalfPageUp       "half-page-up"      [List Reader Folders Server] Move ["^U"] "half a page up" "half page up";
    PageDown         "page-down"         [List Reader Folders Server] Move ["PgDn" "^F"] "a page down" "page";
    PageUp           "page-up"           [List Reader Folders Server] Move ["PgUp" "^B"] "a page up" "page up";
    First            "first"             [List Reader Folders Server] Move ["gg" "Home"] "to the newest mail, or the top" "top";
    Last             "last"              [List Reader Folders Server] Move ["G" "End"] "to the oldest mail, or the end" "end";
    NextUnread       "next-unread"       [Everywhere] Move ["Tab"] "next unread mail" "next unread";
    PreviousUnread   "previous-unread"   [Everywhere] Move ["S-Tab"] "previous unread mail" "previous unread";
    Open             "open"              [List Folders Server] Move ["Enter" "l" "→"] "open" "open";
    Back             "back"              [Reader Folders Server] Move ["q" "h" "←" "Esc"] "back to the list" "back";
    ToFolders        "to-folders"        [List] Move ["h" "←"] "to the folders" "folders";
    PaneFolders      "pane-folders"      [Everywhere] Move ["1"] "to the folders, from anywhere" "folders";
    PaneList         "pane-list"         [Everywhere] Move ["2"] "to the list of messages, from anywhere" "messages";
    PaneReader       "pane-reader"       [Everywhere] Move ["3"] "to the mail itself, from anywhere" "mail";
    NextFolder       "next-folder"       [List Folders] Move ["J"] "next folder" "next folder";
    PreviousFolder   "previous-folder"   [List Folders] Move ["K"] "previous folder" "previous folder";
    NextMail         "next-mail"         [Reader] Move ["J"] "open the next mail" "next mail";
    PreviousMail     "previous-mail"     [Reader] Move ["K"] "open the previous mail" "previous mail";
    NextInThread     "next-in-thread"    [Reader] Move ["]"] "open the next mail of this thread, in any folder" "next of thread";
    PreviousInThread "previous-in-thread" [Reader] Move ["["] "open the previous mail of this thread" "previous of thread";
    Threads          "threads"           [List] Move ["zt"] "this folder in threads, or mail by mail" "threads";
    Fold             "fold"              [List] Move ["za"] "fold this thread to one row, or unfold it" "fold";
    FoldAll          "fold-all"          [List] Move ["zM"] "fold all threads" "fold all";
    UnfoldAll        "unfold-all"        [List] Move ["zR"] "unfold all threads" "unfold all";
    PreviewDown      "preview-down"      [List] Move ["Alt-j"] "scroll the preview down" "scroll preview";
    PreviewUp        "preview-up"        [List] Move ["Alt-k"] "scroll the preview up" "scroll preview";

    Delete           "delete"            [List Reader] Act ["d"] "delete (to Trash; u takes it back)" "delete";
    DeleteForGood    "delete-for-good"   [List Reader] Act ["D"] "in Trash: delete here for good (asks first)" "delete for good";
    EmptyTrash       "empty-trash"       [List Folders] Act ["E"] "empty Trash (asks first)" "empty Trash";
    Archive          "archive"           [List Reader] Act ["a"] "archive" "archive";
    MoveTo           "move"              [List Reader] Act ["s"] "move to a folder, or to a new one" "move";
    Flag             "flag"              [List Reader] Act ["*"] "flag, or clear the flag" "flag";
    Unread           "unread"            [List Reader] Act ["U"] "mark as unread, or as read" "unread";
    FetchWhole       "fetch-whole"       [List Reader] Act ["F"] "fetch the rest of a mail that is not whole here" "fetch whole";
    Mark             "mark"              [List Server] Act ["Space"] "mark this mail and go down" "mark";
    MarkRange        "mark-range"        [List Server] Act ["V"] "mark all from the last mark to here" "mark range";
    ClearMarks       "clear-marks"       [List] Act ["Esc"] "take all marks away" "clear marks";
    Undo             "undo"              [Everywhere] Act ["u"] "undo" "undo";
    Redo             "redo"              [Everywhere] Act ["^R"] "redo" "redo";

    Page             "page"              [Reader] Read ["Space"] "a page down" "page";
    Find             "find"              [Reader] Read ["/"] "search in this mail; a capital letter counts" "search";
    NextHit          "next-hit"          [Reader] Read ["n"] "to the next hit" "next hit";
    PreviousHit      "previous-hit"      [Reader] Read ["N"] "to the previous hit" "previous hit";
    Headers          "headers"           [Reader List] Read ["H"] "all headers, or the main ones" "headers";
    Raw              "raw"               [Reader List] Read ["zr"] "the mail exactly as it came, or rendered" "raw";
    Quotes           "quotes"            [Reader List] Read ["zq"] "long quotes whole, or folded" "quotes";
    Wrap             "wrap"              [Reader List] Read ["zw"] "cut long lines at the edge, or wrap them" "wrap";
    Part             "part"              [Reader List] Read ["zh"] "the HTML of a mail, or its plain text" "text or HTML";
    OpenAttachment   "open-attachment"   [Reader] Read ["Enter"] "open an attachment with the system's program" "open file";
    SaveAttachment   "save-attachment"   [Reader List] Read ["w"] "save one attachment" "save";
    SaveAttachments  "save-attachments"  [Reader List] Read ["W"] "save all attachments" "save all";
    Pipe             "pipe"              [Reader List] Read ["|"] "pipe an attachment, or the mail, to a command" "pipe";
    Parts            "parts"             [Reader List] Read ["v"] "the parts of this mail: view, save or pipe one" "parts";
    Links            "links"             [Reader List] Read ["o"] "open a link in the browser" "links";
    Origin           "origin"            [Reader List] Read ["i"] "why is this here, and is it true?" "origin";
    Unsubscribe      "unsubscribe"       [Reader List] Read ["gu"] "leave the mailing list, write to it, see its archive" "unsubscribe";
    CopyParagraph    "copy-paragraph"    [Reader List] Read ["yp"] "copy the paragraph at the top" "paragraph";
    CopySender       "copy-sender"       [Reader List] Read ["ya"] "copy the sender's address" "address";
    CopyLink         "copy-link"         [Reader List] Read ["yl"] "copy a link" "link";
    CopyMessageId    "copy-message-id"   [Reader List] Read ["yi"] "copy the Message-ID" "Message-ID";
    CopyText         "copy-text"         [Reader List] Read ["yt"] "copy the whole text" "text";

    GoInbox          "go-inbox"          [Everywhere] Go ["gi"] "to Inbox" "inbox";
    GoArchive        "go-archive"        [Everywhere] Go ["ga"] "to Archive" "archive";
    GoTrash          "go-trash"          [Everywhere] Go ["gt"] "to Trash" "trash";
    Log              "log"               [Everywhere] Go ["gl"] "what happened: the messages of this session" "log";
    GoServer         "go-server"         [Everywhere] Go ["gO"] "on the server: what lies there, and when it goes" "on the server";

    DeleteThere      "delete-on-server"  [Server] Server ["d"] "delete there with the next fetch (u takes it back)" "delete there";
    FreeSpace        "free-space"        [Server] Server ["f"] "make room: the largest first, after a preview" "free space";

    Fetch            "fetch"             [Everywhere] Program ["F5" "$"] "fetch new mail" "fetch";
    Cancel           "cancel"            [Everywhere] Program ["^C"] "stop fetching; what has arrived stays" "stop";
    Help             "help"              [Everywhere] Program ["?"] "this help" "help";
    Redraw           "redraw"            [Everywhere] Program ["^L"] "draw the screen anew" "redraw";
    Suspend          "suspend"           [Everywhere] Program ["^Z"] "back to the shell; fg returns" "suspend";
    Leave            "leave"             [List] Program ["q"] "leave poptui" "quit";
    Quit             "quit"              [Everywhere] Program ["Q"] "leave poptui from anywhere" "quit";

    PopupNext        "popup-next"        [Popup] Popup ["↓" "^N" "Tab"] "next" "next";
    PopupPrevious    "popup-previous"    [Popup] Popup ["↑" "^P" "S-Tab"] "previous" "previous";
    PopupPageDown    "popup-page-down"   [Popup] Popup ["PgDn" "^F"] "a page down" "page";
    PopupPageUp      "popup-page-up"     [Popup] Popup ["PgUp" "^B"] "a page up" "page up";
    PopupChoose      "popup-choose"      [Popup] Popup ["Enter"] "take it" "choose";
    PopupCopy        "popup-copy"        [Popup] Popup ["^Y"] "copy this row; of a link, its address" "copy";
    PopupSave        "popup-save"        [Popup] Popup ["^S"] "save this file" "save";
    PopupPipe        "popup-pipe"        [Popup] Popup ["|"] "pipe this file to a command" "pipe";
    PopupClose       "popup-close"       [Popup] Popup ["Esc" "^C"] "close" "close";
}

impl Action {
    /// Its row.
    pub fn spec(self) -> &'static ActionSpec {
        // The macro makes the rows in the order of the variants; a test holds that.
        &ACTIONS[self as usize]
    }

    /// The action of this name.
    pub fn named(name: &str) -> Option<Self> {
        ACTIONS
            .iter()
            .find(|spec| spec.name == name)
            .map(|spec| spec.action)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_finds_its_own_row_and_its_own_name() {
        for spec in ACTIONS {
            assert_eq!(spec.action.spec().name, spec.name);
            assert_eq!(Action::named(spec.name), Some(spec.action));
        }
    }

    #[test]
    fn names_are_kebab_case_and_words_fit_sixty_columns() {
        for spec in ACTIONS {
            assert!(
                spec.name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '-'),
                "{}",
                spec.name
            );
            assert!(spec.words.chars().count() <= 60, "{}", spec.name);
            assert!(!spec.hint.is_empty());
        }
    }

    #[test]
    fn every_scope_and_every_group_has_a_name() {
        for spec in ACTIONS {
            assert!(spec.scopes.iter().all(|scope| !scope.name().is_empty()));
            assert!(Group::ALL.iter().any(|(group, _)| *group == spec.group));
        }
    }
}
