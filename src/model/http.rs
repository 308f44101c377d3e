//! The one HTTP client of every model.
//!
//! Owns where a question may go and how long a connection may take. Knows no protocol.

use std::time::Duration;

use reqwest::Client;

use super::SetupError;

/// How long a connection, or a question that needs no model, may take at most:
/// such answers come in milliseconds or not at all, however patient one is with a model.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Texts go to the named host and nowhere else: no proxy out of the environment, no redirect. No idle connections
/// either: a server restarted between two turns must not fail the second one.
pub(super) fn client(timeout: Duration) -> Result<Client, SetupError> {
    Client::builder()
        .use_rustls_tls()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .connect_timeout(timeout.min(PATIENCE))
        .build()
        .map_err(SetupError::Client)
}
