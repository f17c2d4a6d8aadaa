//! What each client of a run remembers: what it wrote, what it was told, what it saw.

use case::State;
use case::event::Envelope;
use std::collections::HashMap;

/// One client.
#[derive(Clone, Debug, Default)]
pub struct Account {
    pub d: String,
    /// In the order it was written.
    pub written: Vec<Envelope>,
    /// What it was told is stored, and where.
    pub acknowledged: HashMap<String, u64>,
    /// Keys at each offset as they came, over all connections.
    pub seen: HashMap<u64, String>,
    /// What the log came to here.
    pub state: State,
    /// May hear signals.
    pub hears: bool,
    pub signals: usize,
    pub answered_again: usize,
    pub connections: usize,
    pub reloads: usize,
    /// What was wrong while it ran.
    pub wrong: Vec<String>,
}

/// All clients of a case.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    pub clients: Vec<Account>,
}

impl Journal {
    pub fn sum(&self, of: impl Fn(&Account) -> usize) -> usize {
        self.clients.iter().map(of).sum()
    }
}
