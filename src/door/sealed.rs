//! The state of a question that went out with the answer to a call: sealed, bound to who was asked for what, short-lived.
//! That it counts once is the link's to see, which forgets a question when its answer comes.

use std::time::Duration;

use rmcp::model::{RequestStateCodec, RequestStateError, SealOptions};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::CallId;

/// How long a question may be answered.
pub(super) const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// What is sealed. Readable by the client, so nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    pub call: CallId,
    /// What the answer is to.
    pub digest: String,
}

/// What a state is bound to: it opens for nothing else.
pub(super) struct Bound([u8; 32]);

impl Bound {
    /// The words in their order, none of which can run into the next: session, program, directory, arguments.
    pub fn to(words: &[&str]) -> Bound {
        let mut hash = Sha256::new();
        for word in words {
            hash.update((word.len() as u64).to_be_bytes());
            hash.update(word.as_bytes());
        }
        Bound(hash.finalize().into())
    }
}

/// Seals with a key of this process alone.
pub(super) struct Seal {
    codec: RequestStateCodec,
    patience: Duration,
}

impl Seal {
    /// Whatever it seals opens for `patience`.
    pub fn new(key: [u8; 32], patience: Duration) -> Result<Seal, RequestStateError> {
        Ok(Seal { codec: RequestStateCodec::try_new(key)?, patience })
    }

    pub fn seal(&self, state: &State, bound: &Bound) -> Result<String, RequestStateError> {
        self.codec.seal_json_with(state, &SealOptions::new().associated_data(&bound.0).ttl(self.patience))
    }

    pub fn open(&self, sealed: &str, bound: &Bound) -> Result<State, RequestStateError> {
        self.codec.open_json_with(sealed, &bound.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_opens_only_whole_and_only_for_what_it_was_sealed_for() {
        let seal = Seal::new([7; 32], PATIENCE).unwrap();
        let state = State { call: CallId(3), digest: "ab".to_owned() };
        let bound = Bound::to(&["session", "client", "/here", "docker stop web"]);
        let sealed = seal.seal(&state, &bound).unwrap();
        assert_eq!(seal.open(&sealed, &bound).unwrap(), state);
        for other in [
            Bound::to(&["session", "client", "/here", "docker stop db"]),
            Bound::to(&["session", "client", "/here/docker stop web"]),
            Bound::to(&["session", "another", "/here", "docker stop web"]),
            Bound::to(&["session", "client", "/heredocker", " stop web"]),
        ] {
            assert!(seal.open(&sealed, &other).is_err());
        }
        let mut forged = sealed.clone().into_bytes();
        for place in 4..forged.len() {
            forged[place] = if forged[place] == b'A' { b'B' } else { b'A' };
            if forged != sealed.as_bytes() {
                assert!(seal.open(std::str::from_utf8(&forged).unwrap(), &bound).is_err(), "{place}");
            }
            forged[place] = sealed.as_bytes()[place];
        }
        assert!(Seal::new([8; 32], PATIENCE).unwrap().open(&sealed, &bound).is_err(), "another process");
    }

    #[test]
    fn a_state_does_not_open_when_its_time_is_over() {
        let seal = Seal::new([7; 32], Duration::ZERO).unwrap();
        let bound = Bound::to(&["session"]);
        let sealed = seal.seal(&State { call: CallId(3), digest: "ab".to_owned() }, &bound).unwrap();
        std::thread::sleep(Duration::from_millis(5));
        assert!(matches!(seal.open(&sealed, &bound), Err(RequestStateError::Expired)));
    }
}
