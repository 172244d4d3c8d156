//! From keys to actions: the table's defaults, the user's `[keys]`, sequences, and clashes named.

use std::collections::{BTreeMap, BTreeSet};

use super::action::{ACTIONS, Action, Scope};
use super::key::{self, Key};
use crate::config::Binding;

/// Which keys mean what, by scope.
#[derive(Debug, Clone)]
pub struct Keymap {
    keys: BTreeMap<(Scope, Vec<Key>), Action>,
}

/// What a sequence of keys means so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// An action.
    Action(Action),
    /// The beginning of one or more.
    Prefix,
    /// Nothing.
    Nothing,
}

/// A `[keys]` table that cannot be obeyed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeymapError {
    /// The scope does not exist.
    #[error(
        "line {line}: there is no scope `{name}` in [keys]; there are list, reader, folders, server and popup"
    )]
    Scope {
        /// What was written.
        name: String,
        /// Where.
        line: usize,
    },
    /// The action does not exist.
    #[error(
        "line {line}: there is no action `{name}`; did you mean `{nearest}`? `poptui keys` lists them all"
    )]
    Action {
        /// What was written.
        name: String,
        /// The nearest name.
        nearest: &'static str,
        /// Where.
        line: usize,
    },
    /// The action does not work there.
    #[error("line {line}: `{action}` does not work in [keys.{scope}]; write it below [keys]")]
    Elsewhere {
        /// The action's name.
        action: &'static str,
        /// The scope that was written.
        scope: &'static str,
        /// Where.
        line: usize,
    },
    /// Not a key.
    #[error("line {line}: {error}")]
    Key {
        /// What is wrong.
        error: key::NotAKey,
        /// Where.
        line: usize,
    },
    /// One key for two actions.
    #[error(
        "the key {keys} is given to both `{first}` and `{second}` in the scope {scope}; give one of them another key in [keys]"
    )]
    Clash {
        /// The key.
        keys: String,
        /// The one action.
        first: &'static str,
        /// The other.
        second: &'static str,
        /// Where both work.
        scope: &'static str,
    },
}

