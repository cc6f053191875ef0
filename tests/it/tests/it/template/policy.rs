//! What policies say of a request, by an evaluator that knows AWS's rules.

use crate::cloudformation::ACCOUNT;
use iam_rs::{Arn, Context, Decision, IAMPolicy, IAMRequest, PolicyEvaluator, Principal, PrincipalId};
use serde_json::Value;

/// Evaluates a request of a role of the account.
pub(crate) fn decide(policies: &[Value], action: &str, resource: &str, context: &[(&str, &str)]) -> Decision {
    let policies = policies.iter().map(|policy| IAMPolicy::from_json(&policy.to_string()).unwrap()).collect();
    let role = Principal::Aws(PrincipalId::String(format!("arn:aws:iam::{ACCOUNT}:role/some-role")));
    let context = context.iter().fold(Context::new(), |context, (key, value)| match value.parse() {
        Ok(flag) => context.with_boolean(*key, flag),
        Err(_) => context.with_string(*key, *value),
    });
    let request = IAMRequest::new_with_context(role, action, Arn::parse(resource).unwrap(), context);
    PolicyEvaluator::with_policies(policies).evaluate(&request).unwrap().decision
}
