//! What operators type: commands of a shell, with the AWS CLI, as the runbook has them.

use crate::emulator;
use crate::stack::Stack;
use futures_util::FutureExt;
use serde_json::json;
use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

impl Stack {
    /// Runs commands until one fails, with variables, in a folder. Gives what they print.
    pub(crate) async fn shell(&self, commands: &str, variables: &[(&str, &str)], folder: &Path) -> String {
        let aws = emulator::aws_cli();
        let searched = env::var_os("PATH").unwrap();
        let path = env::join_paths(aws.parent().map(Path::to_owned).into_iter().chain(env::split_paths(&searched)));
        let mut shell = Command::new("bash");
        shell.args(["-euo", "pipefail", "-c", commands]).current_dir(folder).env("PATH", path.unwrap());
        shell.env("NO_PROXY", "127.0.0.1").env("STACK", &self.at.name).envs(variables.iter().copied());
        shell.envs(self.at.endpoint.iter().map(|endpoint| ("AWS_ENDPOINT_URL", endpoint)));
        let output = shell.stdin(Stdio::null()).output().await.unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{commands}\n{said}\n{}", String::from_utf8_lossy(&output.stderr));
        said
    }

    /// Tells a story in which functions may not do something. Afterwards they may, also when the story fails.
    pub(crate) async fn denied<T>(
        &self,
        functions: &[&str],
        action: &str,
        on: &str,
        story: impl Future<Output = T>,
    ) -> T {
        let statement = json!({"Effect": "Deny", "Action": action, "Resource": on});
        let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
        let mut roles = Vec::new();
        for function in functions {
            roles.push(self.role(function).await);
        }
        for role in &roles {
            self.iam("PutRolePolicy", &[("RoleName", role), ("PolicyName", "denied"), ("PolicyDocument", &policy)])
                .await;
        }
        let told = AssertUnwindSafe(story).catch_unwind().await;
        for role in &roles {
            self.iam("DeleteRolePolicy", &[("RoleName", role), ("PolicyName", "denied")]).await;
        }
        told.unwrap_or_else(|panic| resume_unwind(panic))
    }
}
