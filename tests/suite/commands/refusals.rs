//! What the commands refuse: with which exit code, and with which words.

use std::net::TcpListener;

use super::profile::Profile;

const ALICE: &str = "
[accounts.alice]
address = 'alice@example.org'
host = '127.0.0.1'
security = 'none'
password = 'x'
";

#[test]
fn help_and_version_are_results() {
    let profile = Profile::empty();
    assert!(profile.run(&["--version"]).results().starts_with("poptui "));
    assert!(profile.run(&["--help"]).results().contains("Examples:"));
    for command in [
        "demo", "fetch", "check", "list", "count", "read", "import", "export", "backup", "verify",
        "setup", "keys",
    ] {
        let help = profile.run(&[command, "--help"]).results();
        assert!(
            help.contains("Example") && help.contains(&format!("poptui {command}")),
            "{help}"
        );
    }
}

#[test]
fn wrong_usage_is_64_and_one_sentence() {
    let profile = Profile::empty();
    profile.run(&["lsit"]).failed(64, &["lsit", "list"]);
    profile.run(&["--jsn"]).failed(64, &["--jsn"]);
    profile
        .run(&["fetch", "--jsn"])
        .failed(64, &["--jsn", "--json"]);
    profile
        .run(&["list", "--jsn"])
        .failed(64, &["--jsn", "--json"]);
    profile
        .run(&["list", "--limit", "some"])
        .failed(64, &["--limit", "some"]);
    profile.run(&["read"]).failed(64, &["<ID>"]);
    profile
        .run(&["read", "seven"])
        .failed(64, &["seven", "numbers"]);
    profile
        .run(&["read", "1", "--raw", "--json"])
        .failed(64, &["--raw", "--json"]);
    profile
        .run(&["read", "1", "2", "--raw"])
        .failed(64, &["--raw", "one"]);
}

#[test]
fn a_trace_that_cannot_be_is_refused_before_anything_is_said() {
    let profile = Profile::with_config(ALICE);
    for command in [&["fetch"][..], &["check"], &[]] {
        let arguments = [command, &["--trace", "/nowhere/at/all"]].concat();
        profile
            .run(&arguments)
            .failed(73, &["/nowhere/at/all", "No such file", "--trace"]);
    }
    profile
        .run(&["list", "--trace", "x"])
        .failed(64, &["talks to no server", "--trace is for fetch"]);
}

#[test]
fn no_error_sentence_carries_control_characters() {
    let ran = Profile::empty().run(&["list", "--\u{1b}]0;x\u{7}\u{9b}y"]);
    assert_eq!(ran.code, 64);
    assert!(
        !ran.stderr.trim_end().contains(char::is_control),
        "{:?}",
        ran.stderr
    );
}

#[test]
fn a_missing_config_is_78_and_says_where_it_belongs() {
    let profile = Profile::empty();
    profile.run(&["fetch"]).failed(
        78,
        &["no config file", &profile.config().display().to_string()],
    );
    profile
        .run(&["fetch", "--config", "/nowhere/c.toml"])
        .failed(78, &["/nowhere/c.toml"]);
    assert!(
        !profile.config().exists() && !profile.data().exists(),
        "nothing is written unasked"
    );
}

#[test]
fn a_bad_config_is_78_with_line_key_and_the_nearest_name() {
    let profile = Profile::with_config(&format!("{ALICE}pasword-file = 'x'\n"));
    for command in [&["fetch"][..], &[]] {
        profile.run(command).failed(
            78,
            &["config.toml, line 7", "pasword-file", "password-file"],
        );
    }
    Profile::with_config("[accounts.alice\n")
        .run(&["fetch"])
        .failed(78, &["line 1, column 16"]);
    Profile::with_config("# later\n")
        .run(&["fetch"])
        .failed(78, &["no account", "[accounts.NAME]"]);
}

#[test]
fn an_account_that_is_none_is_64_with_the_nearest_name() {
    let profile = Profile::with_config(ALICE);
    profile
        .run(&["fetch", "alcie"])
        .failed(64, &["alcie", "did you mean alice?"]);
    profile
        .run(&["fetch", "bob"])
        .failed(64, &["bob", "there are: alice"]);
}

#[test]
fn without_a_terminal_the_screen_names_what_works() {
    for command in [&[][..], &["demo"]] {
        let profile = Profile::with_config(ALICE);
        profile
            .run(command)
            .failed(64, &["terminal", "poptui demo", "poptui fetch"]);
    }
    Profile::empty()
        .run(&[])
        .failed(78, &["terminal", "poptui demo", "poptui fetch"]);
}

#[test]
fn a_closed_port_is_69_and_is_told_in_json_too() {
    // Bound and closed again: nobody listens on it now.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let profile = Profile::with_config(&format!("{ALICE}port = {port}\ntimeout = '10 s'\n"));
    let ran = profile.run(&["fetch", "--json"]);
    ran.failed(69, &["alice"]);
    let told: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(
        (&told["account"], &told["error_kind"]),
        (&"alice".into(), &"connect".into())
    );
    assert!(told["error"].is_string() && told["failed"].as_array().is_some_and(Vec::is_empty));
    let keys: Vec<_> = told
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let mut contract = [
        "account",
        "new",
        "updated",
        "deleted",
        "kept",
        "failed",
        "octets",
        "seconds",
        "error",
        "error_kind",
    ];
    contract.sort_unstable();
    assert_eq!(keys, contract);
}

#[test]
fn a_store_that_is_open_elsewhere_is_75_for_a_fetch() {
    let profile = Profile::with_config(ALICE);
    let open = profile.open_store();
    profile
        .run(&["fetch"])
        .failed(75, &["already open", &std::process::id().to_string()]);
    open.close();
}

#[test]
fn a_store_that_cannot_be_made_is_73_and_says_where() {
    let profile = Profile::with_config(ALICE);
    std::fs::write(profile.data(), "a file where the directory should be").unwrap();
    for directory in [profile.data(), profile.data().join("below")] {
        let directory = directory.display().to_string();
        let ran = profile.run(&["fetch", "--data-dir", &directory]);
        ran.failed(73, &[&directory, "Not a directory", "--data-dir"]);
    }
}

#[test]
fn a_mail_that_is_none_is_66_by_its_number() {
    let (profile, ids) = Profile::with_mails(&[b"Subject: here\r\n\r\nhere it is\r\n"]);
    let ran = profile.run(&["read", &ids[0].0.to_string(), "4711", "4712"]);
    ran.failed(1, &["4711, 4712"]);
    profile
        .run(&["read", "4711", "4712"])
        .failed(66, &["4711, 4712"]);
    assert!(
        String::from_utf8_lossy(&ran.stdout).contains("here it is"),
        "what there is, is shown"
    );
    profile
        .run(&["read", "4711", "--raw"])
        .failed(66, &["4711"]);
}

#[test]
fn before_the_first_fetch_there_is_nothing_and_that_is_no_mistake() {
    let profile = Profile::empty();
    for (command, results) in [
        (&["list"][..], ""),
        (&["list", "--json"], ""),
        (&["count", "in:any"], "0\n"),
    ] {
        let ran = profile.run(command);
        assert_eq!((ran.code, ran.stdout.as_slice()), (0, results.as_bytes()));
        assert!(ran.stderr.contains("no mail"), "{}", ran.stderr);
    }
    profile.run(&["read", "1"]).failed(66, &["no mail"]);
    assert!(!profile.data().exists(), "nothing is written unasked");
}
