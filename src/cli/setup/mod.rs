//! `poptui setup`: from an address to an account in the config, told line by line, written only after a yes.

mod ask;
mod choose;
mod file;
mod tell;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Runtime;

use crate::config::{self, Account, NewAccount, Secret, add_account, is_loopback};
use crate::discover::{Address, Provider, SignIn};
use crate::fetch::{self, Finding, Network, Trace};
use crate::mail::SafeText;

use super::args::SetupArgs;
use super::failure::{Exit, Failure};
use super::out::note;
use super::paths::Paths;

use ask::Asker;
use choose::{Choice, Tested};
use file::Target;
use tell::{Teller, Told};

/// Stands in the lines of a dry run that was told of no password.
const EXAMPLE: &str = "pass show mail/";

/// Finds, tests, shows, asks, writes.
pub(super) fn run(args: &SetupArgs, paths: &Paths, trace: Option<&Trace>) -> Result<Exit, Failure> {
    let address = Address::parse(&args.address)
        .map_err(|why| Failure::Usage(format!("--address {} {why}", args.address)))?;
    let path = paths.config_file()?;
    let name = args.name.as_deref().unwrap_or(address.local_part());
    let config = paths.load_config()?.unwrap_or_default();
    if config.accounts.iter().any(|account| account.name == name) {
        let account = name.escape_debug().to_string();
        return Err(config::Error::Taken { path, account }.into());
    }
    let secret = secret(args)?;
    let setup = Setup {
        args,
        address: &address,
        trace,
        runtime: super::fetch::runtime()?,
    };
    let mut teller = Teller::new(name, args.json);
    let mut asker = Asker::new(args.yes);
    let done = setup.account(name, secret, &mut teller, &mut asker);
    // A lookup may still be waited for on a thread; nobody here waits for that.
    setup.runtime.shutdown_background();
    let new = done?;
    write(&new, &path, args, &mut teller, &mut asker)?;
    teller.finish()
}

/// What the steps before the writing share.
struct Setup<'a> {
    args: &'a SetupArgs,
    address: &'a Address,
    trace: Option<&'a Trace>,
    runtime: Runtime,
}

impl Setup<'_> {
    /// The account, as it is to be written: found, put together, tested.
    fn account(
        &self,
        name: &str,
        secret: Option<Secret>,
        teller: &mut Teller<'_>,
        asker: &mut Asker,
    ) -> Result<NewAccount, Failure> {
        let provider = Provider::of(self.address.domain());
        if let Some(provider) = provider.filter(|_| self.args.host.is_none()) {
            self.fits(provider, secret.as_ref())?;
        }
        let choice = self.choose(provider, teller, asker)?;
        let is_example = secret.is_none();
        let example = || Secret::Command(format!("{EXAMPLE}{name}"));
        let new = self.put_together(name, choice.clone(), secret.unwrap_or_else(example));
        let account = understood(&new)?;
        if self.args.no_test {
            teller.step(&Told::open(
                "test",
                "the server was not tried, as you asked",
            ))?;
        } else if !is_example {
            self.sign_in(&account, teller)?;
        } else if choice.tested == Tested::No {
            self.look(&account, teller)?;
        }
        if is_example {
            let remark = "the line password-command is an example: say where the password comes from with \
                          --password-command, --password-file or --token-command";
            teller.step(&Told::open("note", remark))?;
        }
        Ok(new)
    }

    /// Whether one can sign in at this provider at all, and with this kind of secret.
    fn fits(&self, provider: &Provider, secret: Option<&Secret>) -> Result<(), Failure> {
        if provider.server(self.address).is_none() {
            return Err(Failure::NoServer(format!(
                "{} has no POP3 server: {}",
                provider.name,
                provider.notes.join("; ")
            )));
        }
        let by_password = matches!(secret, Some(Secret::Command(_) | Secret::File(_)));
        if provider.sign_in == SignIn::Token && by_password {
            return Err(Failure::Usage(format!(
                "{} takes no password; say with --token-command which program prints its OAuth token",
                provider.name
            )));
        }
        Ok(())
    }

    fn put_together(&self, name: &str, choice: Choice, secret: Secret) -> NewAccount {
        NewAccount {
            name: name.to_owned(),
            address: self.address.as_typed().to_owned(),
            user: self.args.user.clone().unwrap_or(choice.user),
            allow_cleartext: self.args.allow_cleartext && !is_loopback(&choice.host),
            host: choice.host,
            port: choice.port,
            security: choice.security,
            secret,
            ca_file: self.args.ca_file.as_deref().map(absolute),
            keep_on_server: self.args.keep_on_server.clone(),
        }
    }

    /// The whole way to the mailbox, with a log-in. Nothing is changed there.
    fn sign_in(&self, account: &Account, teller: &mut Teller<'_>) -> Result<(), Failure> {
        let told = Mutex::new((teller, Ok(()), None));
        let tell = |finding: Finding| {
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            let (teller, so_far, failed) = &mut *told;
            if so_far.is_ok() {
                *so_far = teller.check(&finding);
            }
            if !finding.ok {
                *failed = Some(finding);
            }
        };
        let checked = fetch::check(account, self.trace.cloned(), tell);
        let checked = self.runtime.block_on(checked);
        let (_, so_far, failed) = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        so_far?;
        checked.map_err(|kind| Failure::Test {
            account: account.name.clone(),
            kind,
            why: failed.map_or_else(SafeText::default, |finding| finding.detail),
        })
    }

    /// As much of it as goes without a password.
    fn look(&self, account: &Account, teller: &mut Teller<'_>) -> Result<(), Failure> {
        let looked = fetch::probe(account, &Network);
        self.runtime.block_on(looked).map_err(Failure::Unanswered)?;
        let detail = format!("POP3 answers at {} port {}", account.host, account.port);
        teller.step(&Told::good("try", &detail))
    }
}

