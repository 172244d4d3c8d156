//! The runners: how each client is told to fetch, and how to see afterwards that it really did.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::raw::Task;
use crate::support::dovecot::PASSWORD;

/// Who runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Client {
    Poptui,
    Mpop,
    Fetchmail,
    Getmail,
    Neomutt,
    Raw,
}

/// What a client is to do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Errand<'a> {
    pub(crate) user: &'a str,
    pub(crate) port: u16,
    /// The server's root: over TLS.
    pub(crate) ca_file: Option<&'a Path>,
    pub(crate) task: Task,
}

impl Client {
    pub(crate) const ALL: [Self; 6] = [
        Self::Poptui,
        Self::Mpop,
        Self::Fetchmail,
        Self::Getmail,
        Self::Neomutt,
        Self::Raw,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Poptui => "poptui",
            Self::Mpop => "mpop",
            Self::Fetchmail => "fetchmail",
            Self::Getmail => "getmail",
            Self::Neomutt => "neomutt",
            Self::Raw => "raw",
        }
    }

    /// Debian's package of it.
    pub(crate) fn package(self) -> Option<&'static str> {
        match self {
            Self::Mpop => Some("mpop"),
            Self::Fetchmail => Some("fetchmail"),
            Self::Getmail => Some("getmail6"),
            Self::Neomutt => Some("neomutt"),
            Self::Poptui | Self::Raw => None,
        }
    }

    /// Whether it waits for each mail before it asks for the next one.
    pub(crate) fn is_lock_step(self) -> bool {
        matches!(self, Self::Fetchmail | Self::Getmail | Self::Neomutt)
    }

    pub(crate) fn is_here(self) -> bool {
        self.package().is_none() || finds(self.name())
    }

    /// Writes its configuration into `home`; what it keeps goes there, too.
    pub(crate) fn command(self, home: &Path, errand: &Errand<'_>) -> io::Result<Command> {
        let mut command = match self {
            Self::Poptui => poptui(home, errand)?,
            Self::Mpop => mpop(home, errand)?,
            Self::Fetchmail => fetchmail(home, errand)?,
            Self::Getmail => getmail(home, errand)?,
            Self::Neomutt => neomutt(home, errand)?,
            Self::Raw => raw(errand)?,
        };
        command.env("HOME", home);
        Ok(command)
    }

    /// The exit codes that say that all is well.
    pub(crate) fn good_codes(self, task: Task) -> &'static [i32] {
        match (self, task) {
            // 1: there was no new mail.
            (Self::Fetchmail, Task::Poll) => &[0, 1],
            _ => &[0],
        }
    }

    /// How many mails it has fetched, going by what it keeps or has said.
    pub(crate) fn fetched(self, home: &Path, output: &str) -> u64 {
        match self {
            Self::Poptui => number_behind(output, "\"new\":"),
            Self::Raw => output.trim().parse().unwrap_or(0),
            Self::Fetchmail => {
                let text = fs::read(home.join("batch")).unwrap_or_default();
                memchr::memmem::find_iter(&text, b"MAIL FROM:").count() as u64
            }
            Self::Mpop | Self::Getmail | Self::Neomutt => {
                let mails = |folder| fs::read_dir(home.join("Maildir").join(folder));
                let count = |folder| mails(folder).map_or(0, Iterator::count);
                (count("new") + count("cur")) as u64
            }
        }
    }
}

/// Whether there is a program of this name.
pub(crate) fn finds(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|dir| dir.join(program).is_file())
}

