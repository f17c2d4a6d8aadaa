//! What the server decides about an incoming event before it stores it. Pure: the store looks
//! up the facts and commits the outcome in one transaction.

use crate::message::Verdict;

/// What the store knows about an event's key in its case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Offset under which it was stored.
    pub o: u64,
    /// Whether the stored body is the same, byte for byte.
    pub same_body: bool,
}

/// The decision: store as the next event, or answer without storing.
///
/// `last_n` is the highest `n` stored for this device in this case, `n` that of the event.
/// A known key wins over the order, so that an event sent again after a lost answer is a
/// duplicate, never a gap. A new key with an old `n` means that two installations share a
/// device id: a conflict, since either could be the true one.
pub fn admit(last_n: u64, known: Option<Known>, n: u64) -> Result<u64, (Verdict, u64)> {
    match known {
        Some(k) if k.same_body => Err((Verdict::Dup, k.o)),
        Some(k) => Err((Verdict::Conflict, k.o)),
        None if n == last_n + 1 => Ok(n),
        None if n > last_n => Err((Verdict::Gap, last_n + 1)),
        None => Err((Verdict::Conflict, 0)),
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
}
