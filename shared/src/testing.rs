//! Stand-ins and conformance suites.
