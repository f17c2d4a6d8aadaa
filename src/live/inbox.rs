//! What a connection brought and nobody has taken yet. The browser's callbacks put in, one loop takes
//! out: so that everything is dealt with in the order in which it came.

use crate::case_link::time::Bell;
use std::cell::RefCell;
use std::collections::VecDeque;

/// A thing that happened to a connection.
pub enum Piece {
    /// A message.
    Text(String),
    /// A sign of life without a message.
    Alive,
    /// Somebody looks at the page, or something else changed: see whether it is still good.
    Look,
    /// To be dialled anew.
    Redial,
    /// The connection is over.
    End,
}

/// See the module.
#[derive(Default)]
pub struct Inbox {
    pieces: RefCell<VecDeque<Piece>>,
    bell: Bell,
}

impl Inbox {
    /// Puts something in.
    pub fn push(&self, piece: Piece) {
        self.pieces.borrow_mut().push_back(piece);
        self.bell.ring();
    }

    /// Takes the oldest; waits for one at most `ms` milliseconds.
    pub async fn next(&self, ms: u32) -> Option<Piece> {
        for wait in [true, false] {
            let piece = self.pieces.borrow_mut().pop_front();
            if piece.is_some() || !wait {
                return piece;
            }
            self.bell.wait(Some(ms)).await;
        }
        None
    }
}
