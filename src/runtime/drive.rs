//! The loop: input and results in, `update`, effects out, and one draw when the queue is empty.

use std::io;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::buffer::Buffer;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::{Instant, sleep_until};
use tokio_stream::{Stream, StreamExt as _};

use super::fetching::Fetching;
use super::hands::Hands;
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
    mut input: impl Stream<Item = Input> + Unpin,
    start: Start<C>,
    mut watch: impl FnMut(&Buffer),
) -> Result<Leave, Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
    C: Connect,
{
    let (tell, mut told) = mpsc::unbounded_channel();
    let size = terminal.size().map_err(io::Error::other)?;
    let mut model = super::model(
        &start,
        Size {
            width: size.width,
            height: size.height,
        },
    )?;
    let fetching = Fetching::new(start.accounts, start.connect);
    let mut hands = start
        .store
        .map(|store| Hands::new(store, fetching, start.downloads, tell));
    let mut effects = app::begin(&model);
    if start.fetch_at_once {
        effects.extend(app::fetch_at_once(&mut model));
    }
    let mut signals = Signals::new()?;
    let mut ticked = Instant::now();
    let leave = loop {
        match run(&mut hands, terminal, effects)? {
            Some(leave) => break leave,
            None => draw(terminal, &model, &mut watch)?,
        }
        let next = next(&mut told, &mut input, &mut signals, tick_at(&model, ticked)).await;
        effects = match next {
            Next::Gone => break Leave::Done,
            Next::Back => {
                terminal::take_again()?;
                vec![Effect::Redraw]
            }
            Next::Event(event) => {
                if matches!(event, Event::Tick(_)) {
                    ticked = Instant::now();
                }
                take(&mut model, event, &mut told)
            }
        };
    };
    if let Some(hands) = hands {
        let _ = tokio::time::timeout(PATIENCE, hands.close()).await;
    }
    Ok(leave)
}

enum Next {
    Event(Event),
    /// The terminal went away, or a signal asks to end.
    Gone,
    /// The process was stopped, by `^Z` or by others, and goes on.
    Back,
}

/// Keys first: an answer within a frame matters more than a row that arrives.
async fn next(
    told: &mut UnboundedReceiver<Event>,
    input: &mut (impl Stream<Item = Input> + Unpin),
    signals: &mut Signals,
    tick: Option<Instant>,
) -> Next {
    tokio::select! {
        biased;
        signal = signals.next() => match signal {
            Signal::End => Next::Gone,
            Signal::GoOn => Next::Back,
        },
        read = input.next() => match read {
            Some(Input::Key(key)) => Next::Event(Event::Key(key)),
            Some(Input::Paste(text)) => Next::Event(Event::Paste(text)),
            Some(Input::Resize(size)) => Next::Event(Event::Resize(size)),
            Some(Input::Gone) | None => Next::Gone,
        },
        Some(event) = told.recv() => Next::Event(event),
        () = sleep_until(tick.unwrap_or_else(Instant::now)), if tick.is_some() => Next::Event(Event::Tick(super::now())),
    }
}

/// Takes an event and all results that wait behind it, so that a held key or a flood of mail costs one frame.
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
    terminal: &mut Terminal<B>,
    model: &Model,
    watch: &mut impl FnMut(&Buffer),
) -> Result<(), Error>
where
    B: Backend,
    B::Error: std::error::Error + Send + Sync + 'static,
{
    let frame = terminal
        .draw(|frame| ui::draw(model, frame))
        .map_err(io::Error::other)?;
    watch(frame.buffer);
    Ok(())
}
