//! Vectors beside the words: kept with their model and their length, compared one by one.
//!
//! Owns their storing and the plain scan, which for some hundred thousand costs milliseconds. A search whose embedder
//! fails is the search by words.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::allowed::Allowed;
use super::answer::Answer;
use super::embedder::Embedder;
use super::fusion::fuse;
use super::query::Query;
use super::ranking::Ranked;
use super::shown::head;
use super::sqlite::Sqlite;
use super::{IndexError, rows, snippet};

/// Texts that are embedded at once.
const TOGETHER: usize = 32;
/// Bytes of an entry that are embedded; models read little more.
const READ: usize = 4_000;
/// Entries of either order that are fused.
const FUSED: usize = 100;
/// Entries whose meaning is farther away than that are not offered at all.
const NEAR: f32 = 0.3;

/// All vectors of one model, so that a search reads only those that came since.
pub(super) struct Loaded {
    model: i64,
    dimension: usize,
    last: i64,
    forgotten: i64,
    ids: Vec<i64>,
    /// One behind the other, each of length 1.
    numbers: Vec<f32>,
}

impl Sqlite {
    /// Embeds entries that have no vector of this model yet, the newest first, `most` of them; says how many it did.
    /// None when the embedder gives none.
    pub async fn embed(&mut self, embedder: &dyn Embedder, most: usize) -> Result<u64, IndexError> {
        let mut done = 0;
        while done < most {
            let lacking = self.attempt(|index| lacking(&index.db, embedder.model(), TOGETHER.min(most - done)))?;
            let mut ids = Vec::new();
            let mut texts = Vec::new();
            for id in &lacking {
                if let Some(text) = self.text(*id)? {
                    ids.push(*id);
                    texts.push(text);
                }
            }
            if ids.is_empty() {
                break;
            }
            match embedder.embed(&texts).await {
                Ok(vectors) if vectors.len() == ids.len() => put(&mut self.db, embedder.model(), &ids, &vectors)?,
                Ok(vectors) => {
                    tracing::warn!(
                        asked = ids.len(),
                        got = vectors.len(),
                        "the embedding model gave another number of vectors"
                    );
                    break;
                }
                Err(error) => {
                    tracing::debug!(%error, "the search goes on by words");
                    break;
                }
            }
            done += ids.len();
        }
        Ok(done as u64)
    }

    /// A search by words and by meaning; by words alone when the embedder gives no vector.
    pub async fn search_by_meaning(&mut self, query: &Query, embedder: &dyn Embedder) -> Result<Answer, IndexError> {
        let asked = [query.words.clone()];
        let vector = match embedder.embed(&asked).await {
            Ok(mut vectors) => vectors.pop().and_then(unit),
            Err(error) => {
                tracing::debug!(%error, "the search goes on by words");
                None
            }
        };
        self.searching(|index| {
            let mut looked = index.look(query, FUSED.max(query.limit))?;
            let near = match &vector {
                Some(vector) => index.nearest(embedder.model(), vector, &looked.query)?,
                None => Vec::new(),
            };
            let mut answer = index.frame(&looked)?;
            answer.by_meaning = !near.is_empty();
            if !near.is_empty() {
                let by_words = looked.ranked.iter().map(|found| found.entry.id).collect();
                let mut ranked = Vec::new();
                for (id, score) in fuse(&[by_words, near]).into_iter().take(query.limit) {
                    ranked.extend(rows::entry(&index.db, id)?.map(|entry| Ranked { entry, score }));
                }
                looked.ranked = ranked;
            }
            index.show(&looked, looked.ranked.iter().take(query.limit), &mut answer)?;
            Ok(answer)
        })
    }

    fn text(&self, id: i64) -> Result<Option<String>, IndexError> {
        let Some(entry) = rows::entry(&self.db, id)? else { return Ok(None) };
        let Some(trail) = self.memory.trail(&entry.session, &entry.branch) else { return Ok(None) };
        Ok(trail.at(&entry.spot)?.map(|record| head(snippet::own(&record.text), READ).to_owned()))
    }

