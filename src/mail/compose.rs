//! Makes the article of a mail from its parts: which text is shown, what it says as blocks, what is to be noted.

mod enclosed;
pub(super) mod head;
pub(super) mod html;
pub(in crate::mail) mod plain;
mod plain_lines;
mod plain_patch;
mod plain_quotes;
mod plain_shape;
mod when;

use std::sync::Arc;
use std::time::Duration;

use crate::mail::article::{Article, Block, Kind, Lines, Run};
use crate::mail::compose::html::Html;
pub(in crate::mail) use crate::mail::compose::html::text_of_html;
use crate::mail::invisible::{Kind as CharKind, kind_of};
use crate::mail::links::Links;
use crate::mail::{Flow, Following, HeadOnly, Lead, Message, Preferred, Role, SafeText, Show};

/// What one text of a mail comes to. Its links are in the [`crate::mail::links::Links`] that it was composed with.
#[derive(Debug, Default)]
pub(super) struct Composed {
    /// From top to bottom.
    pub(super) blocks: Vec<Block>,
    /// What the reader should know: `3 trackers and 12 remote images blocked`, `hidden text left out`.
    pub(super) notes: Vec<String>,
}

/// The texts of a mail, shared with all that is made of them.
#[derive(Debug, Default)]
pub(super) struct Texts {
    plain: Option<Arc<String>>,
    html: Option<Html>,
    following: Vec<Following>,
    partless: Option<Arc<String>>,
}

impl Texts {
    /// Copies of them.
    pub(super) fn of(message: &Message) -> Self {
        let shared = |text: &String| Arc::new(text.clone());
        Self {
            plain: message
                .around
                .as_ref()
                .or(message.plain.as_ref())
                .map(shared),
            html: message.html.as_ref().map(shared).map(Html::new),
            following: message.following.clone(),
            partless: message.partless.as_ref().map(shared),
        }
    }

    /// The texts themselves; the message is left without them.
    pub(super) fn out_of(message: &mut Message) -> Self {
        let following = std::mem::take(&mut message.following);
        let plain = message.plain.take();
        Self {
            plain: message.around.take().or(plain).map(Arc::new),
            html: message.html.take().map(Arc::new).map(Html::new),
            following,
            partless: message.partless.take().map(Arc::new),
        }
    }

    /// Whether the parts are there that the mail announces.
    pub(super) fn has_parts(&self) -> bool {
        self.partless.is_none()
    }

    /// Takes the HTML for the beginning of one; `false` if there is nothing to read in that.
    pub(super) fn begin_html(&mut self) -> bool {
        let Some(html) = &mut self.html else {
            return false;
        };
        html.is_beginning = true;
        filled(Some(html.stripped())).is_some()
    }

    fn filled_html(&self) -> Option<&Html> {
        self.html
            .as_ref()
            .filter(|html| filled(Some(html.source())).is_some())
    }

    /// What is shown, if there is anything to choose from or not.
    pub(super) fn shown(&self, lead: Lead, wanted: Preferred) -> Option<Preferred> {
        let only = match (filled(self.plain.as_ref()), self.filled_html()) {
            (None, None) => return None,
            (None, Some(_)) => Preferred::Html,
            (Some(_), _) => Preferred::Plain,
        };
        Some(self.choice(lead, wanted).unwrap_or(only))
    }

    /// Whether all that the plain text says is that there is HTML: `This mail must be viewed in HTML mode.`
    fn is_excuse(&self) -> bool {
        /// Octets of the longest excuse.
        const LONGEST: usize = 300;
        let text = self.plain.as_ref().map_or("", |text| text.trim());
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        text.len() <= LONGEST && words.any(|word| word.eq_ignore_ascii_case("html"))
    }

    /// What is shown where there is a choice.
    pub(super) fn choice(&self, lead: Lead, wanted: Preferred) -> Option<Preferred> {
        let both = filled(self.plain.as_ref()).is_some() && self.filled_html().is_some();
        let chosen = match (wanted, lead) {
            (Preferred::Auto, _) if self.is_excuse() => Preferred::Html,
            (Preferred::Auto, Lead::Html) | (Preferred::Html, _) => Preferred::Html,
            (Preferred::Auto, Lead::Plain) | (Preferred::Plain, _) => Preferred::Plain,
        };
        both.then_some(chosen)
    }
}

