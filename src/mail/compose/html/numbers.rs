//! Numbers the links of a page in the order in which they are read, those that are only text too. Where a text is the
//! address that it leads to, the number is not shown.

use crate::mail::Role;
use crate::mail::article::{Block, Run};
use crate::mail::compose::html::runs_of;
use crate::mail::compose::html::walk::Use;
use crate::mail::links::{Links, find, says_itself, target};

/// The numbers so far.
pub(super) struct Numbers<'l> {
    links: &'l mut Links,
    uses: Vec<Counted<'l>>,
}

struct Counted<'l> {
    used: &'l Use,
    /// Pieces of text left that belong to it: the number stands behind the last.
    pieces: usize,
    place: Place,
}

#[derive(Clone, Copy)]
enum Place {
    NotAsked,
    /// Among the links.
    At(usize),
    /// There are too many links.
    Nowhere,
}

impl<'l> Numbers<'l> {
    /// Looks through the blocks whose links are to be numbered.
    pub(super) fn of(blocks: &mut [Block], uses: &'l [Use], links: &'l mut Links) -> Self {
        let counted = |used| Counted {
            used,
            pieces: 0,
            place: Place::NotAsked,
        };
        let mut uses: Vec<Counted<'l>> = uses.iter().map(counted).collect();
        for runs in blocks.iter_mut().flat_map(|block| runs_of(&mut block.kind)) {
            for run in &*runs {
                if let Some(counted) = run.link.and_then(|link| uses.get_mut(link)) {
                    counted.pieces += 1;
                }
            }
        }
        Self { links, uses }
    }

    /// The runs of one block with the numbers of links in them.
    pub(super) fn numbered(&mut self, runs: Vec<Run>) -> Vec<Run> {
        let mut done = Vec::with_capacity(runs.len());
        for run in runs {
            match run.link.and_then(|link| self.uses.get_mut(link)) {
                Some(counted) => numbered_use(counted, self.links, run, &mut done),
                None => self.with_links(run, &mut done),
            }
        }
        done
    }

    /// Adds a run whose text may name links.
    fn with_links(&mut self, run: Run, runs: &mut Vec<Run>) {
        let mut done = 0;
        for range in find(&run.text) {
            let url = &run.text[range.clone()];
            let Some(number) = self.links.number(&target(url)) else {
                continue;
            };
            if done < range.start {
                runs.push(Run::new(run.role, &run.text[done..range.start]));
            }
            done = range.end;
            let link = Some(number - 1);
            runs.push(Run {
                role: Role::Link,
                text: url.to_owned(),
                link,
            });
        }
        if done == 0 {
            runs.push(run);
        } else if done < run.text.len() {
            runs.push(Run::new(run.role, &run.text[done..]));
        }
    }
}

fn numbered_use(counted: &mut Counted<'_>, links: &mut Links, run: Run, runs: &mut Vec<Run>) {
    if let Place::NotAsked = counted.place {
        counted.place = place(counted.used, links);
    }
    let link = match counted.place {
        Place::At(place) => Some(place),
        Place::NotAsked | Place::Nowhere => None,
    };
    counted.pieces = counted.pieces.saturating_sub(1);
    if !run.text.is_empty() {
        runs.push(Run { link, ..run });
    }
    if let (0, Some(place)) = (counted.pieces, link) {
        let number = number_of(place);
        if !says_itself(&counted.used.said, &counted.used.url) && runs.last() != Some(&number) {
            links.show_number(place + 1);
            runs.push(number);
        }
    }
}

fn place(used: &Use, links: &mut Links) -> Place {
    let Some(number) = links.number(&used.url) else {
        return Place::Nowhere;
    };
    links.call(number, &used.said);
    links.end(number);
    Place::At(number - 1)
}

fn number_of(place: usize) -> Run {
    Run {
        role: Role::LinkNumber,
        text: format!(" [{}]", place + 1),
        link: Some(place),
    }
}
