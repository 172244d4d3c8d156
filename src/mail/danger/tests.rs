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

/// An entry of a tar archive.
fn entry(kind: u8, name: &str, content: &[u8]) -> Vec<u8> {
    let mut octets = vec![0; 512];
    octets[..name.len()].copy_from_slice(name.as_bytes());
    octets[124..135].copy_from_slice(format!("{:011o}", content.len()).as_bytes());
    octets[156] = kind;
    octets[257..262].copy_from_slice(b"ustar");
    octets.extend(content);
    octets.resize(octets.len().next_multiple_of(512), 0);
    octets
}

fn tar(name: &str) -> Vec<u8> {
    entry(b'0', name, b"")
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
        (
            "report.xlsx",
            &zip(&[
                "[Content_Types].xml",
                "xl/printerSettings/printerSettings1.bin",
            ]),
        ),
        ("book.epub", &zip(&["mimetype", "OEBPS/one.xhtml"])),
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
    for name in [
        "a.one",
        "a.msix",
        "a.chm",
        "a.rdp",
        "a.inetloc",
        "a.terminal",
        "a.eps",
    ] {
        assert_ne!(said(name, b"x"), "", "{name}");
    }
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

#[test]
fn an_archive_hides_nothing_behind_its_form() {
    let named_twice = [
        &b"PK\x03\x04"[..],
        &[0; 22],
        &6_u16.to_le_bytes(),
        &[0; 2],
        b"run.sh",
        &zip(&["a.jpg"]),
    ]
    .concat();
    let many: Vec<String> = (0..10_001).map(|number| format!("{number}.jpg")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).chain(["run.sh"]).collect();
    let long = format!("{}/run.sh", "a".repeat(120));
    let behind_long_name = [entry(b'L', "././@LongLink", long.as_bytes()), tar("a.jpg")].concat();
    let record = format!("140 path={long}\n");
    let behind_record = [entry(b'x', "PaxHeader", record.as_bytes()), tar("a.jpg")].concat();
    let mut no_size = [tar("a.jpg"), tar("run.sh")].concat();
    no_size[124] = 0x80;
    let program = [b"MZ", &zip(&["a.jpg"])[..], b"PK\x05\x06"].concat();
    let picture = [b"GIF89a", &zip(&["run.sh"])[..], b"PK\x05\x06"].concat();
    for (name, octets, what) in [
        (
            "a.zip",
            &zip(&["mimetype", "page.html"]),
            "an archive with a web page, which can run scripts in it: page.html",
        ),
        (
            "a.docx",
            &zip(&["[Content_Types].xml", "run.sh"]),
            "a document with a script in it: run.sh",
        ),
        (
            "a.odt",
            &zip(&["mimetype", "Scripts/python/a.py"]),
            "a document with a script in it: Scripts/python/a.py",
        ),
        (
            "a.docx",
            &zip(&["[Content_Types].xml", "word/embeddings/oleObject1.bin"]),
            "a document with a program in it: word/embeddings/oleObject1.bin",
        ),
        (
            "a.zip",
            &named_twice,
            "an archive with a script in it: run.sh",
        ),
        (
            "a.zip",
            &zip(&many),
            "an archive that cannot be looked into",
        ),
        (
            "a.tar",
            &behind_long_name,
            &format!("an archive with a script in it: {long}"),
        ),
        (
            "a.tar",
            &behind_record,
            &format!("an archive with a script in it: {long}"),
        ),
        ("a.tar", &no_size, "an archive that cannot be looked into"),
        ("a.gif", &picture, "an archive with a script in it: run.sh"),
        ("a.jpg", &program, "a program (Windows)"),
        (
            "a.zip",
            &b"anything".to_vec(),
            "an archive that cannot be looked into",
        ),
        (
            "a.tar.zst",
            &b"anything".to_vec(),
            "an archive that cannot be looked into",
        ),
    ] {
        assert_eq!(said(name, octets), what, "{name}");
    }
}

/// Each way to begin is known by itself, whatever the file is called.
#[test]
fn every_beginning_of_what_can_act_is_asked_about() {
    for (magic, what) in MAGIC {
        let octets = [magic, &b" and more"[..]].concat();
        assert_eq!(said("letter", &octets), *what);
    }
    for octets in [
        &b"ITSF"[..],
        b"MSCF",
        b"{\\rtf1",
        b"!<arch>\ndebian",
        b"#!/bin/sh",
    ] {
        assert!(!said("letter", octets).is_empty(), "{octets:?}");
    }
}
