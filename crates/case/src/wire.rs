//! One declaration for each thing that crosses the wire. [`wire!`](crate::wire) writes the type,
//! its serde derives (feature `serde`: server, tools, tests) and a [`Get`]/[`Put`] pair that
//! needs no JSON library: the browser parses with its own `JSON.parse` behind [`Node`], and
//! [`Put`] writes canonical text (declared field order, no spaces, integers only).
//!
//! Both ways write the same bytes; golden files in `tests/golden` hold them to it.

use crate::map::Map;

/// Why a value could not be read: the field or type that did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad(pub &'static str);

impl std::fmt::Display for Bad {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// A parsed JSON value, whoever parsed it. `null` reads as absent everywhere.
pub trait Node: Sized {
    /// The member `key` of an object; `None` when absent or `null`.
    fn field(&self, key: &str) -> Option<Self>;
    /// The value as a string.
    fn text(&self) -> Option<String>;
    /// The value as an integer within ±2^53; a fraction is `None`.
    fn int(&self) -> Option<i64>;
    /// The value as a boolean.
    fn flag(&self) -> Option<bool>;
    /// The elements of an array.
    fn items(&self) -> Option<Vec<Self>>;
    /// The keys of an object, in any order.
    fn keys(&self) -> Option<Vec<String>>;
}

/// Reads itself from a JSON value.
pub trait Get: Sized {
    /// Reads the value, or says which part did not fit.
    fn get<N: Node>(node: &N) -> Result<Self, Bad>;
    /// What stands for an optional member that is left out, and, until the whole is refused, for
    /// one that could not be read.
    fn blank() -> Self;
}

/// Writes itself as canonical JSON text.
pub trait Put {
    /// Appends the JSON text to `out`.
    fn put(&self, out: &mut String);
    /// Whether a `[default]` field is left out.
    fn absent(&self) -> bool {
        false
    }
}

/// The canonical JSON text of a value.
pub fn to_json(value: &impl Put) -> String {
    let mut out = String::new();
    value.put(&mut out);
    out
}

/// Appends `text` as a JSON string. Escapes exactly what serde_json escapes.
pub fn put_text(text: &str, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if (c as u32) < 0x20 => {
                out.push_str("\\u00");
                out.push(HEX[(c as usize) >> 4] as char);
                out.push(HEX[(c as usize) & 15] as char);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Appends a decimal integer.
pub fn put_int(value: i64, out: &mut String) {
    if value < 0 {
        out.push('-');
    }
    let mut rest = value.unsigned_abs();
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    for d in &digits[at..] {
        out.push(*d as char);
    }
}

impl Get for String {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        node.text().ok_or(Bad("text"))
    }
    fn blank() -> Self {
        String::new()
    }
}
impl Put for String {
    fn put(&self, out: &mut String) {
        put_text(self, out);
    }
    fn absent(&self) -> bool {
        self.is_empty()
    }
}
impl Get for bool {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        node.flag().ok_or(Bad("flag"))
    }
    fn blank() -> Self {
        false
    }
}
impl Put for bool {
    fn put(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
    fn absent(&self) -> bool {
        !*self
    }
}

macro_rules! ints {
    ($($t:ty),*) => {$(
        impl Get for $t {
            fn get<N: Node>(node: &N) -> Result<Self, Bad> {
                node.int().and_then(|i| <$t>::try_from(i).ok()).ok_or(Bad("integer"))
            }
            fn blank() -> Self {
                0
            }
        }
        impl Put for $t {
            fn put(&self, out: &mut String) {
                put_int(*self as i64, out);
            }
            fn absent(&self) -> bool {
                *self == 0
            }
        }
    )*};
}
ints!(i64, u64, i32, u32, u16, u8);

impl<T: Get> Get for Option<T> {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        T::get(node).map(Some)
    }
    fn blank() -> Self {
        None
    }
}
impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut String) {
        match self {
            Some(v) => v.put(out),
            None => out.push_str("null"),
        }
    }
    fn absent(&self) -> bool {
        self.is_none()
    }
}
impl<T: Get> Get for Vec<T> {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        let mut list = Vec::new();
        for item in node.items().ok_or(Bad("list"))? {
            list.push(T::get(&item)?);
        }
        Ok(list)
    }
    fn blank() -> Self {
        Vec::new()
    }
}
impl<T: Put> Put for Vec<T> {
    fn put(&self, out: &mut String) {
        out.push('[');
        for (i, v) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            v.put(out);
        }
        out.push(']');
    }
    fn absent(&self) -> bool {
        self.is_empty()
    }
}
impl<T: Get> Get for Map<String, T> {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        let mut map = Map::new();
        for key in node.keys().ok_or(Bad("map"))? {
            if let Some(value) = node.field(&key) {
                map.insert(key, T::get(&value)?);
            }
        }
        Ok(map)
    }
    fn blank() -> Self {
        Map::new()
    }
}
impl<T: Put> Put for Map<String, T> {
    fn put(&self, out: &mut String) {
        out.push('{');
        for (i, (key, value)) in self.iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            put_text(key, out);
            out.push(':');
            value.put(out);
        }
        out.push('}');
    }
    fn absent(&self) -> bool {
        self.is_empty()
    }
}
impl<T: Get> Get for Box<T> {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        T::get(node).map(Box::new)
    }
    fn blank() -> Self {
        Box::new(T::blank())
    }
}
impl<T: Put> Put for Box<T> {
    fn put(&self, out: &mut String) {
        (**self).put(out);
    }
    fn absent(&self) -> bool {
        (**self).absent()
    }
}

