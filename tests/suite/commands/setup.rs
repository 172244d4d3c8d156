//! `poptui setup`: what it shows, what it writes, and what it leaves alone.

use std::fs;
use std::net::TcpListener;

use poptui::config::{Config, Security};
use serde_json::Value;

use super::profile::{Profile, Ran};
use crate::support::maildrop::mail;
use crate::support::server::{Fault, Server};
use crate::support::tls::{acceptor, identity, listen};

/// A POP3 server in clear on loopback, where alice has a mail.
async fn server() -> (Server, u16) {
    let server = Server::new(vec![mail("a")]);
    let identity = identity("localhost", (2020, 2120));
    let port = listen(server.clone(), acceptor(&identity), Security::None).await;
    (server, port)
}

/// Adds alice, whose server is at this port of loopback.
fn setup(profile: &Profile, port: u16, more: &[&str]) -> Ran {
    let port = port.to_string();
    let mut args = vec!["setup", "--address", "alice@example.org", "--user", "alice"];
    args.extend(["--password-command", "printf secret"]);
    args.extend(["--host", "127.0.0.1", "--security", "none", "--port", &port]);
    args.extend(more);
    profile.run(&args)
}

fn stdout(ran: &Ran) -> String {
    String::from_utf8(ran.stdout.clone()).unwrap()
}

/// The account of a profile's config, as the program reads it.
fn alice(profile: &Profile) -> poptui::config::Account {
    let mut config = Config::load(&profile.config(), None).unwrap();
    assert_eq!(config.warnings, Vec::<String>::new());
    config.accounts.pop().expect("an account")
}

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

