//! Old months go.

use crate::domain::Month;
use crate::ports::StoreError;
use crate::store::records::Records;
use chrono::NaiveDate;

/// Deletes every month whose last day lies more than `retention_days` before `today`; gives the months.
///
/// # Errors
/// When the store fails; months deleted by then are gone.
pub async fn delete_expired(
    records: &Records,
    today: NaiveDate,
    retention_days: u32,
) -> Result<Vec<Month>, StoreError> {
    let mut deleted = Vec::new();
    for month in records.stored_months().await? {
        if month.is_expired(today, retention_days) {
            records.delete_month(month).await?;
            tracing::info!(%month, "Deleted old redial queue month");
            deleted.push(month);
        }
    }
    Ok(deleted)
}
