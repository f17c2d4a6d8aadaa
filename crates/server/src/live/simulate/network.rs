//! The network of a simulation: connections whose messages are under way for as long as the schedule
//! likes. One that was cut at the device's end alone is half open: what it carried may still come.

use crate::store::Slice;
use case::event::Envelope;
use case::live::Signal;
use case::message::{Answer, Tail};
use std::collections::VecDeque;

/// Towards the server.
pub enum Up {
    Events(Vec<Envelope>),
    /// With its number.
    Signal(u32, Signal),
    Beat,
}

/// Towards the device.
pub enum Down {
    Answers(Vec<Answer>),
    Tail(Tail),
    /// Checked when it was sent, and of no consequence here.
    Other,
    Bye,
}

/// One connection.
pub struct Conn {
    pub id: u32,
    /// Whose.
    pub client: usize,
    pub up: VecDeque<Up>,
    pub down: VecDeque<Down>,
    /// The server has it.
    pub at_server: bool,
    /// The device has it.
    pub at_client: bool,
    /// What was read of the log when it came in.
    pub first: Option<Slice>,
    /// How far the log was sent.
    pub sent: u64,
    /// When the server last heard of it.
    pub heard: i64,
}