    fn nearest(&mut self, model: &str, asked: &[f32], query: &Query) -> Result<Vec<i64>, IndexError> {
        let allowed = Allowed::of(&self.db, &query.filter)?;
        let Some(loaded) = load(&self.db, self.loaded.take(), model, asked.len())? else { return Ok(Vec::new()) };
        let each = loaded.ids.iter().zip(loaded.numbers.chunks_exact(loaded.dimension.max(1)));
        let near = each.filter(|(id, _)| allowed.has(**id)).map(|(id, vector)| (*id, dot(asked, vector)));
        let mut near: Vec<(i64, f32)> = near.filter(|(_, score)| *score >= NEAR).collect();
        near.sort_by(|(id, score), (other, least)| least.total_cmp(score).then(other.cmp(id)));
        near.truncate(FUSED);
        self.loaded = Some(loaded);
        Ok(near.into_iter().map(|(id, _)| id).collect())
    }
}

/// How many entries have one.
pub(super) fn count(db: &Connection) -> rusqlite::Result<u64> {
    db.query_row("SELECT count(*) FROM vector", [], |row| row.get(0))
}

fn lacking(db: &Connection, model: &str, most: usize) -> Result<Vec<i64>, IndexError> {
    let mut asked = db.prepare_cached(
        "SELECT entry.id FROM entry LEFT JOIN vector ON vector.entry = entry.id
            AND vector.model IN (SELECT id FROM model WHERE name = ?)
         WHERE vector.entry IS NULL ORDER BY entry.id DESC LIMIT ?",
    )?;
    let rows = asked.query_map(params![model, rows::signed(most as u64)], |row| row.get(0))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

fn put(db: &mut Connection, model: &str, ids: &[i64], vectors: &[Vec<f32>]) -> Result<(), IndexError> {
    let piece = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for (id, vector) in ids.iter().zip(vectors) {
        let dimension = rows::signed(vector.len() as u64);
        piece
            .prepare_cached("INSERT OR IGNORE INTO model(name, dimension) VALUES (?, ?)")?
            .execute(params![model, dimension])?;
        // Without a direction it is kept as nothing, so that it is not asked for again and again.
        let numbers: Vec<u8> =
            unit(vector.clone()).unwrap_or_default().iter().flat_map(|number| number.to_le_bytes()).collect();
        piece
            .prepare_cached(
                "INSERT OR REPLACE INTO vector(entry, model, numbers)
                 SELECT ?, id, ? FROM model WHERE name = ? AND dimension = ?",
            )?
            .execute(params![id, numbers, model, dimension])?;
    }
    piece.commit()?;
    Ok(())
}

/// The vectors of this model and length, those held already and those that came since.
fn load(db: &Connection, held: Option<Loaded>, model: &str, dimension: usize) -> Result<Option<Loaded>, IndexError> {
    let asked = "SELECT id FROM model WHERE name = ? AND dimension = ?";
    let key = params![model, rows::signed(dimension as u64)];
    let Some(model) = db.prepare_cached(asked)?.query_row(key, |row| row.get::<_, i64>(0)).optional()? else {
        return Ok(None);
    };
    let forgotten = db.query_row("SELECT forgotten FROM state", [], |row| row.get::<_, i64>(0))?;
    let empty = Loaded { model, dimension, last: 0, forgotten, ids: Vec::new(), numbers: Vec::new() };
    let mut loaded = held.filter(|held| held.model == model && held.forgotten == forgotten).unwrap_or(empty);
    let mut asked =
        db.prepare_cached("SELECT id, entry, numbers FROM vector WHERE model = ? AND id > ? ORDER BY id")?;
    let mut rows = asked.query(params![model, loaded.last])?;
    while let Some(row) = rows.next()? {
        loaded.last = row.get(0)?;
        let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
        if bytes.len() == dimension * 4 {
            loaded.ids.push(row.get(1)?);
            let numbers = bytes.chunks_exact(4).map(|four| f32::from_le_bytes(four.try_into().unwrap_or_default()));
            loaded.numbers.extend(numbers);
        }
    }
    Ok(Some(loaded))
}

/// The vector with the length 1; `None` for one that has no direction.
fn unit(mut vector: Vec<f32>) -> Option<Vec<f32>> {
    let length = dot(&vector, &vector).sqrt();
    if !length.is_finite() || length <= f32::EPSILON {
        return None;
    }
    vector.iter_mut().for_each(|number| *number /= length);
    Some(vector)
}

fn dot(one: &[f32], other: &[f32]) -> f32 {
    // Eight sums that do not wait for each other.
    let mut sums = [0.0_f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest: f32 = ones.remainder().iter().zip(others.remainder()).map(|(a, b)| a * b).sum();
    for (a, b) in ones.zip(others) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += a * b;
        }
    }
    sums.iter().sum::<f32>() + rest
}
