//! Whether a call may ring at an instant, which rules forbid it, and when none does any more.

use super::{Consent, Demand, HoursOfPlace, Jurisdiction, Known, Place, Rule, Rules};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many times the next allowed instant is moved on. Each time it passes the end of a closed time.
const MOVES: usize = 1000;

/// Which rules are in force: the setting `calling_rules`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Hours, caps, suspensions and places. They can be decided without asking a person.
    HoursAndCaps,
    /// Every rule.
    Full,
    /// The federal hours only. An operator takes the decision.
    Federal,
}

/// What stands in favor of a person or against them beside time and place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// The person's consent.
    pub consent: Option<Consent>,
    /// Where the operator has decided that an artificial voice may call.
    pub decided: BTreeSet<Jurisdiction>,
    /// The person has ended an automated call.
    pub ended_a_call: bool,
}

/// A call that may be placed.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Where the person may be.
    pub place: &'a Place,
    /// Every call to the person that may have rung, in any order.
    pub calls: &'a [DateTime<Utc>],
    /// Consent and decisions.
    pub standing: &'a Standing,
    /// Which rules are in force.
    pub mode: Mode,
    /// The call may ring so much later than it is placed, so the rules must be open then too.
    pub guard: TimeDelta,
}

/// A rule that forbids a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    /// The rule, the suspension, or the reason of the place.
    pub rule: Arc<str>,
    /// The first instant at which it forbids it no longer. `None` if time does not end it.
    pub opens: Option<DateTime<Utc>>,
}

/// What the law says about a call at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What forbids the call, in the order of the rules. Empty if it is allowed.
    pub closed: Vec<Closed>,
    /// What would forbid it if every rule were in force.
    pub would_close: Vec<Closed>,
}

impl Decision {
    /// Returns whether the call is allowed.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.closed.is_empty()
    }
}

/// The name of the reason that closes every place outside the United States.
pub const OUTSIDE: &str = "outside_the_united_states";

/// Which rules a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// Hours, suspensions and the place.
    Hours,
    /// Caps.
    Caps,
    /// Consent, decisions and second calls.
    Permission,
    /// Everything that is in force.
    InForce,
    /// Everything that is not in force.
    NotInForce,
}

impl Mode {
    /// Returns the word of the setting.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HoursAndCaps => "hours_and_caps",
            Self::Full => "full",
            Self::Federal => "federal",
        }
    }

    /// Returns whether runs obey a rule in this mode.
    #[must_use]
    pub fn enforces(self, rule: &Rule) -> bool {
        match (self, &rule.demand) {
            (Self::Full, _) | (Self::HoursAndCaps, Demand::Hours(_) | Demand::Cap { .. }) => true,
            (Self::HoursAndCaps, Demand::Consent(_) | Demand::Decision | Demand::NoSecondCall) => false,
            (Self::Federal, demand) => rule.jurisdiction == Jurisdiction::US && matches!(demand, Demand::Hours(_)),
        }
    }
}

impl Asking {
    fn is_about(self, mode: Mode, rule: &Rule) -> bool {
        let is_of_kind = match (self, &rule.demand) {
            (Self::Hours, Demand::Hours(_)) | (Self::Caps, Demand::Cap { .. }) => true,
            (Self::Permission, Demand::Consent(_) | Demand::Decision | Demand::NoSecondCall) => true,
            (Self::Hours | Self::Caps | Self::Permission, _) => false,
            (Self::InForce | Self::NotInForce, _) => true,
        };
        is_of_kind && mode.enforces(rule) != (self == Self::NotInForce)
    }

    /// Suspensions are in force in every mode but the federal one.
    fn is_about_suspensions(self, mode: Mode) -> bool {
        match self {
            Self::Hours | Self::InForce => mode != Mode::Federal,
            Self::NotInForce => mode == Mode::Federal,
            Self::Caps | Self::Permission => false,
        }
    }
}

