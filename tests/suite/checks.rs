//! `poptui check` as people see it: the good way, and each way to fail with what it says about it.

use std::net::TcpListener;
use std::process::Output;

use jiff::Timestamp;
use poptui::config::Security;
use poptui::store::{Lessons, Store};

use crate::support::golden::assert_golden;
use crate::support::maildrop::{letter, mail};
use crate::support::profile::Profile;
use crate::support::server::{Fault, Server};
use crate::support::socks::{Manner, Proxy};
use crate::support::tls::{Identity, acceptor, identity, issuer, listen, self_signed};

const HOST: &str = "127.0.0.1";

/// An account at this port, with more lines of config.
fn account(name: &str, port: u16, more: &str) -> String {
    format!(
        "[accounts.{name}]\naddress = 'alice@example.org'\nhost = '{HOST}'\nport = {port}\nuser = 'alice'\n\
         timeout = '2 s'\n{more}\n"
    )
}

fn pinned(identity: &Identity) -> String {
    let print = identity.fingerprint_text();
    format!("fingerprint = '{print}'\npassword = 'correct horse'")
}

/// A root in a file of its own, and the lines of config that trust it.
fn trusting(root: &str) -> (tempfile::NamedTempFile, String) {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), root).expect("written");
    let lines = format!(
        "ca-file = '{}'\npassword = 'correct horse'",
        file.path().display()
    );
    (file, lines)
}

async fn run(config: &str, arguments: &[&str]) -> Output {
    let (profile, arguments) = (Profile::new(config), [&["check"], arguments].concat());
    let mut command = tokio::process::Command::from(profile.command(&arguments));
    let output = command.output().await.expect("it runs");
    assert!(!profile.data().exists(), "a check leaves nothing behind");
    output
}

/// What it printed and how it ended, without what differs from run to run.
async fn seen(config: &str, arguments: &[&str]) -> String {
    let output = run(config, arguments).await;
    let mut text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        !text.contains(|c: char| c.is_control() && c != '\n'),
        "{text:?}"
    );
    assert!(!text.contains("horse"), "{text}");
    for (before, after) in [
        ("port ", ""),
        ("in ", " ms"),
        ("(", " days left"),
        ("now it is ", ""),
        ("sha256:", ""),
    ] {
        text = veil(&text, before, after);
    }
    format!(
        "{text}exit code {}\n",
        output.status.code().expect("an exit code")
    )
}

/// Puts an N for each number (or date, or fingerprint) between these words.
fn veil(text: &str, before: &str, after: &str) -> String {
    let is_part = |c: char| match before {
        "sha256:" => c.is_ascii_hexdigit(),
        _ => c.is_ascii_digit() || matches!(c, ',' | '-'),
    };
    let mut pieces = text.split(before);
    let mut veiled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c| !is_part(c)).unwrap_or(piece.len());
        let number = piece[..end].trim_end_matches(',');
        let rest = &piece[number.len()..];
        let hide = !number.is_empty() && rest.starts_with(after);
        veiled.extend([before, if hide { "N" } else { number }, rest]);
    }
    veiled
}

async fn golden(name: &str, config: &str) {
    assert_golden(&format!("checks/{name}.txt"), &seen(config, &[]).await);
}

#[tokio::test]
async fn the_good_way_is_told_to_its_end_and_changes_nothing() {
    let identity = identity(HOST, (2020, 2120));
    let server = Server::new(vec![mail("a"), mail("b")]);
    let port = listen(server.clone(), acceptor(&identity), Security::Tls).await;
    let (_root, lines) = trusting(&identity.root);
    let config = account("alice", port, &format!("{lines}\nkeep-on-server = 'never'"));
    golden("good", &config).await;
    assert_eq!(
        (
            server.heard("RETR"),
            server.heard("TOP"),
            server.heard("DELE"),
            server.heard("QUIT")
        ),
        (0, 0, 0, 1)
    );
    assert_golden("checks/good.json", &seen(&config, &["--json"]).await);
}

#[tokio::test]
async fn stls_is_told_as_tls_is() {
    let identity = identity(HOST, (2020, 2120));
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::OffersStls);
    let port = listen(server, acceptor(&identity), Security::Stls).await;
    golden(
        "stls",
        &account(
            "alice",
            port,
            &format!("security = 'stls'\n{}", pinned(&identity)),
        ),
    )
    .await;
}

