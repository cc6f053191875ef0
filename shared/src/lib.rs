//! Everything of the redial queue that is not a Lambda entry point.
