//! What each role looks like: the terminal's own 16 colours, or none; never meaning by colour alone.

use ratatui::style::{Color, Modifier, Style};

use crate::app::model::Look;
use crate::app::notices::Tone;
use crate::mail::Role;

/// The roles of the frame around the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Strong,
    Dim,
    /// Rules between panes.
    Line,
    /// The title of the pane with the focus.
    Focus,
    /// The row under the cursor, in the pane with the focus.
    Cursor,
    /// The row under the cursor, in another pane.
    Resting,
    Flag,
    Mark,
    /// A key in the hint row.
    Key,
    Good,
    Warning,
    Error,
}

/// A look, applied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Theme {
    look: Look,
}

impl Theme {
    pub(super) fn new(look: Look) -> Self {
        Self { look }
    }

    pub(super) fn style(self, paint: Paint) -> Style {
        let style = Style::new();
        self.apply(match paint {
            Paint::Plain => style,
            Paint::Strong | Paint::Resting => style.add_modifier(Modifier::BOLD),
            // Never "bright black": it vanishes in Solarized.
            Paint::Dim | Paint::Line => style.add_modifier(Modifier::DIM),
            Paint::Focus => style.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            Paint::Cursor => style.add_modifier(Modifier::REVERSED),
            Paint::Flag | Paint::Warning => style.fg(Color::Yellow),
            Paint::Mark => style.fg(Color::Magenta).add_modifier(Modifier::BOLD),
            Paint::Key => style.fg(Color::Cyan),
            Paint::Good => style.fg(Color::Green),
            Paint::Error => style.fg(Color::Red).add_modifier(Modifier::BOLD),
        })
    }

    pub(super) fn tone(tone: Tone) -> Paint {
        match tone {
            Tone::Plain => Paint::Plain,
            Tone::Good => Paint::Good,
            Tone::Warning => Paint::Warning,
            Tone::Error => Paint::Error,
        }
    }

    /// What a run of a mail's text looks like.
    pub(super) fn role(self, role: Role) -> Style {
        let style = Style::new();
        self.apply(match role {
            Role::Text | Role::HeaderValue => style,
            Role::Subject | Role::Strong => style.add_modifier(Modifier::BOLD),
            Role::Heading => style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED),
            Role::HeaderName | Role::Rule | Role::Signature => style.add_modifier(Modifier::DIM),
            Role::Note => style.fg(Color::Yellow),
            Role::Quote(level) => {
                style.fg([Color::Cyan, Color::Green, Color::Blue, Color::Magenta][quote(level)])
            }
            Role::Code | Role::Added => style.fg(Color::Green),
            Role::Removed => style.fg(Color::Red),
            Role::Match => style.fg(Color::Yellow).add_modifier(Modifier::REVERSED),
            Role::Link => style.add_modifier(Modifier::UNDERLINED),
            Role::LinkNumber | Role::Attachment | Role::Hunk => style.fg(Color::Cyan),
        })
    }

    /// The hit that was gone to, among the others.
    pub(super) fn current_match(self) -> Style {
        self.role(Role::Match)
            .add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    fn apply(self, style: Style) -> Style {
        match self.look {
            Look::Colour => style,
            Look::Plain => Style {
                fg: None,
                bg: None,
                underline_color: None,
                ..style
            },
        }
    }
}

/// Four colours for all levels of quoting.
fn quote(level: u8) -> usize {
    usize::from(level.saturating_sub(1)) % 4
}

/// The sign that stands for a tone, so that it is seen without colour.
pub(super) fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "✓ ",
        Tone::Warning => "▪ ",
        Tone::Error => "✗ ",
    }
}
