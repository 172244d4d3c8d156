//! poptui, mpop, fetchmail, getmail, neomutt and a raw reader, side by side at one Dovecot on this machine:
//! `cargo bench --bench race` prints the table of the README. Servers and files are gone at the end.
//!
//! `-- --quick` runs each once, without the 50,000 mails; `--row NAME` (more than once if you like) runs single lines
//! of the table; `--runs N` takes the medians of N runs, five else; `--whole` lets clients that take a round trip for
//! each mail fetch all of them; `--markdown` prints the table and nothing else. `TMPDIR` names the disk.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a measurement tells its figures"
)]

mod clients;
mod measure;
mod proxy;
mod race;
mod raw;
mod rows;
mod surroundings;
mod table;
mod world;

use std::io;
use std::process::ExitCode;

/// The same generator and the same Dovecot as in the tests.
#[path = "../../tests/suite/support/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use race::Race;
use rows::{ROWS, Row};
use world::{Maildrop, World};

/// What was typed.
struct Options {
    rows: Vec<&'static Row>,
    runs: usize,
    whole: bool,
    markdown: bool,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == "--raw") {
        return match raw::main(&arguments[1..]) {
            Some(count) => {
                println!("{count}");
                ExitCode::SUCCESS
            }
            None => ExitCode::from(64),
        };
    }
    match options(&arguments) {
        Ok(options) => run(&options).unwrap_or_else(|error| {
            eprintln!("race: {error}");
            ExitCode::FAILURE
        }),
        Err(wrong) => {
            let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
            eprintln!(
                "race: {wrong}; there are --quick, --runs N, --whole, --markdown and --row NAME, NAME one of {}",
                names.join(", ")
            );
            ExitCode::from(64)
        }
    }
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        rows: Vec::new(),
        runs: 5,
        whole: false,
        markdown: false,
    };
    let mut quick = false;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--bench" => {} // cargo's
            "--quick" => quick = true,
            "--whole" => options.whole = true,
            "--markdown" => options.markdown = true,
            "--runs" => {
                let number = arguments.next().and_then(|number| number.parse().ok());
                let number = number.filter(|number| *number > 0);
                options.runs = number.ok_or("--runs wants a number")?;
            }
            "--row" => {
                let name = arguments.next().map_or("", String::as_str);
                let row = ROWS.iter().find(|row| row.name == name);
                options
                    .rows
                    .push(row.ok_or(format!("there is no row {name:?}"))?);
            }
            other => return Err(format!("{other} is no option")),
        }
    }
    if quick {
        options.runs = 1;
    }
    if options.rows.is_empty() {
        let all = ROWS.iter();
        options.rows = all
            .filter(|row| !quick || row.drop() != Maildrop::FiftyThousand)
            .collect();
    }
    Ok(options)
}

fn run(options: &Options) -> io::Result<ExitCode> {
    surroundings::install();
    let ahead = measure::prefer_servers();
    let mut drops: Vec<Maildrop> = vec![Maildrop::Hundred, Maildrop::Thousand];
    for row in &options.rows {
        if !drops.contains(&row.drop()) {
            drops.push(row.drop());
        }
    }
    eprintln!("race: writing the mail of the server …");
    let world = World::new(&drops)?;
    if !options.markdown {
        for line in surroundings::describe(&world, ahead, options.runs) {
            println!("{line}");
        }
        println!();
    }
    println!("{}", table::head());
    let mut race = Race::new(world, options.runs, options.whole);
    let mut passed = true;
    for row in &options.rows {
        eprintln!("race: {} …", row.title);
        let figures = race.row(row)?;
        passed &= table::passes(row, &figures);
        println!("{}", table::line(row, &figures));
    }
    for trouble in race.troubles() {
        eprintln!("race: {trouble}");
    }
    Ok(if passed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
