//! `devops-agent mcp`: other programs, through the Model Context Protocol. Standard output belongs to the protocol.
//! `servers` looks the other way: at the programs whose tools our agent uses.

mod servers;

use std::io::IsTerminal;
use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::args::{Mcp, McpCommand, Settings};
use super::{setup, speech};
use crate::domain::Failure;
use crate::door::{self, House};
use crate::output::escape;
use crate::runtime;
use crate::store;

pub(super) fn run(settings: &Settings, args: &Mcp) -> Result<ExitCode, Failure> {
    match &args.command {
        Some(McpCommand::Servers { json }) => return servers::list(settings, *json),
        Some(McpCommand::Accept { name }) => return servers::accept(settings, name),
        None => {}
    }
    let setup = setup::load(settings)?;
    let config = &setup.loaded.config;
    let _log = setup::own_log(config, "mcp");
    if !args.http && std::io::stdin().is_terminal() {
        speech::say("Waiting for an MCP client on standard input; a client usually starts this command itself.");
    }
    let served = if args.http { super::wait(over_http(setup, args))? } else { super::wait(serve(setup))? };
    served.map(|()| ExitCode::SUCCESS)
}

async fn over_http(setup: setup::Setup, args: &Mcp) -> Result<(), Failure> {
    let (listener, address) = door::listen(args.bind, args.port).await?;
    let (token, file) = store::door_token(&setup.loaded.config.state_dir)?;
    let house = House::open(runtime::prepare(setup.loaded, setup.sources).await?)?;
    speech::say(&format!("Listening on http://{address}{}", door::PATH));
    speech::say(&format!("The token (Authorization: Bearer …) is in {}", escape::line(&file.display().to_string())));
    let stop = CancellationToken::new();
    let serving = door::serve_http(house, listener, &token, stop.clone());
    tokio::pin!(serving);
    tokio::select! {
        () = &mut serving => return Ok(()),
        () = asked_to_end() => stop.cancel(),
    }
    serving.await;
    Ok(())
}

async fn serve(setup: setup::Setup) -> Result<(), Failure> {
    let kit = runtime::prepare(setup.loaded, setup.sources).await?;
    let house = House::open(kit)?;
    let stop = CancellationToken::new();
    let serving = door::serve(house, tokio::io::stdin(), tokio::io::stdout(), stop.clone());
    tokio::pin!(serving);
    tokio::select! {
        served = &mut serving => return served,
        () = asked_to_end() => stop.cancel(),
    }
    serving.await
}

/// Waits for a signal that ends us.
async fn asked_to_end() {
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}
