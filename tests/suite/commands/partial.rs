//! `poptui read` of a mail of which only the head is here.

use std::fs;

use poptui::mail::Completeness;
use poptui::store::NewMail;
use serde_json::Value;

use super::profile::{Profile, mail};

#[test]
fn reading_a_partial_mail_tells_that_only_its_head_is_here_how_large_it_is_and_what_brings_the_rest()
 {
    let profile = Profile::empty();
    let store = profile.open_store();
    let heads: [&[u8]; 3] = [
        b"Subject: plain\r\n\r\n",
        b"Subject: parts\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n",
        b"Subject: file\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n\r\n",
    ];
    let mails = heads.map(|octets| NewMail {
        completeness: Completeness::Head,
        listed_size: Some(12_345_678),
        ..mail(octets, octets.len().try_into().unwrap())
    });
    let added = store.write_now(move |writer| {
        let alice = writer.account("alice", "alice@example.org")?;
        writer.add(alice, &mails)
    });
    store.close();
    fs::write(profile.config(), "[keys]\nfetch-whole = ['f']\n").unwrap();
    for (head, added) in heads.iter().zip(added.unwrap()) {
        let id = added.id.unwrap().0.to_string();
        let text = profile.run(&["read", &id]).results();
        let told = text.replace('\n', " ");
        assert!(
            told.contains("Only the head of this mail has been fetched, of 12.3 MB in all; open it in poptui, or press f"),
            "{text}"
        );
        assert!(
            !told.contains("There is no text") && !told.contains("a.pdf"),
            "{text}"
        );
        let read = &serde_json::from_str::<Value>(&profile.run(&["read", &id, "--json"]).results())
            .unwrap();
        assert_eq!(read["partial"], true);
        assert!(read["text"].as_str().unwrap().contains("Only the head"));
        assert_eq!(
            (&read["plain"], &read["html"]),
            (&Value::Null, &Value::Null)
        );
        let raw = profile.run(&["read", &id, "--raw"]);
        assert_eq!((raw.code, raw.stdout.as_slice()), (0, *head));
        assert!(raw.stderr.contains("only the head"), "{}", raw.stderr);
    }
}
