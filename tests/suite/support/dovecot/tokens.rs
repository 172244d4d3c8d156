//! Bearer tokens that Dovecot takes without asking anybody: JSON Web Tokens under a key that both sides have (RFC 7519).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac;

use super::config::ISSUER;

const KEY: &[u8] = b"a key that guards nothing but tests";

/// Writes the key to where Dovecot looks for it.
pub(super) fn write_key(dir: &Path) {
    let folder = dir.join("keys/default/HS256");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join("default");
    fs::write(&file, STANDARD.encode(KEY)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
}

/// A token of this user that is good for a long time.
pub(super) fn issue(user: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = format!(
        r#"{{"sub":"{user}","iss":"{ISSUER}","iat":1600000000,"nbf":1600000000,"exp":4000000000}}"#
    );
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, KEY), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