#[tokio::test]
async fn each_certificate_that_is_refused_has_its_own_word() {
    let other = issuer("Other").pem();
    for (name, shown, root) in [
        ("self-signed", self_signed(HOST), Some(&other)),
        ("unknown-issuer", identity(HOST, (2020, 2120)), Some(&other)),
        (
            "wrong-name",
            identity("pop.example.org", (2020, 2120)),
            None,
        ),
        ("expired", identity(HOST, (2020, 2021)), None),
        ("not-yet", identity(HOST, (2110, 2120)), None),
    ] {
        let server = Server::new(vec![mail("a")]);
        let port = listen(server.clone(), acceptor(&shown), Security::Tls).await;
        let (_root, lines) = trusting(root.unwrap_or(&shown.root));
        golden(name, &account("alice", port, &lines)).await;
        assert_eq!(server.heard(""), 0, "nothing was said to an unknown server");
    }
    let shown = identity(HOST, (2020, 2120));
    let port = listen(Server::new(Vec::new()), acceptor(&shown), Security::Tls).await;
    golden(
        "other-than-pinned",
        &account("alice", port, &pinned(&self_signed(HOST))),
    )
    .await;
}

#[tokio::test]
async fn the_fingerprint_that_is_told_is_the_line_that_makes_it_work() {
    let shown = self_signed("whoever.example");
    let server = Server::new(vec![mail("a")]);
    let port = listen(server, acceptor(&shown), Security::Tls).await;
    let (_root, lines) = trusting(&issuer("Other").pem());
    let output = run(&account("alice", port, &lines), &["--json"]).await;
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let last: serde_json::Value =
        serde_json::from_str(text.lines().last().expect("a line")).expect("JSON");
    let advice = last["advice"].as_str().expect("advice");
    let line = &advice[advice.find("fingerprint = ").expect("a line to paste")..];
    let config = account("alice", port, &format!("{line}\npassword = 'hunter2'"));
    assert_eq!(run(&config, &[]).await.status.code(), Some(0));
}

#[tokio::test]
async fn a_refused_password_is_told_behind_what_the_server_can_do() {
    let identity = self_signed(HOST);
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::Login("-ERR [AUTH] not you, \x1b[1m$"));
    let port = listen(server, acceptor(&identity), Security::Tls).await;
    golden("refused", &account("alice", port, &pinned(&identity))).await;
}

#[tokio::test]
async fn a_mailbox_in_use_and_a_fault_of_the_server_are_no_wrong_password() {
    for (name, answer) in [
        ("in-use", "-ERR [IN-USE] another session has it"),
        ("sys-perm", "-ERR [SYS/PERM] mailbox is damaged"),
    ] {
        let identity = self_signed(HOST);
        let server = Server::new(vec![mail("a")]);
        server.always(Fault::Login(answer));
        let port = listen(server, acceptor(&identity), Security::Tls).await;
        golden(name, &account("alice", port, &pinned(&identity))).await;
    }
}

#[tokio::test]
async fn a_server_without_unique_ids_works_and_is_advised_about() {
    let identity = self_signed(HOST);
    let server = Server::new(vec![mail("a"), mail("b")]);
    server.always(Fault::NoUidl);
    server.always(Fault::LockStep);
    let port = listen(server, acceptor(&identity), Security::Tls).await;
    golden("no-uidl", &account("alice", port, &pinned(&identity))).await;
}

#[tokio::test]
async fn unique_ids_that_are_missing_or_shared_are_counted() {
    for (name, uids) in [
        ("blank-uids", ["", "b", "c"]),
        ("shared-uids", ["a", "a", "c"]),
    ] {
        let identity = self_signed(HOST);
        let mails = uids.iter().map(|uid| letter(uid, b"x\r\n".to_vec()));
        let port = listen(
            Server::new(mails.collect()),
            acceptor(&identity),
            Security::Tls,
        )
        .await;
        golden(name, &account("alice", port, &pinned(&identity))).await;
    }
}

#[tokio::test]
async fn tls_and_clear_at_the_wrong_ports_are_told_as_such() {
    let identity = self_signed(HOST);
    let server = Server::new(vec![mail("a")]);
    // In clear unless STLS is asked for, and that is not offered.
    let port = listen(server.clone(), acceptor(&identity), Security::Stls).await;
    golden(
        "clear-at-the-tls-port",
        &account("alice", port, &pinned(&identity)),
    )
    .await;
    let stls = format!("security = 'stls'\n{}", pinned(&identity));
    golden("no-stls", &account("alice", port, &stls)).await;
    assert_eq!(server.heard("AUTH") + server.heard("USER"), 0);
    let port = listen(server, acceptor(&identity), Security::Tls).await;
    golden(
        "tls-at-the-clear-port",
        &account("alice", port, "security = 'none'\npassword = 'hunter2'"),
    )
    .await;
}

#[tokio::test]
async fn what_is_not_pop3_at_all_is_told_as_such() {
    let server = Server::new(Vec::new());
    server.always(Fault::Greeting("220 mail.example.org ESMTP"));
    let port = listen(server, acceptor(&self_signed(HOST)), Security::Stls).await;
    golden(
        "smtp",
        &account("alice", port, "security = 'none'\npassword = 'hunter2'"),
    )
    .await;
}