/// Writes one object, member by member. Used by the code that [`wire!`](crate::wire) writes.
pub struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Object<'a> {
    /// Opens the object.
    pub fn open(out: &'a mut String) -> Self {
        out.push('{');
        Object { out, first: true }
    }
    /// Writes one member; a `[default]` member that is absent is left out.
    pub fn member(&mut self, key: &str, value: &dyn Put, optional: bool) {
        if optional && value.absent() {
            return;
        }
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        put_text(key, self.out);
        self.out.push(':');
        value.put(self.out);
    }
    /// Closes the object.
    pub fn close(self) {
        self.out.push('}');
    }
}

/// Reads a member that must be there.
pub fn need<N: Node, T: Get>(node: &N, key: &'static str) -> Result<T, Bad> {
    match node.field(key) {
        Some(value) => T::get(&value).map_err(|_| Bad(key)),
        None => Err(Bad(key)),
    }
}

/// Reads a member that may be left out.
pub fn may_have<N: Node, T: Get>(node: &N, key: &'static str) -> Result<T, Bad> {
    match node.field(key) {
        Some(value) => T::get(&value).map_err(|_| Bad(key)),
        None => Ok(T::blank()),
    }
}

/// Reads a member for [`wire!`](crate::wire). What does not fit is noted in `bad` and reading goes
/// on: leaving at once would cost, at every member, the code that drops those read before.
#[inline(never)]
pub fn member<N: Node, T: Get>(
    node: &N,
    key: &'static str,
    optional: bool,
    bad: &mut Option<Bad>,
) -> T {
    match node.field(key).map(|value| T::get(&value)) {
        Some(Ok(value)) => return value,
        None if optional => {}
        _ => *bad = Some(Bad(key)),
    }
    T::blank()
}

