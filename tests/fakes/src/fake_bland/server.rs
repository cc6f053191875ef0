//! What the handlers share: settings, the book, and the calls that are under way.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redial_aws::adapters::tls;
use tokio::{sync::watch, task::JoinSet};

use super::{book::Book, settings::Settings};

#[derive(Debug)]
pub(super) struct Server {
    pub(super) settings: Settings,
    pub(super) http: reqwest::Client,
    book: Mutex<Book>,
    tasks: Mutex<JoinSet<()>>,
    under_way: watch::Sender<usize>,
    stop: watch::Sender<bool>,
}

impl Server {
    #[expect(clippy::unwrap_used, reason = "a client without options can always be built")]
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            http: tls::http().build().unwrap(),
            book: Mutex::default(),
            tasks: Mutex::default(),
            under_way: watch::Sender::new(0),
            stop: watch::Sender::new(false),
        }
    }

    pub(super) fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something that outlives the request which asked for it: clients go away, calls go on.
    pub(super) fn run(&self, work: impl Future<Output = ()> + Send + 'static) {
        let under_way = UnderWay::new(&self.under_way);
        let mut tasks = self.tasks();
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let _under_way = under_way;
            work.await;
        });
    }

    pub(super) fn under_way(&self) -> usize {
        *self.under_way.borrow()
    }

    pub(super) async fn settled(&self) {
        // Cannot fail: the sender is a field of this very value.
        let _ = self.under_way.subscribe().wait_for(|count| *count == 0).await;
    }

    pub(super) fn reset(&self) {
        self.tasks().abort_all();
        *self.book() = Book::default();
    }

    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
        self.tasks().abort_all();
    }

    /// Resolves when the fake is dropped, so that a request that hangs does not outlive it.
    pub(super) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            let _ = stop.wait_for(|stopped| *stopped).await;
        }
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts one task, also when it is aborted before it ran.
struct UnderWay(watch::Sender<usize>);

impl UnderWay {
    fn new(count: &watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

pub(super) type Shared = axum::extract::State<Arc<Server>>;
