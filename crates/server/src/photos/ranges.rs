//! Which bytes of a file have arrived: sorted ranges as text, `0-4095,8192-9000`, ends included.
//! Pieces may come in any order, overlap and repeat. Pure.

/// Ranges a file may be scattered over before pieces have to come in order.
const MAX: usize = 64;

/// Sorted, disjoint, not touching; each from first to one past last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranges(Vec<(u64, u64)>);

impl Ranges {
    /// Reads what [`Ranges::text`] wrote; anything else is nothing.
    pub fn parse(text: &str) -> Ranges {
        let mut ranges = Ranges::default();
        for part in text.split(',') {
            if let Some((a, b)) = part.split_once('-')
                && let (Ok(a), Ok(b)) = (a.parse::<u64>(), b.parse::<u64>())
                && a <= b
                && b < u64::MAX
            {
                ranges.add(a, b + 1);
            }
        }
        ranges
    }

    /// As text.
    pub fn text(&self) -> String {
        let parts: Vec<String> = self.0.iter().map(|(a, b)| format!("{a}-{}", b - 1)).collect();
        parts.join(",")
    }

    /// Adds the bytes from `a` to before `b`; `false` when the file is scattered over too many.
    pub fn add(&mut self, a: u64, b: u64) -> bool {
        if a >= b {
            return true;
        }
        let from = self.0.partition_point(|r| r.1 < a);
        let to = self.0.partition_point(|r| r.0 <= b);
        let merged = self.0[from..to].iter().fold((a, b), |m, r| (m.0.min(r.0), m.1.max(r.1)));
        if from == to && self.0.len() >= MAX {
            return false;
        }
        self.0.splice(from..to, [merged]);
        true
    }

    /// Bytes from the beginning without a gap.
    pub fn prefix(&self) -> u64 {
        match self.0.first() {
            Some((0, end)) => *end,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn joins_what_touches() {
        let mut r = Ranges::default();
        r.add(10, 20);
        r.add(30, 40);
        assert_eq!((r.text().as_str(), r.prefix()), ("10-19,30-39", 0));
        r.add(20, 30);
        assert_eq!(r.text(), "10-39");
        r.add(0, 10);
        assert_eq!((r.text().as_str(), r.prefix()), ("0-39", 40));
        assert_eq!(Ranges::parse(&r.text()), r);
        assert_eq!(Ranges::parse("rubbish,9-1,-"), Ranges::default());
    }

    #[test]
    fn does_not_grow_without_end() {
        let mut r = Ranges::default();
        let added = (0..1000).filter(|i| r.add(i * 10, i * 10 + 1)).count();
        assert_eq!(added, MAX);
        assert!(r.add(0, 10_000));
        assert_eq!(r.text(), "0-9999");
    }

    proptest! {
        #[test]
        fn any_order_gives_the_same(pieces in prop::collection::vec((0u64..200, 1u64..40), 0..20)) {
            let mut r = Ranges::default();
            let mut bytes = [false; 256];
            for (a, len) in &pieces {
                r.add(*a, a + len);
                bytes[*a as usize..(a + len) as usize].fill(true);
            }
            let prefix = bytes.iter().take_while(|b| **b).count() as u64;
            prop_assert_eq!(r.prefix(), prefix);
            prop_assert_eq!(Ranges::parse(&r.text()), r);
        }
    }
}
