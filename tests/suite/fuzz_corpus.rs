//! The seeds of the fuzz targets and their mutants: the part of fuzzing that needs no other toolchain.

use std::path::{Path, PathBuf};

use crate::fuzzing::TARGETS;
use crate::support::dice::Dice;

/// Mutants of each seed.
const MUTANTS: u64 = 40;

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/fuzz")
        .join(target);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut seeds: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let octets = std::fs::read(&path).unwrap();
            (path, octets)
        })
        .collect();
    seeds.sort();
    assert!(!seeds.is_empty(), "{target} has no seeds");
    seeds
}

#[test]
fn every_seed_and_its_mutants_are_survived_by_every_target() {
    for (target, run) in TARGETS {
        for (path, octets) in seeds(target) {
            let ran = std::panic::catch_unwind(|| run(&octets));
            assert!(ran.is_ok(), "{target} does not survive {}", path.display());
            for number in 0..MUTANTS {
                let mutant = mutant(&octets, Dice::new(number).at(target, octets.len() as u64));
                let ran = std::panic::catch_unwind(|| run(&mutant));
                let shown = mutant.escape_ascii();
                assert!(ran.is_ok(), "{target} does not survive b\"{shown}\"");
            }
        }
    }
}

/// Some octets changed, cut out, doubled, or put elsewhere.
fn mutant(seed: &[u8], mut dice: Dice) -> Vec<u8> {
    let mut octets = seed.to_vec();
    for _ in 0..=dice.below(4) {
        let (one, other) = (dice.below(octets.len() + 1), dice.below(octets.len() + 1));
        let (start, end) = (one.min(other), one.max(other));
        match dice.below(5) {
            0 => drop(octets.drain(start..end)),
            1 => {
                let piece = octets[start..end].to_vec();
                let at = dice.below(octets.len() + 1);
                drop(octets.splice(at..at, piece));
            }
            2 => drop(octets.splice(start..start, [dice.pick(b"\r\n.+- \0\xff\x1b=<>\"\\")])),
            3 if start < octets.len() => octets[start] ^= 1 << dice.below(8),
            _ => octets.truncate(end),
        }
        octets.truncate(20_000);
    }
    octets
}
