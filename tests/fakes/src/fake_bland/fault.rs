//! What can go wrong, for whom and how often.

use std::mem::discriminant;

use serde::{Deserialize, Serialize};

/// A fault with the calls that it befalls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultRule {
    /// Any number, without it. A rule for a number goes before a rule for any.
    to: Option<String>,
    /// How many calls it befalls; all, without it.
    times: Option<u32>,
    #[serde(flatten)]
    fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fault {
    Dial(DialFault),
    Webhook(WebhookFault),
}

/// What becomes of a `POST /v1/calls`. A request suffers one at most, and only when the real Bland would have taken it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault")]
pub enum DialFault {
    #[serde(rename = "refuse_400")]
    Refuse400,
    #[serde(rename = "unauthorized_401")]
    Unauthorized401,
    #[serde(rename = "payment_402")]
    Payment402,
    /// `retry_after` is in seconds.
    #[serde(rename = "slow_down_429")]
    SlowDown429 { retry_after: u64 },
    /// The call was not accepted.
    #[serde(rename = "error_500_before")]
    Error500Before,
    /// The call was accepted and rings.
    #[serde(rename = "error_502_after")]
    Error502After,
    /// The call is not accepted; the connection closes without an answer after this long.
    #[serde(rename = "hang_before")]
    HangBefore { ms: u64 },
    /// The call is accepted and rings; the connection closes without an answer after this long.
    #[serde(rename = "hang_after")]
    HangAfter { ms: u64 },
    /// The call is accepted and rings; the connection closes without an answer.
    #[serde(rename = "reset_after")]
    ResetAfter,
    /// The call is accepted and rings; the answer is 200, but not JSON.
    #[serde(rename = "garbage_200")]
    Garbage200,
    /// The call is accepted and rings; the answer tells so, this much later.
    #[serde(rename = "late_answer")]
    LateAnswer { ms: u64 },
}

/// What becomes of the result of a call; decided when the call is accepted. A call may suffer several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault")]
pub enum WebhookFault {
    /// The result never arrives, unless it is asked to be sent again. A second payload still comes.
    #[serde(rename = "lose_webhook")]
    Lose,
    /// The result arrives twice at the same time.
    #[serde(rename = "double_webhook")]
    Double,
    /// The result arrives before `POST /v1/calls` is answered.
    #[serde(rename = "webhook_before_answer")]
    BeforeAnswer,
    /// The result leaves this much later.
    #[serde(rename = "delay_webhook")]
    Delay { ms: u64 },
}

impl FaultRule {
    /// A fault of every call to every number.
    pub fn new(fault: impl Into<Fault>) -> Self {
        Self { to: None, times: None, fault: fault.into() }
    }

    #[must_use]
    pub fn to(self, number: impl Into<String>) -> Self {
        Self { to: Some(number.into()), ..self }
    }

    #[must_use]
    pub fn times(self, times: u32) -> Self {
        Self { times: Some(times), ..self }
    }

    fn befalls(&self, to: &str) -> bool {
        self.to.as_deref().is_none_or(|number| number == to)
    }

    fn spend(&mut self) {
        self.times = self.times.map(|times| times.saturating_sub(1));
    }
}

impl From<DialFault> for Fault {
    fn from(fault: DialFault) -> Self {
        Self::Dial(fault)
    }
}

impl From<WebhookFault> for Fault {
    fn from(fault: WebhookFault) -> Self {
        Self::Webhook(fault)
    }
}

impl Fault {
    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Dial(one), Self::Dial(two)) => discriminant(one) == discriminant(two),
            (Self::Webhook(one), Self::Webhook(two)) => discriminant(one) == discriminant(two),
            (Self::Dial(_), Self::Webhook(_)) | (Self::Webhook(_), Self::Dial(_)) => false,
        }
    }
}

impl DialFault {
    /// Whether the phone rings all the same.
    pub(super) fn accepts(&self) -> bool {
        match self {
            Self::Refuse400
            | Self::Unauthorized401
            | Self::Payment402
            | Self::SlowDown429 { .. }
            | Self::Error500Before
            | Self::HangBefore { .. } => false,
            Self::Error502After
            | Self::HangAfter { .. }
            | Self::ResetAfter
            | Self::Garbage200
            | Self::LateAnswer { .. } => true,
        }
    }
}

/// The faults that are in force. None of them is spent.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<FaultRule>);

impl Faults {
    pub(super) fn put(&mut self, rule: FaultRule) {
        self.0.retain(|old| old.to != rule.to || !old.fault.is_like(&rule.fault));
        self.0.push(rule);
        self.drop_spent();
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Spends and answers the fault of one request.
    pub(super) fn take_dial(&mut self, to: &str) -> Option<DialFault> {
        let taken = self
            .0
            .iter_mut()
            .filter(|rule| rule.befalls(to))
            .filter_map(|rule| match rule.fault.clone() {
                Fault::Dial(fault) => Some((rule, fault)),
                Fault::Webhook(_) => None,
            })
            .min_by_key(|(rule, _)| rule.to.is_none())
            .map(|(rule, fault)| {
                rule.spend();
                fault
            });
        self.drop_spent();
        taken
    }

    /// Spends and answers all webhook faults of one call.
    pub(super) fn take_webhook(&mut self, to: &str) -> Vec<WebhookFault> {
        let mut taken = Vec::new();
        for rule in self.0.iter_mut().filter(|rule| rule.befalls(to)) {
            if let Fault::Webhook(fault) = rule.fault.clone() {
                rule.spend();
                taken.push(fault);
            }
        }
        self.drop_spent();
        taken
    }

    fn drop_spent(&mut self) {
        self.0.retain(|rule| rule.times != Some(0));
    }
}
