//! Texts without names: the members of a [`wire!`](crate::wire) type one after the other, for what
//! is compiled and read by the same build (packs). A tenth of the code of reading JSON by names, and
//! no call of the browser for every member. What crosses versions uses JSON instead.
//!
//! A number is its decimal digits and a line feed; a text is its length in bytes, as a number, and
//! then its bytes; a list is its length and its items; what may be missing is 0, or 1 and the value.

use crate::map::Map;
use crate::wire::put_int;

/// Reads one after the other. What does not fit is noted, and blanks are read from there on.
pub struct Reader<'t> {
    rest: &'t str,
    bad: bool,
}

impl<'t> Reader<'t> {
    /// Begins at the start of the text.
    pub fn new(text: &'t str) -> Reader<'t> {
        Reader { rest: text, bad: false }
    }

    /// Whether everything fitted and nothing is left over.
    pub fn good(&self) -> bool {
        !self.bad && self.rest.is_empty()
    }

    /// Notes that something did not fit.
    pub fn refuse(&mut self) {
        self.bad = true;
        self.rest = "";
    }

    /// The next number; 0 when there is none.
    #[inline(never)]
    pub fn number(&mut self) -> u32 {
        let mut number = 0_u32;
        for (at, byte) in self.rest.bytes().enumerate() {
            let digit = match byte {
                b'0'..=b'9' => u32::from(byte - b'0'),
                b'\n' if at > 0 => {
                    self.rest = self.rest.get(at + 1..).unwrap_or_default();
                    return number;
                }
                _ => break,
            };
            match number.checked_mul(10).and_then(|tens| tens.checked_add(digit)) {
                Some(more) => number = more,
                None => break,
            }
        }
        self.refuse();
        0
    }

    /// How many items follow. Never more than there are bytes left: a wrong number takes no memory.
    pub fn count(&mut self) -> usize {
        let count = self.number() as usize;
        if count > self.rest.len() {
            self.refuse();
            return 0;
        }
        count
    }

    /// The next text; empty when there is none.
    #[inline(never)]
    pub fn text(&mut self) -> &'t str {
        let length = self.number() as usize;
        match (self.rest.get(..length), self.rest.get(length..)) {
            (Some(text), Some(rest)) => {
                self.rest = rest;
                text
            }
            _ => {
                self.refuse();
                ""
            }
        }
    }
}

