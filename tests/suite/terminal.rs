//! The built program in a real terminal: from start to a read mail to quit, and every other way out.

use rustix::process::Signal;

use crate::support::pty::{Home, POPTUI, Pty, Seen};

/// No file is left.
const NOTHING: [std::path::PathBuf; 0] = [];

/// The sample mailbox at 80x24, all mails there.
fn demo(home: &Home) -> Pty {
    let pty = Pty::start(home.command(POPTUI, &["demo"]), 80, 24);
    pty.until(&["30 unread of 30", "fetched just now", "Welcome!"]);
    pty
}

/// The same with the first mail open.
fn demo_with_an_open_mail(home: &Home) -> Pty {
    let mut pty = demo(home);
    pty.press("\r");
    pty.until(&["Hello, and welcome aboard."]);
    pty
}

#[test]
fn the_sample_mailbox_shows_a_mail_after_one_key_and_leaves_the_terminal_as_it_was() {
    let home = Home::new();
    let script = "stty -a; echo; \"$0\" demo; echo \"exit $?.\"; stty -a; echo end";
    let mut pty = Pty::start(home.command("sh", &["-c", script, POPTUI]), 80, 24);
    pty.until(&["30 unread of 30", "Welcome!"]);
    pty.press("\r");
    pty.until(&["Hello, and welcome aboard."]);
    pty.press("q");
    pty.until(&["29 unread of 30"]);
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    let text = pty.seen(|seen| String::from_utf8_lossy(&seen.octets).into_owned());
    let (before, rest) = text.split_once("\u{1b}[").unwrap();
    let (_, after) = rest.split_once("exit 0.").unwrap();
    assert!(before.contains("speed"), "{before}");
    assert_eq!(before.trim(), after.trim_end_matches("end\r\n").trim());
    assert!(pty.seen(Seen::is_as_before));
    assert_eq!(home.files(), NOTHING);
}

#[test]
fn links_are_told_to_a_terminal_that_is_known_to_have_them_and_to_no_other() {
    let told = |terminal: &str| {
        let home = Home::new();
        let mut command = home.command(POPTUI, &["demo"]);
        command.env("TERM", terminal);
        let mut pty = Pty::start(command, 80, 24);
        pty.until(&["30 unread of 30", "fetched just now", "Welcome!"]);
        pty.press("\r");
        pty.until(&["Hello, and welcome aboard."]);
        // From mail to mail until one says where it links to.
        for _ in 0..29 {
            if pty.seen(|seen| seen.text().contains("[1] https://")) {
                break;
            }
            let before = pty.seen(Seen::text);
            pty.press("J");
            pty.until_that("the next mail", |seen| seen.text() != before);
            pty.until_that("its text", |seen| !seen.text().contains("Opening…"));
        }
        pty.press("Q");
        assert_eq!(pty.wait(), 0);
        pty.seen(|seen| String::from_utf8_lossy(&seen.octets).into_owned())
    };
    let kitty = told("xterm-kitty");
    let begun: Vec<&str> = kitty.split("\u{1b}]8;;").skip(1).collect();
    let (ends, begins): (Vec<&str>, Vec<&str>) = begun
        .into_iter()
        .partition(|rest| rest.starts_with("\u{1b}\\"));
    assert!(
        begins.iter().any(|link| link.starts_with("https://")),
        "{begins:?}"
    );
    assert_eq!(begins.len(), ends.len(), "each link is ended");
    assert!(!told("xterm-256color").contains("\u{1b}]8;"));
}

#[test]
fn without_config_and_mail_the_welcome_shows_and_writes_no_file() {
    let home = Home::new();
    let mut pty = Pty::start(home.command(POPTUI, &[]), 80, 24);
    pty.until(&["Welcome to poptui", "Look around with sample mail"]);
    pty.press("q");
    assert_eq!(pty.wait(), 0);
    assert!(pty.seen(Seen::is_as_before));
    assert_eq!(home.files(), NOTHING);
}

#[test]
fn the_welcome_leads_into_the_sample_mailbox_whose_first_key_is_heard() {
    let home = Home::new();
    let mut pty = Pty::start(home.command(POPTUI, &[]), 80, 24);
    pty.until(&["Look around with sample mail"]);
    pty.press("s");
    pty.until(&["30 unread of 30", "Welcome!"]);
    pty.press("\r");
    pty.until(&["Hello, and welcome aboard."]);
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
    assert_eq!(home.files(), NOTHING);
}

