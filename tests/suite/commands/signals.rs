//! A fetch that is told to stop.
#![cfg(unix)]

use std::net::TcpListener;
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};

use super::profile::Profile;

#[test]
fn a_fetch_that_is_stopped_says_so_and_can_be_tried_again() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        // A server that takes the line and says nothing.
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let profile = Profile::with_config(&format!(
            "[accounts.alice]\naddress='a@b'\nhost='127.0.0.1'\nsecurity='none'\npassword='x'\nport={}\n",
            server.local_addr().unwrap().port()
        ));
        let mut command = profile.command(&["fetch", "--json"]);
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let _line = server.accept().unwrap();
        kill_process(Pid::from_child(&child), signal).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(75), "{signal:?}");
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(told["error_kind"], "cancelled");
        assert!(
            String::from_utf8_lossy(&output.stderr).contains("stopping"),
            "{signal:?}"
        );
    }
}
