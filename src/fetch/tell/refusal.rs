//! What it means when a server refuses who signs in: the password, the moment, or for good.

use crate::mail::SafeText;
use crate::pop3::{Refusal, ResponseCode};

use super::foreign::Quote;
use super::trouble::Trouble;

/// The refusal with the name that was tried: it may be that which is wrong.
pub(in crate::fetch) fn login_refused(user: &str, said: &SafeText) -> String {
    format!("login refused for the user {user}: {said}")
}

/// RFC 2449, section 8: a greeting of -ERR. Without a code it says nothing about the password, which was not sent yet.
pub(super) fn greeting(refusal: &Refusal, quote: &Quote) -> Trouble {
    let said = quote.quote(&refusal.text);
    match refusal.code {
        Some(ResponseCode::InUse | ResponseCode::LoginDelay) => Trouble::Busy(said),
        Some(ResponseCode::Auth) => Trouble::Login(said),
        Some(ResponseCode::SysPerm) => Trouble::Unavailable(said),
        Some(ResponseCode::SysTemp | ResponseCode::Other(_)) | None => Trouble::Temporary(said),
    }
}

/// RFC 3206: only some refusals mean that the password is wrong.
pub(super) fn login(refusal: &Refusal, quote: &Quote) -> Trouble {
    let said = quote.quote(&refusal.text);
    match refusal.code {
        Some(ResponseCode::InUse | ResponseCode::LoginDelay) => Trouble::Busy(said),
        None if is_of_a_lock(&refusal.text) => Trouble::Busy(said),
        Some(ResponseCode::SysTemp) => Trouble::Temporary(said),
        Some(ResponseCode::SysPerm) => Trouble::Barred(said),
        Some(ResponseCode::Auth) => Trouble::Login(said),
        Some(ResponseCode::Other(_)) | None => Trouble::LoginPerhaps(said),
    }
}

/// Whether it says without a code that the maildrop is in use ("maildrop already locked", RFC 1939, section 5). An
/// account that is locked is not that: it was refused too often.
fn is_of_a_lock(text: &[u8]) -> bool {
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(word));
    let is_of_who = has(&["account", "user", "password", "login"]);
    let in_use = words.windows(2).any(|pair| pair == ["in", "use"]);
    !is_of_who && (in_use || has(&["lock", "locked", "busy"]))
}
