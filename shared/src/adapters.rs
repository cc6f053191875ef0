//! The ports on real services; the only place that knows an SDK. Nothing is decided here.