#[cfg(unix)]
fn set_mode(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_account_becomes_a_private_config_that_fetches() {
    let (_server, port) = server().await;
    let profile = Profile::empty();
    let ran = setup(&profile, port, &["--yes", "--keep-on-server", "14 days"]);
    let told = ran.results();
    assert!(
        told.contains("signed in as alice") && told.contains("1 mail"),
        "{told}"
    );
    assert!(
        told.contains(&profile.config().display().to_string()),
        "{told}"
    );
    assert!(
        told.contains("which only you can read") && told.contains("[accounts.alice]"),
        "{told}"
    );
    let account = alice(&profile);
    assert_eq!((account.port, account.security), (port, Security::None));
    assert_eq!(
        (account.address.as_str(), account.user.as_str()),
        ("alice@example.org", "alice")
    );
    #[cfg(unix)]
    assert_eq!(mode(&profile.config()), 0o600);
    let fetched = profile.run(&["fetch"]);
    assert_eq!(fetched.code, 0, "{}", fetched.stderr);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_config_stays_octet_for_octet_and_so_does_its_mode() {
    const BEFORE: &str = "# my mail\n\n[ui] # the screen\n#downloads = '~/x'\n\n  [accounts.\"bob b\"]  # bob\naddress='b@example.net'\n\
                          host=\"127.0.0.1\"\npassword-file = 'x'\n# the end";
    let (_server, port) = server().await;
    let profile = Profile::with_config(BEFORE);
    set_mode(&profile.config(), 0o640);
    let told = setup(&profile, port, &["--yes"]).results();
    assert!(told.contains("keeps its mode 640"), "{told}");
    let after = fs::read_to_string(profile.config()).unwrap();
    assert!(
        after.starts_with(&format!("{BEFORE}\n\n[accounts.alice]\n")),
        "{after}"
    );
    assert_eq!(mode(&profile.config()), 0o640);
    assert_eq!(alice(&profile).name, "alice");
    let beside = fs::read_dir(profile.config().parent().unwrap()).unwrap();
    let names: Vec<_> = beside.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["config.toml"], "nothing else is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_without_a_yes() {
    let (_server, port) = server().await;
    let profile = Profile::empty();
    let ran = setup(&profile, port, &[]);
    assert_eq!(ran.code, 0);
    assert!(stdout(&ran).contains("[accounts.alice]"));
    assert!(
        ran.stderr.contains("nothing was written") && ran.stderr.contains("--yes"),
        "{}",
        ran.stderr
    );
    let told = setup(&profile, port, &["--dry-run"]).results();
    assert!(
        told.contains("[accounts.alice]") && told.contains("nothing was written"),
        "{told}"
    );
    assert!(!profile.config().exists() && !profile.data().exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn at_a_terminal_a_y_writes_and_anything_else_does_not() {
    use crate::support::pty::{Home, Pty};

    let (_server, port) = server().await;
    let port = port.to_string();
    for (answer, written) in [("n\r", false), ("\r", false), ("y\r", true)] {
        let home = Home::new();
        let mut args = vec![
            "setup",
            "--address",
            "alice@example.org",
            "--password-command",
            "printf secret",
        ];
        args.extend(["--host", "127.0.0.1", "--security", "none", "--port", &port]);
        let mut pty = Pty::start(home.poptui(&args), 100, 40);
        pty.until(&["[accounts.alice]", "Write these lines? [y/N]"]);
        pty.press(answer);
        assert_eq!(pty.wait(), 0);
        assert_eq!(
            home.home().join("config.toml").exists(),
            written,
            "{answer:?}"
        );
    }
}

#[test]
fn an_account_of_that_name_is_64_before_anybody_is_asked() {
    let config =
        "[accounts.alice]\naddress = 'a@example.net'\nhost = '127.0.0.1'\npassword-file = 'x'\n";
    let profile = Profile::with_config(config);
    let args = [
        "setup",
        "--address",
        "alice@example.org",
        "--password-command",
        "x",
        "--yes",
    ];
    profile
        .run(&args)
        .failed(64, &["config.toml", "an account alice", "--name"]);
    assert_eq!(fs::read_to_string(profile.config()).unwrap(), config);
}

#[test]
fn a_broken_config_is_78_and_stays_as_it_is() {
    let profile = Profile::with_config("[accounts.bob]\nadress = 'x'\n");
    let args = [
        "setup",
        "--address",
        "alice@example.org",
        "--password-command",
        "x",
        "--yes",
    ];
    profile
        .run(&args)
        .failed(78, &["line 2", "adress", "address"]);
}

#[test]
fn arguments_that_cannot_be_are_64_and_say_what_can() {
    let profile = Profile::empty();
    let setup = |more: &[&str]| {
        let host = [
            "setup",
            "--address",
            "alice@example.org",
            "--host",
            "pop.example.org",
            "--no-test",
        ];
        profile.run(&[&host, more].concat())
    };
    setup(&[]).failed(
        64,
        &["--password-command", "--password-file", "--token-command"],
    );
    setup(&["--keyring", "--password-command", "x"]).failed(64, &["--keyring"]);
    #[cfg(not(feature = "keyring"))]
    setup(&["--keyring"]).failed(64, &["without the keyring", "--password-command"]);
    setup(&["--password", "hunter2"]).failed(64, &["--password"]);
    setup(&["--password-command", "x", "--token-command", "y"]).failed(64, &["--token-command"]);
    setup(&["--password-command", "'x"]).failed(64, &["the new account", "quote"]);
    setup(&["--password-command", "x", "--keep-on-server", "soon"])
        .failed(64, &["keep-on-server", "forever"]);
    setup(&["--password-command", "x", "--security", "none"])
        .failed(64, &["allow-cleartext", "pop.example.org"]);
    setup(&["--password-command", "x", "--security", "ssl"]).failed(64, &["ssl", "stls"]);
    for address in [
        "alice",
        "alice@localhost",
        "al ice@example.org",
        "a\u{1b}[2J@example.org",
    ] {
        let ran = profile.run(&["setup", "--address", address, "--dry-run"]);
        ran.failed(64, &["--address"]);
        assert!(
            !ran.stderr.trim_end().contains(char::is_control),
            "{:?}",
            ran.stderr
        );
    }
    assert!(!profile.config().exists());
}

#[test]
fn the_users_word_for_a_line_in_clear_is_written_down() {
    let profile = Profile::empty();
    let args = [
        "setup",
        "--address",
        "alice@example.org",
        "--host",
        "pop.example.org",
        "--security",
        "none",
    ];
    let more = [
        "--allow-cleartext",
        "--no-test",
        "--password-command",
        "x",
        "--yes",
    ];
    profile.run(&[&args[..], &more].concat()).results();
    let account = alice(&profile);
    assert!(account.allow_cleartext && account.security == Security::None);
}

#[test]
fn a_large_provider_is_known_without_a_network_and_its_notes_are_told() {
    let profile = Profile::empty();
    let args = [
        "setup",
        "--address",
        "ada@gmail.com",
        "--no-test",
        "--dry-run",
        "--json",
    ];
    let told = profile.run(&args).results();
    let steps: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let choice = steps.iter().find(|step| step["step"] == "choice").unwrap();
    assert_eq!(
        (&choice["host"], &choice["port"]),
        (&"pop.gmail.com".into(), &995.into())
    );
    assert_eq!(
        (&choice["source"], &choice["account"]),
        (&"table".into(), &"ada".into())
    );
    let notes = steps.iter().filter(|step| step["step"] == "note");
    assert!(
        notes
            .clone()
            .any(|note| note["detail"].as_str().unwrap().contains("app password"))
    );
    let lines = steps.iter().find(|step| step["step"] == "lines").unwrap();
    assert!(
        lines["lines"].as_str().unwrap().contains("[accounts.ada]"),
        "{lines}"
    );
}

#[test]
fn providers_that_cannot_be_used_that_way_say_why() {
    let profile = Profile::empty();
    let with = |address, more: &[&str]| {
        profile.run(&[&["setup", "--address", address, "--no-test", "--yes"], more].concat())
    };
    with("ada@icloud.com", &["--password-command", "x"])
        .failed(69, &["iCloud Mail has no POP3 server", "IMAP"]);
    with("ada@outlook.com", &["--password-command", "x"])
        .failed(64, &["Outlook.com takes no password", "--token-command"]);
    assert!(!profile.config().exists());
    with(
        "ada@outlook.com",
        &["--token-command", "oama access ada@outlook.com"],
    )
    .results();
    let account = alice(&profile);
    assert_eq!(account.host, "outlook.office365.com");
    assert!(account.token_command.is_some());
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_and_stays_a_link_and_one_into_nowhere_is_refused() {
    let profile = Profile::empty();
    let kept = profile.config().with_file_name("dotfiles.toml");
    fs::write(&kept, "# kept\n").unwrap();
    set_mode(&kept, 0o644);
    std::os::unix::fs::symlink("dotfiles.toml", profile.config()).unwrap();
    let args = [
        "setup",
        "--address",
        "alice@example.org",
        "--host",
        "pop.example.org",
        "--no-test",
    ];
    let more = ["--password-command", "x", "--yes"];
    let told = profile.run(&[&args[..], &more].concat()).results();
    assert!(
        told.contains("dotfiles.toml, where ") && told.contains("mode 644"),
        "{told}"
    );
    assert!(fs::symlink_metadata(profile.config()).unwrap().is_symlink());
    assert!(
        fs::read_to_string(&kept)
            .unwrap()
            .starts_with("# kept\n\n[accounts.alice]\n")
    );
    assert_eq!(mode(&kept), 0o644);
    fs::remove_file(&kept).unwrap();
    let ran = profile.run(&[&args[..], &more].concat());
    ran.failed(73, &["config.toml cannot be written", "--config"]);
    assert!(!kept.exists());
}

#[test]
fn a_server_that_is_not_there_is_69_and_nothing_is_written() {
    // Bound and closed again: nobody listens on it now.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let profile = Profile::empty();
    let ran = setup(&profile, port, &["--yes"]);
    let next = format!("check --port {port}");
    ran.failed(69, &["alice", "nothing was written", &next]);
    let port = port.to_string();
    let mut args = vec!["setup", "--address", "alice@example.org", "--port", &port];
    args.extend(["--host", "127.0.0.1"]);
    let with_password = profile.run(&[&args[..], &["--password-command", "true"]].concat());
    with_password.failed(69, &["--security tls", "leave --port out"]);
    let without = profile.run(&[&args[..], &["--dry-run"]].concat());
    without.failed(69, &["nothing was written", "check --host and --port"]);
    assert!(!profile.config().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_hostile_server_says_reaches_the_terminal_as_text_only() {
    let (server, port) = server().await;
    server.always(Fault::Greeting("HTTP/1.1 \u{1b}]0;EVIL\u{7}\u{1b}[2J"));
    let profile = Profile::empty();
    let ran = setup(&profile, port, &["--yes"]);
    ran.failed(76, &["nothing was written"]);
    assert!(
        !ran.stderr.trim_end().contains(char::is_control),
        "{:?}",
        ran.stderr
    );
    assert!(!stdout(&ran).contains('\u{1b}') && !profile.config().exists());
}

#[test]
fn a_host_in_another_script_is_written_as_the_network_knows_it() {
    let profile = Profile::empty();
    let args = [
        "setup",
        "--address",
        "ada@bücher.example",
        "--host",
        "pop.bücher.example",
        "--no-test",
    ];
    let more = ["--password-command", "x", "--yes"];
    profile.run(&[&args[..], &more].concat()).results();
    let account = alice(&profile);
    assert_eq!(account.host, "pop.xn--bcher-kva.example");
    assert_eq!(
        (account.address.as_str(), account.user.as_str()),
        ("ada@bücher.example", "ada@xn--bcher-kva.example")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_is_refused_is_77_and_nothing_is_written_unless_the_test_is_left_out() {
    let (server, port) = server().await;
    server.always(Fault::Login("-ERR [AUTH] not \u{1b}[2J $"));
    let profile = Profile::empty();
    let ran = setup(&profile, port, &["--yes"]);
    ran.failed(77, &["alice", "nothing was written", "--no-test"]);
    for told in [&ran.stderr, &stdout(&ran)] {
        assert!(
            !told.contains("secret") && !told.contains('\u{1b}'),
            "{told:?}"
        );
    }
    assert!(!profile.config().exists());
    setup(&profile, port, &["--yes", "--no-test"]).results();
    assert!(profile.config().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_without_a_password_looks_and_does_not_sign_in() {
    let (server, port) = server().await;
    let profile = Profile::empty();
    let port = port.to_string();
    let args = [
        "setup",
        "--address",
        "alice@example.org",
        "--host",
        "127.0.0.1",
        "--security",
        "none",
    ];
    let more = ["--port", &port, "--dry-run", "--json"];
    let told = profile.run(&[&args[..], &more].concat()).results();
    assert!(
        told.contains("POP3 answers at 127.0.0.1") && told.contains("is an example"),
        "{told}"
    );
    assert_eq!((server.heard("USER"), server.heard("AUTH")), (0, 0));
    assert_eq!(server.sessions(), 1);
}
