//! Tokens that tell by their beginning whose they are.
//!
//! Owns the table of prefixes, alphabets and lengths (from the vendors'
//! documentation and the public rules of gitleaks), and the form of a JWT.
//! Decides by the token alone, never by what stands around it.

use super::sight::{Ending, Secret, is_token};

struct Vendor {
    prefix: &'static [u8],
    kind: &'static str,
    alphabet: Alphabet,
    /// Fewest bytes after the prefix.
    least: usize,
    proof: Proof,
}

#[derive(Clone, Copy)]
enum Alphabet {
    Letters,
    Upper,
    Words,
    Dashed,
    Token,
}

/// What else must hold, where a prefix alone also begins ordinary words.
#[derive(Clone, Copy, PartialEq)]
enum Proof {
    Length,
    /// No byte more than `least`.
    Exactly,
    /// Looks drawn by lot: `sk-learn` and package names do not.
    Dense,
}

const fn vendor(prefix: &'static [u8], kind: &'static str, alphabet: Alphabet, least: usize, proof: Proof) -> Vendor {
    Vendor { prefix, kind, alphabet, least, proof }
}

const VENDORS: &[Vendor] = &[
    vendor(b"ghp_", "github-token", Alphabet::Letters, 20, Proof::Length),
    vendor(b"gho_", "github-token", Alphabet::Letters, 20, Proof::Length),
    vendor(b"ghu_", "github-token", Alphabet::Letters, 20, Proof::Length),
    vendor(b"ghs_", "github-token", Alphabet::Letters, 20, Proof::Length),
    vendor(b"ghr_", "github-token", Alphabet::Letters, 20, Proof::Length),
    vendor(b"github_pat_", "github-token", Alphabet::Words, 20, Proof::Length),
    vendor(b"glpat-", "gitlab-token", Alphabet::Token, 20, Proof::Length),
    vendor(b"xoxb-", "slack-token", Alphabet::Dashed, 10, Proof::Length),
    vendor(b"xoxp-", "slack-token", Alphabet::Dashed, 10, Proof::Length),
    vendor(b"xoxa-", "slack-token", Alphabet::Dashed, 10, Proof::Length),
    vendor(b"xoxr-", "slack-token", Alphabet::Dashed, 10, Proof::Length),
    vendor(b"xoxs-", "slack-token", Alphabet::Dashed, 10, Proof::Length),
    vendor(b"AKIA", "aws-key", Alphabet::Upper, 16, Proof::Exactly),
    vendor(b"ASIA", "aws-key", Alphabet::Upper, 16, Proof::Exactly),
    vendor(b"sk_live_", "stripe-key", Alphabet::Letters, 16, Proof::Length),
    vendor(b"sk_test_", "stripe-key", Alphabet::Letters, 16, Proof::Length),
    vendor(b"rk_live_", "stripe-key", Alphabet::Letters, 16, Proof::Length),
    vendor(b"sk-", "api-key", Alphabet::Token, 20, Proof::Dense),
    vendor(b"AIza", "google-key", Alphabet::Token, 30, Proof::Length),
    vendor(b"npm_", "npm-token", Alphabet::Letters, 30, Proof::Length),
    vendor(b"hf_", "huggingface-token", Alphabet::Letters, 30, Proof::Length),
    vendor(b"dckr_pat_", "docker-token", Alphabet::Token, 20, Proof::Length),
    vendor(b"pypi-", "pypi-token", Alphabet::Token, 50, Proof::Dense),
];

/// How much of a token is read to tell whether it is one; what follows then belongs to it without a look.
const LOOK: usize = 64;
const JWT_SEGMENT: usize = 10;

/// The token that begins at `at`. `run` is the end of the run of token bytes that `at` lies in, known to the caller so
/// that a long run is measured once.
pub(super) fn token(bytes: &[u8], at: usize, run: usize) -> Option<Secret> {
    let rest = bytes.get(at..run)?;
    let found = VENDORS.iter().find_map(|vendor| {
        let tail = rest.strip_prefix(vendor.prefix)?;
        let length = tail.iter().take_while(|byte| vendor.alphabet.holds(**byte)).take(LOOK).count();
        let seen = tail.get(..length)?;
        let whole = length >= vendor.least
            && match vendor.proof {
                Proof::Length => true,
                Proof::Exactly => length == vendor.least && !tail.get(length).is_some_and(u8::is_ascii_alphanumeric),
                Proof::Dense => is_dense(seen),
            };
        whole.then_some(vendor)
    });
    if let Some(vendor) = found {
        // The rest of the run goes too: a token cut by an unknown suffix is still a token.
        let end = if vendor.proof == Proof::Exactly { at + vendor.prefix.len() + vendor.least } else { run };
        return Some(Secret { start: at, end, kind: vendor.kind, ending: Ending::Token });
    }
    jwt(bytes, at, run)
}

impl Alphabet {
    fn holds(self, byte: u8) -> bool {
        match self {
            Alphabet::Letters => byte.is_ascii_alphanumeric(),
            Alphabet::Upper => byte.is_ascii_uppercase() || byte.is_ascii_digit(),
            Alphabet::Words => byte.is_ascii_alphanumeric() || byte == b'_',
            Alphabet::Dashed => byte.is_ascii_alphanumeric() || byte == b'-',
            Alphabet::Token => is_token(byte),
        }
    }
}

fn is_dense(token: &[u8]) -> bool {
    let digit = token.iter().any(u8::is_ascii_digit);
    let both = token.iter().any(u8::is_ascii_uppercase) && token.iter().any(u8::is_ascii_lowercase);
    let solid = token.split(|byte| !byte.is_ascii_alphanumeric()).any(|part| {
        part.len() >= 20 && part.iter().any(u8::is_ascii_digit) && part.iter().any(u8::is_ascii_alphabetic)
    });
    solid || (digit && both && token.len() >= 32)
}

/// Header and payload of a JWT both begin with `{"`, which is `eyJ` in base64; the signature may be missing.
fn jwt(bytes: &[u8], at: usize, run: usize) -> Option<Secret> {
    if run < at + JWT_SEGMENT || !bytes.get(at..)?.starts_with(b"eyJ") {
        return None;
    }
    let payload = bytes.get(run..)?.strip_prefix(b".eyJ")?;
    if payload.iter().take(JWT_SEGMENT).take_while(|byte| is_token(**byte)).count() + 3 < JWT_SEGMENT {
        return None;
    }
    let mut end = Ending::Token.find(bytes, at);
    while end > run && bytes.get(end - 1) == Some(&b'.') {
        end -= 1;
    }
    Some(Secret { start: at, end, kind: "jwt", ending: Ending::Token })
}
