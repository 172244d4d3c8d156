//! What can be typed behind `poptui`: the options and commands, with an example of each.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::config::Security;

use super::hyphens;

/// Mail fetched over POP3, kept on this machine, read and filed without a network.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, disable_help_subcommand = true)]
pub(super) struct Args {
    /// The config file, instead of $POPTUI_CONFIG or the usual place
    #[arg(long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,

    /// Where mail is kept, instead of $POPTUI_DATA_DIR or the usual place
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,

    /// Write down all that is said to a server and by it, behind what FILE holds; no passwords, no mail
    #[arg(long, value_name = "FILE", global = true)]
    pub trace: Option<PathBuf>,

    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  poptui demo                  look around with sample mail, no network needed
  poptui setup --help          add your account
  poptui                       the mail client
  poptui fetch && poptui list  new mail without a screen
  poptui check                 what is wrong where no mail comes
  poptui fetch --help          more about a command

Exit codes follow sysexits.h: 0 done, 1 done in part, 64 wrong usage, 66 no such mail,
69 server not reachable, 75 try again later, 77 login refused, 78 bad or missing config.";

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The mail client on sample mail: no network, no config, nothing left behind
    #[command(
        after_help = "Example:\n  poptui demo    then Enter to open a mail, ? for help, q to leave"
    )]
    Demo,
    /// Fetch new mail from all or the named accounts, in parallel
    Fetch(FetchArgs),
    /// Test the connection to all or the named accounts, step by step, and change nothing
    Check(CheckArgs),
    /// List the mails that match, newest first
    List(ListArgs),
    /// Count the mails that match
    Count(CountArgs),
    /// Show mails as text, as JSON or octet for octet
    Read(ReadArgs),
    /// Bring in mail from .eml files, mbox files, Maildirs, a Thunderbird profile and directories of these
    Import(ImportArgs),
    /// Write mail to an mbox, a Maildir or .eml files, octet for octet
    Export(ExportArgs),
    /// Copy everything into one file, while the client runs if need be, and check the copy
    Backup(BackupArgs),
    /// Check every mail against its hash, and everything made from mails against the mails
    Verify(VerifyArgs),
    /// Find the server of an address and add the account to the config
    Setup(Box<SetupArgs>),
    /// Print the table of keys
    #[command(after_help = "Example:\n  poptui keys | less")]
    Keys,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui fetch                 all accounts of the config
  poptui fetch alice --json    one account, the result as JSON
  poptui fetch --dry-run       what would be downloaded, and what deleted on the server
When a server has refused the login three times in a row, it is not asked again (exit code 77) until you change how the
account signs in (a new password in the same place is no such change), log in with poptui check alice, name it in a
terminal as in poptui fetch alice, or press F5 on the screen.
Stop with Ctrl-C: mail that has arrived is kept, and the next fetch goes on from there.")]
pub(super) struct FetchArgs {
    /// Names of accounts in the config; all if none is named
    #[arg(value_name = "ACCOUNT")]
    pub accounts: Vec<String>,

    /// One JSON object a line and account, as each ends
    #[arg(long)]
    pub json: bool,

    /// Log in and look, and say what would be done: nothing is downloaded, deleted or changed
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui check                          all accounts of the config
  poptui check alice --trace talk.txt   one account, and every word of it in a file
No mail is fetched, and nothing is changed on the server or here; but an account that poptui fetch left alone since the
server refused its login is fetched again once it logs in here.")]
pub(super) struct CheckArgs {
    /// Names of accounts in the config; all if none is named
    #[arg(value_name = "ACCOUNT")]
    pub accounts: Vec<String>,

    /// One JSON object a line and step
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui list                              the Inbox
  poptui list ada numbers --limit 10       the ten newest with these words
  poptui list in:any is:unread --json | jq .subject")]
pub(super) struct ListArgs {
    /// What to look for: words, in:FOLDER, in:any, is:unread, account:NAME; all of Inbox if nothing is given
    #[arg(value_name = "QUERY", value_parser = hyphens::unmark)]
    pub query: Vec<String>,

    /// One JSON object a line and mail
    #[arg(long)]
    pub json: bool,

    /// At most this many, the newest
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  poptui count is:unread")]
pub(super) struct CountArgs {
    /// What to look for, as in poptui list
    #[arg(value_name = "QUERY", value_parser = hyphens::unmark)]
    pub query: Vec<String>,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui read 42               as text
  poptui read 42 43 --json     with all headers, texts, links and parts
  poptui read 42 --raw > 42.eml")]
pub(super) struct ReadArgs {
    /// Numbers of mails, as poptui list shows them
    #[arg(value_name = "ID", required = true, value_parser = mail_number)]
    pub ids: Vec<i64>,

    /// The octets of one mail, exactly as they came
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,

