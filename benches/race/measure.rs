//! Runs one client to its end, and tells what it cost: seconds, processor time, memory at its peak.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often memory is looked at. The peak is kept by the kernel, so only what comes in the last moment is missed.
const LOOK: Duration = Duration::from_millis(4);
/// Clock ticks a second in /proc; the same on all Linux machines.
const TICKS: f64 = 100.0;

/// What a run cost.
#[derive(Debug, Clone, Default)]
pub(crate) struct Run {
    pub(crate) seconds: f64,
    /// Of the process and its children, user and system.
    pub(crate) processor_seconds: f64,
    pub(crate) peak_mib: f64,
    pub(crate) output: String,
}

/// Whether servers, proxies and this program go before everybody else, so that a busy machine slows down clients alone.
static REALTIME: AtomicBool = AtomicBool::new(false);

/// Gives this process, and all servers that it starts from now on, real-time priority where that is allowed.
pub(crate) fn prefer_servers() -> bool {
    let own = std::process::id().to_string();
    let done = Command::new("chrt")
        .args(["--all-tasks", "--rr", "--pid", "10", &own])
        .stderr(Stdio::null())
        .status();
    let done = done.is_ok_and(|status| status.success());
    REALTIME.store(done, Ordering::SeqCst);
    done
}

/// Runs a command to its end. `Err` if it does not start or ends with another code than these, with what it said.
pub(crate) fn run(command: &Command, codes: &[i32]) -> Result<Run, String> {
    let mut command = ordinary(command);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let before = children_seconds();
    let began = Instant::now();
    let mut child = command
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let status_file = format!("/proc/{}/status", child.id());
    let (mut stdout, mut stderr) = (child.stdout.take(), child.stderr.take());
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let memory = scope.spawn(|| {
            let mut peak = 0.0_f64;
            while !ended.load(Ordering::SeqCst) {
                peak = peak.max(peak_mib(&status_file));
                std::thread::sleep(LOOK);
            }
            peak
        });
        let said = scope.spawn(move || read(stderr.as_mut()));
        let output = read(stdout.as_mut());
        let status = child.wait();
        let seconds = began.elapsed().as_secs_f64();
        ended.store(true, Ordering::SeqCst);
        let said = said.join().unwrap_or_default();
        let status = status.map_err(|error| error.to_string())?;
        if !status.code().is_some_and(|code| codes.contains(&code)) {
            return Err(format!("{command:?}: {status}: {said}{output}"));
        }
        Ok(Run {
            seconds,
            processor_seconds: children_seconds() - before,
            peak_mib: memory.join().unwrap_or_default(),
            output,
        })
    })
}

/// The middle one.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.get(middle) {
        Some(high) if values.len().is_multiple_of(2) => f64::midpoint(values[middle - 1], *high),
        Some(middle) => *middle,
        None => f64::NAN,
    }
}

/// Clients run as programs usually do, whatever this process may.
fn ordinary(wanted: &Command) -> Command {
    if !REALTIME.load(Ordering::SeqCst) {
        return rebuilt(wanted, Command::new(wanted.get_program()));
    }
    let mut command = Command::new("chrt");
    command.args(["--other", "0"]).arg(wanted.get_program());
    rebuilt(wanted, command)
}

fn rebuilt(wanted: &Command, mut command: Command) -> Command {
    command.args(wanted.get_args());
    for (name, value) in wanted.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
}

fn read(from: Option<&mut impl std::io::Read>) -> String {
    let mut octets = Vec::new();
    if let Some(from) = from {
        let _ = from.take(1 << 20).read_to_end(&mut octets);
    }
    String::from_utf8_lossy(&octets).into_owned()
}

/// What the children of this process that have ended used.
fn children_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold anything.
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    let ticks = behind.split_ascii_whitespace().skip(13).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / TICKS
}

fn peak_mib(status_file: &str) -> f64 {
    let status = fs::read_to_string(status_file).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_ascii_whitespace().next());
    kib.and_then(|kib| kib.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