/// Reads and writes itself without names.
pub trait Flat: Sized {
    /// Reads the next value.
    fn read(from: &mut Reader<'_>) -> Self;
    /// Appends the value.
    fn write(&self, out: &mut String);
}

fn put(number: usize, out: &mut String) {
    put_int(number as i64, out);
    out.push('\n');
}

impl Flat for String {
    #[inline(never)]
    fn read(from: &mut Reader<'_>) -> String {
        String::from(from.text())
    }
    fn write(&self, out: &mut String) {
        put(self.len(), out);
        out.push_str(self);
    }
}

impl Flat for u32 {
    fn read(from: &mut Reader<'_>) -> u32 {
        from.number()
    }
    fn write(&self, out: &mut String) {
        put(*self as usize, out);
    }
}

impl Flat for u16 {
    fn read(from: &mut Reader<'_>) -> u16 {
        from.number() as u16
    }
    fn write(&self, out: &mut String) {
        put(usize::from(*self), out);
    }
}

impl Flat for bool {
    fn read(from: &mut Reader<'_>) -> bool {
        from.number() != 0
    }
    fn write(&self, out: &mut String) {
        put(usize::from(*self), out);
    }
}

impl<T: Flat> Flat for Option<T> {
    fn read(from: &mut Reader<'_>) -> Option<T> {
        (from.number() != 0).then(|| T::read(from))
    }
    fn write(&self, out: &mut String) {
        put(usize::from(self.is_some()), out);
        if let Some(value) = self {
            value.write(out);
        }
    }
}

impl<T: Flat> Flat for Vec<T> {
    #[inline(never)]
    fn read(from: &mut Reader<'_>) -> Vec<T> {
        let mut list = Vec::new();
        for _ in 0..from.count() {
            list.push(T::read(from));
        }
        list
    }
    fn write(&self, out: &mut String) {
        put(self.len(), out);
        for item in self {
            item.write(out);
        }
    }
}

impl<T: Flat> Flat for Map<String, T> {
    fn read(from: &mut Reader<'_>) -> Map<String, T> {
        let mut map = Map::new();
        for _ in 0..from.count() {
            let key = String::read(from);
            map.insert(key, T::read(from));
        }
        map
    }
    fn write(&self, out: &mut String) {
        put(self.len(), out);
        for (key, value) in self.iter() {
            key.write(out);
            value.write(out);
        }
    }
}

/// Declares types that are read both ways: as [`wire!`](crate::wire) does, and [`Flat`]. Structs and
/// enums of strings only.
#[macro_export]
macro_rules! wire_and_flat {
    ($($declared:tt)*) => {
        $crate::wire! { $($declared)* }
        $crate::flat! { $($declared)* }
    };
}

/// Part of [`wire_and_flat!`](crate::wire_and_flat).
#[doc(hidden)]
#[macro_export]
macro_rules! flat {
    () => {};
    (
        $(#[$meta:meta])* pub struct $name:ident {
            $( $(#[$fm:meta])* $([$o:ident])? $f:ident : $t:ty ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        impl $crate::flat::Flat for $name {
            #[inline(never)]
            fn read(from: &mut $crate::flat::Reader<'_>) -> Self {
                $name { $( $f: $crate::flat::Flat::read(from), )* }
            }
            fn write(&self, out: &mut String) {
                $( $crate::flat::Flat::write(&self.$f, out); )*
            }
        }
        $crate::flat! { $($rest)* }
    };
    (
        $(#[$meta:meta])* pub enum $name:ident : str {
            $( $(#[$vm:meta])* $v:ident = $s:literal ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        impl $crate::flat::Flat for $name {
            fn read(from: &mut $crate::flat::Reader<'_>) -> Self {
                match $name::parse(from.text()) {
                    Some(value) => value,
                    None => {
                        from.refuse();
                        $name::ALL[0]
                    }
                }
            }
            fn write(&self, out: &mut String) {
                $crate::flat::Flat::write(&String::from(self.as_str()), out);
            }
        }
        $crate::flat! { $($rest)* }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<T: Flat + PartialEq + std::fmt::Debug>(value: T) {
        let mut out = String::new();
        value.write(&mut out);
        let mut reader = Reader::new(&out);
        assert_eq!(T::read(&mut reader), value, "{out:?}");
        assert!(reader.good(), "{out:?}");
        // Whatever is cut off is noticed, and nothing panics.
        for (end, _) in out.char_indices() {
            let mut cut = Reader::new(&out[..end]);
            T::read(&mut cut);
            assert!(!cut.good(), "{:?}", &out[..end]);
        }
    }

    #[test]
    fn everything_reads_back() {
        there_and_back(String::from("拔不出来\n5"));
        there_and_back(vec![Some(String::from("a")), None, Some(String::new())]);
        there_and_back((0..4).map(|i| vec![i * 70_000_u32; i as usize]).collect::<Vec<_>>());
        let mut map = Map::new();
        map.insert(String::from("k"), true);
        there_and_back(map);
    }

    #[test]
    fn nonsense_is_refused_and_takes_no_memory() {
        for text in ["", "4294967295\n", "-1\n", "x\n", "7\nab", "2\n1\na9\nb", "99999999999\n"] {
            let mut reader = Reader::new(text);
            let list = Vec::<String>::read(&mut reader);
            assert!(!reader.good() && list.len() < 3, "{text:?} gave {list:?}");
        }
        // A length that ends inside a character.
        let mut reader = Reader::new("1\n护");
        assert_eq!(reader.text(), "");
        assert!(!reader.good());
    }
}
