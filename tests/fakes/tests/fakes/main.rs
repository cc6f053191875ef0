//! The fakes and the stand-ins behave as they say.

mod fake_bland;
mod fault_proxy;
mod stand_ins;
