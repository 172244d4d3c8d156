//! How much of the full-text index `poptui fetch` makes before it ends.

/// So many mails for each one that came: what came just now, and as much of what a long fetch left.
const FOR_EACH: u64 = 2;
/// Where more came than this, nothing is indexed at the end: a long fetch is not to be any longer.
const FEW: u64 = 200;

/// How many mails to index when so many came. Where nothing came, nobody waits for anything: that is what a fetch every
/// few minutes mostly finds.
pub(super) fn after(arrived: u64) -> Option<usize> {
    let mails = (1..=FEW).contains(&arrived).then_some(arrived * FOR_EACH)?;
    usize::try_from(mails).ok()
}

#[cfg(test)]
mod tests {
    use super::{FEW, after};

    #[test]
    fn a_fetch_that_brings_nothing_or_very_much_indexes_nothing_at_its_end() {
        assert_eq!(after(0), None);
        assert_eq!(after(1), Some(2));
        assert_eq!(after(FEW), Some(400));
        assert_eq!(after(FEW + 1), None);
    }
}
