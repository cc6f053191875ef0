//! `POST /leads/pause`, `/leads/resume`, `/leads/remove`, `GET /leads/bulk/{id}`

use super::bulk_json::{BulkAnswer, BulkPreviewAnswer};
use super::error_answer::ErrorAnswer;
use super::invalid::Invalid;
use super::query::{Parameters, reject_parameters};
use super::record_filter::{FILTER, RecordFilterJson, parse_filter};
use super::responses::{ReadErrors, WriteErrors};
use crate::Api;
use crate::failure::Failure;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use redial_domain::{Actor, BulkCommand, MOST_SELECTED, NotConfirmable};
use redial_queue::usecase::admin::{Filter, NotConfirmed, NotPreviewed};
use serde::Serialize;
use std::sync::Arc;
use utoipa::{IntoParams, IntoResponses, ToSchema};

/// The parameter that asks for every lead.
const ALL: &str = "all";
/// The parameter with the token of a preview.
const CONFIRM: &str = "confirm";
const NO_SELECTION: &str = "no preview has this token; send the filter without confirm to get one";
const NO_COMMAND: &str = "no bulk command was confirmed with this id";

type Answer = Result<(StatusCode, Json<BulkOrPreview>), Failure>;

/// Pause many leads
///
/// Without `confirm` nothing changes. The answer shows how many leads match and has a token, which is valid for one hour. With
/// `confirm` exactly these leads are paused, also if others match by then. No run that begins after the answer dials one of them.
#[utoipa::path(
    post,
    path = "/leads/pause",
    tag = "leads",
    params(RecordFilterJson, BulkQuery),
    responses(
        (status = 200, description = "The preview, or with `confirm` a command that is finished.", body = BulkOrPreview),
        (status = 202, description = "The command is confirmed, and runs do the rest of it.", body = BulkAnswer),
        NoSelection,
        WriteErrors
    )
)]
pub(crate) async fn pause_many(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Answer {
    answer(&api, &actor, BulkCommand::Pause, query.as_deref()).await
}

/// Resume many leads
///
/// Without `confirm` nothing changes. The answer shows how many leads match and has a token, which is valid for one hour. With
/// `confirm` exactly these leads are resumed, except those that were paused again since or whose records have changed.
#[utoipa::path(
    post,
    path = "/leads/resume",
    tag = "leads",
    params(RecordFilterJson, BulkQuery),
    responses(
        (status = 200, description = "The preview, or with `confirm` a command that is finished.", body = BulkOrPreview),
        (status = 202, description = "The command is confirmed, and runs do the rest of it.", body = BulkAnswer),
        NoSelection,
        WriteErrors
    )
)]
pub(crate) async fn resume_many(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Answer {
    answer(&api, &actor, BulkCommand::Resume, query.as_deref()).await
}

/// Remove many leads from the queue
///
/// Without `confirm` nothing changes. The answer shows how many leads match and has a token, which is valid for one hour. With
/// `confirm` exactly these leads are removed, also if others match by then. No run that begins after the answer dials one of them.
#[utoipa::path(
    post,
    path = "/leads/remove",
    tag = "leads",
    params(RecordFilterJson, BulkQuery),
    responses(
        (status = 200, description = "The preview, or with `confirm` a command that is finished.", body = BulkOrPreview),
        (status = 202, description = "The command is confirmed, and runs do the rest of it.", body = BulkAnswer),
        NoSelection,
        WriteErrors
    )
)]
pub(crate) async fn remove_many(
    State(api): State<Arc<Api>>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Answer {
    answer(&api, &actor, BulkCommand::Remove, query.as_deref()).await
}

/// Progress of a bulk command
#[utoipa::path(
    get,
    path = "/leads/bulk/{id}",
    tag = "leads",
    params(("id" = String, Path, description = "Id of the command, which is the token that confirmed it.", example = "019b2de3-7a80-7000-8000-000000000001")),
    responses((status = 200, description = "How far the command is.", body = BulkAnswer), NoBulk, ReadErrors)
)]
pub(crate) async fn bulk_progress(
    State(api): State<Arc<Api>>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Json<BulkAnswer>, Failure> {
    reject_parameters(query.as_deref())?;
    let (id, bulk) = api.admin.bulk_progress(&id).await?.ok_or(Failure::Missing(NO_COMMAND))?;
    Ok(Json(BulkAnswer::new(id, &bulk)))
}

/// What an operator asks for.
enum Asked {
    Preview(Filter),
    Confirm(String),
}

async fn answer(api: &Api, by: &Actor, what: BulkCommand, query: Option<&str>) -> Answer {
    match parse(query.unwrap_or_default())? {
        Asked::Preview(filter) => {
            let given = RecordFilterJson::new(&filter).given();
            let preview = api.admin.preview_bulk(by, what, &filter, given).await?;
            Ok((StatusCode::OK, Json(BulkOrPreview::Preview(BulkPreviewAnswer::new(&preview)))))
        }
        Asked::Confirm(id) => {
            let (id, bulk) = api.admin.confirm_bulk(by, what, &id).await?;
            let status = if bulk.is_running() { StatusCode::ACCEPTED } else { StatusCode::OK };
            Ok((status, Json(BulkOrPreview::Command(BulkAnswer::new(id, &bulk)))))
        }
    }
}

fn parse(query: &str) -> Result<Asked, Invalid> {
    let names = [&FILTER[..], &[ALL, CONFIRM]].concat();
    let parameters = Parameters::parse(query, &names)?;
    if let Some(id) = parameters.get(CONFIRM) {
        if let Some(other) = names.iter().find(|name| **name != CONFIRM && parameters.get(name).is_some()) {
            let text = "confirm takes the leads of the preview; send it without a filter";
            return Err(Invalid::field(other, text));
        }
        return Ok(Asked::Confirm(id.to_owned()));
    }
    let filter = parse_filter(&parameters)?;
    let all = parameters.flag(ALL)?;
    if filter.unreadable {
        let text = "records that cannot be understood take no command; choose another status";
        return Err(Invalid::field("status", text));
    }
    match (filter == Filter::default(), all) {
        (true, false) => Err(Invalid::field(ALL, "a filter is missing; send one, or all=true for every lead")),
        (false, true) => Err(Invalid::field(ALL, "all and a filter cannot be combined; send only one of them")),
        (true, true) | (false, false) => Ok(Asked::Preview(filter)),
    }
}

impl From<NotPreviewed> for Failure {
    fn from(error: NotPreviewed) -> Self {
        match error {
            NotPreviewed::TooMany(count) => {
                let text = format!("{count} leads match; a command takes at most {MOST_SELECTED}. Narrow the filter");
                Self::Invalid(Invalid { field: None, error: text })
            }
            NotPreviewed::Store(error) => error.into(),
        }
    }
}

impl From<NotConfirmed> for Failure {
    fn from(error: NotConfirmed) -> Self {
        match error {
            NotConfirmed::Unknown => Self::Missing(NO_SELECTION),
            NotConfirmed::NotConfirmable(NotConfirmable::AnotherKey) => Self::AnotherKey,
            NotConfirmed::NotConfirmable(NotConfirmable::AnotherCommand(command)) => {
                let text = format!("the token is for {}; send it to that path", command.as_str());
                Self::Outdated(text)
            }
            NotConfirmed::NotConfirmable(NotConfirmable::Expired) => {
                Self::Outdated("the token is older than one hour; ask for a new preview".to_owned())
            }
            NotConfirmed::NotStored(error) => error.into(),
        }
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its description is used")]
struct BulkQuery {
    /// Whether every lead is meant. Required if there is no filter, and not allowed with one.
    #[param(required = false)]
    all: bool,
    /// Token of the preview to confirm. Not allowed with a filter.
    #[param(example = "019b2de3-7a80-7000-8000-000000000001")]
    confirm: Option<String>,
}

/// A preview, or how far a command is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum BulkOrPreview {
    Preview(BulkPreviewAnswer),
    Command(BulkAnswer),
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
enum NoSelection {
    /// No preview has this token.
    #[response(status = 404)]
    Missing(ErrorAnswer),
}

#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
enum NoBulk {
    /// No command was confirmed with this id.
    #[response(status = 404)]
    Missing(ErrorAnswer),
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("", "all", "a filter is missing")]
    #[case("status=&q=", "all", "a filter is missing")]
    #[case("ready=false", "all", "a filter is missing")]
    #[case("all=true&status=paused", "all", "cannot be combined")]
    #[case("all=yes", "all", "true or false")]
    #[case("status=unreadable", "status", "take no command")]
    #[case("confirm=1&status=paused", "status", "without a filter")]
    #[case("confirm=1&all=true", "all", "without a filter")]
    #[case("limit=5&status=paused", "limit", "unknown parameter")]
    fn what_is_not_clear_is_not_done(#[case] query: &str, #[case] field: &str, #[case] said: &str) {
        let Err(error) = parse(query) else { panic!("{query} is accepted") };
        assert_eq!(error.field.as_deref(), Some(field), "{error}");
        assert!(error.error.contains(said), "{error}");
    }

    #[rstest]
    #[case("all=true")]
    #[case("status=paused&q=smith")]
    fn a_filter_or_all_asks_for_a_preview(#[case] query: &str) {
        assert!(matches!(parse(query), Ok(Asked::Preview(_))));
    }
}
