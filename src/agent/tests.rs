//! The agent as prose: event, event, effects.