#[tokio::test]
async fn a_closed_port_and_a_missing_password_end_the_way_at_their_step() {
    let closed = TcpListener::bind((HOST, 0)).expect("a port");
    let port = closed.local_addr().expect("an address").port();
    drop(closed);
    golden(
        "closed-port",
        &account("alice", port, "password = 'hunter2'"),
    )
    .await;
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(&self_signed(HOST)), Security::Stls).await;
    let lines = "security = 'none'\npassword-command = \"sh -c 'echo locked >&2; exit 3'\"";
    golden("no-password", &account("alice", port, lines)).await;
    assert_eq!(server.heard(""), 0);
}

#[tokio::test]
async fn a_server_that_hangs_up_on_capa_is_tried_without() {
    let server = Server::new(vec![mail("a")]);
    server.always(Fault::ClosesOnCapa);
    let port = listen(server, acceptor(&self_signed(HOST)), Security::Stls).await;
    golden(
        "no-capa",
        &account("alice", port, "security = 'none'\npassword = 'hunter2'"),
    )
    .await;
}

#[tokio::test]
async fn what_earlier_fetches_learned_is_told_and_minded() {
    let server = Server::new(vec![mail("a")]);
    let port = listen(server.clone(), acceptor(&self_signed(HOST)), Security::Stls).await;
    let clear = "security = 'none'\npassword = 'hunter2'";
    let profile = Profile::new(&account("alice", port, clear));
    let store = Store::open(&profile.data()).expect("a new store");
    let learn = |lessons: Lessons| {
        let learned = store.write_now(move |writer| {
            let alice = writer.account("alice", "alice@example.org")?;
            writer.learn(alice, &lessons)
        });
        learned.expect("learned");
    };
    let check = async || {
        let mut command = tokio::process::Command::from(profile.command(&["check"]));
        let output = command.output().await.expect("it runs");
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert!(!check().await.contains("off for this server"));
    let week_ago = Timestamp::now().as_second() - 7 * 24 * 60 * 60;
    learn(Lessons {
        lock_step_since: Some(week_ago),
        ..Lessons::default()
    });
    let told = check().await;
    let day = |time: i64| {
        let time = Timestamp::from_second(time).expect("a time");
        time.strftime("%Y-%m-%d").to_string()
    };
    let since = format!(
        "but pipelining is off for this server since {}, when its answers went out of step",
        day(week_ago)
    );
    assert!(told.contains(&since), "{told}");
    let back = format!("first fetch from {} on", day(week_ago + 30 * 24 * 60 * 60));
    assert!(told.contains(&back), "{told}");
    assert_eq!(server.heard("CAPA"), 4);
    learn(Lessons {
        without_capa: 2,
        without_capa_since: Some(1_800_000_000),
        ..Lessons::default()
    });
    let told = check().await;
    assert!(!told.contains("so it is not asked"), "{told}");
    assert_eq!(server.heard("CAPA"), 6, "a check asks for itself");
    store.close();
}

#[tokio::test]
async fn the_way_through_a_proxy_is_told_with_it() {
    let identity = self_signed("pop.nowhere.invalid");
    let port = listen(
        Server::new(vec![mail("a")]),
        acceptor(&identity),
        Security::Tls,
    )
    .await;
    let proxy = Proxy::start(Manner::LeadsTo(port)).await;
    let lines = format!(
        "proxy = 'socks5://127.0.0.1:{}'\n{}",
        proxy.port,
        pinned(&identity)
    );
    let config = account("alice", 995, &lines).replace(HOST, "pop.nowhere.invalid");
    let config = config.replace("socks5://pop.nowhere.invalid", "socks5://127.0.0.1");
    golden("proxy", &config).await;
}

#[tokio::test]
async fn several_accounts_are_told_one_after_the_other_and_summed_up_as_a_fetch_does() {
    let server = Server::new(Vec::new());
    let port = listen(server, acceptor(&self_signed(HOST)), Security::Stls).await;
    let closed = TcpListener::bind((HOST, 0))
        .expect("a port")
        .local_addr()
        .expect("an address");
    let clear = "security = 'none'\npassword = 'hunter2'";
    let config = account("good", port, clear) + &account("bad", closed.port(), clear);
    golden("two", &config).await;
    assert_eq!(run(&config, &["good"]).await.status.code(), Some(0));
    let bad = run(&config, &["bad", "--json"]).await;
    assert_eq!(bad.status.code(), Some(69));
    let told = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(
        told.starts_with("poptui: bad: tcp: nothing answers at 127.0.0.1"),
        "{told}"
    );
    assert_eq!(run(&config, &["ugly"]).await.status.code(), Some(64));
}
