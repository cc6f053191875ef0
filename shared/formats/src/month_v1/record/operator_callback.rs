//! A callback that an operator was asked for. A record has its fields only if there was one.

use super::super::UnreadableRecord;
use super::super::fields::{Draft, Fields};
use redial_domain::OperatorCallback;

const TIME: &str = "operator_callback_time";
const SET_AT: &str = "operator_callback_set_at";

pub(super) fn read(fields: &Fields<'_>) -> Result<Option<OperatorCallback>, UnreadableRecord> {
    let (at, since) = (fields.time(TIME)?, fields.time(SET_AT)?);
    Ok(at.zip(since).map(|(at, since)| OperatorCallback { at, since }))
}

pub(super) fn write(asked: Option<OperatorCallback>, draft: &mut Draft) {
    match asked {
        None => [TIME, SET_AT].into_iter().for_each(|name| draft.remove(name)),
        Some(OperatorCallback { at, since }) => {
            draft.set(TIME, at.timestamp_millis());
            draft.set(SET_AT, since.timestamp_millis());
        }
    }
}
