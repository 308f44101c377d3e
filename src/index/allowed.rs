//! Which entries a filter lets through.
//!
//! Owns the filter as conditions on rows. Knows nothing of words.

use rusqlite::{Connection, ToSql, params_from_iter};

use super::query::{Ending, Filter};

/// The entries that may be hits; all of them without a filter.
pub(super) enum Allowed {
    All,
    Only(Vec<u64>),
}

impl Allowed {
    pub(super) fn of(db: &Connection, filter: &Filter) -> rusqlite::Result<Allowed> {
        let (clauses, values) = conditions(filter);
        if clauses.is_empty() {
            return Ok(Allowed::All);
        }
        let asked = format!("SELECT entry.id FROM entry WHERE {}", clauses.join(" AND "));
        let mut asked = db.prepare_cached(&asked)?;
        let mut bits = Vec::new();
        let mut rows = asked.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            let id = usize::try_from(row.get::<_, i64>(0)?).unwrap_or_default();
            if bits.len() <= id / 64 {
                bits.resize(id / 64 + 1, 0);
            }
            if let Some(word) = bits.get_mut(id / 64) {
                *word |= 1 << (id % 64);
            }
        }
        Ok(Allowed::Only(bits))
    }

    pub(super) fn has(&self, id: i64) -> bool {
        match self {
            Allowed::All => true,
            Allowed::Only(bits) => {
                let id = usize::try_from(id).unwrap_or_default();
                bits.get(id / 64).is_some_and(|word| word >> (id % 64) & 1 == 1)
            }
        }
    }
}

/// The filter as conditions on `entry` with their values.
pub(super) fn conditions(filter: &Filter) -> (Vec<&'static str>, Vec<Box<dyn ToSql>>) {
    let mut clauses: Vec<&'static str> = Vec::new();
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut with = |clause: &'static str, given: Vec<Box<dyn ToSql>>| {
        clauses.push(clause);
        values.extend(given);
    };
    if let Some(session) = &filter.session {
        let (whole, short) = (session.as_str().to_owned(), format!("{}_", session.as_str().trim_end_matches('_')));
        let clause = "entry.log IN (SELECT id FROM log WHERE session = ? OR substr(session, 1, length(?)) = ?)";
        with(clause, vec![Box::new(whole), Box::new(short.clone()), Box::new(short)]);
    }
    if let Some(actor) = &filter.actor {
        let (actor, client) = (actor.to_lowercase(), format!("{}:", actor.to_lowercase()));
        let clause = "(lower(entry.actor) = ? OR substr(lower(entry.actor), 1, length(?)) = ?)";
        with(clause, vec![Box::new(actor), Box::new(client.clone()), Box::new(client)]);
    }
    if let Some(tool) = &filter.tool {
        with("entry.tool = ?", vec![Box::new(tool.to_lowercase())]);
    }
    if let Some(tier) = filter.tier {
        with("entry.tier = ?", vec![Box::new(tier as i64)]);
    }
    if let Some(since) = filter.since {
        with("entry.time >= ?", vec![Box::new(since.timestamp().as_second())]);
    }
    if let Some(until) = filter.until {
        with("entry.time < ?", vec![Box::new(until.timestamp().as_second())]);
    }
    match filter.exit {
        Some(Ending::Code(0)) => with("entry.exit IS NULL AND entry.kind = 'step'", Vec::new()),
        Some(Ending::Code(code)) => with("entry.exit = ?", vec![Box::new(code)]),
        Some(Ending::Failed) => with("entry.exit IS NOT NULL", Vec::new()),
        None => {}
    }
    if filter.finding {
        with("entry.finding = 1", Vec::new());
    }
    (clauses, values)
}
