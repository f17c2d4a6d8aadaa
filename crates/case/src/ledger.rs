//! What the server decides about an incoming event before it stores it. Pure: the store looks
//! up the facts and commits the outcome in one transaction.

use crate::message::Verdict;

/// What the store knows about an event's key in its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Offset under which it was stored.
    pub o: u64,
    /// Whether body and time are the same. The number may differ: devices number anew what they
    /// have no answer to.
    pub same_body: bool,
}

/// The decision on an event by itself.
fn admit(last_n: u64, known: Option<Known>, n: u64) -> Result<u64, (Verdict, u64)> {
    match known {
        Some(k) if k.same_body => Err((Verdict::Dup, k.o)),
        Some(k) => Err((Verdict::Conflict, k.o)),
        None if n == last_n + 1 => Ok(n),
        None if n > last_n => Err((Verdict::Gap, last_n + 1)),
        None => Err((Verdict::Conflict, 0)),
    }
}

/// Whether an event that is not stored uses up its number all the same: a known key under the next
/// one, or all after it would wait for an event that never comes.
pub fn uses_up(last_n: u64, known: Option<Known>, n: u64) -> bool {
    known.is_some() && n == last_n + 1
}

/// The decisions on one batch of a device.
#[derive(Debug, Default)]
pub struct Batch {
    /// One is to come again under another number.
    held: bool,
}

impl Batch {
    /// Decides on the next event: store as number `n`, or answer without storing.
    ///
    /// `last_n` is the highest `n` used up by this device in this case, `n` that of the event. A
    /// known key wins over the order, so that an event sent again after a lost answer is a duplicate,
    /// never a gap. A new key with a used `n` is a conflict without an offset: the device numbers it
    /// anew, and until then nothing that follows in the batch overtakes it.
    pub fn admit(
        &mut self,
        last_n: u64,
        known: Option<Known>,
        n: u64,
    ) -> Result<u64, (Verdict, u64)> {
        match admit(last_n, known, n) {
            Ok(n) if self.held => Err((Verdict::Gap, n)),
            Err(taken @ (Verdict::Conflict, 0)) => {
                self.held = true;
                Err(taken)
            }
            decided => decided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table() {
        let same = Some(Known { o: 7, same_body: true });
        let other = Some(Known { o: 7, same_body: false });
        assert_eq!(admit(3, None, 4), Ok(4));
        assert_eq!(admit(3, None, 6), Err((Verdict::Gap, 4)));
        assert_eq!(admit(3, None, 3), Err((Verdict::Conflict, 0)));
        assert_eq!(admit(3, same, 2), Err((Verdict::Dup, 7)));
        assert_eq!(admit(3, same, 9), Err((Verdict::Dup, 7)));
        assert_eq!(admit(3, other, 4), Err((Verdict::Conflict, 7)));
    }

    #[test]
    fn nothing_overtakes_what_is_numbered_anew() {
        let mut batch = Batch::default();
        let same = Some(Known { o: 7, same_body: true });
        assert_eq!(batch.admit(3, None, 4), Ok(4));
        assert_eq!(batch.admit(4, None, 2), Err((Verdict::Conflict, 0)));
        assert_eq!(batch.admit(4, None, 5), Err((Verdict::Gap, 5)));
        assert_eq!(batch.admit(4, same, 5), Err((Verdict::Dup, 7)));
        assert!(uses_up(4, same, 5) && !uses_up(4, same, 6) && !uses_up(4, None, 5));
        assert_eq!(Batch::default().admit(4, None, 5), Ok(5));
    }
}
