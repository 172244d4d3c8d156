//! Writes Dovecot's config in either of its two dialects: that of 2.3, and that of 2.4, which renamed half of it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

/// The user that Dovecot serves mail as when the tests run as root: it refuses to do that as root.
const MAIL_USER: u32 = 21_010;

/// Which ways of signing in the server knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mechanisms {
    /// What servers have that keep only hashes of passwords.
    Usual,
    /// All it has that a client of today can want.
    All,
}

impl Mechanisms {
    fn names(self) -> &'static str {
        match (self, is_2_3()) {
            (Self::Usual, _) => "plain login",
            (Self::All, false) => "plain login cram-md5 scram-sha-1 scram-sha-256 apop",
            (Self::All, true) => {
                "plain login cram-md5 scram-sha-1 scram-sha-256 apop oauthbearer xoauth2"
            }
        }
    }

    /// Tokens are checked by their signature alone, with the key in `keys`. (Dovecot 2.4 has other settings for that,
    /// which nobody has tried here.)
    fn tokens(self, dir: &Path) -> String {
        if self == Self::Usual || !is_2_3() {
            return String::new();
        }
        let oauth2 = dir.join("oauth2.conf");
        let settings = format!(
            "introspection_mode = local\nlocal_validation_key_dict = fs:posix:prefix={}/keys/\n\
             issuers = {ISSUER}\nusername_attribute = sub\n",
            dir.display()
        );
        fs::write(&oauth2, settings).unwrap();
        format!(
            "passdb {{\n  driver = oauth2\n  mechanisms = oauthbearer xoauth2\n  args = {}\n}}\n",
            oauth2.display()
        )
    }
}

/// Who issues the tokens.
pub(super) const ISSUER: &str = "poptui-tests";

/// What stands in dovecot.conf for a server whose files are in `dir`.
pub(super) fn config(dir: &Path, port: u16, tls_port: u16, mechanisms: Mechanisms) -> String {
    let (user, _) = mail_user(dir);
    let (names, tokens) = (mechanisms.names(), mechanisms.tokens(dir));
    let dialect = if is_2_3() {
        dialect_of_2_3(dir)
    } else {
        dialect_of_2_4(dir)
    };
    let workers = if is_root(dir) {
        String::new()
    } else {
        own_workers()
    };
    let dir = dir.display();
    format!(
        "{dialect}{tokens}{workers}
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = pop3
listen = 127.0.0.1
first_valid_uid = {user}
auth_mechanisms = {names}
auth_failure_delay = 0
mail_fsync = never
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
ssl = yes
service pop3-login {{
  inet_listener pop3 {{
    port = {port}
  }}
  inet_listener pop3s {{
    port = {tls_port}
    ssl = yes
  }}
}}
"
    )
}

/// The user and group that the mail belongs to.
pub(super) fn mail_user(dir: &Path) -> (u32, u32) {
    if is_root(dir) {
        return (MAIL_USER, MAIL_USER);
    }
    let own = fs::metadata(dir).unwrap();
    (own.uid(), own.gid())
}

fn is_root(own_dir: &Path) -> bool {
    fs::metadata(own_dir).unwrap().uid() == 0
}

/// Whether it is of the elder of the two dialects, in which tests can also sign in with tokens.
pub(super) fn is_2_3() -> bool {
    let output = Command::new("/usr/sbin/dovecot")
        .arg("--version")
        .output()
        .unwrap();
    output.stdout.starts_with(b"2.3")
}

fn dialect_of_2_3(dir: &Path) -> String {
    let dir = dir.display();
    format!(
        "mail_location = maildir:~/Maildir
disable_plaintext_auth = no
ssl_cert = <{dir}/cert.pem
ssl_key = <{dir}/key.pem
passdb {{
  driver = passwd-file
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 apop
  args = scheme=PLAIN username_format=%u {dir}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%u {dir}/users
}}
"
    )
}

fn dialect_of_2_4(dir: &Path) -> String {
    let dir = dir.display();
    // These two have to be the first lines.
    format!(
        "dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
mail_driver = maildir
mail_path = ~/Maildir
auth_allow_cleartext = yes
ssl_server_cert_file = {dir}/cert.pem
ssl_server_key_file = {dir}/key.pem
passdb passwd-file {{
  passwd_file_path = {dir}/users
}}
userdb passwd-file {{
  passwd_file_path = {dir}/users
}}
"
    )
}

/// Without root nobody can become another user, or change the root directory: all workers are who runs the tests.
fn own_workers() -> String {
    let name = |flag: &str| {
        let output = Command::new("id").arg(flag).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let user = name("-un");
    format!(
        "default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {}\n\
         service anvil {{\n  chroot =\n}}\nservice stats {{\n  chroot =\n}}\nservice pop3-login {{\n  chroot =\n}}\n",
        name("-gn")
    )
}
