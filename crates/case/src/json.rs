//! A small owned JSON tree: what upcasters rewrite, and, with the feature `serde`, the bridge
//! from serde_json's values.

use crate::map::Map;
use crate::wire::{Bad, Get, Node, Put, put_int, put_text};

/// A JSON value without fractions.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Json {
    /// `null`, and anything that has no place here (a fraction, a function).
    #[default]
    Null,
    /// A boolean.
    Flag(bool),
    /// An integer.
    Int(i64),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Json>),
    /// An object.
    Map(Map<String, Json>),
}

impl Json {
    /// Copies any parsed value.
    pub fn copy<N: Node>(node: &N) -> Json {
        if let Some(flag) = node.flag() {
            Json::Flag(flag)
        } else if let Some(int) = node.int() {
            Json::Int(int)
        } else if let Some(text) = node.text() {
            Json::Text(text)
        } else if let Some(items) = node.items() {
            Json::List(items.iter().map(Json::copy).collect())
        } else if let Some(keys) = node.keys() {
            let member = |k: String| node.field(&k).map(|v| (k, Json::copy(&v)));
            Json::Map(keys.into_iter().filter_map(member).collect())
        } else {
            Json::Null
        }
    }
}

impl Node for Json {
    fn field(&self, key: &str) -> Option<Self> {
        match self {
            Json::Map(map) => map.get(key).filter(|v| **v != Json::Null).cloned(),
            _ => None,
        }
    }
    fn text(&self) -> Option<String> {
        match self {
            Json::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
    fn int(&self) -> Option<i64> {
        match self {
            Json::Int(int) => Some(*int),
            _ => None,
        }
    }
    fn flag(&self) -> Option<bool> {
        match self {
            Json::Flag(flag) => Some(*flag),
            _ => None,
        }
    }
    fn items(&self) -> Option<Vec<Self>> {
        match self {
            Json::List(items) => Some(items.clone()),
            _ => None,
        }
    }
    fn keys(&self) -> Option<Vec<String>> {
        match self {
            Json::Map(map) => Some(map.keys().cloned().collect()),
            _ => None,
        }
    }
}

impl Get for Json {
    fn get<N: Node>(node: &N) -> Result<Self, Bad> {
        Ok(Json::copy(node))
    }
    fn blank() -> Self {
        Json::Null
    }
}

impl Put for Json {
    fn put(&self, out: &mut String) {
        match self {
            Json::Null => out.push_str("null"),
            Json::Flag(flag) => flag.put(out),
            Json::Int(int) => put_int(*int, out),
            Json::Text(text) => put_text(text, out),
            Json::List(items) => items.put(out),
            Json::Map(map) => map.put(out),
        }
    }
}

#[cfg(feature = "serde")]
mod with_serde {
    use super::{Json, Node};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};
    use serde_json::Value;

    /// The largest integer that a JavaScript number holds exactly.
    const SAFE: i64 = (1 << 53) - 1;

    impl Node for Value {
        fn field(&self, key: &str) -> Option<Self> {
            self.get(key).filter(|v| !v.is_null()).cloned()
        }
        fn text(&self) -> Option<String> {
            self.as_str().map(String::from)
        }
        fn int(&self) -> Option<i64> {
            self.as_i64().filter(|i| (-SAFE..=SAFE).contains(i))
        }
        fn flag(&self) -> Option<bool> {
            self.as_bool()
        }
        fn items(&self) -> Option<Vec<Self>> {
            self.as_array().cloned()
        }
        fn keys(&self) -> Option<Vec<String>> {
            self.as_object().map(|o| o.keys().cloned().collect())
        }
    }

    impl Serialize for Json {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            match self {
                Json::Null => to.serialize_none(),
                Json::Flag(flag) => flag.serialize(to),
                Json::Int(int) => int.serialize(to),
                Json::Text(text) => text.serialize(to),
                Json::List(items) => items.serialize(to),
                Json::Map(map) => map.serialize(to),
            }
        }
    }

    impl<'de> Deserialize<'de> for Json {
        fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
            Value::deserialize(from).map(|v| Json::copy(&v))
        }
    }
}
