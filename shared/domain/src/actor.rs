//! Who changes something.

use std::fmt;

/// Who asked for a change. Every use case that changes something takes one, so that the change is recorded where it happens.
#[derive(Clone, PartialEq, Eq)]
pub enum Actor {
    /// An operator, through the admin API.
    Operator {
        /// The name of the key with which the request came.
        key: String,
        /// The person, as the caller's own system names it; personal data, which must not reach a log.
        user: Option<String>,
    },
    /// The scheduled run.
    Run,
    /// A webhook of a provider.
    Webhook,
}

impl Actor {
    /// Returns the name for what is kept about a change: the key's name, and the person's if the caller's system tells it.
    #[must_use]
    pub fn in_full(&self) -> String {
        match self {
            Self::Operator { key, user: Some(user) } => format!("{key}: {user}"),
            Self::Operator { user: None, .. } | Self::Run | Self::Webhook => self.name().to_owned(),
        }
    }

    /// Returns the name for logs: the key's name of an operator, never the person's.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Operator { key, .. } => key,
            Self::Run => "run",
            Self::Webhook => "webhook",
        }
    }
}

impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Actor({})", self.name())
    }
}