impl Keymap {
    /// The table's own keys, changed as the user wrote. Keys given to an action replace its default ones.
    pub fn new(bindings: &[Binding]) -> Result<Self, KeymapError> {
        let mut given: BTreeMap<(Scope, &'static str), Vec<Vec<Key>>> = BTreeMap::new();
        for spec in ACTIONS {
            // The defaults are the program's own; a test parses every one.
            let keys: Vec<_> = spec
                .keys
                .iter()
                .filter_map(|text| key::parse_sequence(text).ok())
                .collect();
            for scope in spec.scopes {
                given.insert((*scope, spec.name), keys.clone());
            }
        }
        for binding in bindings {
            let (scopes, name) = place(binding)?;
            let keys = sequences(binding)?;
            for scope in scopes {
                given.insert((scope, name), keys.clone());
            }
        }
        Self::from_given(&given)
    }

    fn from_given(
        given: &BTreeMap<(Scope, &'static str), Vec<Vec<Key>>>,
    ) -> Result<Self, KeymapError> {
        let mut keys: BTreeMap<(Scope, Vec<Key>), Action> = BTreeMap::new();
        for ((scope, name), sequences) in given {
            let Some(action) = Action::named(name) else {
                continue;
            };
            for sequence in sequences {
                if let Some(other) = clash(&keys, *scope, sequence, action) {
                    return Err(KeymapError::Clash {
                        keys: key::print_sequence(sequence),
                        first: other.spec().name,
                        second: name,
                        scope: scope.name(),
                    });
                }
                keys.insert((*scope, sequence.clone()), action);
            }
        }
        Ok(Self { keys })
    }

    /// What `pressed` means in `scope`. A popup knows no keys but its own: the rest is typed text.
    pub fn meaning(&self, scope: Scope, pressed: &[Key]) -> Meaning {
        let scopes = [scope, Scope::Everywhere];
        let known = if scope == Scope::Popup {
            &scopes[..1]
        } else {
            &scopes[..]
        };
        for scope in known {
            if let Some(action) = self.keys.get(&(*scope, pressed.to_vec())) {
                return Meaning::Action(*action);
            }
        }
        let begins =
            |(held, keys): &(Scope, Vec<Key>)| known.contains(held) && keys.starts_with(pressed);
        if self.keys.keys().any(begins) {
            Meaning::Prefix
        } else {
            Meaning::Nothing
        }
    }

    /// The keys of an action, as people write them; the first is the shortest to show.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let written: BTreeSet<&[Key]> = self
            .keys
            .iter()
            .filter(|(_, held)| **held == action)
            .map(|((_, keys), _)| keys.as_slice())
            .collect();
        let spec = action.spec();
        let mut names: Vec<String> = written.into_iter().map(key::print_sequence).collect();
        // In the table's order where the keys are the table's own, so that the help reads as it was written.
        let rank = |name: &String| {
            let default = |text: &&str| {
                key::parse_sequence(text).is_ok_and(|keys| key::print_sequence(&keys) == **name)
            };
            spec.keys.iter().position(default).unwrap_or(usize::MAX)
        };
        names.sort_by_key(rank);
        names
    }

    /// What can follow the keys pressed so far: the next key and its action, for the hint row.
    pub fn continuations(&self, scope: Scope, pressed: &[Key]) -> Vec<(String, Action)> {
        let follows = |((held, keys), action): (&(Scope, Vec<Key>), &Action)| {
            let fits = (*held == scope || *held == Scope::Everywhere)
                && keys.len() > pressed.len()
                && keys.starts_with(pressed);
            fits.then(|| (key::print_sequence(&keys[pressed.len()..]), *action))
        };
        let mut found: Vec<_> = self.keys.iter().filter_map(follows).collect();
        found.dedup();
        found
    }
}

/// The scopes a binding is for, and its action's name out of the table.
fn place(binding: &Binding) -> Result<(Vec<Scope>, &'static str), KeymapError> {
    let line = binding.line;
    let Some(action) = Action::named(&binding.action) else {
        let nearest = nearest(&binding.action);
        return Err(KeymapError::Action {
            name: binding.action.clone(),
            nearest,
            line,
        });
    };
    let spec = action.spec();
    let Some(name) = &binding.scope else {
        return Ok((spec.scopes.to_vec(), spec.name));
    };
    let Some((scope, scope_name)) = Scope::ALL.iter().find(|(_, known)| known == name) else {
        return Err(KeymapError::Scope {
            name: name.clone(),
            line,
        });
    };
    if !spec.scopes.contains(scope) {
        return Err(KeymapError::Elsewhere {
            action: spec.name,
            scope: scope_name,
            line,
        });
    }
    Ok((vec![*scope], spec.name))
}

fn sequences(binding: &Binding) -> Result<Vec<Vec<Key>>, KeymapError> {
    let line = binding.line;
    binding
        .keys
        .iter()
        .map(|text| key::parse_sequence(text).map_err(|error| KeymapError::Key { error, line }))
        .collect()
}

/// Another action that the same keys would start or hide, in a scope where both are heard.
fn clash(
    keys: &BTreeMap<(Scope, Vec<Key>), Action>,
    scope: Scope,
    sequence: &[Key],
    action: Action,
) -> Option<Action> {
    let heard_together = |other: Scope| match (scope, other) {
        (Scope::Popup, other) | (other, Scope::Popup) => {
            other == Scope::Popup && scope == Scope::Popup
        }
        (Scope::Everywhere, _) | (_, Scope::Everywhere) => true,
        (one, other) => one == other,
    };
    keys.iter()
        .find(|((other, held), with)| {
            **with != action
                && heard_together(*other)
                && (held.starts_with(sequence) || sequence.starts_with(held))
        })
        .map(|(_, with)| *with)
}

fn nearest(name: &str) -> &'static str {
    let shared = |known: &str| {
        let pairs = |text: &str| -> BTreeSet<(char, char)> {
            text.chars().zip(text.chars().skip(1)).collect()
        };
        let (ours, theirs) = (pairs(known), pairs(name));
        // Dice's coefficient in thousandths: how many letter pairs the two names share.
        2000 * ours.intersection(&theirs).count() / (ours.len() + theirs.len()).max(1)
    };
    ACTIONS
        .iter()
        .map(|spec| spec.name)
        .max_by_key(|known| shared(known))
        .unwrap_or("help")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(keymap: &Keymap, scope: Scope, keys: &str) -> Meaning {
        keymap.meaning(scope, &key::parse_sequence(keys).unwrap())
    }

