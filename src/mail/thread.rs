//! Who answers whom: the tree of a conversation, as RFC 5256 (REFERENCES, steps 1 to 4) and JWZ's algorithm say.
//!
//! Subjects join nothing (step 5): two mails called "Hello" are no conversation. The order of the mails given does not
//! matter: a mail's own word on whom it answers goes before what others say of it, and of two contradicting ones the
//! older mail is believed. Nothing recurses, and time grows with mails and references, not with their square.

use std::collections::HashMap;
use std::hash::Hash;

use super::{Key, MessageId};

/// A mail of a conversation. `N` is whatever stands for a Message-ID.
#[derive(Debug, Clone)]
pub struct Member<N> {
    /// Its date and number.
    pub key: Key,
    /// Its Message-ID.
    pub name: Option<N>,
    /// The Message-IDs it refers to, the one it answers last.
    pub references: Vec<N>,
    /// Whether it is to be in the tree. One that is not ties others together all the same.
    pub shown: bool,
}

/// A mail in its place. The tree is a list of these from top to bottom: every mail behind the one it answers, answers
/// to one mail by date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The mail.
    pub key: Key,
    /// The nearest mail of the tree above it; `None` where there is none.
    pub parent: Option<MessageId>,
    /// The lines that lead to it.
    pub branch: Branch,
}

/// The lines before a mail in a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Branch {
    /// How many lines of descent lead to it: 0 at the root. Where the mail that all answer is missing, its answers are
    /// at 1.
    pub depth: usize,
    /// Of each level from 1 on, a bit: whether a further mail of that level follows below. Levels beyond 64 are left out.
    pub follows: u64,
}

impl Branch {
    /// Whether the line of this level (from 1) goes on below this row.
    pub fn goes_on(self, level: usize) -> bool {
        (1..=64).contains(&level) && self.follows >> (level - 1) & 1 == 1
    }

    fn below(self, follows: bool) -> Self {
        let bit = u32::try_from(self.depth)
            .ok()
            .and_then(|level| 1_u64.checked_shl(level));
        let bit = bit.filter(|_| follows).unwrap_or_default();
        Self {
            depth: self.depth + 1,
            follows: self.follows | bit,
        }
    }
}

/// The tree of one conversation.
pub fn tree<N: Hash + Eq + Clone>(mut members: Vec<Member<N>>) -> Vec<Placed> {
    members.sort_unstable_by_key(|member| member.key);
    let mut containers = Containers::of(&members);
    containers.link(&members);
    let above = containers.nearest_shown(&members);
    in_order(&members, &above)
}

/// A place for each mail, then one for each Message-ID that is only spoken of.
struct Containers<N> {
    /// Who has which name. Of mails of one name the oldest has it, the others are like mails without a name.
    named: HashMap<N, usize>,
    parent: Vec<Option<usize>>,
    /// For telling a loop before it is made: containers of one tree lead to one and the same number.
    tree: Vec<usize>,
}

impl<N: Hash + Eq + Clone> Containers<N> {
    fn of(members: &[Member<N>]) -> Self {
        let mut named = HashMap::new();
        for (at, member) in members.iter().enumerate() {
            if let Some(name) = &member.name {
                named.entry(name.clone()).or_insert(at);
            }
        }
        let mut count = members.len();
        for name in members.iter().flat_map(|member| &member.references) {
            named.entry(name.clone()).or_insert_with(|| {
                count += 1;
                count - 1
            });
        }
        Self {
            named,
            parent: vec![None; count],
            tree: (0..count).collect(),
        }
    }

    fn link(&mut self, members: &[Member<N>]) {
        for (at, member) in members.iter().enumerate() {
            let own = member.name.as_ref();
            let answered = member.references.iter().rev();
            let answered = answered.filter(|name| Some(*name) != own);
            // Usually the last one; the one before, where that would be a loop.
            for name in answered {
                let parent = self.named[name];
                if self.join(at, parent) {
                    break;
                }
            }
        }
        for member in members {
            for pair in member.references.windows(2) {
                let [parent, child] = [self.named[&pair[0]], self.named[&pair[1]]];
                self.join(child, parent);
            }
        }
    }

    /// Puts a container below another one, unless it is below one already or that would make a loop.
    fn join(&mut self, child: usize, parent: usize) -> bool {
        let (one, other) = (self.root(child), self.root(parent));
        if self.parent[child].is_some() || one == other {
            return false;
        }
        self.parent[child] = Some(parent);
        self.tree[one] = other;
        true
    }

    /// The number that a tree is known by; every second step is left out from then on.
    fn root(&mut self, mut at: usize) -> usize {
        while self.tree[at] != at {
            self.tree[at] = self.tree[self.tree[at]];
            at = self.tree[at];
        }
        at
    }

    /// Of each container the next one above it that holds a mail to be shown.
    fn nearest_shown(&self, members: &[Member<N>]) -> Vec<Option<usize>> {
        let is_shown = |at: usize| members.get(at).is_some_and(|member| member.shown);
        let mut nearest = self.parent.clone();
        let mut done = vec![false; nearest.len()];
        let mut path = Vec::new();
        for start in 0..nearest.len() {
            let mut at = start;
            while !done[at] {
                path.push(at);
                match self.parent[at] {
                    Some(parent) => at = parent,
                    None => done[at] = true,
                }
            }
            while let Some(at) = path.pop() {
                nearest[at] = match self.parent[at] {
                    Some(parent) if is_shown(parent) => Some(parent),
                    Some(parent) => nearest[parent],
                    None => None,
                };
                done[at] = true;
            }
        }
        nearest
    }
}

/// The shown mails from top to bottom.
fn in_order<N>(members: &[Member<N>], above: &[Option<usize>]) -> Vec<Placed> {
    let shown = || (0..members.len()).filter(|&at| members[at].shown);
    let mut answers: Vec<Vec<usize>> = vec![Vec::new(); members.len()];
    let mut roots = Vec::new();
    // Members are in the order of their dates, and so is each of these.
    for at in shown() {
        match above[at] {
            Some(parent) => answers[parent].push(at),
            None => roots.push(at),
        }
    }
    let mut placed = Vec::with_capacity(members.len());
    let mut next = Vec::new();
    match roots[..] {
        [root] => next.push((root, Branch::default())),
        _ => push_all(&mut next, &roots, Branch::default()),
    }
    while let Some((at, branch)) = next.pop() {
        placed.push(Placed {
            key: members[at].key,
            parent: above[at].map(|parent| members[parent].key.id),
            branch,
        });
        push_all(&mut next, &answers[at], branch);
    }
    placed
}

/// The first of them comes out of the stack first.
fn push_all(next: &mut Vec<(usize, Branch)>, mails: &[usize], above: Branch) {
    let last = mails.len().saturating_sub(1);
    let places = mails.iter().enumerate().rev();
    next.extend(places.map(|(place, &at)| (at, above.below(place < last))));
}

#[cfg(test)]
mod tests;
