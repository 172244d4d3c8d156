//! What setup finds and does, one line each: for people with a mark in front, or as JSON.

use serde::Serialize;

use crate::config::Security;
use crate::discover::{Answer, Candidate, Finding, Source};
use crate::fetch::{self, ErrorKind};
use crate::mail::SafeText;

use crate::cli::failure::{Exit, Failure};
use crate::cli::json;
use crate::cli::out::Out;

/// One line.
#[derive(Debug, Default, Serialize)]
pub(super) struct Told<'a> {
    account: &'a str,
    step: &'static str,
    /// `null` where it is neither good nor bad.
    ok: Option<bool>,
    detail: &'a str,
    advice: Option<&'a str>,
    source: Option<&'static str>,
    host: Option<&'a str>,
    port: Option<u16>,
    security: Option<&'static str>,
    user: Option<&'a str>,
    /// The lines of the config, in the step `lines`.
    lines: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn good(step: &'static str, detail: &'a str) -> Self {
        Self {
            ok: Some(true),
            ..Self::open(step, detail)
        }
    }

    /// Neither good nor bad.
    pub(super) fn open(step: &'static str, detail: &'a str) -> Self {
        Self {
            step,
            detail,
            ..Self::default()
        }
    }

    fn bad(step: &'static str, detail: &'a str) -> Self {
        Self {
            ok: Some(false),
            ..Self::open(step, detail)
        }
    }

    /// About this server.
    pub(super) fn at(self, server: &'a Candidate) -> Self {
        Self {
            source: Some(server.source.word()),
            host: Some(server.host.as_str()),
            port: Some(server.port),
            security: Some(server.security.word()),
            user: Some(&server.user),
            ..self
        }
    }
}

/// Writes the lines as they come.
pub(super) struct Teller<'a> {
    account: &'a str,
    out: Out,
    json: bool,
}

impl<'a> Teller<'a> {
    pub(super) fn new(account: &'a str, json: bool) -> Self {
        Self {
            account,
            out: Out::new(),
            json,
        }
    }

    pub(super) fn step(&mut self, told: &Told<'_>) -> Result<(), Failure> {
        if self.json {
            let told = Told {
                account: self.account,
                ..*told
            };
            self.out.line(&json::line(&told)?)?;
        } else {
            let mark = match told.ok {
                Some(true) => '✓',
                Some(false) => '✗',
                None => '–',
            };
            self.out
                .line(&format!("{mark} {}", SafeText::new(told.detail)))?;
            if let Some(advice) = told.advice {
                self.out.line(&format!("  → {}", SafeText::new(advice)))?;
            }
        }
        self.out.flush()
    }

    /// What the search tells while it runs.
    pub(super) fn finding(&mut self, finding: &Finding) -> Result<(), Failure> {
        match finding {
            Finding::Answered(source, answer) => self.answer(*source, answer),
            Finding::Silent(source, why) => {
                let detail = format!("{}: {why}", whom(*source));
                let source = Some(source.word());
                self.step(&Told {
                    source,
                    ..Told::open("lookup", &detail)
                })
            }
            Finding::Answers(candidate) => {
                let detail = format!("{} answers", server(candidate));
                self.step(&Told::good("try", &detail).at(candidate))
            }
            // Most guesses find nobody at home: people need not read of them.
            Finding::Fails(candidate, fault)
                if candidate.source == Source::Guess
                    && fault.kind == ErrorKind::Connect
                    && !self.json =>
            {
                Ok(())
            }
            Finding::Fails(candidate, fault) => {
                let detail = format!("{}: {}", server(candidate), fault.why);
                self.step(&Told::bad("try", &detail).at(candidate))
            }
        }
    }

    /// A step of the way to the mailbox.
    pub(super) fn check(&mut self, finding: &fetch::Finding) -> Result<(), Failure> {
        self.step(&Told {
            ok: Some(finding.ok),
            advice: finding.advice.as_ref().map(SafeText::as_str),
            ..Told::open(finding.step.word(), finding.detail.as_str())
        })
    }

    fn answer(&mut self, source: Source, answer: &Answer) -> Result<(), Failure> {
        if source == Source::Guess {
            return Ok(());
        }
        for candidate in &answer.candidates {
            let detail = format!("{}: {}", whom(source), server(candidate));
            self.step(&Told::good("lookup", &detail).at(candidate))?;
        }
        let nothing = SafeText::new("nothing about POP3");
        let silent = answer.candidates.is_empty() && answer.remarks.is_empty();
        for remark in answer.remarks.iter().chain(silent.then_some(&nothing)) {
            let detail = format!("{}: {remark}", whom(source));
            self.step(&Told {
                source: Some(source.word()),
                ..Told::open("lookup", &detail)
            })?;
        }
        Ok(())
    }

    /// The lines of the config, under a heading.
    pub(super) fn lines(&mut self, heading: &str, lines: &str) -> Result<(), Failure> {
        if self.json {
            return self.step(&Told {
                lines: Some(lines),
                ..Told::open("lines", heading)
            });
        }
        self.out.line(&format!("\n{}\n", SafeText::new(heading)))?;
        for line in lines.lines() {
            self.out.line(&format!("  {}", SafeText::new(line)))?;
        }
        self.out.line("")?;
        self.out.flush()
    }

    pub(super) fn finish(self) -> Result<Exit, Failure> {
        self.out.finish()
    }
}

/// `pop.example.org port 995, TLS`
pub(super) fn server(candidate: &Candidate) -> String {
    let protection = match candidate.security {
        Security::Tls => "TLS",
        Security::Stls => "STLS",
        Security::None => "in clear",
    };
    format!("{} port {}, {protection}", candidate.host, candidate.port)
}

/// Who was asked.
pub(super) fn whom(source: Source) -> &'static str {
    match source {
        Source::Table => "built-in table",
        Source::Autoconfig => "the domain's autoconfig host",
        Source::WellKnown => "the domain's web site (.well-known)",
        Source::Mozilla => "Mozilla's database",
        Source::Srv => "DNS (SRV records)",
        Source::Mx => "DNS (MX records)",
        Source::Guess => "usual names",
    }
}
