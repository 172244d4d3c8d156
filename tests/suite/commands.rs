//! The commands, run as the program that people run.

mod dry_run;
mod output;
mod partial;
mod profile;
mod refusals;
mod renamed;
mod setup;
mod signals;
mod trust;
