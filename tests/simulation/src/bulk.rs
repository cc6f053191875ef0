//! Operators who give one command to many leads: first a preview, and its confirmation some time later, perhaps twice.

use crate::judge::Previewed;
use crate::operators::office;
use crate::world::World;
use redial_domain::{BulkCommand, Status, builders};
use redial_formats::bulk_v1;
use redial_queue::store::bulk::SELECTIONS;
use redial_queue::usecase::admin::Filter;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// An operator asks which leads have some status, and soon gives them a command.
pub(crate) fn steer_many(world: &Arc<World>) {
    let removals = world.plan.removals;
    let (what, status, delays) = world.engine.draw(|chance| {
        let what = match chance.below(5) {
            0 | 1 => BulkCommand::Pause,
            2 if removals => BulkCommand::Remove,
            2 => BulkCommand::Pause,
            _ => BulkCommand::Resume,
        };
        let status = match (what, chance.below(3)) {
            (_, 0) => None,
            (BulkCommand::Resume, _) => Some(Status::Paused),
            (BulkCommand::Pause | BulkCommand::Remove, _) => Some(Status::Pending),
        };
        let first = chance.millis(500, 240_000);
        let again = chance.permille(300).then(|| first + chance.millis(0, 20_000));
        (what, status, [Some(first), again])
    });
    preview(world, what, status, delays.into_iter().flatten().collect());
}

/// An operator asks for a preview, and confirms it after these times.
pub(crate) fn preview(world: &Arc<World>, what: BulkCommand, status: Option<Status>, confirmed: Vec<Duration>) {
    let asked = world.engine.now();
    world.say("preview", what as u64, || format!("{what:?} {status:?}"));
    let inside = Arc::clone(world);
    office(world, |process| async move {
        let filter = Filter { status, ..Filter::default() };
        let preview = process.admin.preview_bulk(&builders::operator(), what, &filter, [].into()).await;
        let Some(token) = preview.ok().and_then(|preview| preview.id) else { return };
        let stored = inside.stored.blobs.all().remove(&format!("{SELECTIONS}{token}.jsonl")).unwrap();
        let leads = bulk_v1::parse_selection(&stored).unwrap();
        let keys: BTreeSet<_> = (0..leads.selection.leads).map(|number| leads.lead(number).unwrap().key()).collect();
        inside.say("previewed", keys.len() as u64, || token.clone());
        let previewed = Previewed::new(what, keys, asked, inside.engine.now());
        inside.judge().previewed(token.clone(), previewed);
        for delay in confirmed {
            let (later, token) = (Arc::clone(&inside), token.clone());
            inside.engine.after(delay, move || confirm(&later, what, token));
        }
    });
}

/// An operator confirms a command.
pub(crate) fn confirm(world: &Arc<World>, what: BulkCommand, token: String) {
    world.judge().confirms(&token, world.engine.now());
    world.say("confirm", what as u64, || token.clone());
    let inside = Arc::clone(world);
    office(world, |process| async move {
        if let Ok((_, bulk)) = process.admin.confirm_bulk(&builders::operator(), what, &token).await {
            inside.say("confirmed", bulk.tried, || format!("{token} {:?} {:?}", bulk.state, bulk.effects));
            inside.judge().confirmed(&token, inside.engine.now());
        }
    });
}
