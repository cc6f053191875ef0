//! Every byte that crosses our border; the only place that knows JSON.