/// Where the secret comes from; `None` only for a dry run, which needs none.
fn secret(args: &SetupArgs) -> Result<Option<Secret>, Failure> {
    let secret = match (
        &args.password_command,
        &args.password_file,
        &args.token_command,
    ) {
        (Some(command), ..) => Secret::Command(command.clone()),
        (_, Some(file), _) => Secret::File(in_config(file)?),
        (.., Some(command)) => Secret::Token(command.clone()),
        _ if args.dry_run => return Ok(None),
        _ => {
            return Err(Failure::Usage(
                "say where the password comes from: --password-command CMD, --password-file FILE or \
                 --token-command CMD; --dry-run does without"
                    .to_owned(),
            ));
        }
    };
    Ok(Some(secret))
}

/// A path as it can stand in the config, whose own paths begin at its directory.
fn in_config(path: &Path) -> Result<String, Failure> {
    let whole = if path.starts_with("~") {
        path.to_owned()
    } else {
        absolute(path)
    };
    let text = whole.to_str().map(str::to_owned);
    text.ok_or_else(|| {
        Failure::Usage(format!(
            "the name of {} is not UTF-8, as the config is",
            path.display()
        ))
    })
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The account as the program will read it. What is wrong with it was wrong in the arguments.
fn understood(new: &NewAccount) -> Result<Account, Failure> {
    let nowhere = Path::new("the new account");
    new.check(nowhere, dirs::home_dir().as_deref())
        .map_err(|error| Failure::Usage(error.to_string()))
}

/// Shows what is to be written and where, and writes it if that is wanted.
fn write(
    new: &NewAccount,
    path: &Path,
    args: &SetupArgs,
    teller: &mut Teller<'_>,
    asker: &mut Asker,
) -> Result<(), Failure> {
    let target = Target::of(path)?;
    teller.lines(&target.sentence(), &new.lines())?;
    if args.dry_run {
        return teller.step(&Told::open("write", "nothing was written, as you asked"));
    }
    match asker.ask("Write these lines?")? {
        ask::Word::Yes => {}
        ask::Word::No => return teller.step(&Told::open("write", "nothing was written")),
        ask::Word::Nobody => {
            note("nothing was written, as there is no terminal to ask on; add --yes to write it");
            return Ok(());
        }
    }
    let whole = add_account(&target.text()?, new, path, dirs::home_dir().as_deref())?;
    target.save(&whole)?;
    let detail = format!("written; poptui fetch {} gets the mail", new.name);
    teller.step(&Told::good("write", &detail))
}
