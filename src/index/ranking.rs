//! Which entries fit best.
//!
//! Owns the order: how rare a word is and where it stands (BM25), how much of the query an entry has, then how new it
//! is and whether it is about the thing that was named. The cost is bounded: of a word of many entries only the newest
//! are scored by themselves, and the rest only where a rarer word stands too.

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};

use super::allowed::{Allowed, conditions};
use super::groups::{Form, Group, Sought, any};
use super::query::{Filter, Query};
use super::rows::{self, Entry};

/// Entries of one word that are scored.
const SCORED: usize = 3_000;
/// Entries looked at more closely.
const CLOSE: usize = 200;
/// How much the fields of an entry weigh: what it is about, names, the rest.
const SCORE: &str = "-bm25(words, 4.0, 2.0, 1.0)";
/// What another word for it counts, against the word itself.
const ALIKE: f64 = 0.6;
/// What having a word counts at least.
const LEAST: f64 = 0.1;
/// What all words together add.
const WHOLE: f64 = 0.3;
/// What being new adds, and how many days halve it.
const NEW: f64 = 0.15;
const HALF: f64 = 30.0;
/// What being about the named thing adds, and being something confirmed.
const SAME: f64 = 0.35;
const CONFIRMED: f64 = 0.10;

/// An entry and how well it fits.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ranked {
    pub entry: Entry,
    pub score: f64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Fit {
    score: f64,
    /// One bit a group.
    has: u32,
}

/// The entries that fit, best first, `limit` at most; of those that fit alike the newest first.
pub(super) fn best(
    db: &Connection,
    query: &Query,
    sought: &Sought,
    named: &[String],
    limit: usize,
) -> rusqlite::Result<Vec<Ranked>> {
    let allowed = Allowed::of(db, &query.filter)?;
    let fits = scored(db, &sought.groups, &allowed)?;
    let mut order: Vec<(i64, f64)> = fits.into_iter().map(|(id, fit)| (id, whole(fit, &sought.groups))).collect();
    order.sort_by(|(id, score), (other, least)| least.total_cmp(score).then(other.cmp(id)));
    order.truncate(CLOSE.max(limit));
    let now = query.now.timestamp().as_second();
    let mut ranked = Vec::with_capacity(order.len());
    for (id, score) in order {
        if let Some(entry) = rows::entry(db, id)? {
            let score = score * closer(&entry, now, named);
            ranked.push(Ranked { entry, score });
        }
    }
    sort(&mut ranked);
    ranked.truncate(limit);
    Ok(ranked)
}

