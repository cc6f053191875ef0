//! Old months go.

use crate::ports::{Clock, LineStore, StoreError};
use crate::store::lines;
use crate::store::records::Records;
use chrono::NaiveDate;
use redial_domain::Month;

/// Deletes every month whose last day lies more than `retention_days` before `today`; gives the months. What its records
/// forbid to call stays forbidden.
///
/// # Errors
/// When a store fails; months deleted by then are gone.
pub async fn delete_expired(
    records: &Records,
    lines: &dyn LineStore,
    clock: &dyn Clock,
    today: NaiveDate,
    retention_days: u32,
) -> Result<Vec<Month>, StoreError> {
    let mut deleted = Vec::new();
    for month in records.stored_months().await? {
        if month.is_expired(today, retention_days) {
            for (phone, reason) in records.scan(&[month]).await?.forbidden {
                lines::suppress(lines, clock, &phone, &reason).await.map_err(StoreError::unavailable)?;
            }
            records.delete_month(month).await?;
            tracing::info!(%month, "Deleted old redial queue month");
            deleted.push(month);
        }
    }
    Ok(deleted)
}
