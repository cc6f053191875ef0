//! Bland as it is on a bad day. Calls ring whether or not the answer to their dial arrives.
//!
//! The guarantee of the queue ends where the provider starts a call later than the hold of an unknown answer runs out
//! (10 minutes by the clock of any process): a request is accepted at most [`LATEST`] after it was made.

use crate::actors;
use crate::chance::Chance;
use crate::defect::Defect;
use crate::engine::InFlight;
use crate::world::World;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use redial_domain::builders::report;
use redial_domain::{
    Afterthought, Arrival, AttemptId, CallId, CallResult, CallbackTime, Evidence, LeadRef, NotAResult, Outcome, Phone,
    Profile, Report, Source,
};
use redial_domain::{CallState, DialOrder};
use redial_queue::ports::{AskError, DIAL_TIMEOUT, DialError, Dialer};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// 10 minutes, less the 5 s for which a claim is fresh and two clocks that differ by 30 s each, less a margin.
const LATEST: Duration = Duration::from_secs(500);

#[derive(Default)]
pub(crate) struct Provider {
    pub(crate) calls: BTreeMap<CallId, Call>,
}

pub(crate) struct Call {
    pub(crate) attempt: AttemptId,
    pub(crate) lead: LeadRef,
    /// Lists show it from then on.
    listed_from: DateTime<Utc>,
    /// Once it is over.
    pub(crate) result: Option<CallResult>,
}

/// The provider as one run sees it.
pub(crate) struct SimDialer {
    pub(crate) world: Arc<World>,
    /// The run.
    pub(crate) run: u64,
}

/// What happens to one request.
struct Fortune {
    accepted: Option<Duration>,
    ends: Duration,
    answer: Answer,
}

enum Answer {
    Placed,
    None,
    Unreachable,
    Refused,
    Blocked,
    SlowDown(Option<Duration>),
}

impl Fortune {
    fn draw(world: &World) -> Self {
        let fault = world.strikes(world.plan.dial_faults);
        world.engine.draw(|chance| {
            let quick = |chance: &mut Chance| chance.millis(20, 1500);
            let (out, back) = (quick(chance), quick(chance));
            if world.calls_are_refused.load(Ordering::Relaxed) {
                return Self { accepted: None, ends: out + back, answer: Answer::Refused };
            }
            if !fault {
                return Self { accepted: Some(out), ends: out + back, answer: Answer::Placed };
            }
            let none = |accepted, ends| Self { accepted, ends, answer: Answer::None };
            let refused = |answer| Self { accepted: None, ends: out + back, answer };
            match chance.below(15) {
                0 => none(None, DIAL_TIMEOUT),
                1 => none(None, out),
                2 | 3 => none(Some(out), DIAL_TIMEOUT),
                4 | 5 => none(Some(out), out + back),
                6 => none(Some(out + back), out),
                7 => {
                    let accepted = chance.seconds(13, 17);
                    let ends = accepted + back;
                    let answer = if ends < DIAL_TIMEOUT { Answer::Placed } else { Answer::None };
                    Self { accepted: Some(accepted), ends: ends.min(DIAL_TIMEOUT), answer }
                }
                8 => none(Some(DIAL_TIMEOUT + chance.seconds(0, 90)), DIAL_TIMEOUT),
                9 | 10 => none(Some(chance.seconds(60, LATEST.as_secs())), DIAL_TIMEOUT),
                11 => refused(Answer::Unreachable),
                12 => refused(Answer::Refused),
                13 => refused(Answer::Blocked),
                _ => {
                    let wait = chance.permille(500).then(|| chance.seconds(0, 60));
                    refused(Answer::SlowDown(wait))
                }
            }
        })
    }
}

impl SimDialer {
    pub(crate) fn of_run(world: &Arc<World>, run: u64) -> Arc<Self> {
        Arc::new(Self { world: Arc::clone(world), run })
    }

