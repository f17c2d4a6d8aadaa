//! The live link without its sockets: who is in a case, what each of them still has to be sent, and
//! who may send what to whom. Pure: time is handed in, and nothing here waits.

pub mod queue;
pub mod room;
#[cfg(test)]
mod simulate;
