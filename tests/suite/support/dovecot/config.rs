//! Writes Dovecot's config in either of its two dialects: that of 2.3, and that of 2.4, which renamed half of it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

/// The user that Dovecot serves mail as when the tests run as root: it refuses to do that as root.
const MAIL_USER: u32 = 21_010;

/// What stands in dovecot.conf for a server whose files are in `dir`.
pub(super) fn config(dir: &Path, port: u16, tls_port: u16) -> String {
    let (user, _) = mail_user(dir);
    let dialect = if version().starts_with("2.3") {
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
        "{dialect}{workers}
base_dir = {dir}/run
state_dir = {dir}/state
log_path = {dir}/log
protocols = pop3
listen = 127.0.0.1
first_valid_uid = {user}
auth_mechanisms = plain login
auth_failure_delay = 0
mail_fsync = never
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

fn version() -> String {
    let output = Command::new("/usr/sbin/dovecot")
        .arg("--version")
        .output()
        .unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
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
