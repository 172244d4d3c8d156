//! What a settings file says (`config-v1.1.xml`): its POP3 servers, and what of it is not taken.

use roxmltree::{Document, Node, ParsingOptions};

use crate::config::Security;
use crate::mail::{SafeText, cut};

use super::candidate::{Answer, Candidate, Source};
use super::{Address, HostName};

/// More elements than any such file has.
const NODES: u32 = 10_000;
/// Longest quotation from the file, in terminal cells.
const CELLS: usize = 60;
/// Longest log-in name (RFC 5321 has 254 for an address).
const LONGEST_USER: usize = 254;
/// More remarks than these tell nothing new.
const REMARKS: usize = 4;

/// A settings file for this address.
pub(super) struct Settings<'a> {
    pub(super) source: Source,
    pub(super) address: &'a Address,
}

impl Settings<'_> {
    /// Understands the file. A file with a document type, and so with entities of its own, is refused as a whole.
    pub(super) fn read(&self, file: &[u8]) -> Result<Answer, String> {
        let text = std::str::from_utf8(file).map_err(|_| "its settings file is not UTF-8")?;
        let options = ParsingOptions {
            allow_dtd: false,
            nodes_limit: NODES,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(text, options)
            .map_err(|error| format!("its settings file is no XML that can be read ({error})"))?;
        let root = document.root_element();
        if !root.has_tag_name("clientConfig") {
            return Err("what it sends is no settings file".to_owned());
        }
        let mut answer = Answer::default();
        let servers: Vec<_> = root
            .children()
            .filter(|node| node.has_tag_name("emailProvider"))
            .flat_map(|provider| provider.children())
            .filter(|node| node.has_tag_name("incomingServer"))
            .collect();
        for server in servers.iter().filter(|server| is_pop3(**server)) {
            match self.server(*server) {
                Ok(candidate) => answer.candidates.push(candidate),
                Err(remark) => answer.remarks.push(SafeText::new(&remark)),
            }
            if wants_token(*server) {
                let remark =
                    "its POP3 server takes OAuth tokens alone, which --token-command gives";
                answer.remarks.push(SafeText::new(remark));
            }
        }
        if !servers.iter().any(|server| is_pop3(*server)) && !servers.is_empty() {
            let remark = "its settings name no POP3 server, only other kinds";
            answer.remarks.push(SafeText::new(remark));
        }
        answer.remarks.dedup();
        answer.remarks.truncate(REMARKS);
        Ok(answer.ordered())
    }

    fn server(&self, server: Node<'_, '_>) -> Result<Candidate, String> {
        let host = self.filled(text_of(server, "hostname").unwrap_or_default());
        let shown = || cut(&SafeText::new(&host), CELLS);
        let name = HostName::parse(&host)
            .filter(|name| name.may_be_told_by(self.address.domain()))
            .ok_or_else(|| {
                format!(
                    "its settings name the host \"{}\", which cannot be",
                    shown()
                )
            })?;
        let port = text_of(server, "port").and_then(|port| port.parse().ok());
        let port: u16 = port
            .filter(|port| *port != 0)
            .ok_or_else(|| format!("its settings name no port for {name}"))?;
        let security = match text_of(server, "socketType").unwrap_or_default() {
            "SSL" | "TLS" => Security::Tls,
            "STARTTLS" => Security::Stls,
            _ => {
                return Err(format!(
                    "its settings name {name} port {port} without TLS, which is left out: the password could be read on the way"
                ));
            }
        };
        let user = text_of(server, "username")
            .map_or_else(|| self.address.in_ascii(), |user| self.filled(user));
        if user.is_empty() || user.len() > LONGEST_USER || user.contains(char::is_control) {
            return Err(format!(
                "its settings name a log-in name for {name} that cannot be"
            ));
        }
        Ok(Candidate {
            source: self.source,
            place: 0,
            host: name,
            port,
            security,
            user,
        })
    }

    /// With the placeholders of the format filled in.
    fn filled(&self, text: &str) -> String {
        text.replace("%EMAILADDRESS%", &self.address.in_ascii())
            .replace("%EMAILLOCALPART%", self.address.local_part())
            .replace("%EMAILDOMAIN%", self.address.domain().as_str())
    }
}

fn is_pop3(server: Node<'_, '_>) -> bool {
    server
        .attribute("type")
        .is_some_and(|kind| kind.eq_ignore_ascii_case("pop3"))
}

fn wants_token(server: Node<'_, '_>) -> bool {
    let mut ways = server
        .children()
        .filter(|node| node.has_tag_name("authentication"))
        .filter_map(|node| node.text())
        .peekable();
    ways.peek().is_some() && ways.all(|way| way.trim() == "OAuth2")
}

fn text_of<'a>(server: Node<'a, '_>, name: &str) -> Option<&'a str> {
    let child = server.children().find(|node| node.has_tag_name(name))?;
    child.text().map(str::trim)
}

#[cfg(test)]
mod tests;