#[test]
fn a_signal_ends_the_program_and_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let home = Home::new();
        let mut pty = Pty::start(home.command("sleep", &["0"]), 80, 24);
        let before = pty.modes();
        pty.wait();
        drop(pty);
        let mut pty = demo_with_an_open_mail(&home);
        assert_ne!(pty.modes(), before, "raw while it runs");
        pty.signal(signal);
        assert_eq!(pty.wait(), 0, "{signal:?}");
        assert_eq!(pty.modes(), before, "{signal:?}");
        assert!(pty.seen(Seen::is_as_before), "{signal:?}");
        assert_eq!(home.files(), NOTHING);
    }
}

#[test]
fn a_signal_in_the_first_moments_leaves_neither_a_raw_terminal_nor_a_directory() {
    for delay in [2, 5, 10, 15, 20, 30, 50, 80] {
        let home = Home::new();
        let mut pty = Pty::start(home.command("sleep", &["0"]), 80, 24);
        let before = pty.modes();
        pty.wait();
        drop(pty);
        let mut pty = Pty::start(home.poptui(&["demo"]), 80, 24);
        std::thread::sleep(std::time::Duration::from_millis(delay));
        pty.signal(Signal::TERM);
        pty.wait();
        assert_eq!(pty.modes(), before, "after {delay} ms");
        assert!(pty.seen(Seen::is_as_before), "after {delay} ms");
        assert_eq!(home.files(), NOTHING, "after {delay} ms");
    }
}

#[test]
fn a_suspended_client_gives_the_shell_its_terminal_and_comes_back_with_a_full_screen() {
    let home = Home::new();
    let mut shell = home.command("sh", &["-i"]);
    shell.env("PS1", "shell> ");
    let mut pty = Pty::start(shell, 80, 24);
    pty.until(&["shell>"]);
    let before = pty.modes();
    pty.press(format!("{POPTUI} demo\n"));
    pty.until(&["30 unread of 30", "fetched just now"]);
    pty.press("\x1a");
    pty.until_that("the shell", |seen| {
        seen.is_as_before()
            && seen.text().contains("Stopped")
            && seen.text().trim_end().ends_with("shell>")
    });
    assert_eq!(pty.modes(), before);
    let drawn = pty.seen(|seen| seen.octets.len());
    pty.press("fg\n");
    pty.until(&["30 unread of 30", "Welcome!", "? help"]);
    let again = pty.seen(|seen| String::from_utf8_lossy(&seen.octets[drawn..]).into_owned());
    assert!(again.contains("\u{1b}[?1049h") && again.contains("Welcome!"));
    pty.press("\r");
    pty.until(&["Hello, and welcome aboard."]);
    pty.press("Q");
    pty.until_that("the shell", |seen| {
        seen.is_as_before() && seen.text().trim_end().ends_with("shell>")
    });
    assert_eq!(pty.modes(), before);
    pty.press("exit\n");
    pty.wait();
    assert_eq!(home.files(), NOTHING);
}