impl Rules {
    /// Says whether a call that is placed at `at` is allowed, and what forbids it.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>, at: DateTime<Utc>) -> Decision {
        Decision {
            closed: self.closed_with_guard(question, at, Asking::InForce),
            would_close: self.closed_with_guard(question, at, Asking::NotInForce),
        }
    }

    /// Returns the first instant from `at` on at which a call is allowed. `None` if time alone does not bring one.
    #[must_use]
    pub fn next_allowed(&self, question: &Question<'_>, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.next_open(question, at, Asking::InForce)
    }

    /// Returns what the hours of a place say, remembered for the last instant.
    #[must_use]
    pub fn hours_of(&self, known: &Known, mode: Mode, guard: TimeDelta, at: DateTime<Utc>) -> HoursOfPlace {
        known.hours((at, guard, mode), || {
            let standing = Standing::default();
            let question = Question { place: &known.place, calls: &[], standing: &standing, mode, guard };
            HoursOfPlace {
                closed: self.closed_with_guard(&question, at, Asking::Hours).into(),
                opens: self.next_open(&question, at, Asking::Hours),
            }
        })
    }

    /// Returns the caps that are reached at `at`.
    #[must_use]
    pub fn caps_reached(&self, question: &Question<'_>, at: DateTime<Utc>) -> Vec<Closed> {
        self.closed_with_guard(question, at, Asking::Caps)
    }

    /// Returns the rules that ask for a consent, a decision or a first call, and do not have it.
    #[must_use]
    pub fn not_permitted(&self, question: &Question<'_>, at: DateTime<Utc>) -> Vec<Closed> {
        self.closed_with_guard(question, at, Asking::Permission)
    }

    fn next_open(&self, question: &Question<'_>, at: DateTime<Utc>, asking: Asking) -> Option<DateTime<Utc>> {
        let mut next = at;
        for _ in 0..MOVES {
            let closed = self.closed_with_guard(question, next, asking);
            // Until all of them are open again no call is allowed, so nothing is passed over.
            match closed.iter().map(|closed| closed.opens).reduce(later_of) {
                None => return Some(next),
                Some(opens) => next = opens.filter(|opens| *opens > next)?,
            }
        }
        None
    }

    /// What is closed at `at`, or when the phone may ring. A rule that is closed at both is named once, and opens when it is
    /// open at both.
    fn closed_with_guard(&self, question: &Question<'_>, at: DateTime<Utc>, asking: Asking) -> Vec<Closed> {
        let mut closed = self.closed(question, at, asking);
        if question.guard.is_zero() {
            return closed;
        }
        for late in self.closed(question, at + question.guard, asking) {
            let opens = late.opens.map(|opens| opens - question.guard);
            match closed.iter_mut().find(|known| known.rule == late.rule) {
                Some(known) => known.opens = later_of(known.opens, opens),
                None => closed.push(Closed { rule: late.rule, opens }),
            }
        }
        closed
    }

    fn closed(&self, question: &Question<'_>, at: DateTime<Utc>, asking: Asking) -> Vec<Closed> {
        let place = question.place;
        if *place == Place::Outside {
            let is_asked = matches!(asking, Asking::Hours | Asking::InForce);
            return is_asked.then(|| Closed { rule: OUTSIDE.into(), opens: None }).into_iter().collect();
        }
        let rules = self.rules.iter().filter(|rule| {
            asking.is_about(question.mode, rule)
                && place.is_bound_by(rule.jurisdiction)
                && !self.register.is_off(&rule.id, at)
        });
        let mut closed: Vec<_> = rules.filter_map(|rule| rule.closed(question, at)).collect();
        if asking.is_about_suspensions(question.mode) {
            closed.extend(self.suspended(place, at));
        }
        closed
    }

    fn suspended(&self, place: &Place, at: DateTime<Utc>) -> impl Iterator<Item = Closed> {
        let of_files = self.suspensions.iter().filter(move |suspension| {
            place.is_bound_by(suspension.jurisdiction)
                && suspension.from <= at
                && suspension.until.is_none_or(|until| at < until)
        });
        let of_files = of_files.map(|suspension| (&suspension.id, suspension.until));
        let recorded = self.register.suspensions();
        let recorded =
            recorded.filter(move |(jurisdiction, entry)| place.is_bound_by(*jurisdiction) && entry.counts(at));
        let recorded = recorded.map(|(_, entry)| (&entry.id, entry.end()));
        of_files.chain(recorded).map(|(id, opens)| Closed { rule: Arc::clone(id), opens })
    }
}

impl Rule {
    /// Returns what this rule forbids at `at`.
    fn closed(&self, question: &Question<'_>, at: DateTime<Utc>) -> Option<Closed> {
        let zones = question.place.zones_of(self.jurisdiction);
        let in_force = || zones.iter().any(|zone| self.is_in_force(at.with_timezone(zone).date_naive()));
        let opens = match &self.demand {
            Demand::Hours(hours) => {
                let clocks = match hours.clock {
                    super::Clock::Zones => zones,
                    super::Clock::Fixed(zone) => vec![zone],
                };
                let shut: Vec<_> = clocks.iter().filter(|zone| !hours.are_open(self, **zone, at)).collect();
                shut.iter().map(|zone| hours.open_from(self, **zone, at)).reduce(later_of)?
            }
            _ if !in_force() => return None,
            Demand::Cap { count, window } => Some(cap_opens(question.calls, *count, *window, at)?),
            Demand::Consent(level) if question.standing.consent < Some(*level) => None,
            Demand::Decision if !question.standing.decided.contains(&self.jurisdiction) => None,
            Demand::NoSecondCall if question.standing.ended_a_call => None,
            Demand::Consent(_) | Demand::Decision | Demand::NoSecondCall => return None,
        };
        Some(Closed { rule: Arc::clone(&self.id), opens })
    }
}

/// Returns when a cap opens that is reached at `at`: exactly when the call leaves the window that is `count` calls back.
/// `None` if it is not reached.
fn cap_opens(calls: &[DateTime<Utc>], count: usize, window: TimeDelta, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut counted: Vec<_> = calls.iter().copied().filter(|call| *call <= at && *call + window > at).collect();
    counted.sort_unstable_by(|a, b| b.cmp(a));
    counted.get(count.checked_sub(1)?).map(|call| *call + window)
}

/// The later of two instants, where `None` is never.
fn later_of(a: Option<DateTime<Utc>>, b: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    Some(a?.max(b?))
}

#[cfg(test)]
mod tests;
