//! What every store must do, the stand-in like the real one. A check that fails panics with its own name in the backtrace.

mod blobs;
mod lines;
mod secrets;

pub use blobs::blobs;
pub use lines::lines;
pub use secrets::secrets;

use tokio::task::JoinSet;

/// Tasks in a race.
const RACERS: u32 = 16;
/// More rounds than a fair race needs; a store that never lets anyone win fails here and not by waiting for ever.
const ROUNDS: u32 = 2_000;

/// Runs the racers at the same time and gives what each of them says.
async fn race<T: Send + 'static, F: Future<Output = T> + Send + 'static>(racer: impl Fn(u32) -> F) -> Vec<T> {
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        racers.spawn(racer(number));
    }
    racers.join_all().await
}
