//! Where and on what day the race was run, and who is there to run it.

use std::fs;
use std::process::{Command, Stdio};

use crate::clients::{Client, finds};
use crate::world::World;

/// Counts flushes.
pub(crate) const STRACE: &str = "strace";

/// Installs what is missing from Debian's packages, where that can be done without asking anybody.
pub(crate) fn install() {
    let clients = Client::ALL.into_iter().filter(|client| !client.is_here());
    let mut missing: Vec<&str> = clients.filter_map(Client::package).collect();
    if !finds(STRACE) {
        missing.push(STRACE);
    }
    if missing.is_empty() {
        return;
    }
    let root = output("id", &["-u"]) == "0";
    if root && finds("apt-get") {
        eprintln!("race: installing {} …", missing.join(", "));
        let mut install = Command::new("apt-get");
        install
            .args(["install", "--yes", "--no-install-recommends"])
            .args(&missing);
        install
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdout(Stdio::null());
        let done = install.status();
        if done.is_ok_and(|status| status.success()) {
            return;
        }
    }
    eprintln!(
        "race: without {}, which are not installed (apt-get install {})",
        missing.join(", "),
        missing.join(" ")
    );
}

/// The machine, the day, the programs.
pub(crate) fn describe(world: &World, ahead: bool, runs: usize) -> Vec<String> {
    let processor = value("/proc/cpuinfo", "model name");
    let memory = value("/proc/meminfo", "MemTotal").replace(" kB", "");
    let memory = memory.parse::<u64>().unwrap_or(0) >> 20;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let disk = output(
        "findmnt",
        &["-n", "-o", "FSTYPE", "-T", &world.disk().to_string_lossy()],
    );
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let versions = [
        ("poptui", env!("CARGO_PKG_VERSION").to_owned()),
        ("mpop", version("mpop", &["--version"])),
        ("fetchmail", version("fetchmail", &["--version"])),
        ("getmail", version("getmail", &["--version"])),
        ("neomutt", version("neomutt", &["-v"])),
        ("Dovecot", version("/usr/sbin/dovecot", &["--version"])),
    ];
    let versions = versions
        .map(|(name, version)| format!("{name} {version}"))
        .join(", ");
    let priority = if ahead {
        "server and lines with real-time priority"
    } else {
        "all at the same priority"
    };
    vec![
        format!(
            "{}, {}",
            jiff::Timestamp::now().strftime("%-d %B %Y"),
            output("uname", &["-srm"])
        ),
        format!("{cores} × {processor}, {memory} GiB, disk {disk}, load {load}; {priority}"),
        versions,
        format!(
            "medians of {runs}, clients in turn; fetchmail, getmail and neomutt once, ≈ from 100 mails"
        ),
    ]
}

fn value(file: &str, key: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key));
    let value = line.and_then(|line| line.split_once(':'));
    value.map_or("?".to_owned(), |(_, value)| value.trim().to_owned())
}

/// The first word that begins with a digit.
fn version(program: &str, arguments: &[&str]) -> String {
    let text = output(program, arguments);
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    let mut numbers = words
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()) || word.starts_with("2022"));
    numbers
        .next()
        .unwrap_or("missing")
        .trim_end_matches('.')
        .to_owned()
}

fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output();
    let output = output.map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&output).trim().to_owned()
}
