//! What somebody reads who is here for the first time: the words that the workbench's screen and its lines share.

use crate::domain::Tier;

/// What this is, before the tiers.
pub const OPENING: &str = "Say what you want in plain English, or type a command line. Every command is told with its \
                           reason before it runs. Rules decide whether it may, never a model:";

/// The tiers, the mildest first, and what each means for whoever asks.
pub const TIERS: [(Tier, &str); 3] = [
    (Tier::Auto, "it only reads: it runs at once"),
    (Tier::Approval, "it changes something, or might: you say yes or no"),
    (Tier::Destructive, "something is lost or stops: you type a whole word, or its name"),
];
