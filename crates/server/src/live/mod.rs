//! The live link: who is in a case, what each of them still has to be sent, and who may send what
//! to whom. `room` and `queue` are pure (time is handed in, nothing waits); `links` finds the room
//! of a case, `seat` is one connection's place in it. The sockets are in `http`.

pub mod links;
pub mod queue;
pub mod room;
pub mod seat;
#[cfg(test)]
mod simulate;
