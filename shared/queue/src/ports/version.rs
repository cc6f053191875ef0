//! Versions, the idea behind every store: read a value with its version, and write only if it still has that version.

/// An opaque version of a stored value: an `ETag` in S3, an attribute in DynamoDB.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(pub String);

/// A value with the version at which it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// The version.
    pub version: Version,
}

/// The condition of a write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// There is no value.
    Absent,
    /// The value has this version.
    At(Version),
}

impl Expect {
    /// Returns the condition that nothing has changed since `read`.
    #[must_use]
    pub fn unchanged<T>(read: Option<&Versioned<T>>) -> Self {
        read.map_or(Self::Absent, |read| Self::At(read.version.clone()))
    }
}

/// The answer to a conditional write. A conflict is an answer, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// The value is stored with this version.
    Stored(Version),
    /// The condition does not hold, and nothing was written.
    Conflict,
}

/// The cause of an error, for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Returns an error and its causes as one text for a log.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Why a store operation failed. After a failed write the value may be stored or not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The store gave no answer now. A retry may work.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// A retry will not work: the stored data is unreadable, or the store rejected the request.
    #[error("the stored data is unreadable or the store rejected the request")]
    Unusable(#[source] BoxError),
    /// An object of a month is too large to be read. A retry works once runs have divided it, which takes minutes.
    #[error("the month is being divided")]
    TooLarge(#[source] BoxError),
}

impl StoreError {
    /// Returns [`StoreError::Unavailable`] with its cause.
    pub fn unavailable(cause: impl Into<BoxError>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// Returns [`StoreError::Unusable`] with its cause.
    pub fn unusable(cause: impl Into<BoxError>) -> Self {
        Self::Unusable(cause.into())
    }
}
