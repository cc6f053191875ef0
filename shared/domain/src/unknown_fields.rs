//! Fields of a stored value that this release does not know.

use std::collections::BTreeMap;
use std::fmt;

/// The fields that a newer release has stored and this one does not know: by name, as the text that was read.
///
/// No rule looks at them. They are compared and cloned with their value and written back unchanged, so that a deployment
/// that is rolled out, or rolled back, loses nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UnknownFields(BTreeMap<String, String>);

impl UnknownFields {
    /// Returns name and text of each field, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
}

impl FromIterator<(String, String)> for UnknownFields {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(fields: T) -> Self {
        Self(fields.into_iter().collect())
    }
}

/// Shows the names only: the texts may be personal data.
impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
