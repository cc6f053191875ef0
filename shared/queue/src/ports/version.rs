//! The one idea under every store: read a value with its version, write only if the version still holds.

/// An opaque mark of a stored value: an `ETag` in S3, an attribute in DynamoDB.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(pub String);

/// A value as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// Its version.
    pub version: Version,
}

/// What a write expects to find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Nothing.
    Absent,
    /// The value of this version.
    At(Version),
}

impl Expect {
    /// What a writer expects who has read this.
    #[must_use]
    pub fn unchanged<T>(read: Option<&Versioned<T>>) -> Self {
        read.map_or(Self::Absent, |read| Self::At(read.version.clone()))
    }
}

/// What came of a write. A conflict is an answer, not a failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Put {
    /// It is stored, under this version.
    Stored(Version),
    /// Something else is there; nothing was written.
    Conflict,
}

/// The cause of an error, for people.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An error with everything that caused it, for a log.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// Why a store gave no answer. After a failed write the value may be stored or not.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Later may work.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// Later will not: what is stored cannot be read, or the request is not allowed.
    #[error("the store is unusable")]
    Unusable(#[source] BoxError),
}

impl StoreError {
    /// [`StoreError::Unavailable`] with its cause.
    pub fn unavailable(cause: impl Into<BoxError>) -> Self {
        Self::Unavailable(cause.into())
    }

    /// [`StoreError::Unusable`] with its cause.
    pub fn unusable(cause: impl Into<BoxError>) -> Self {
        Self::Unusable(cause.into())
    }
}