/// The octets of a mail as an article.
pub(super) fn raw(octets: Arc<Vec<u8>>) -> Article {
    let kind = if octets.is_empty() {
        Kind::Text(vec![Run::new(Role::Note, "▪ This mail has no octets.")])
    } else {
        Kind::Lines(Lines::Octets(octets))
    };
    Article {
        blocks: vec![of_kind(kind)],
        ..Article::default()
    }
}

/// The article of a mail. It says something, whatever the mail says.
pub(super) fn article(message: &Message, texts: &Texts, show: &Show) -> Article {
    let mut body = Body::default();
    body.take(message, texts, show);
    let notes = notes(message, &body, show.rest.is_none());
    Article {
        blocks: body.blocks,
        links: body.links.into_list(),
        notes,
    }
}

/// The text of a mail and what there is to say about it.
#[derive(Default)]
struct Body {
    blocks: Vec<Block>,
    links: Links,
    notes: Vec<String>,
}

impl Body {
    /// Plain text is preferred, unless there is nothing in it or it is the footer of the HTML; never nothing at all.
    fn take(&mut self, message: &Message, texts: &Texts, show: &Show) {
        let (plain, html) = (filled(texts.plain.as_ref()), texts.filled_html());
        let shown = texts.shown(message.lead, show.part);
        self.take_cards(message, show);
        match (plain, html) {
            (Some(plain), Some(html)) if shown == Some(Preferred::Html) => {
                self.take_html(html, html::BUDGET);
                self.take_more_html(&texts.following, html::BUDGET);
                if message.lead == Lead::Html {
                    self.take_plain(plain, message.flow);
                }
            }
            (Some(plain), _) => self.take_plain(plain, message.flow),
            (None, html) => {
                if let Some(html) = html {
                    self.take_html(html, html::BUDGET);
                }
                self.take_more_html(&texts.following, html::BUDGET);
            }
        }
        let (above, below) = around_mails(message, &texts.following);
        self.take_more_plain(above);
        if let (true, Some(text)) = (self.is_blank(), filled(texts.partless.as_ref())) {
            self.take_plain(text, Flow::Fixed);
            self.notes
                .push("the parts of this mail are missing".to_owned());
        }
        let rest = show.rest.as_ref().map(HeadOnly::sentence);
        if message.enclosed.is_empty() && self.is_blank() {
            let nothing = match rest {
                Some(rest) => format!("▪ {rest}"),
                None if message.attachments.is_empty() => {
                    "▪ There is no text in this mail; the raw view shows it as it came.".into()
                }
                None => "▪ There is no text in this mail, only what is attached.".into(),
            };
            self.blocks = vec![of_kind(Kind::Text(vec![Run::new(Role::Note, nothing)]))];
        } else {
            // Some servers send lines that were not asked for.
            self.notes.extend(rest);
        }
        enclosed::add(self, &message.enclosed, show);
        self.take_footer(below);
    }

    /// What parts of the mail mean, above its text.
    fn take_cards(&mut self, message: &Message, show: &Show) {
        for mut card in message.cards(&show.zone) {
            for (_, value) in &mut card.rows {
                *value = self.numbered(std::mem::take(value));
            }
            self.blocks.push(of_kind(Kind::Card(card)));
            self.blocks.push(of_kind(Kind::Gap));
        }
    }

    /// Links of a card can be opened.
    fn numbered(&mut self, mut value: Vec<Run>) -> Vec<Run> {
        for run in value.iter_mut().filter(|run| run.role == Role::Link) {
            let number = self.links.number_of_plain(&run.text);
            run.link = number.map(|number| number - 1);
        }
        value
    }

    /// Adds a text below what is there.
    fn take_plain(&mut self, text: &Arc<String>, flow: Flow) {
        if filled(Some(text)).is_none() {
            return;
        }
        if !self.blocks.is_empty() {
            self.blocks.push(of_kind(Kind::Gap));
        }
        let plain = plain::plain(Arc::clone(text), flow);
        self.blocks.push(of_kind(Kind::Lines(Lines::Text(plain))));
    }

