//! What one connection still has to be sent: bounded, in order. A slow reader first loses what need
//! not last, then the connection; it resumes by its offset and has lost nothing that counts.

use bytes::Bytes;
use case::event::Scope;
use std::collections::VecDeque;

/// Messages that may wait.
pub const MAX_MESSAGES: usize = 32;
/// Bytes that may wait.
pub const MAX_BYTES: usize = 256 * 1024;

/// What becomes of a message that there is no room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The connection ends rather than losing it.
    Durable,
    /// The newest of a sender and a kind takes the place of the one before.
    Latest(u32, &'static str),
    /// The oldest is dropped.
    Ephemeral,
}

/// A message that waits.
#[derive(Clone, Debug)]
pub struct Item {
    /// Class.
    pub kind: Kind,
    /// Agent and consent without which it must not be sent any more.
    pub guard: Option<(String, Scope)>,
    /// The text.
    pub body: Bytes,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Queue {
    items: VecDeque<Item>,
    bytes: usize,
    dropped: u64,
}

impl Queue {
    /// Adds a message; `false` when it does not fit and must not be lost.
    pub fn push(&mut self, item: Item) -> bool {
        if let Kind::Latest(..) = item.kind
            && let Some(at) = self.items.iter().position(|i| i.kind == item.kind)
        {
            self.remove(at);
        }
        while !self.fits(&item) {
            match self.items.iter().position(|i| i.kind == Kind::Ephemeral) {
                Some(oldest) => {
                    self.remove(oldest);
                    self.dropped += 1;
                }
                None if item.kind == Kind::Ephemeral => {
                    self.dropped += 1;
                    return true;
                }
                None => return false,
            }
        }
        self.bytes += item.body.len();
        self.items.push_back(item);
        true
    }

    fn fits(&self, item: &Item) -> bool {
        self.items.len() < MAX_MESSAGES && self.bytes + item.body.len() <= MAX_BYTES
    }

    fn remove(&mut self, at: usize) -> Option<Item> {
        let item = self.items.remove(at)?;
        self.bytes -= item.body.len();
        Some(item)
    }

    /// Takes the next message.
    pub fn pop(&mut self) -> Option<Item> {
        self.remove(0)
    }

    /// Throws away what must not be sent any more.
    pub fn retain(&mut self, keep: impl Fn(&Item) -> bool) {
        self.items.retain(keep);
        self.bytes = self.items.iter().map(|i| i.body.len()).sum();
    }

    /// Throws away everything: the connection ends.
    pub fn clear(&mut self) {
        self.items.clear();
        self.bytes = 0;
    }

    /// Messages and bytes that wait.
    pub fn load(&self) -> (usize, usize) {
        (self.items.len(), self.bytes)
    }

    /// Messages dropped so far for want of room.
    pub fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(kind: Kind, text: &str) -> Item {
        Item { kind, guard: None, body: Bytes::copy_from_slice(text.as_bytes()) }
    }

    fn texts(queue: &mut Queue) -> Vec<String> {
        let next = || queue.pop().map(|i| String::from_utf8_lossy(&i.body).into_owned());
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn the_newest_of_a_kind_and_sender_stays() {
        let mut queue = Queue::default();
        for (from, kind, text) in [(1, "a", "1a"), (2, "a", "2a"), (1, "b", "1b"), (1, "a", "1a!")]
        {
            assert!(queue.push(item(Kind::Latest(from, kind), text)));
        }
        assert_eq!(texts(&mut queue), ["2a", "1b", "1a!"]);
        assert_eq!(queue.load(), (0, 0));
    }

    #[test]
    fn the_oldest_passing_message_goes_first_and_the_durable_one_never() {
        let mut queue = Queue::default();
        for i in 0..MAX_MESSAGES {
            let kind = if i < 2 { Kind::Ephemeral } else { Kind::Durable };
            assert!(queue.push(item(kind, &i.to_string())));
        }
        assert!(queue.push(item(Kind::Ephemeral, "e")));
        assert!(queue.push(item(Kind::Durable, "d")));
        assert!(queue.push(item(Kind::Durable, "last")));
        assert_eq!(queue.dropped(), 3);
        assert!(!queue.push(item(Kind::Durable, "one too many")));
        assert!(!queue.push(item(Kind::Latest(1, "x"), "one too many")));
        assert!(queue.push(item(Kind::Ephemeral, "dropped")));
        assert_eq!((queue.load().0, queue.dropped()), (MAX_MESSAGES, 4));
        let left = texts(&mut queue);
        assert_eq!((left[0].as_str(), left[31].as_str()), ("2", "last"));
    }

    #[test]
    fn bytes_count_too() {
        let mut queue = Queue::default();
        let big = "x".repeat(100 * 1024);
        assert!(queue.push(item(Kind::Ephemeral, &big)));
        assert!(queue.push(item(Kind::Durable, &big)));
        assert!(queue.push(item(Kind::Durable, &big)));
        assert_eq!(queue.load(), (2, 200 * 1024));
        assert!(!queue.push(item(Kind::Durable, &big)));
        queue.retain(|_| false);
        assert_eq!(queue.load(), (0, 0));
    }
}
