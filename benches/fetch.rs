//! A whole fetch from a server in memory into a new store: mails a second, disk and all.

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use poptui::config::Keep;
use tokio::runtime::Runtime;

/// The same server and the same world as in the tests.
#[path = "../tests/suite/support/mod.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod support;

use support::maildrop::{Mail, letter};
use support::server::Server;
use support::world::World;

const MAILS: usize = 10_000;
const OCTETS: usize = 12 * 1024;

fn maildrop() -> Vec<Mail> {
    (0..MAILS).map(message).collect()
}

fn message(number: usize) -> Mail {
    let mut text = format!(
        "Date: Mon, 23 Nov 2026 10:00:00 +0000\r\nFrom: Alice Example <alice{number}@example.org>\r\n\
         To: bob@example.org\r\nSubject: Letter {number}\r\nMessage-ID: <{number}@example.org>\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\r\n"
    );
    while text.len() < OCTETS {
        text.push_str(
            "The quick brown fox jumps over the lazy dog, and nobody knows why it does.\r\n",
        );
    }
    letter(&format!("uid-{number}"), text.into_bytes())
}

fn fetch(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let server = Server::new(maildrop());
    let mut group = criterion.benchmark_group("fetch");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(MAILS as u64));
    group.bench_function("10,000 mails of 12 KiB", |bencher| {
        bencher.iter_custom(|times| {
            let fetch = |_| {
                let mut world = World::new(Keep::Forever);
                world.account.timeout = Duration::from_secs(30);
                let began = Instant::now();
                let report = runtime.block_on(world.fetch(&server));
                assert_eq!(report.new, MAILS as u64, "{:?}", report.error);
                began.elapsed()
            };
            (0..times).map(fetch).sum()
        });
    });
    group.finish();
}

criterion_group!(benches, fetch);
criterion_main!(benches);
