//! The book in force, shared by all who judge.
//!
//! Owns the change from one book to the next: one that is only stricter counts
//! at once; one that loosens anything waits for the person, and until then a
//! line has the stricter verdict of both. Knows nothing of files.

use std::sync::{Arc, PoisonError, RwLock};

use super::book::RuleBook;
use super::loosening::loosens;

/// The rules in force. Clones share one state; reading costs the clone of an `Arc`.
#[derive(Debug, Clone)]
pub struct Rules(Arc<RwLock<State>>);

#[derive(Debug)]
struct State {
    /// What the person has accepted.
    accepted: Arc<RuleBook>,
    /// What judges: the accepted book, raised by an offered one.
    in_force: Arc<RuleBook>,
    offer: Option<Offer>,
}

#[derive(Debug)]
struct Offer {
    digest: String,
    book: Arc<RuleBook>,
    loosens: Vec<String>,
    /// The person said no: its stricter rules still count, and nobody is asked again.
    rejected: bool,
}

impl Rules {
    /// Puts a book in force.
    pub fn new(book: Arc<RuleBook>) -> Rules {
        Rules(Arc::new(RwLock::new(State { accepted: Arc::clone(&book), in_force: book, offer: None })))
    }

    /// The book to judge by, now.
    pub fn book(&self) -> Arc<RuleBook> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).in_force)
    }

    /// Puts a new book in force as far as it tightens. What it would loosen is returned and waits for
    /// [`accept`](Rules::accept) with the same digest; an offer that waited before is dropped. `digest` tells the content
    /// the book was made of; a content that was rejected is not asked about again.
    pub fn offer(&self, book: RuleBook, digest: &str) -> Vec<String> {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let known = state.offer.take().filter(|offer| offer.digest == digest);
        let loosens = loosens(&state.accepted, &book);
        let book = Arc::new(book);
        if loosens.is_empty() {
            state.accepted = Arc::clone(&book);
            state.in_force = book;
            return loosens;
        }
        let rejected = known.is_some_and(|offer| offer.rejected);
        state.in_force = Arc::new(state.accepted.raised_by(Arc::clone(&book)));
        state.offer = Some(Offer { digest: digest.to_owned(), book, loosens: loosens.clone(), rejected });
        if rejected { Vec::new() } else { loosens }
    }

    /// What waits for the person: its digest, and what it would loosen.
    pub fn waiting(&self) -> Option<(String, Vec<String>)> {
        let state = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let offer = state.offer.as_ref().filter(|offer| !offer.rejected)?;
        Some((offer.digest.clone(), offer.loosens.clone()))
    }

    /// Puts the offered book in force. False when another one, or none, waits: what was shown is what counts.
    pub fn accept(&self, digest: &str) -> bool {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(offer) = state.offer.take_if(|offer| offer.digest == digest) else { return false };
        state.accepted = Arc::clone(&offer.book);
        state.in_force = offer.book;
        true
    }

    /// Keeps what was accepted before. What the offered book tightens goes on counting.
    pub fn reject(&self) {
        let mut state = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(offer) = &mut state.offer {
            offer.rejected = true;
        }
    }
}
