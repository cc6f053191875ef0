//! The behavior that every store must have, stand-ins and real ones. A failed check panics, and the backtrace has its name.

mod blobs;
mod lines;
mod secrets;
mod uploads;

pub use blobs::blobs;
pub use lines::lines;
pub use secrets::secrets;
pub use uploads::uploads;

use tokio::task::JoinSet;

/// The number of tasks in a race.
const RACERS: u32 = 16;
/// More rounds than a fair race needs. A store in which no writer ever wins fails here instead of waiting for ever.
const ROUNDS: u32 = 2_000;

/// Runs the racers concurrently and returns the answer of each.
async fn race<T: Send + 'static, F: Future<Output = T> + Send + 'static>(racer: impl Fn(u32) -> F) -> Vec<T> {
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        racers.spawn(racer(number));
    }
    racers.join_all().await
}