/// The name of a field on the wire: a raw identifier drops its `r#`, as serde does.
pub const fn key(name: &'static str) -> &'static str {
    let b = name.as_bytes();
    if b.len() > 2 && b[0] == b'r' && b[1] == b'#' {
        let (_, tail) = b.split_at(2);
        match std::str::from_utf8(tail) {
            Ok(t) => t,
            Err(_) => name,
        }
    } else {
        name
    }
}

/// Declares a wire type: a struct, an enum of strings (`enum E: str`), or an enum of objects
/// told apart by their member `t` (`enum E: tag`). A field marked `[default]` may be left out
/// and is left out when empty.
///
/// A crate that uses this has a feature `serde` with the dependency `serde`.
#[macro_export]
macro_rules! wire {
    () => {};
    (
        $(#[$meta:meta])* pub struct $name:ident {
            $( $(#[$fm:meta])* $([$o:ident])? $f:ident : $t:ty ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name {
            $(
                $(#[$fm])*
                $(#[cfg_attr(feature = "serde", serde($o, skip_serializing_if = "::case::wire::Put::absent"))])?
                pub $f: $t,
            )*
        }
        impl $crate::wire::Get for $name {
            fn get<N: $crate::wire::Node>(node: &N) -> Result<Self, $crate::wire::Bad> {
                let mut bad = None;
                let it = $name { $(
                    $f: $crate::wire::member(
                        node, const { $crate::wire::key(stringify!($f)) }, $crate::wire_optional!($($o)?), &mut bad,
                    ),
                )* };
                match bad {
                    None => Ok(it),
                    Some(bad) => Err(bad),
                }
            }
            fn blank() -> Self {
                $name { $( $f: $crate::wire::Get::blank(), )* }
            }
        }
        impl $crate::wire::Put for $name {
            fn put(&self, out: &mut String) {
                let mut o = $crate::wire::Object::open(out);
                $( o.member(const { $crate::wire::key(stringify!($f)) }, &self.$f, $crate::wire_optional!($($o)?)); )*
                o.close();
            }
        }
        $crate::wire! { $($rest)* }
    };
    (
        $(#[$meta:meta])* pub enum $name:ident : str {
            $( $(#[$vm:meta])* $v:ident = $s:literal ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name { $( $(#[$vm])* #[cfg_attr(feature = "serde", serde(rename = $s))] $v, )* }
        impl $name {
            /// Every value, in declared order.
            pub const ALL: &'static [$name] = &[$($name::$v),*];
            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$v => $s),* }
            }
            /// The value of a wire name.
            pub fn parse(s: &str) -> Option<Self> {
                match s { $($s => Some($name::$v),)* _ => None }
            }
        }
        impl $crate::wire::Get for $name {
            fn get<N: $crate::wire::Node>(node: &N) -> Result<Self, $crate::wire::Bad> {
                node.text().and_then(|s| Self::parse(&s)).ok_or($crate::wire::Bad(stringify!($name)))
            }
            fn blank() -> Self {
                Self::ALL[0]
            }
        }
        impl $crate::wire::Put for $name {
            fn put(&self, out: &mut String) { $crate::wire::put_text(self.as_str(), out); }
        }
        $crate::wire! { $($rest)* }
    };
    (
        $(#[$meta:meta])* pub enum $name:ident : tag {
            $( $(#[$vm:meta])* $v:ident = $s:literal {
                $( $(#[$fm:meta])* $([$o:ident])? $f:ident : $t:ty ),* $(,)?
            } ),* $(,)?
        }
        $($rest:tt)*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(tag = "t"))]
        pub enum $name {
            $(
                $(#[$vm])*
                #[cfg_attr(feature = "serde", serde(rename = $s))]
                $v {
                    $(
                        $(#[$fm])*
                        $(#[cfg_attr(feature = "serde", serde($o, skip_serializing_if = "::case::wire::Put::absent"))])?
                        $f: $t,
                    )*
                },
            )*
        }
        impl $name {
            /// The name of this kind on the wire.
            pub const fn tag(&self) -> &'static str {
                match self { $($name::$v { .. } => $s),* }
            }
        }
        impl $crate::wire::Get for $name {
            fn get<N: $crate::wire::Node>(node: &N) -> Result<Self, $crate::wire::Bad> {
                let tag: String = $crate::wire::need(node, "t")?;
                let mut bad = None;
                let it = match tag.as_str() {
                    $($s => $name::$v { $(
                        $f: $crate::wire::member(
                            node, const { $crate::wire::key(stringify!($f)) }, $crate::wire_optional!($($o)?), &mut bad,
                        ),
                    )* },)*
                    _ => return Err($crate::wire::Bad("t")),
                };
                match bad {
                    None => Ok(it),
                    Some(bad) => Err(bad),
                }
            }
            #[allow(unreachable_code)]
            fn blank() -> Self {
                $( return $name::$v { $( $f: $crate::wire::Get::blank(), )* }; )*
            }
        }
        impl $crate::wire::Put for $name {
            fn put(&self, out: &mut String) {
                let mut o = $crate::wire::Object::open(out);
                match self {
                    $($name::$v { $($f),* } => {
                        o.member("t", &String::from($s), false);
                        $( o.member(const { $crate::wire::key(stringify!($f)) }, $f, $crate::wire_optional!($($o)?)); )*
                    })*
                }
                o.close();
            }
        }
        $crate::wire! { $($rest)* }
    };
}

/// Part of [`wire!`](crate::wire).
#[doc(hidden)]
#[macro_export]
macro_rules! wire_optional {
    () => {
        false
    };
    (default) => {
        true
    };
}