fn number_behind(text: &str, key: &str) -> u64 {
    let behind = text.split_once(key).map_or("", |(_, behind)| behind);
    let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

fn poptui(home: &Path, errand: &Errand<'_>) -> io::Result<Command> {
    let host = errand.host();
    let Errand { user, port, .. } = errand;
    let security = match errand.ca_file {
        Some(ca_file) => format!("security = \"tls\"\nca-file = \"{}\"", ca_file.display()),
        None => "security = \"none\"\nallow-cleartext = true".to_owned(),
    };
    let keep = if errand.task == Task::Delete {
        "never"
    } else {
        "forever"
    };
    let config = write_private(
        &home.join("config.toml"),
        &format!(
            "[accounts.race]\naddress = \"{user}@example.org\"\nhost = \"{host}\"\nport = {port}\n{security}\n\
             user = \"{user}\"\npassword = \"{PASSWORD}\"\nkeep-on-server = \"{keep}\"\n"
        ),
    )?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_poptui"));
    command.arg("--config").arg(config);
    command.arg("--data-dir").arg(home.join("data"));
    command.args(["fetch", "--json"]);
    Ok(command)
}

fn mpop(home: &Path, errand: &Errand<'_>) -> io::Result<Command> {
    let maildir = maildir(home)?;
    let Errand { user, port, .. } = errand;
    let tls = match errand.ca_file {
        Some(ca_file) => format!(
            "tls on\ntls_starttls off\ntls_trust_file {}",
            ca_file.display()
        ),
        None => "tls off".to_owned(),
    };
    let keep = if errand.task == Task::Delete {
        "off"
    } else {
        "on"
    };
    let text = format!(
        "account race\nhost {}\nport {port}\nuser {user}\npassword {PASSWORD}\nauth user\n{tls}\nkeep {keep}\n\
         uidls_file {}\ndelivery maildir {}\n",
        errand.host(),
        home.join("uidls").display(),
        maildir.display()
    );
    let config = write_private(&home.join("mpoprc"), &text)?;
    let mut command = Command::new("mpop");
    command.arg("-q").arg("-C").arg(config).arg("race");
    Ok(command)
}

/// Into one file of "batched SMTP": to hand each mail to a program costs it far more.
fn fetchmail(home: &Path, errand: &Errand<'_>) -> io::Result<Command> {
    let Errand { user, port, .. } = errand;
    let tls = match errand.ca_file {
        Some(ca_file) => format!("ssl sslcertck sslcertfile \"{}\"", ca_file.display()),
        None => "sslproto ''".to_owned(),
    };
    let keep = if errand.task == Task::Delete {
        "nokeep flush"
    } else {
        "keep"
    };
    let text = format!(
        "set no syslog\npoll {} service {port} protocol POP3 uidl:\n\
         user \"{user}\" password \"{PASSWORD}\" {keep} bsmtp \"{}\" {tls}\n",
        errand.host(),
        home.join("batch").display()
    );
    let config = write_private(&home.join("fetchmailrc"), &text)?;
    let mut command = Command::new("fetchmail");
    command.arg("--silent").arg("--fetchmailrc").arg(config);
    command.arg("--idfile").arg(home.join("ids"));
    command.arg("--pidfile").arg(home.join("pid"));
    command.env("FETCHMAILHOME", home);
    Ok(command)
}

fn getmail(home: &Path, errand: &Errand<'_>) -> io::Result<Command> {
    let maildir = maildir(home)?;
    let Errand { user, port, .. } = errand;
    let (kind, tls) = match errand.ca_file {
        Some(ca_file) => (
            "SimplePOP3SSLRetriever",
            format!("ca_certs = {}\n", ca_file.display()),
        ),
        None => ("SimplePOP3Retriever", String::new()),
    };
    let delete = errand.task == Task::Delete;
    let text = format!(
        "[retriever]\ntype = {kind}\nserver = {}\nport = {port}\nusername = {user}\npassword = {PASSWORD}\n{tls}\
         [destination]\ntype = Maildir\npath = {}/\n[options]\ndelete = {delete}\nread_all = false\nverbose = 0\n",
        errand.host(),
        maildir.display()
    );
    let config = write_private(&home.join("getmailrc"), &text)?;
    let mut command = as_nobody("getmail", home)?;
    command
        .arg("--getmaildir")
        .arg(home)
        .arg("--rcfile")
        .arg(config);
    Ok(command)
}

/// getmail does not keep mail for root.
fn as_nobody(program: &str, home: &Path) -> io::Result<Command> {
    const NOBODY: u32 = 65_534;
    if fs::metadata(home)?.uid() != 0 {
        return Ok(Command::new(program));
    }
    for entry in [home, &home.join("Maildir"), &home.join("getmailrc")] {
        chown(entry, Some(NOBODY), Some(NOBODY))?;
    }
    for folder in ["tmp", "new", "cur"] {
        chown(
            home.join("Maildir").join(folder),
            Some(NOBODY),
            Some(NOBODY),
        )?;
    }
    let mut command = Command::new("setpriv");
    let nobody = NOBODY.to_string();
    command.args([
        "--reuid",
        &nobody,
        "--regid",
        &nobody,
        "--clear-groups",
        program,
    ]);
    Ok(command)
}

/// It wants a terminal: `script` gives it one.
fn neomutt(home: &Path, errand: &Errand<'_>) -> io::Result<Command> {
    let maildir = maildir(home)?;
    let Errand { user, port, .. } = errand;
    let (scheme, tls) = match errand.ca_file {
        Some(ca_file) => (
            "pops",
            format!("set certificate_file=\"{}\"\n", ca_file.display()),
        ),
        None => ("pop", "set ssl_starttls=no ssl_force_tls=no\n".to_owned()),
    };
    let text = format!(
        "set pop_host=\"{scheme}://{user}@{}:{port}\" pop_pass=\"{PASSWORD}\" pop_delete=no pop_last=no\n\
         set pop_authenticators=\"user\" mbox_type=Maildir folder=\"{home}\" spool_file=\"{}\"\n\
         set sleep_time=0 confirm_append=no wait_key=no header_cache=\"\" record=\"\"\n{tls}\
         push '<fetch-mail><exit>'\n",
        errand.host(),
        maildir.display(),
        home = home.display(),
    );
    let config = write_private(&home.join("neomuttrc"), &text)?;
    let mut command = Command::new("script");
    let inner = format!("neomutt -n -F {}", config.display());
    command.args(["--quiet", "--return", "--command", &inner, "/dev/null"]);
    command.env("TERM", "xterm");
    Ok(command)
}

fn raw(errand: &Errand<'_>) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    let port = errand.port.to_string();
    command.args(["--raw", errand.task.word(), &port, errand.user, PASSWORD]);
    command.args(errand.ca_file);
    Ok(command)
}

impl Errand<'_> {
    /// The name in the certificate; without TLS no name is looked up.
    fn host(&self) -> &'static str {
        if self.ca_file.is_some() {
            "localhost"
        } else {
            "127.0.0.1"
        }
    }
}

fn maildir(home: &Path) -> io::Result<PathBuf> {
    let maildir = home.join("Maildir");
    for folder in ["tmp", "new", "cur"] {
        fs::create_dir_all(maildir.join(folder))?;
    }
    Ok(maildir)
}

/// A file with a password in it.
fn write_private(path: &Path, text: &str) -> io::Result<PathBuf> {
    fs::write(path, text)?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
    Ok(path.to_owned())
}
