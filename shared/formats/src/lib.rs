//! Stored bytes. What a release wrote must stay readable, see *Version policy* in ARCHITECTURE.md.

pub mod bulk_v1;
pub mod csv_row;
pub mod division_v1;
pub mod export_v1;
#[cfg(test)]
mod golden;
pub mod import_v1;
pub mod index_v1;
pub mod law_v1;
pub mod lead_list;
pub mod ledger_v1;
pub mod line_v1;
pub mod list;
pub mod month_v1;
pub mod number_list;
pub mod register_v1;
pub mod run_v1;
pub mod settings_v1;
mod stored;
mod unknown_fields;

pub use stored::Unreadable;