    async fn request(&self, order: &DialOrder) -> Result<CallId, DialError> {
        let world = &self.world;
        world.judge().asked(self.run, order.attempt, world.engine.now());
        let mut fortune = Fortune::draw(world);
        if let Some(in_flight) = world.engine.awaits() {
            fortune.accepted = match in_flight {
                InFlight::RequestLost => None,
                InFlight::AnswerLost => fortune.accepted,
                InFlight::ExecutedLate => Some(LATEST),
            };
        }
        let number = world.engine.draw(Chance::bits) & 0xffff_ffff;
        let call = CallId::parse(&format!("call-{number:08x}")).unwrap();
        world.say("dial", number, || {
            let attempt = crate::judge::short(order.attempt);
            format!("{attempt} {} accepted {:?}", order.lead.id.as_str(), fortune.accepted)
        });
        if let Some(time) = fortune.accepted {
            let (later, order, call) = (Arc::clone(world), order.clone(), call.clone());
            world.engine.after(time, move || accept(&later, &order, call));
        }
        world.engine.sleep(fortune.ends).await;
        match fortune.answer {
            Answer::Placed => Ok(call),
            Answer::None => Err(DialError::Unknown("simulated: no answer".into())),
            Answer::Unreachable => Err(DialError::Unreachable("simulated: no connection".into())),
            Answer::Refused => Err(DialError::Refused("simulated".to_owned())),
            Answer::Blocked => Err(DialError::Blocked { status: 401 }),
            Answer::SlowDown(retry_after) => Err(DialError::SlowDown { retry_after }),
        }
    }

    /// A question is answered, late, or not at all.
    async fn ask(&self, find: impl Fn(&Provider, DateTime<Utc>) -> CallState + Send) -> Result<CallState, AskError> {
        let world = &self.world;
        let fault = world.strikes(world.plan.dial_faults / 2);
        world.engine.awaits();
        let (out, back) = world.engine.draw(|chance| (chance.millis(20, 800), chance.millis(20, 800)));
        world.engine.sleep(out).await;
        let state = find(&world.provider(), world.engine.now());
        world.engine.sleep(back).await;
        if fault || world.has(Defect::NobodyAsks) {
            return Err(AskError("simulated: no answer".into()));
        }
        Ok(if world.has(Defect::AlwaysAbsent) { CallState::Absent } else { state })
    }
}

#[async_trait]
impl Dialer for SimDialer {
    fn provider(&self) -> Source {
        Source::Bland
    }

    async fn dial(&self, order: &DialOrder) -> Result<CallId, DialError> {
        let answer = self.request(order).await;
        match (answer, self.world.defect) {
            (Err(DialError::Unknown(_)), Some(Defect::PostRetried)) => self.request(order).await,
            (Err(DialError::Unknown(_)), Some(Defect::UnknownTakenForRefused)) => {
                Err(DialError::Refused("planted".to_owned()))
            }
            (Err(DialError::Unknown(error)), Some(Defect::UnknownTakenForUnreachable)) => {
                Err(DialError::Unreachable(error))
            }
            (answer, _) => answer,
        }
    }

    async fn call(&self, call: &CallId) -> Result<CallState, AskError> {
        self.ask(|provider, _| provider.calls.get(call).map_or(CallState::Absent, |known| known.state(call))).await
    }

    async fn find(&self, attempt: AttemptId, phone: &Phone, _since: DateTime<Utc>) -> Result<CallState, AskError> {
        self.ask(|provider, now| {
            let listed = |call: &&Call| call.lead.phone == *phone && call.attempt == attempt && call.listed_from <= now;
            let mut calls = provider.calls.iter();
            calls.find(|(_, call)| listed(call)).map_or(CallState::Absent, |(id, call)| call.state(id))
        })
        .await
    }
}

impl Call {
    fn state(&self, id: &CallId) -> CallState {
        match &self.result {
            Some(result) => CallState::Finished(Box::new(report(result))),
            None => CallState::InProgress(id.clone()),
        }
    }
}

/// It rings.
fn accept(world: &Arc<World>, order: &DialOrder, call: CallId) {
    let now = world.engine.now();
    let rings_already = world
        .provider()
        .calls
        .iter()
        .find(|(_, other)| other.lead.phone == order.lead.phone && other.result.is_none())
        .map(|(id, _)| id.clone());
    world.say("rings", 0, || format!("{} {}", call.as_str(), order.lead.id.as_str()));
    world.judge().rings(order, &call, rings_already.as_ref(), now);
    let short = world.plan.short_calls;
    let (lag, lasts, result) = world.engine.draw(|chance| {
        let lag = if chance.permille(300) { chance.seconds(1, 150) } else { chance.millis(0, 500) };
        let lasts = match chance.below(if short { 10 } else { 4 }) {
            0 => chance.seconds(1, 1800),
            1 => chance.seconds(60, 400),
            2 | 3 => chance.seconds(5, 90),
            _ => chance.millis(0, 3000),
        };
        let (outcome, callback) = outcome(chance, now + TimeDelta::from_std(lasts).unwrap());
        let scripted = world.plan.script.map(|script| script(&order.lead.id));
        let (lasts, outcome, callback) =
            scripted.map_or((lasts, outcome, callback), |(lasts, outcome)| (lasts, outcome, None));
        (lag, lasts, result_of(order, &call, outcome, callback))
    });
    let listed_from = now + TimeDelta::from_std(lag).unwrap();
    let rung = Call { attempt: order.attempt, lead: order.lead.clone(), listed_from, result: None };
    world.provider().calls.insert(call.clone(), rung);
    let ending = Arc::clone(world);
    world.engine.after(lasts, move || end(&ending, &call, result));
}

