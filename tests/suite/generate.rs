//! The generated mail is what the tests and benches say it is.

use std::collections::HashSet;

use super::support::generate;

#[test]
fn generated_mail_has_the_sizes_of_real_mailboxes() {
    let mut sizes: Vec<_> = (0..4000)
        .map(|number| generate::mail(1, number).len())
        .collect();
    sizes.sort_unstable();
    let median = sizes[sizes.len() / 2];
    let mean = sizes.iter().sum::<usize>() / sizes.len();
    assert!((11_000..15_000).contains(&median), "median {median}");
    assert!((18_000..25_000).contains(&mean), "mean {mean}");
}

#[test]
fn generated_mail_is_the_same_every_time_and_no_two_are_alike() {
    let mails = generate::mails(3, 300);
    assert_eq!(mails, generate::mails(3, 300));
    assert_ne!(mails[0], generate::mail(4, 0));
    assert_eq!(mails.iter().collect::<HashSet<_>>().len(), mails.len());
}

#[test]
fn generated_mail_holds_what_byte_stuffing_and_line_reading_stumble_over() {
    let mails = generate::mails(5, 300);
    for mail in &mails {
        let mut bare = mail.clone();
        bare.retain(|octet| !matches!(octet, b'\r' | b'\n'));
        let ends = mail.windows(2).filter(|pair| *pair == b"\r\n").count();
        assert_eq!(
            mail.len() - bare.len(),
            2 * ends,
            "every CR and LF belongs to a line end"
        );
        assert!(mail.ends_with(b"\r\n"));
        assert!(!mail.contains(&0));
    }
    let has = |what: &[u8]| {
        mails
            .iter()
            .filter(|mail| mail.windows(what.len()).any(|w| w == what))
            .count()
    };
    assert!(has(b"\r\n.\r\n") > 20, "a line of one dot");
    assert!(has(b"\r\n..\r\n") > 20, "a line of two dots");
    assert!(has(b"\x9b") > 20, "a C1 control");
    let long = mails.iter().filter(|mail| {
        mail.split(|&octet| octet == b'\n')
            .any(|line| line.len() > 998)
    });
    assert!(long.count() > 10, "lines above the limit of RFC 5322");
}
