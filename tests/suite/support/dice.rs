//! Dice that a seed throws: the same seed, the same history.

/// Dice. A copy throws what the original would have thrown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice for one occasion. What they throw does not depend on what was thrown anywhere else, so that a history stays
    /// the same when one side of it asks once more or once less.
    pub(crate) fn at(self, occasion: &str, number: u64) -> Self {
        let mut dice = self;
        for octet in occasion.bytes().chain(number.to_le_bytes()) {
            dice.0 = dice.0.wrapping_mul(0x0000_0100_0000_01b3) ^ u64::from(octet);
        }
        dice.throw();
        dice
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("a number of 64 bits");
        usize::try_from(self.throw() % end).expect("below a usize")
    }

    /// True once in so many throws; never for 0.
    pub(crate) fn one_in(&mut self, throws: usize) -> bool {
        throws > 0 && self.below(throws) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// In another order.
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }

    /// SplitMix64.
    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}