/// What a person says who may have meant this call only.
pub(crate) const IN_DOUBT: &str = "don't call me at work";

/// It is over, and the webhook is sent: once, twice, late, or never.
fn end(world: &Arc<World>, call: &CallId, mut result: CallResult) {
    result.ended_at = world.engine.now();
    world.say("over", 0, || format!("{} {}", call.as_str(), result.outcome));
    world.judge().over(call, &result.outcome);
    if let Some(rung) = world.provider().calls.get_mut(call) {
        rung.result = Some(result.clone());
    }
    if world.strikes(world.plan.second_thoughts) {
        // No draw, so that the seeds keep their histories.
        let said = if call.as_str().ends_with(['0', '5', 'a']) { IN_DOUBT } else { "please stop calling me" };
        let otherwise = NotAResult::DelayedPayload;
        let (disposition, tags) = (String::new(), Vec::new());
        let words = Afterthought { user_said: vec![said.to_owned()], disposition, tags, otherwise };
        let later = Report { evidence: Evidence::Afterthought(words), ..report(&result) };
        let delay = world.engine.draw(|chance| chance.seconds(30, 60));
        actors::refuse_later(world, later, delay, 3);
    }
    let arrival = Arrival::Result(result);
    if world.webhooks_are_lost.load(Ordering::Relaxed) {
        return;
    }
    if !world.strikes(world.plan.webhook_faults) {
        return actors::send(world, arrival, Duration::ZERO);
    }
    let delays = world.engine.draw(|chance| match chance.below(4) {
        0 => vec![],
        1 => vec![chance.seconds(0, 3600)],
        2 => vec![chance.millis(0, 300), chance.millis(0, 300)],
        _ => vec![chance.seconds(0, 10), chance.seconds(30, 60), chance.seconds(0, 4000)],
    });
    let bare = world.strikes(150);
    for delay in delays {
        let arrival = if bare { without_metadata(&arrival) } else { arrival.clone() };
        actors::send(world, arrival, delay);
    }
}

/// Any field may be missing: then only the lead id in the request's data tells whose call it was.
fn without_metadata(arrival: &Arrival) -> Arrival {
    match arrival {
        Arrival::Result(result) => Arrival::Result(CallResult { attempt: None, month: None, ..result.clone() }),
        Arrival::NewLead(new) => Arrival::NewLead(new.clone()),
    }
}

fn result_of(order: &DialOrder, call: &CallId, outcome: Outcome, callback: Option<CallbackTime>) -> CallResult {
    CallResult {
        call: call.clone(),
        attempt: Some(order.attempt),
        source: Source::Bland,
        lead: Some(order.lead.id.clone()),
        phone: order.lead.phone.clone(),
        month: Some(order.lead.month),
        outcome,
        rule: "simulated".to_owned(),
        callback,
        inbound: false,
        ended_at: DateTime::UNIX_EPOCH,
        profile: Profile::default(),
        possible_refusal: None,
        connected: false,
    }
}

/// How a call ends, mostly so that it must be tried again.
pub(crate) fn outcome(chance: &mut Chance, ends: DateTime<Utc>) -> (Outcome, Option<CallbackTime>) {
    let again = [Outcome::VOICEMAIL, Outcome::NO_ANSWER, Outcome::BUSY, Outcome::FAILED, Outcome::CONFUSED];
    match chance.below(100) {
        0 => (Outcome::DNC, None),
        1 => (Outcome::BAD_NUMBER, None),
        2 | 3 => (Outcome::TRANSFERRED, None),
        4 => (Outcome::CALLBACK, None),
        5..12 => {
            let at = ends + TimeDelta::from_std(chance.seconds(0, 5400)).unwrap();
            (Outcome::CALLBACK, Some(CallbackTime::At(at)))
        }
        _ => (chance.pick(&again).clone(), None),
    }
}
