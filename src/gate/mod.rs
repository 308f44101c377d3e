//! Decides whether a command may run. The only module that decides.
//!
//! `line` reads the simple lane, `canonical` finds the real verb, `book` holds
//! the rules, `judge` puts them in order, `sight` raises what is not
//! understood, `floors` cannot be lowered, `objects` is
//! what is touched, `operands` what only operands tell, `reach` what is reached outside,
//! `protected` where the agent may not write, `secrets` what not every eye may read, `facts` is what must be known,
//! `binding` puts words and facts together, `reply` reads consent, `grant` is consent given beforehand and `clearance`
//! with `changes` is the only way to run. `rules` is the book in force, `loosening` what a changed book would allow,
//! `strictest` the verdict where several books have a say, `foreign` the tools of other programs' servers, `anatomy` a line taken apart for a person. Pure: the same words, rules and facts always give the same
//! verdict.

mod anatomy;
mod binding;
mod book;
mod canonical;
mod changes;
mod clearance;
mod examples;
mod facts;
mod floors;
mod foreign;
mod grant;
mod judge;
mod line;
mod loosening;
mod objects;
mod operands;
mod protected;
mod reach;
mod reply;
mod rules;
mod secrets;
mod sight;
mod strictest;
mod ways;

pub use anatomy::{Anatomy, Dissected, Named, OptionKnown, OptionSeen, dissect};
pub use binding::Impossible;
pub use book::{RuleBook, Standing, replaces};
pub use clearance::{Answered, Cleared, Pending, Yes};
pub use examples::failed_examples;
pub use facts::{BinaryFact, CONFIGURED, FactQuery, Facts, Plugin};
pub use foreign::action_of;
pub use judge::Judged;
pub use loosening::loosens;
pub use reply::{Replies, Reply};
pub use rules::Rules;
pub use strictest::judge;

#[cfg(test)]
mod binding_tests;
#[cfg(test)]
mod tests;