#[test]
fn a_client_that_others_stopped_draws_its_screen_anew_when_it_goes_on() {
    let home = Home::new();
    let mut pty = demo(&home);
    for _ in 0..3 {
        let drawn = pty.seen(|seen| seen.octets.len());
        pty.signal(Signal::STOP);
        pty.signal(Signal::CONT);
        pty.until_that("a whole screen", |seen| {
            let new = String::from_utf8_lossy(&seen.octets[drawn..]);
            new.contains("Welcome!") && new.contains("help")
        });
    }
    pty.press("\r");
    pty.until(&["Hello, and welcome aboard."]);
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn a_terminal_that_is_taken_away_ends_the_program() {
    for ignored in ["", "trap '' HUP; "] {
        let home = Home::new();
        // The shell is replaced: the process is the client, which inherits what signals are ignored.
        let script = format!("{ignored}exec \"$0\" demo");
        let mut pty = Pty::start(home.command("sh", &["-c", &script, POPTUI]), 80, 24);
        pty.until(&["30 unread of 30", "fetched just now"]);
        pty.hang_up();
        assert_eq!(pty.wait(), 0, "{ignored:?}");
        assert_eq!(home.files(), NOTHING, "{ignored:?}");
    }
}

#[test]
fn a_terminal_that_takes_nothing_any_more_does_not_keep_the_program_from_ending() {
    let home = Home::new();
    let mut pty = Pty::start(home.command(POPTUI, &["demo"]), 200, 60);
    pty.until(&["30 unread of 30", "fetched just now"]);
    let reading = pty.reading();
    let held = reading.lock().unwrap();
    // Far more frames than there is room for on the way.
    for _ in 0..300 {
        pty.press("?Ggg\x03Ggg");
    }
    pty.signal(Signal::TERM);
    assert_eq!(pty.wait_for_exit(), 0);
    drop(held);
    assert_eq!(home.files(), NOTHING);
}

#[test]
fn a_storm_of_sizes_ends_with_a_right_screen() {
    let home = Home::new();
    let mut pty = demo_with_an_open_mail(&home);
    for step in 0..200_u16 {
        let (width, height) = match step % 4 {
            0 => (12, 4),
            1 => (1, 1),
            _ => (1 + (step * 37) % 220, 1 + (step * 13) % 70),
        };
        pty.resize(width, height);
        if step % 3 == 0 {
            std::thread::sleep(std::time::Duration::from_millis(3));
        }
    }
    pty.resize(80, 24);
    pty.press("\x0c");
    // What a fresh start draws is what is on the screen after the storm; above it stands the time of the fetch,
    // below it what was said last.
    let body = |text: &str| text.lines().skip(6).take(16).collect::<Vec<_>>().join("\n");
    let fresh = body(&demo_with_an_open_mail(&home).until(&["Hello, and welcome aboard."]));
    pty.until_that(&fresh, |seen| body(&seen.text()) == fresh);
    assert!(!pty.seen(|seen| String::from_utf8_lossy(&seen.octets).contains("\u{1b}[6n")));
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn what_a_terminal_reports_unasked_is_not_taken_for_keys() {
    // None of them was asked for. Another program may have asked, and left.
    let reports: &[&[u8]] = &[
        b"\x1b[?2026;2$y",
        b"\x1b[?62;22;52c",
        b"\x1b[>41;354;0c",
        b"\x1b[12;40R",
        b"\x1b[0n",
        b"\x1b[8;24;80t",
        b"\x1b[?0u",
        b"\x1b[?997;1n",
        b"\x1b]11;rgb:dddd/dddd/dddd\x1b\\",
        b"\x1b]4;13;rgb:dada/dada/dada\x07",
        b"\x1b]52;c;ZGRkZGRkZGQ=\x07",
        b"\x1bP>|ddd(dd)\x1b\\",
        b"\x1bP1+r5463=64646464\x1b\\",
        b"\x1b_Gi=31;dddd\x1b\\",
        b"\x1b^ddd\x1b\\",
        b"\x1bXddd\x1b\\",
        b"\x1b[M dd",
        b"\x1b[<0;14;14M",
        b"\x1b[I",
        b"\x1b[O",
    ];
    let home = Home::new();
    let mut pty = demo(&home);
    let mut mails = 0;
    for report in reports {
        pty.press(report);
        // A key behind each of them is heard, and so is the next one.
        pty.press("j");
        mails += 1;
        let here = format!("{}/30", mails + 1);
        pty.until_that(
            &format!("{here} after {}", String::from_utf8_lossy(report)),
            |seen| seen.text().contains(&here) && seen.text().contains("30 unread of 30"),
        );
    }
    pty.press("gtgi");
    pty.until(&["Inbox", "30 unread of 30"]);
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn pasted_text_does_not_run_as_keys() {
    let home = Home::new();
    let mut pty = demo(&home);
    pty.press("\x1b[200~ddd\rQ\x1b[201~j");
    pty.until(&["2/30", "30 unread of 30"]);
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn the_screen_is_drawn_anew_without_a_question_to_the_terminal() {
    let home = Home::new();
    let mut pty = demo(&home);
    let drawn = pty.seen(|seen| seen.octets.len());
    pty.press("\x0cj");
    pty.until(&["2/30"]);
    let new = pty.seen(|seen| String::from_utf8_lossy(&seen.octets[drawn..]).into_owned());
    assert!(
        new.contains("Welcome!") && !new.contains("\u{1b}[6n"),
        "{new:?}"
    );
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn a_step_down_the_list_costs_the_terminal_few_octets() {
    let home = Home::new();
    let mut pty = demo(&home);
    // What was said of the fetch is gone, so that nothing but the step is drawn.
    pty.until_that("an empty message row", |seen| {
        !seen.text().contains("new mails")
    });
    for step in 2..8 {
        let drawn = pty.seen(|seen| seen.octets.len());
        pty.press("j");
        pty.until(&[&format!("{step}/30")]);
        let cost = pty.seen(|seen| seen.octets.len()) - drawn;
        assert!(cost <= 1_000, "{cost} octets");
    }
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}

#[test]
fn a_client_that_nothing_happens_to_draws_nothing() {
    let home = Home::new();
    let mut pty = demo(&home);
    pty.until_that("an empty message row", |seen| {
        !seen.text().contains("new mails")
    });
    pty.until(&["? help"]);
    let drawn = pty.seen(|seen| seen.octets.len());
    std::thread::sleep(std::time::Duration::from_secs(3));
    let new = pty.seen(|seen| String::from_utf8_lossy(&seen.octets[drawn..]).into_owned());
    // One minute may end meanwhile.
    assert!(
        new.is_empty() || new.len() < 200 && new.contains("ago"),
        "{new:?}"
    );
    pty.press("Q");
    assert_eq!(pty.wait(), 0);
}
