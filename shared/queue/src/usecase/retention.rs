//! Old months go.

use crate::ports::StoreError;
use crate::store::Stores;
use chrono::NaiveDate;
use redial_domain::{Actor, Month};

/// Deletes every month whose last day lies more than `retention_days` before `today`, and returns the months. A number that
/// their records forbid to call stays suppressed.
///
/// # Errors
/// When a store fails; months deleted by then are gone.
pub async fn delete_expired(
    stores: &Stores,
    by: &Actor,
    today: NaiveDate,
    retention_days: u32,
) -> Result<Vec<Month>, StoreError> {
    let mut deleted = Vec::new();
    for month in stores.records.stored_months().await? {
        if month.is_expired(today, retention_days) {
            // The suppression first: a crash after it repeats harmlessly, a crash before the deletion loses nothing.
            for (phone, forbidden) in stores.records.survey(&[month]).await?.refusals() {
                stores.lines.heed(phone, forbidden).await.map_err(StoreError::unavailable)?;
            }
            stores.records.delete_month(month).await?;
            tracing::info!(actor = by.name(), %month, "Deleted old redial queue month");
            deleted.push(month);
        }
    }
    Ok(deleted)
}