    fn take_html(&mut self, html: &Html, budget: Duration) {
        let composed = html::html(html, &mut self.links, budget);
        self.blocks.extend(composed.blocks);
        for note in composed.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
    }

    fn take_more_plain(&mut self, following: &[Following]) {
        for text in following {
            if let Following::Plain(text) = text {
                self.take_plain(text, Flow::Fixed);
            }
        }
    }

    /// Texts below the mails in a mail, which are none of theirs.
    fn take_footer(&mut self, following: &[Following]) {
        let says = |text: &Following| match text {
            Following::Plain(text) => filled(Some(text)).is_some(),
            Following::Html(_) => false,
        };
        if following.iter().any(says) {
            self.blocks.push(of_kind(Kind::Gap));
            self.blocks.push(of_kind(Kind::Rule));
        }
        self.take_more_plain(following);
    }

    fn take_more_html(&mut self, following: &[Following], budget: Duration) {
        for text in following {
            let Following::Html(html) = text else {
                continue;
            };
            let above = std::mem::take(&mut self.blocks);
            self.take_html(&Html::new(Arc::clone(html)), budget);
            let more = std::mem::replace(&mut self.blocks, above);
            if !is_blank(&more) {
                self.blocks.push(of_kind(Kind::Gap));
                self.blocks.extend(more);
            }
        }
    }

    fn is_blank(&self) -> bool {
        is_blank(&self.blocks)
    }
}

/// The further texts of a mail: those above the mails in it, and those below.
fn around_mails<'t>(
    message: &Message,
    following: &'t [Following],
) -> (&'t [Following], &'t [Following]) {
    let above = if message.enclosed.is_empty() {
        following.len()
    } else {
        message.above_mails.min(following.len())
    };
    following.split_at(above)
}

/// Whether there is nothing to see in them.
fn is_blank(blocks: &[Block]) -> bool {
    blocks.iter().all(|block| match &block.kind {
        Kind::Text(runs) | Kind::Heading(_, runs) | Kind::Fixed(runs) => runs
            .iter()
            .all(|run| SafeText::new(&run.text).as_str().trim().is_empty()),
        Kind::Rule | Kind::Gap => true,
        Kind::Table(_) | Kind::Card(_) | Kind::Lines(_) => false,
    })
}

fn of_kind(kind: Kind) -> Block {
    Block {
        kind,
        ..Block::default()
    }
}

/// The text, if there is anything to see in it.
fn filled(text: Option<&Arc<String>>) -> Option<&Arc<String>> {
    text.filter(|text| text.chars().any(shows))
}

/// Whether there is anything to see of a character.
fn shows(c: char) -> bool {
    let is_nothing = matches!(
        kind_of(c),
        CharKind::Blank
            | CharKind::Return
            | CharKind::Nothing
            | CharKind::Joiner
            | CharKind::Selector
    );
    !is_nothing && !c.is_whitespace()
}

/// What a reader must know before reading: damage, tricks, what is left out, what is attached.
/// A part that is announced in a head without its mail is not here to be saved.
fn notes(message: &Message, body: &Body, is_whole: bool) -> Vec<String> {
    let mut notes: Vec<String> = message.trouble.iter().map(ToString::to_string).collect();
    if senders(message) > 1 {
        notes.push("it names more than one sender".to_owned());
    }
    for (number, said, host) in body.links.deceptive.iter().take(3) {
        notes.push(format!("link {number} says {said} but leads to {host}"));
    }
    notes.extend(body.notes.iter().cloned());
    match message.attachments.len() * usize::from(is_whole) {
        0 => {}
        1 => notes.push("1 attachment".to_owned()),
        count => notes.push(format!("{count} attachments")),
    }
    notes
}

/// `From` fields, or mailboxes in the first: more than one is rare, and a way to show a false one.
fn senders(message: &Message) -> usize {
    let is_from = |(name, _): &&(String, String)| name.eq_ignore_ascii_case("from");
    let fields = message.headers.iter().filter(is_from).count();
    fields.max(message.envelope.from.len())
}
