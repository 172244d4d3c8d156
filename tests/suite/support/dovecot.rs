//! A real Dovecot for one test: on loopback, in a directory of its own, with a certificate of its own, gone when dropped.

mod config;
mod tokens;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use self::config::{Mechanisms, config, mail_user};

/// Of all users.
pub(crate) const PASSWORD: &str = "secret";

/// A running server.
pub(crate) struct Dovecot {
    dir: TempDir,
    process: Child,
    /// In clear and STLS.
    pub(crate) port: u16,
    /// TLS from the first octet.
    pub(crate) tls_port: u16,
}

impl Dovecot {
    /// Starts a server at which each of these users has these mails (CRLF line ends), oldest first.
    pub(crate) fn start(maildrops: &[(&str, &[Vec<u8>])]) -> Self {
        Self::start_with(maildrops, Mechanisms::Usual)
    }

    /// The same, with every way of signing in that it has.
    pub(crate) fn start_with_all_mechanisms(maildrops: &[(&str, &[Vec<u8>])]) -> Self {
        Self::start_with(maildrops, Mechanisms::All)
    }

    fn start_with(maildrops: &[(&str, &[Vec<u8>])], mechanisms: Mechanisms) -> Self {
        assert!(
            Path::new("/usr/sbin/dovecot").exists() && Path::new("/usr/lib/dovecot/pop3").exists(),
            "this test needs Dovecot; install it with: apt-get install dovecot-pop3d (./tests/run does it for you)"
        );
        let dir = tempfile::Builder::new()
            .prefix("poptui-dovecot-")
            .tempdir()
            .unwrap();
        // Dovecot's workers are other users, and have to get in.
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
        write_certificates(dir.path());
        write_users(dir.path(), maildrops);
        tokens::write_key(dir.path());
        // A port that is free now can be taken the next moment: then other ports.
        for _ in 0..5 {
            let (port, tls_port) = free_ports();
            fs::write(
                dir.path().join("dovecot.conf"),
                config(dir.path(), port, tls_port, mechanisms),
            )
            .unwrap();
            let mut process = run(dir.path());
            if is_up(port, tls_port) {
                return Self {
                    dir,
                    process,
                    port,
                    tls_port,
                };
            }
            stop(&mut process);
        }
        let log = fs::read_to_string(dir.path().join("log")).unwrap_or_default();
        panic!("Dovecot does not come up; its log:\n{log}");
    }

    /// The root that the server's certificate (for `localhost`) goes back to.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    /// From now on it keeps no password, but a hash of each.
    pub(crate) fn keep_hashes_only(&self) {
        let hash = ring::digest::digest(&ring::digest::SHA256, PASSWORD.as_bytes());
        let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, hash);
        let users = self.dir.path().join("users");
        let before = fs::read_to_string(&users).unwrap();
        let after = before.replace(
            &format!("{{PLAIN}}{PASSWORD}"),
            &format!("{{SHA256}}{hash}"),
        );
        fs::write(users, after).unwrap();
    }

    /// A root that has nothing to do with it.
    pub(crate) fn other_ca_file(&self) -> PathBuf {
        self.dir.path().join("other-ca.pem")
    }

    /// What Dovecot logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    /// A token with which this user can sign in; `None` where this Dovecot is not set up for tokens.
    pub(crate) fn token(user: &str) -> Option<String> {
        config::is_2_3().then(|| tokens::issue(user))
    }

    /// Where the user's mail lies on the server's disk.
    pub(crate) fn maildir(&self, user: &str) -> PathBuf {
        self.dir.path().join("home").join(user).join("Maildir")
    }

    /// How many mails the user has on the server's disk.
    pub(crate) fn count(&self, user: &str) -> usize {
        let maildir = self.maildir(user);
        let files = |folder| fs::read_dir(maildir.join(folder)).map_or(0, Iterator::count);
        files("new") + files("cur")
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        stop(&mut self.process);
    }
}

fn free_ports() -> (u16, u16) {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    let [port, tls_port] = listeners.map(|listener| listener.local_addr().unwrap().port());
    (port, tls_port)
}

/// In a process group of its own, by a script that ends it when this process ends, however that happens.
fn run(dir: &Path) -> Child {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/dovecot");
    Command::new("bash")
        .arg(script)
        .arg(dir.join("dovecot.conf"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(fs::File::create(dir.join("script.log")).unwrap())
        .process_group(0)
        .spawn()
        .unwrap()
}

fn stop(process: &mut Child) {
    drop(process.stdin.take());
    let group = format!("-{}", process.id());
    let end = Instant::now() + Duration::from_secs(5);
    while Instant::now() < end {
        if process.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
    let _ = process.wait();
}

/// Whether the server greets on `port` and listens on `tls_port` (where it says nothing before the handshake), within
/// ten seconds.
fn is_up(port: u16, tls_port: u16) -> bool {
    let end = Instant::now() + Duration::from_secs(10);
    while Instant::now() < end {
        if greets(port) && TcpStream::connect(("127.0.0.1", tls_port)).is_ok() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

fn greets(port: u16) -> bool {
    let Ok(line) = TcpStream::connect(("127.0.0.1", port)) else {
        return false;
    };
    line.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
    let mut greeting = String::new();
    let _ = BufReader::new(line).read_line(&mut greeting);
    greeting.starts_with("+OK")
}

fn write_certificates(dir: &Path) {
    let (ca, issuer) = authority("poptui test root");
    fs::write(dir.join("ca.pem"), ca).unwrap();
    fs::write(dir.join("other-ca.pem"), authority("some other root").0).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = certificate.signed_by(&key, &issuer).unwrap();
    fs::write(dir.join("cert.pem"), certificate.pem()).unwrap();
    fs::write(dir.join("key.pem"), key.serialize_pem()).unwrap();
    fs::set_permissions(dir.join("key.pem"), fs::Permissions::from_mode(0o600)).unwrap();
}

fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

fn write_users(dir: &Path, maildrops: &[(&str, &[Vec<u8>])]) {
    let (user, group) = mail_user(dir);
    let mut lines = String::new();
    for (name, mails) in maildrops {
        let home = dir.join("home").join(name);
        let line = format!(
            "{name}:{{PLAIN}}{PASSWORD}:{user}:{group}::{}::\n",
            home.display()
        );
        lines.push_str(&line);
        for folder in ["tmp", "cur", "new"] {
            fs::create_dir_all(home.join("Maildir").join(folder)).unwrap();
        }
        for (number, mail) in mails.iter().enumerate() {
            let path = home.join(format!(
                "Maildir/new/{}.M{number:06}.poptui",
                1_000_000_000 + number
            ));
            fs::write(path, mail).unwrap();
        }
        give(&home, user, group);
    }
    fs::write(dir.join("users"), lines).unwrap();
}

fn give(path: &Path, user: u32, group: u32) {
    chown(path, Some(user), Some(group)).unwrap();
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            give(&entry.unwrap().path(), user, group);
        }
    }
}
