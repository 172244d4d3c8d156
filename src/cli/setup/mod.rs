//! `poptui setup`: from an address to an account in the config, told line by line, written only after a yes.

mod ask;
mod choose;
mod file;
mod secret;
mod tell;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tokio::runtime::Runtime;
use zeroize::Zeroizing;

use crate::config::{self, Account, NewAccount, Password, Secret, add_account, is_loopback};
use crate::discover::{Address, Candidate};
use crate::fetch::{self, Finding, Network, Trace, Wording, keyring};
use crate::mail::SafeText;
use crate::providers::{Provider, SignIn};
use crate::store::Lessons;

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
    let secret = secret::named(args)?;
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
    let ready = done?;
    write(&ready, &path, args, &mut teller, &mut asker)?;
    teller.finish()
}

/// An account that can be written.
struct Ready {
    new: NewAccount,
    /// What goes into the keyring.
    password: Option<Zeroizing<String>>,
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
    ) -> Result<Ready, Failure> {
        let provider = Provider::of(self.address.domain().as_str());
        if let Some(provider) = provider.filter(|_| self.args.host.is_none()) {
            self.fits(provider, secret.as_ref())?;
        }
        let choice = self.choose(provider, teller, asker)?;
        let is_example = secret.is_none();
        let example = || Secret::Command(format!("{EXAMPLE}{name}"));
        let new = self.put_together(name, choice.clone(), secret.unwrap_or_else(example));
        let mut account = understood(&new)?;
        let mut password = None;
        if new.secret == Secret::Keyring && !self.args.dry_run {
            let typed = secret::read_password(&account)?;
            // It is in the keyring only when it is known to be right.
            account.password = Password::Literal(typed.clone());
            password = Some(typed);
        }
        if self.args.no_test {
            teller.step(&Told::open(
                "test",
                "the server was not tried, as you asked",
            ))?;
        } else if !is_example && !matches!(account.password, Password::Keyring) {
            self.sign_in(&account, teller)?;
        } else if choice.tested == Tested::No {
            self.look(&account, teller)?;
        }
        if is_example {
            let remark = "the line password-command is an example: say where the password comes from with \
                          --password-command, --password-file, --keyring or --token-command";
            teller.step(&Told::open("note", remark))?;
        }
        Ok(Ready { new, password })
    }

    /// Whether one can sign in at this provider at all, and with this kind of secret.
    fn fits(&self, provider: &Provider, secret: Option<&Secret>) -> Result<(), Failure> {
        if Candidate::of_provider(provider, self.address).is_none() {
            return Err(Failure::NoServer(format!(
                "{} has no POP3 server: {}",
                provider.name,
                provider.notes.join("; ")
            )));
        }
        let by_password = secret.is_some_and(|secret| !matches!(secret, Secret::Token(_)));
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
            // Behind a proxy, loopback is another machine's.
            allow_cleartext: self.args.allow_cleartext
                && (self.args.proxy.is_some() || !is_loopback(&choice.host)),
            host: choice.host,
            port: choice.port,
            security: choice.security,
            secret,
            ca_file: self.args.ca_file.as_deref().map(absolute),
            fingerprint: self.args.fingerprint.clone(),
            proxy: self.args.proxy.clone(),
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
        let trace = self.trace.cloned();
        let checked = fetch::check(account, Lessons::default(), trace, Wording::Options, tell);
        let checked = self.runtime.block_on(checked);
        let (_, so_far, failed) = told.into_inner().unwrap_or_else(PoisonError::into_inner);
        so_far?;
        checked.map_err(|kind| {
            let why = failed.as_ref().map(|finding| finding.detail.clone());
            let advice = failed.and_then(|finding| finding.advice);
            Failure::Test {
                account: account.name.clone(),
                kind,
                why: why.unwrap_or_default(),
                advice: advice.unwrap_or_else(|| SafeText::new("try again with other values")),
            }
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
    ready: &Ready,
    path: &Path,
    args: &SetupArgs,
    teller: &mut Teller<'_>,
    asker: &mut Asker,
) -> Result<(), Failure> {
    let (new, target) = (&ready.new, Target::of(path)?);
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
    if let Some(password) = &ready.password {
        keyring::store(&new.user, &new.host, password).map_err(Failure::Keyring)?;
        teller.step(&Told::good(
            "keyring",
            "the keyring holds the password, and gave it back",
        ))?;
    }
    let whole = add_account(&target.text()?, new, path, dirs::home_dir().as_deref())?;
    target.save(&whole)?;
    let detail = format!("written; poptui fetch {} gets the mail", new.name);
    teller.step(&Told::good("write", &detail))
}
