//! The queue: what it needs from outside (`ports`), what it stores (`store`), and what it does (`usecase`).

pub mod ports;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod usecase;
