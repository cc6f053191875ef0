//! What an operator does to one lead.

use super::settle::call_back;
use super::{Lead, Status};
use chrono::{DateTime, Utc};

/// An operator's command for a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Hold it back.
    Pause,
    /// Let it go on.
    Resume,
    /// Take it out of the queue.
    Remove,
    /// Take what the person said for a do-not-call.
    ConfirmDoNotCall,
    /// Take what the person said for something else.
    DismissDoNotCall,
    /// Call the person back at this time.
    CallBack(DateTime<Utc>),
}

impl Command {
    /// Returns the word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Remove => "remove",
            Self::ConfirmDoNotCall => "confirm_do_not_call",
            Self::DismissDoNotCall => "dismiss_do_not_call",
            Self::CallBack(_) => "callback",
        }
    }

    /// Returns when the person is to be called back.
    #[must_use]
    pub fn callback(self) -> Option<DateTime<Utc>> {
        match self {
            Self::CallBack(at) => Some(at),
            Self::Pause | Self::Resume | Self::Remove | Self::ConfirmDoNotCall | Self::DismissDoNotCall => None,
        }
    }

    /// Returns whether it lets calls be made again. Such a command is recorded before it takes effect.
    #[must_use]
    pub fn opens(self) -> bool {
        match self {
            Self::Resume | Self::DismissDoNotCall | Self::CallBack(_) => true,
            Self::Pause | Self::Remove | Self::ConfirmDoNotCall => false,
        }
    }
}

/// What a command makes of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Commanded {
    /// The record as it is now.
    Changed(Box<Lead>),
    /// The record is gone.
    Removed,
    /// The record is already in that state.
    Unchanged,
    /// The record is already in that state, and is stored with the time of this command. A bulk command that was confirmed before
    /// and comes later finds it changed.
    Repeated(Box<Lead>),
    /// The status does not allow it.
    Impossible(Status),
    /// A do-not-call forbids it.
    Forbidden,
    /// A possible do-not-call must be decided first.
    Undecided,
}

/// Applies a command to a record (*Status* in `docs/CONTRACT.md`).
#[must_use]
pub fn command(lead: &Lead, command: Command, now: DateTime<Utc>) -> Commanded {
    let become_ = |status| Commanded::Changed(Box::new(Lead { status, updated_at: now, ..lead.clone() }));
    match (command, lead.status) {
        (Command::Remove, _) => Commanded::Removed,
        (Command::Pause, Status::Paused) => Commanded::Repeated(Box::new(Lead { updated_at: now, ..lead.clone() })),
        (Command::Pause, status @ (Status::Completed | Status::Foreign(_))) => Commanded::Impossible(status),
        (Command::Pause, Status::Pending | Status::Rescheduled | Status::MaxAttempts) => become_(Status::Paused),
        (Command::ConfirmDoNotCall, status) => match &lead.review {
            Some(review) => Commanded::Changed(Box::new(lead.confirmed(review, now))),
            None if lead.forbidden_by().is_some() => Commanded::Unchanged,
            None => Commanded::Impossible(status),
        },
        (Command::DismissDoNotCall, _) => match &lead.review {
            Some(review) => Commanded::Changed(Box::new(lead.dismissed(review, now))),
            None => Commanded::Unchanged,
        },
        (Command::CallBack(_), status @ (Status::Completed | Status::Foreign(_))) => Commanded::Impossible(status),
        (Command::CallBack(_), _) if lead.forbidden_by().is_some() => Commanded::Forbidden,
        (Command::CallBack(_), _) if lead.review.is_some() => Commanded::Undecided,
        (Command::CallBack(at), Status::Rescheduled) if lead.callback == Some(at) => Commanded::Unchanged,
        (Command::CallBack(at), Status::Pending | Status::Rescheduled | Status::Paused | Status::MaxAttempts) => {
            Commanded::Changed(Box::new(call_back(lead, at, now)))
        }
        // Whether a person refused calls is decided by its own command.
        (Command::Resume, Status::Paused) if lead.review.is_some() => Commanded::Impossible(Status::Paused),
        // The due time is unchanged: a lead that was due before the pause is due after it.
        (Command::Resume, Status::Paused) if lead.callback.is_some_and(|at| at > now) => become_(Status::Rescheduled),
        (Command::Resume, Status::Paused) => become_(Status::Pending),
        (Command::Resume, Status::Pending | Status::Rescheduled) => Commanded::Unchanged,
        (Command::Resume, status @ (Status::Completed | Status::MaxAttempts | Status::Foreign(_))) => {
            Commanded::Impossible(status)
        }
    }
}