/// The newest entries that a filter lets through, when no words are given.
pub(super) fn newest(db: &Connection, filter: &Filter, limit: usize) -> rusqlite::Result<Vec<Ranked>> {
    let (clauses, values) = conditions(filter);
    let condition = if clauses.is_empty() { "1".to_owned() } else { clauses.join(" AND ") };
    let asked = format!("SELECT id FROM entry WHERE {condition} ORDER BY time DESC, id DESC LIMIT {limit}");
    let mut asked = db.prepare_cached(&asked)?;
    let ids =
        asked.query_map(params_from_iter(values), |row| row.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    let entries = ids.into_iter().map(|id| rows::entry(db, id)).collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(entries.into_iter().flatten().map(|entry| Ranked { entry, score: 0.0 }).collect())
}

/// The entries whose name begins so.
pub(super) fn called(db: &Connection, prefix: &str, filter: &Filter, limit: usize) -> rusqlite::Result<Vec<Ranked>> {
    let allowed = Allowed::of(db, filter)?;
    let asked = format!("SELECT id FROM entry WHERE name >= ? AND name < ? ORDER BY time DESC, id DESC LIMIT {limit}");
    let mut asked = db.prepare_cached(&asked)?;
    // Letters and digits of a name all stand before this one.
    let ids = asked.query_map([prefix, &format!("{prefix}\u{7f}")], |row| row.get::<_, i64>(0))?;
    let mut found = Vec::new();
    for id in ids.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().filter(|id| allowed.has(*id)) {
        found.extend(rows::entry(db, id)?.map(|entry| Ranked { entry, score: f64::from(u16::MAX) }));
    }
    Ok(found)
}

/// Best first, then newest, then by place, so that the same index always gives the same order.
pub(super) fn sort(ranked: &mut [Ranked]) {
    ranked.sort_by(|one, other| {
        let place = |ranked: &Ranked| (ranked.entry.session.clone(), ranked.entry.branch.clone(), ranked.entry.seq);
        let by_score = other.score.total_cmp(&one.score);
        by_score.then(other.entry.time.cmp(&one.entry.time)).then_with(|| place(other).cmp(&place(one)))
    });
}

fn scored(db: &Connection, groups: &[Group], allowed: &Allowed) -> rusqlite::Result<HashMap<i64, Fit>> {
    let mut fits: HashMap<i64, Fit> = HashMap::new();
    let required: Vec<String> = groups.iter().filter(|group| group.required).map(|group| any(&group.typed)).collect();
    let within = |expression: String| {
        let all = required.iter().chain([&expression]);
        all.map(|expression| format!("({expression})")).collect::<Vec<_>>().join(" AND ")
    };
    let mut rare = Vec::new();
    for (at, group) in groups.iter().enumerate() {
        for (forms, weight) in [(&group.typed, group.weight), (&group.alike, ALIKE * group.weight)] {
            let few: Vec<&Form> = forms.iter().filter(|form| is_rare(form)).collect();
            if !few.is_empty() {
                add(db, &within(any(few.iter().copied())), weight, 1 << at, allowed, &mut fits)?;
                rare.extend(few);
            }
        }
    }
    if rare.is_empty() {
        common(db, groups, &within, allowed, &mut fits)?;
        return Ok(fits);
    }
    // Where a rare word stands, the others are looked for too; elsewhere they say little.
    let total: f64 = db.query_row("SELECT max(id) FROM entry", [], |row| row.get::<_, Option<f64>>(0))?.unwrap_or(1.0);
    let rare = any(rare);
    for (at, group) in groups.iter().enumerate() {
        for (forms, weight) in [(&group.typed, group.weight), (&group.alike, ALIKE * group.weight)] {
            let many: Vec<&Form> = forms.iter().filter(|form| !is_rare(form) && form.docs > 0).collect();
            let Some(fewest) = many.iter().map(|form| form.docs).min() else { continue };
            let weight = weight * rarity(fewest, total);
            let mut asked = db.prepare_cached("SELECT rowid FROM words WHERE words MATCH ?")?;
            let mut rows = asked.query([format!("({rare}) AND ({})", any(many))])?;
            while let Some(row) = rows.next()? {
                if let Some(fit) = fits.get_mut(&row.get::<_, i64>(0)?).filter(|fit| fit.has >> at & 1 == 0) {
                    fit.score += weight;
                    fit.has |= 1 << at;
                }
            }
        }
    }
    Ok(fits)
}

fn is_rare(form: &Form) -> bool {
    (1..=SCORED as u64).contains(&form.docs)
}

/// When no word is rare: the newest entries that have them all, then the newest that have the rarest.
fn common(
    db: &Connection,
    groups: &[Group],
    within: &dyn Fn(String) -> String,
    allowed: &Allowed,
    fits: &mut HashMap<i64, Fit>,
) -> rusqlite::Result<()> {
    let either = |group: &Group| any(group.typed.iter().chain(&group.alike));
    let all = groups.iter().map(|group| format!("({})", either(group))).collect::<Vec<_>>().join(" AND ");
    let every = (0..groups.len()).fold(0, |bits, at| bits | 1 << at);
    if !groups.is_empty() {
        add(db, &all, 1.0, every, allowed, fits)?;
    }
    if let Some(group) = groups.first().filter(|_| groups.len() > 1) {
        add(db, &within(either(group)), ALIKE, 1, allowed, fits)?;
    }
    Ok(())
}

/// Adds what these words are worth, newest entries first and no more of them than are scored.
fn add(
    db: &Connection,
    expression: &str,
    weight: f64,
    bit: u32,
    allowed: &Allowed,
    fits: &mut HashMap<i64, Fit>,
) -> rusqlite::Result<()> {
    let mut asked =
        db.prepare_cached(&format!("SELECT rowid, {SCORE} FROM words WHERE words MATCH ? ORDER BY rowid DESC"))?;
    let mut rows = asked.query([expression])?;
    let mut taken = 0;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if !allowed.has(id) {
            continue;
        }
        let fit = fits.entry(id).or_default();
        let score = weight * row.get::<_, f64>(1)?;
        // Two words for one thing are that thing once.
        if fit.has & bit == 0 || score > 0.0 && fit.has & bit == bit {
            fit.score += if fit.has & bit == 0 { score } else { score * 0.25 };
        }
        fit.has |= bit;
        taken += 1;
        if taken >= SCORED {
            break;
        }
    }
    Ok(())
}

/// Counts how much of the query is there, each word by how rare it is.
fn whole(fit: Fit, groups: &[Group]) -> f64 {
    let most = groups.iter().map(Group::docs).max().unwrap_or(1).max(1) as f64 * 4.0;
    let weight = |group: &Group| group.weight * rarity(group.docs(), most).max(0.2);
    let all: f64 = groups.iter().map(weight).sum();
    let has: f64 =
        groups.iter().enumerate().filter(|(at, _)| fit.has >> at & 1 == 1).map(|(_, group)| weight(group)).sum();
    let share = if all > 0.0 { has / all } else { 1.0 };
    // In a small memory every word is common and BM25 says nothing; having it is something all the same.
    let score = fit.score + LEAST * f64::from(fit.has.count_ones());
    score * (0.4 + 0.6 * share) * if has >= all { 1.0 + WHOLE } else { 1.0 }
}

fn rarity(docs: u64, total: f64) -> f64 {
    let docs = docs as f64;
    (((total - docs + 0.5) / (docs + 0.5)).max(1.0)).ln().max(0.05)
}

/// What speaks for an entry besides its words.
fn closer(entry: &Entry, now: i64, named: &[String]) -> f64 {
    // A clock that went backwards makes no entry older than now.
    let days = now.saturating_sub(entry.time).max(0) as f64 / 86_400.0;
    let new = NEW * (-days / HALF * std::f64::consts::LN_2).exp();
    let about = entry.resources.split(' ').any(|resource| named.iter().any(|name| name == resource));
    1.0 + new + if about { SAME } else { 0.0 } + if entry.finding { CONFIRMED } else { 0.0 }
}
