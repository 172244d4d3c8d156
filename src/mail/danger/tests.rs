//! Files of every nature under every name.

use super::*;

fn said(name: &str, octets: &[u8]) -> String {
    match danger(name, "application/octet-stream", octets) {
        Danger::None => String::new(),
        Danger::Asks(what) => what.as_str().to_owned(),
        Danger::Refused(what) => format!("refused: {what}"),
    }
}

/// A zip archive with empty files.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut octets = b"PK\x03\x04".to_vec();
    for name in names {
        octets.extend(b"PK\x01\x02");
        octets.extend([0; 24]);
        octets.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        octets.extend([0; 16]);
        octets.extend(name.as_bytes());
    }
    octets
}

fn tar(name: &str) -> Vec<u8> {
    let mut octets = vec![0; 1024];
    octets[..name.len()].copy_from_slice(name.as_bytes());
    octets[124..135].copy_from_slice(b"00000000000");
    octets[257..262].copy_from_slice(b"ustar");
    octets
}

#[test]
fn harmless_files_need_no_question() {
    for (name, octets) in [
        ("plan.pdf", &b"%PDF-1.7"[..]),
        ("photo.jpg", b"\xff\xd8\xff\xe0"),
        ("notes.txt", b"hello <b>there</b>"),
        ("none", b""),
        (
            "report.docx",
            &zip(&["[Content_Types].xml", "word/document.xml"]),
        ),
        ("holiday.zip", &zip(&["a.jpg", "b/c.png"])),
        ("holiday.tar", &tar("a.jpg")),
    ] {
        assert_eq!(said(name, octets), "", "{name}");
    }
}

#[test]
fn what_a_file_is_counts_whatever_it_is_called() {
    for (name, octets, what) in [
        ("invoice.pdf", &b"\x7fELF\x02"[..], "a program (ELF)"),
        ("photo.png", b"MZ\x90", "a program (Windows)"),
        ("notes.txt", b"#!/bin/sh\n", "a script"),
        (
            "notes.txt",
            b"  <!DOCTYPE html><p>",
            "a web page, which can run scripts",
        ),
        (
            "wide.txt",
            b"<\0s\0c\0r\0i\0p\0t\0>\0",
            "a web page, which can run scripts",
        ),
        (
            "report.docx",
            &zip(&["[Content_Types].xml", "word/vbaProject.bin"]),
            "a document with macros",
        ),
        (
            "holiday.zip",
            &zip(&["a.jpg", "run.exe"]),
            "an archive with a program in it: run.exe",
        ),
        (
            "holiday.tar",
            &tar("x/run.sh"),
            "an archive with a script in it: x/run.sh",
        ),
        (
            "nested.zip",
            &zip(&["more.zip"]),
            "an archive with something that is not looked into here in it: more.zip",
        ),
    ] {
        assert_eq!(said(name, octets), what, "{name}");
    }
}

#[test]
fn what_a_file_is_called_counts_whatever_is_in_it() {
    assert_eq!(said("a.pdf.EXE", b"x"), "a program");
    assert_eq!(said("budget.xlsm", b"x"), "a document that can hold macros");
    assert!(matches!(danger("a", "text/html", b"x"), Danger::Asks(_)));
}

#[test]
fn files_that_start_others_are_never_opened() {
    for (name, octets) in [
        ("photo.jpg.desktop", &b"x"[..]),
        ("photo.jpg", b"# a\n[Desktop Entry]\nExec=x\n"),
    ] {
        assert!(said(name, octets).starts_with("refused"), "{name}");
    }
}
