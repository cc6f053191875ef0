//! Everything that is tested on the whole library without a stack and without an SDK, as one binary: it is linked once.

mod alarms;
mod cases;
mod cloudformation;
mod fixtures;
mod layers;
mod logs;
mod reference;
mod stories;
mod template;
