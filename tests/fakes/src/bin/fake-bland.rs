//! The fake Bland as a process of its own, for tests of a deployed stack.

use std::{error::Error, time::Duration};

use chrono::TimeDelta;
use redial_fakes::fake_bland::{FakeBland, Settings};
use tokio::signal::{
    ctrl_c,
    unix::{SignalKind, signal},
};

const USAGE: &str = "usage: fake-bland [--listen ADDRESS:PORT] [--api-key KEY] [--webhook-secret SECRET] \
    [--answer-after-ms N] [--ring-ms N] [--outcomes VOICEMAIL=2,NO_ANSWER=1] [--second-payload-after-ms N] [--seed N] \
    [--webhook-retries N] [--webhook-retry-pause-ms N] [--callback-in-s N]";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let settings = settings(std::env::args().skip(1))?;
    let mut terminated = signal(SignalKind::terminate())?;
    let bland = FakeBland::start(settings).await?;
    announce(bland.base_url());
    tokio::select! {
        interrupted = ctrl_c() => interrupted?,
        _ = terminated.recv() => {}
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "whoever starts the process reads here when and where it listens")]
fn announce(url: &str) {
    println!("{url}");
}

/// Without a secret the webhooks are not signed; everything else has the defaults of the library.
fn settings(mut arguments: impl Iterator<Item = String>) -> Result<Settings, Box<dyn Error>> {
    let mut settings = Settings { webhook_secret: None, ..Settings::default() };
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or_else(|| format!("{name} needs a value\n{USAGE}"))?;
        let millis = || value.parse().map(Duration::from_millis);
        match name.as_str() {
            "--listen" => settings.listen = value.parse()?,
            "--api-key" => settings.api_key = value,
            "--webhook-secret" => settings.webhook_secret = Some(value).filter(|secret| !secret.is_empty()),
            "--answer-after-ms" => settings.answer_after = millis()?,
            "--ring-ms" => settings.ring = millis()?,
            "--outcomes" => settings.outcomes = value.parse()?,
            "--second-payload-after-ms" => settings.second_payload_after = Some(millis()?),
            "--seed" => settings.seed = value.parse()?,
            "--webhook-retries" => settings.webhook_retries = value.parse()?,
            "--webhook-retry-pause-ms" => settings.webhook_retry_pause = millis()?,
            "--callback-in-s" => settings.callback_in = TimeDelta::seconds(value.parse()?),
            _ => return Err(format!("{name} is unknown\n{USAGE}").into()),
        }
    }
    Ok(settings)
}