    /// One JSON object a line and mail
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui import old.mbox                      into Inbox
  poptui import ~/Maildir --folder Old        sub-folders become Old/Lists, Old/Lists/rust, …
  poptui import ~/.thunderbird/*.default/Mail all folders of all accounts in there
Nothing is changed where the mail comes from. What is here already, octet for octet, is not taken twice: an import that
was broken off is simply begun again. Read and unread, flagged and answered are kept where the files tell; what was
deleted there but is still in the file goes to Trash. Symbolic links in a directory are not followed.")]
pub(super) struct ImportArgs {
    /// Files and directories with mail
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,

    /// The folder to put it into instead of Inbox; folders of its own keep their names, below this one
    #[arg(long, value_name = "NAME")]
    pub folder: Option<String>,

    /// One JSON object a line and path
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui export --to ~/Maildir.2026 --format maildir     everything, with folders and flags
  poptui export from:ada --to ada.mbox --format mbox     what matches, in one file
  poptui export in:Lists --to lists --format eml         one file a mail
Nothing is written over: a file that is there, or a directory with something in it, is refused. What is written appears
when all of it is on the disk. An mbox is of the dialect mboxrd: a line of a mail that begins with From gets a > that
poptui import takes away again. Read, flagged and answered stand in its From lines, outside of the mails.")]
pub(super) struct ExportArgs {
    /// What to look for, as in poptui list; all mail, Trash included, if nothing is given
    #[arg(value_name = "QUERY", value_parser = hyphens::unmark)]
    pub query: Vec<String>,

    /// The file (mbox) or directory (maildir, eml) to make
    #[arg(long, value_name = "PATH")]
    pub to: PathBuf,

    /// What it is to be
    #[arg(long, value_name = "FORMAT")]
    pub format: Format,
}

/// What other programs read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// All mails in one file
    Mbox,
    /// One file a mail, folders and flags in the names
    Maildir,
    /// One file a mail
    Eml,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui backup /media/disk/mail-2026-11-24.sqlite
  poptui verify --data-dir DIR     with the file as DIR/mail.sqlite: checks a backup again
The copy is one moment of the store, whatever comes in meanwhile. It gets its name when every mail in it has been checked
against its hash. To restore it, close poptui, move mail.sqlite and what is called like it out of the data directory, and
copy the backup there as mail.sqlite.")]
pub(super) struct BackupArgs {
    /// The file to make; one that is there is never written over
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui verify                check, and change nothing
  poptui verify --repair       make anew what is made from mails: indexes, counters, threads, what lists show
Exit codes: 0 all is as it should be; 1 no mail is damaged, but something else is; 65 mails are damaged, which are named.")]
pub(super) struct VerifyArgs {
    /// Make anew what is wrong and can be made from mails; mails are never touched
    #[arg(long)]
    pub repair: bool,
}

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  poptui setup --address alice@example.org --password-command 'pass show mail/alice'
  poptui setup --address alice@example.org --dry-run          only look, write nothing
  poptui setup --address alice@example.org --host pop.example.org --password-file ~/.alice --yes
  poptui setup --address alice@example.org --host mail.home.arpa --fingerprint sha256:… --keyring
A password is never taken from the command line, where others could see it.")]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(super) struct SetupArgs {
    /// The mail address
    #[arg(long, value_name = "ADDRESS")]
    pub address: String,

    /// The account's name in the side bar; what stands before the @ if it is not given
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The program that prints the password
    #[arg(long, value_name = "CMD", group = "secret")]
    pub password_command: Option<String>,

    /// The file whose first line is the password
    #[arg(long, value_name = "FILE", group = "secret")]
    pub password_file: Option<PathBuf>,

    /// Keep the password in the system's keyring: it is asked for, or read from standard input
    #[arg(long, group = "secret")]
    pub keyring: bool,

    /// The program that prints an OAuth token
    #[arg(long, value_name = "CMD", group = "secret")]
    pub token_command: Option<String>,

    /// The POP3 server; nobody is asked then
    #[arg(long, value_name = "HOST")]
    pub host: Option<String>,

    /// Its port; 995 with tls, else 110
    #[arg(long, value_name = "PORT", requires = "host")]
    pub port: Option<u16>,

    /// How the line is protected; tls if it is not given
    #[arg(long, value_name = "SECURITY", requires = "host")]
    pub security: Option<SecurityArg>,

    /// With --security none: password and mail may be read on the way
    #[arg(long, requires = "security")]
    pub allow_cleartext: bool,

    /// The log-in name; the address if it is not given or found
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,

    /// A certificate to trust beside those of the system
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,

    /// Trust this one certificate alone, whatever its name and dates: sha256:…, as the test or openssl prints it
    #[arg(long, value_name = "SHA256", requires = "host")]
    pub fingerprint: Option<String>,

    /// The SOCKS5 proxy through which all lines go: socks5://HOST:PORT
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,

    /// What becomes of fetched mail there: forever, "14 days", until-deleted or never
    #[arg(long, value_name = "KEEP")]
    pub keep_on_server: Option<String>,

    /// Ask Mozilla's database, too, which then learns the domain
    #[arg(long, conflicts_with = "host")]
    pub ask_mozilla: bool,

    /// Do not try the server that was named or is known
    #[arg(long)]
    pub no_test: bool,

    /// Write without a question
    #[arg(long, conflicts_with = "dry_run")]
    pub yes: bool,

    /// Write nothing
    #[arg(long)]
    pub dry_run: bool,

    /// One JSON object a line and step
    #[arg(long)]
    pub json: bool,
}

/// The words of `security` in the config.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum SecurityArg {
    /// From the first octet
    Tls,
    /// Begins in clear, goes on in TLS
    Stls,
    /// In clear
    None,
}

impl From<SecurityArg> for Security {
    fn from(security: SecurityArg) -> Self {
        match security {
            SecurityArg::Tls => Self::Tls,
            SecurityArg::Stls => Self::Stls,
            SecurityArg::None => Self::None,
        }
    }
}

fn mail_number(text: &str) -> Result<i64, &'static str> {
    text.parse()
        .map_err(|_| "mails have numbers, which poptui list shows")
}
