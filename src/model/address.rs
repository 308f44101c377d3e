//! The address of a server, as a person writes it and as a request needs it.
//!
//! Owns the defaults of Ollama's own `OLLAMA_HOST`: no scheme means http, no
//! scheme and no port means 11434, an address to listen on means this machine.
//! An address with a scheme is taken as it stands. Sends nothing.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use reqwest::Url;

const DEFAULT_PORT: u16 = 11434;

/// Why a text is no address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(super) enum AddressError {
    #[error("it is empty")]
    Empty,
    #[error("`{0}` is neither http nor https")]
    Scheme(String),
    #[error("{0}")]
    Unreadable(String),
}

/// Base of every request; its path ends with a slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address(Url);

impl Address {
    pub(super) fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(AddressError::Empty);
        }
        let unreadable = |why: &dyn fmt::Display| AddressError::Unreadable(why.to_string());
        let mut url = if text.contains("://") {
            Url::parse(text).map_err(|why| unreadable(&why))?
        } else {
            let authority = if text.parse::<Ipv6Addr>().is_ok() { format!("[{text}]") } else { text.to_owned() };
            let mut url = Url::parse(&format!("http://{authority}")).map_err(|why| unreadable(&why))?;
            // The parser forgets a written `:80`, which is http's default.
            let eighty = authority.split('/').next().is_some_and(|host| host.ends_with(":80"));
            if url.port().is_none() && !eighty {
                url.set_port(Some(DEFAULT_PORT)).map_err(|()| unreadable(&"it can have no port"))?;
            }
            url
        };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(AddressError::Scheme(url.scheme().to_owned()));
        }
        let listening = match url.host_str() {
            Some("0.0.0.0") => Some(Ipv4Addr::LOCALHOST.into()),
            Some("[::]") => Some(Ipv6Addr::LOCALHOST.into()),
            _ => None,
        };
        if let Some(this_machine) = listening {
            url.set_ip_host(this_machine).map_err(|()| unreadable(&"it can have no host"))?;
        }
        url.set_query(None);
        url.set_fragment(None);
        let path = format!("{}/", url.path().trim_end_matches('/'));
        url.set_path(&path);
        Ok(Self(url))
    }

    pub(super) fn base(&self) -> &Url {
        &self.0
    }

    /// The address of a path below it.
    pub(super) fn at(&self, below: &str) -> Url {
        let mut url = self.0.clone();
        let path = format!("{}{below}", url.path());
        url.set_path(&path);
        url
    }
}

/// What a person may see: scheme, host, port and path, never a name or password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.origin().ascii_serialization(), self.0.path().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Address::parse(text).unwrap().to_string()
    }

    #[test]
    fn what_is_not_written_is_what_ollama_assumes() {
        assert_eq!(shown("http://localhost:11434"), "http://localhost:11434");
        assert_eq!(shown("gpu-box"), "http://gpu-box:11434");
        assert_eq!(shown(" 10.0.0.7:8080 "), "http://10.0.0.7:8080");
        assert_eq!(shown("gpu-box:80"), "http://gpu-box");
        assert_eq!(shown("https://models.example"), "https://models.example");
        assert_eq!(shown("::1"), "http://[::1]:11434");
    }

    #[test]
    fn an_address_to_listen_on_is_this_machine() {
        assert_eq!(shown("0.0.0.0"), "http://127.0.0.1:11434");
        assert_eq!(shown("http://[::]:11434"), "http://[::1]:11434");
    }

    #[test]
    fn a_path_is_kept_and_a_password_is_never_shown() {
        let address = Address::parse("https://ann:secret@proxy.example/ollama?x=1").unwrap();
        assert_eq!(address.to_string(), "https://proxy.example/ollama");
        assert_eq!(address.at("api/chat").path(), "/ollama/api/chat");
        assert_eq!(address.base().path(), "/ollama/");
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert_eq!(Address::parse("  "), Err(AddressError::Empty));
        assert_eq!(Address::parse("ftp://box"), Err(AddressError::Scheme("ftp".into())));
        assert!(matches!(Address::parse("http://"), Err(AddressError::Unreadable(_))));
        assert!(matches!(Address::parse("box:port"), Err(AddressError::Unreadable(_))));
    }
}