    fn binding(scope: Option<&str>, action: &str, keys: &[&str]) -> Binding {
        let keys = keys.iter().map(ToString::to_string).collect();
        Binding {
            scope: scope.map(str::to_owned),
            action: action.to_owned(),
            keys,
            line: 7,
        }
    }

    #[test]
    fn every_default_key_parses_and_none_means_two_things() {
        for spec in ACTIONS {
            for keys in spec.keys {
                key::parse_sequence(keys).unwrap();
            }
        }
        Keymap::new(&[]).unwrap();
    }

    #[test]
    fn a_prefix_waits_and_the_next_key_decides() {
        let keymap = Keymap::new(&[]).unwrap();
        assert_eq!(press(&keymap, Scope::List, "g"), Meaning::Prefix);
        assert_eq!(
            press(&keymap, Scope::List, "gg"),
            Meaning::Action(Action::First)
        );
        assert_eq!(
            press(&keymap, Scope::List, "gi"),
            Meaning::Action(Action::GoInbox)
        );
        assert_eq!(press(&keymap, Scope::List, "gx"), Meaning::Nothing);
        let next: Vec<_> = keymap.continuations(Scope::List, &key::parse_sequence("g").unwrap());
        assert!(next.contains(&("i".to_owned(), Action::GoInbox)));
    }

    #[test]
    fn a_popup_leaves_letters_to_its_text_field() {
        let keymap = Keymap::new(&[]).unwrap();
        assert_eq!(press(&keymap, Scope::Popup, "q"), Meaning::Nothing);
        assert_eq!(
            press(&keymap, Scope::Popup, "Enter"),
            Meaning::Action(Action::PopupChoose)
        );
    }

    #[test]
    fn keys_given_by_the_user_replace_the_default_ones() {
        let keymap = Keymap::new(&[binding(None, "fetch", &["^G"])]).unwrap();
        assert_eq!(
            press(&keymap, Scope::List, "^G"),
            Meaning::Action(Action::Fetch)
        );
        assert_eq!(press(&keymap, Scope::List, "F5"), Meaning::Nothing);
        assert_eq!(keymap.keys_of(Action::Fetch), ["^G"]);
    }

    #[test]
    fn a_clash_is_reported_with_both_names() {
        let error = Keymap::new(&[binding(None, "fetch", &["j"])])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`fetch`") && error.contains("`next`"),
            "{error}"
        );
        let error = Keymap::new(&[binding(Some("list"), "archive", &["g"])])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`archive`"),
            "a key that hides a sequence: {error}"
        );
    }

    #[test]
    fn wrong_names_are_answered_with_the_nearest_right_one() {
        let error = Keymap::new(&[binding(None, "fetsch", &["x"])])
            .unwrap_err()
            .to_string();
        assert!(error.contains("did you mean `fetch`"), "{error}");
        let error = Keymap::new(&[binding(Some("sidebar"), "open", &["x"])])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`sidebar`") && error.contains("line 7"),
            "{error}"
        );
        let error = Keymap::new(&[binding(Some("reader"), "mark", &["x"])])
            .unwrap_err()
            .to_string();
        assert!(error.contains("[keys.reader]"), "{error}");
        let error = Keymap::new(&[binding(None, "open", &["Entre"])])
            .unwrap_err()
            .to_string();
        assert!(error.contains("`Entre`"), "{error}");
    }
}
