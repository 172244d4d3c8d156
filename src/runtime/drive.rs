//! The loop: input and results in, `update`, effects out, and one draw when the queue is empty.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::{Instant, sleep_until};
use tokio_stream::{Stream, StreamExt as _};

use super::fetching::Fetching;
use super::hands::Hands;
use super::hyperlinks::Hyperlinks;
use super::input::Input;
use super::signals::{Signal, Signals};
use super::{Error, Leave, Start, terminal};
use crate::app::event::Size;
use crate::app::{self, Effect, Event, Model};
use crate::fetch::Connect;
use crate::ui;

/// Events taken before the screen is drawn again, however many wait.
const BETWEEN_FRAMES: usize = 256;
/// How long the end of a fetch is waited for when the user leaves.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs the client: `input` is what a terminal tells, every finished frame is shown to `watch`. Tests run this very
/// loop on a backend in memory.
pub async fn drive<B, C>(
    terminal: &mut Terminal<B>,
    input: impl Stream<Item = Input> + Unpin,
    start: Start<C>,
    watch: impl FnMut(&Buffer),
) -> Result<Leave, Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
    C: Connect,
{
    let signals = Signals::new()?;
    let shown = Shown {
        terminal,
        links: None,
    };
    drive_until(shown, input, signals, start, watch).await
}

/// What is drawn on, and whether links are marked on it.
pub(super) struct Shown<'a, B: Backend> {
    pub(super) terminal: &'a mut Terminal<B>,
    pub(super) links: Option<Hyperlinks>,
}

/// [`drive`], with signals that were listened for before: none is missed while the store is opened.
pub(super) async fn drive_until<B, C>(
    mut shown: Shown<'_, B>,
    input: impl Stream<Item = Input> + Unpin,
    signals: Signals,
    start: Start<C>,
    watch: impl FnMut(&Buffer),
) -> Result<Leave, Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
    C: Connect,
{
    let (tell, told) = mpsc::unbounded_channel();
    let model = super::model(&start, size(shown.terminal)?)?;
    let fetching = Fetching::new(start.accounts, start.connect);
    let hands = |store| Hands::new(store, fetching, start.downloads, start.outside, tell);
    let mut hands = start.store.map(hands);
    let mut senses = Senses {
        told,
        input,
        signals,
    };
    let first = start.fetch_at_once;
    let ended = turn(&mut shown, model, first, &mut hands, &mut senses, watch).await;
    // However the loop ended: what the user did is written, what has arrived is committed.
    if let Some(hands) = hands {
        let _ = tokio::time::timeout(PATIENCE, hands.close()).await;
    }
    match ended {
        // A window that was closed is an end, whatever it is that failed first for want of it.
        Err(Error::Terminal(_)) if !io::stdout().is_terminal() => Ok(Leave::Done),
        ended => ended,
    }
}

/// Where events come from.
struct Senses<I> {
    told: UnboundedReceiver<Event>,
    input: I,
    signals: Signals,
}

/// The loop itself.
async fn turn<B, C, I>(
    shown: &mut Shown<'_, B>,
    mut model: Model,
    fetch_at_once: bool,
    hands: &mut Option<Hands<C>>,
    senses: &mut Senses<I>,
    mut watch: impl FnMut(&Buffer),
) -> Result<Leave, Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
    C: Connect,
    I: Stream<Item = Input> + Unpin,
{
    let mut effects = app::begin(&model);
    if fetch_at_once {
        effects.extend(app::fetch_at_once(&mut model));
    }
    let mut ticked = Instant::now();
    loop {
        if let Some(leave) = run(hands, shown.terminal, effects)? {
            return Ok(leave);
        }
        draw(shown, &model, &mut watch)?;
        effects = match senses.next(tick_at(&model, ticked)).await {
            Next::Gone => return Ok(Leave::Done),
            Next::Back => {
                terminal::take_again()?;
                vec![Effect::Redraw]
            }
            Next::Event(event) => {
                if matches!(event, Event::Tick(_)) {
                    ticked = Instant::now();
                }
                take(&mut model, event, &mut senses.told)
            }
        };
    }
}

fn size<B>(terminal: &Terminal<B>) -> Result<Size, Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let size = terminal.size().map_err(io::Error::other)?;
    Ok(Size {
        width: size.width,
        height: size.height,
    })
}

enum Next {
    Event(Event),
    /// The terminal went away, or a signal asks to end.
    Gone,
    /// The process was stopped, by `^Z` or by others, and goes on.
    Back,
}

impl<I: Stream<Item = Input> + Unpin> Senses<I> {
    /// Keys first: an answer within a frame matters more than a row that arrives.
    async fn next(&mut self, tick: Option<Instant>) -> Next {
        tokio::select! {
            biased;
            signal = self.signals.next() => match signal {
                Signal::End => Next::Gone,
                Signal::GoOn => Next::Back,
            },
            read = self.input.next() => match read {
                Some(Input::Key(key)) => Next::Event(Event::Key(key)),
                Some(Input::Paste(text)) => Next::Event(Event::Paste(text)),
                Some(Input::Resize(size)) => Next::Event(Event::Resize(size)),
                Some(Input::Gone) | None => Next::Gone,
            },
            Some(event) = self.told.recv() => Next::Event(event),
            () = sleep_until(tick.unwrap_or_else(Instant::now)), if tick.is_some() => {
                Next::Event(Event::Tick(super::now()))
            }
        }
    }
}

/// Takes an event and all results that wait behind it, so that a flood of mail costs one frame.
fn take(model: &mut Model, first: Event, told: &mut UnboundedReceiver<Event>) -> Vec<Effect> {
    let mut effects = app::update(model, Event::Tick(super::now()));
    effects.extend(app::update(model, first));
    for _ in 0..BETWEEN_FRAMES {
        let Ok(event) = told.try_recv() else { break };
        effects.extend(app::update(model, event));
    }
    effects
}

fn tick_at(model: &Model, last: Instant) -> Option<Instant> {
    model
        .tick()
        .map(|every| last + Duration::from_millis(every))
}

/// Starts the effects; those on the terminal itself are done here and now.
fn run<B, C>(
    hands: &mut Option<Hands<C>>,
    terminal: &mut Terminal<B>,
    effects: Vec<Effect>,
) -> Result<Option<Leave>, Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
    C: Connect,
{
    let mut leave = None;
    for effect in effects {
        match effect {
            Effect::Quit(how) => leave = Some(how),
            Effect::Redraw => terminal::clear(terminal).map_err(io::Error::other)?,
            Effect::Suspend => {
                terminal::suspend()?;
                terminal::clear(terminal).map_err(io::Error::other)?;
            }
            other => {
                if let Some(hands) = hands {
                    hands.start(other);
                }
            }
        }
    }
    Ok(leave)
}

fn draw<B>(
    shown: &mut Shown<'_, B>,
    model: &Model,
    watch: &mut impl FnMut(&Buffer),
) -> Result<(), Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let links = shown.links.as_ref();
    let frame = shown
        .terminal
        .draw(|frame| {
            ui::draw(model, frame);
            if let Some(links) = links {
                links.mark(model, frame.buffer_mut());
            }
        })
        .map_err(io::Error::other)?;
    watch(frame.buffer);
    Ok(())
}
