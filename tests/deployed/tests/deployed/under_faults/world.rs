//! The emulator and the fake Bland, each behind a proxy that makes things go wrong, and the processes of the queue.

use super::clock::MovedClock;
use super::gateway;
use super::process::{API_KEY, Places, Process, SECRET};
use crate::emulator;
use redial_aws::adapters::aws;
use redial_domain::builders::phone;
use redial_fakes::fake_bland::{FakeBland, FaultRule, Mix, Settings, WebhookFault};
use redial_fakes::fault_proxy::{Api, FaultProxy};
use std::fmt;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Instances that take webhooks in.
const WEBHOOK_PROCESSES: usize = 4;
/// Instances that run, often at the same time.
const RUN_PROCESSES: usize = 2;
/// People who are called. Each has one lead and a number of its own.
pub(crate) const PEOPLE: u32 = 500;

pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) clock: Arc<MovedClock>,
    pub(crate) bland: FakeBland,
    pub(crate) webhooks: Arc<[Process]>,
    pub(crate) runners: Vec<Process>,
    /// On the services themselves: sees everything as it is.
    pub(crate) witness: Process,
    aws: FaultProxy,
    provider: FaultProxy,
    _gateway: JoinSet<()>,
}

impl World {
    pub(crate) async fn start(seed: u64) -> Self {
        let endpoint = emulator::emulated();
        let config = emulator::config(&endpoint).await;
        let bucket = emulator::new_bucket(&aws::s3(&config)).await;
        let table = emulator::new_lines_table(&aws_sdk_dynamodb::Client::new(&config)).await;
        let bland = FakeBland::start(provider(seed)).await.unwrap();
        make_webhooks_fail(&bland);
        let aws = FaultProxy::start(&endpoint, Api::of_aws, seed).await.unwrap();
        let provider = FaultProxy::start(bland.base_url(), Api::of_bland, seed).await.unwrap();

        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let direct = Places {
            aws: endpoint,
            bland: bland.base_url().to_owned(),
            gateway: format!("http://{}", listener.local_addr().unwrap()),
            bucket,
            table,
        };
        let faulty = Places { aws: aws.base_url().to_owned(), bland: provider.base_url().to_owned(), ..direct.clone() };
        let clock = Arc::new(MovedClock::default());
        let webhooks: Arc<[Process]> = processes(WEBHOOK_PROCESSES, &faulty, &clock).await.into();
        Self {
            seed,
            runners: processes(RUN_PROCESSES, &faulty, &clock).await,
            witness: Process::start(&direct, &clock).await,
            _gateway: gateway::serve(listener, Arc::clone(&webhooks)),
            clock,
            bland,
            webhooks,
            aws,
            provider,
        }
    }

    /// From now on nothing goes wrong.
    pub(crate) fn calm_down(&self) {
        self.aws.calm();
        self.provider.calm();
        self.bland.clear_faults();
    }

    /// Without this the test would also pass if nothing went wrong.
    pub(crate) fn has_met_every_fault(&self) {
        for (tally, kinds) in [
            (self.aws.tally(), &[Api::S3, Api::S3Put, Api::DynamoDb, Api::DynamoDbPut][..]),
            (self.provider.tally(), &[Api::Bland, Api::BlandDial]),
        ] {
            assert!(kinds.iter().all(|kind| tally.requests(*kind) > 0), "something was never asked for:\n{tally}");
            let unmet: Vec<_> = tally.unmet().collect();
            assert!(unmet.is_empty(), "faults that nobody met: {unmet:?}");
        }
    }
}

impl fmt::Display for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.aws.tally(), self.provider.tally())
    }
}

async fn processes(count: usize, places: &Places, clock: &Arc<MovedClock>) -> Vec<Process> {
    let mut processes = Vec::new();
    for _ in 0..count {
        processes.push(Process::start(places, clock).await);
    }
    processes
}

/// Nobody is ever reached, so that everybody is called again and again.
fn provider(seed: u64) -> Settings {
    Settings {
        api_key: API_KEY.to_owned(),
        webhook_secret: Some(SECRET.to_owned()),
        answer_after: Duration::from_millis(20),
        ring: Duration::from_millis(100),
        outcomes: "NO_ANSWER=6,VOICEMAIL=3,BUSY=1".parse::<Mix>().unwrap(),
        webhook_retries: 20,
        seed,
        ..Settings::default()
    }
}

/// The results of some calls never come by themselves, some come twice at once, and some before their dial is answered.
fn make_webhooks_fail(bland: &FakeBland) {
    for n in 0..PEOPLE {
        let fault = match n % 10 {
            0 => WebhookFault::Lose,
            1 | 2 => WebhookFault::Double,
            3 | 4 => WebhookFault::BeforeAnswer,
            _ => continue,
        };
        bland.put_fault(FaultRule::new(fault).to(phone(n).as_str()));
    }
}
