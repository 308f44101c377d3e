//! What is known to be secret, or to be somebody's name, wherever it appears.
//!
//! Owns the set that all clones of one redactor share, in memory only: the values found once, those the caller handed
//! in, the names of an inventory, and which pseudonym stands for what. A value is remembered only when it cannot be
//! mistaken for a word, and found only where it stands alone unless it is long.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::base64;
use super::encoded;
use super::pseudonym::{self, Class};
use super::shape;
use super::sight::{Ending, Secret, ends_colours, is_token};

/// A value as short as this may be part of some other word.
const ALONE: usize = 12;
/// More than this is kept by its beginning only; whoever prints it is masked up to where the two differ.
const LONGEST: usize = 1 << 10;
/// Values remembered, with their forms; a session that shows more has a dump of secrets on its screen.
const MOST: usize = 32_768;
/// Forms that are looked for where a line was broken off.
const MOST_TORN: usize = 1_024;

/// Shared by all clones.
#[derive(Clone, Default)]
pub(super) struct Shared {
    key: [u8; 32],
    memory: Arc<Mutex<Memory>>,
    /// Whether anything is known: most sources are looked at before anything is.
    any: Arc<AtomicBool>,
}

#[derive(Default)]
struct Memory {
    values: Values,
    names: Values,
    issued: BTreeMap<String, Vec<u8>>,
}

/// Values by their first three bytes.
#[derive(Default)]
struct Values {
    by_start: BTreeMap<[u8; 3], Vec<Known>>,
    /// Bit for each pair of first bytes, folded: most places of a text are refused here.
    starts: Vec<u64>,
    count: usize,
    /// What lines of base64 may end and begin with a part of.
    forms: Vec<(Vec<u8>, &'static str)>,
}

struct Known {
    value: Vec<u8>,
    kind: &'static str,
    class: Option<Class>,
}

impl Shared {
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self { key, ..Self::default() }
    }

    pub(super) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // The maps are whole between two calls, whatever a thread that panicked was doing.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a secret, with its forms in base64, when it can be told from a word.
    pub(super) fn learn(&self, kind: &'static str, value: &[u8]) -> bool {
        let value = value.get(..LONGEST).unwrap_or(value).trim_ascii();
        if self.any.load(Ordering::Acquire) && self.memory().values.has(value) || !shape::is_telling(value) {
            return false;
        }
        let mut memory = self.memory();
        self.any.store(true, Ordering::Release);
        let new = memory.values.add(value, kind, None);
        if new && value.len() >= 6 {
            let with_end: Vec<u8> = value.iter().copied().chain([b'\n']).collect();
            for encoded in [base64::encode(value), base64::encode(&with_end)] {
                // The last letter depends on what follows.
                let whole = encoded.len() - usize::from(encoded.len() % 4 != 0);
                memory.values.add(encoded.get(..whole).unwrap_or_default(), kind, None);
            }
            for form in encoded::forms(value) {
                memory.values.add_form(form, kind);
            }
            if base64::hides_text(value) {
                let decoded = base64::decode(value);
                let decoded = decoded.trim_ascii();
                if shape::is_telling(decoded) {
                    memory.values.add(decoded, kind, None);
                }
            }
        }
        new
    }

    /// Remembers the name of something, to be replaced in mode *anonymize*.
    pub(super) fn learn_name(&self, class: Class, name: &[u8]) {
        if name.len() >= 2 && name.iter().any(u8::is_ascii_alphabetic) {
            self.any.store(true, Ordering::Release);
            self.memory().names.add(name, class.kind(), Some(class));
        }
    }

    /// Finds what is known in `line`; names only when `names`.
    pub(super) fn find(&self, line: &[u8], names: bool, found: &mut Vec<Secret>) {
        if !self.any.load(Ordering::Acquire) {
            return;
        }
        let memory = self.memory();
        memory.values.find(line, found);
        if names {
            memory.names.find(line, found);
        }
    }

    /// The pseudonym of a value, always the same under the same key.
    pub(super) fn pseudonym(&self, class: Class, value: &[u8]) -> String {
        let mut memory = self.memory();
        // Two values with one pseudonym are as good as impossible, and still must not be mixed.
        for round in 0_u32.. {
            let name = pseudonym::make(&self.key, class, value, round);
            match memory.issued.get(&name) {
                Some(other) if other != value => {}
                Some(_) => return name,
                None => {
                    memory.issued.insert(name.clone(), value.to_vec());
                    return name;
                }
            }
        }
        String::new()
    }

    /// What a pseudonym stands for, when this session made it.
    pub(super) fn meaning(&self, name: &str) -> Option<Vec<u8>> {
        self.memory().issued.get(name).cloned()
    }
}

impl Values {
    fn has(&self, value: &[u8]) -> bool {
        let same = start(value).and_then(|start| self.by_start.get(&start));
        same.is_some_and(|known| known.iter().any(|known| known.value == value))
    }

    /// Adds a value; false when it is there already or there are too many.
    fn add(&mut self, value: &[u8], kind: &'static str, class: Option<Class>) -> bool {
        let Some(start) = start(value).filter(|_| self.count < MOST && !self.has(value)) else { return false };
        let known = self.by_start.entry(start).or_default();
        known.push(Known { value: value.to_vec(), kind, class });
        known.sort_by_key(|known| std::cmp::Reverse(known.value.len()));
        self.count += 1;
        self.starts.resize(1024, 0);
        let bit = fold(start[0], start[1]);
        if let Some(word) = self.starts.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
        true
    }

    /// Adds what base64 makes of a value somewhere in a text.
    fn add_form(&mut self, form: Vec<u8>, kind: &'static str) {
        self.add(&form, kind, None);
        if self.forms.len() < MOST_TORN {
            self.forms.push((form, kind));
        }
    }

    /// Parts of a form at the edges of a line of base64.
    fn find_torn(&self, line: &[u8], found: &mut Vec<Secret>) {
        let end = line.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n' | b'=')).map_or(0, |last| last + 1);
        let line = line.get(..end).unwrap_or_default();
        if self.forms.is_empty() || !encoded::is_torn(line) {
            return;
        }
        for (form, kind) in &self.forms {
            let parts = encoded::torn(line, form).into_iter().flatten();
            found.extend(parts.map(|(from, to)| Secret::new(from, to, kind, Ending::Word)));
        }
    }

    fn find(&self, line: &[u8], found: &mut Vec<Secret>) {
        if self.count == 0 {
            return;
        }
        self.find_torn(line, found);
        let mut at = 0;
        while let Some([a, b]) = line.get(at..at + 2) {
            let bit = fold(*a, *b);
            let hinted = self.starts.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1);
            match hinted.then(|| self.at(line, at)).flatten() {
                Some(known) => {
                    let end = at + known.value.len();
                    let mut secret = Secret::new(at, end, known.kind, Ending::Word);
                    secret.identity = known.class;
                    found.push(secret);
                    at = end;
                }
                None => at += 1,
            }
        }
    }

    fn at(&self, line: &[u8], at: usize) -> Option<&Known> {
        let rest = line.get(at..)?;
        let before = at.checked_sub(1).and_then(|before| line.get(before)).copied();
        let start = [*rest.first()?, *rest.get(1)?, rest.get(2).copied().unwrap_or(0)];
        let short = [start[0], start[1], 0];
        [start, short].iter().filter_map(|start| self.by_start.get(start)).flatten().find(|known| {
            let alone = |byte: Option<u8>| !byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let named = |byte: Option<u8>| known.class.is_some() && byte.is_some_and(is_token);
            let after = rest.get(known.value.len()).copied();
            rest.starts_with(&known.value)
                && (known.class.is_none() && known.value.len() >= ALONE
                    || (alone(before) || ends_colours(line, at)) && alone(after))
                && (!named(before) || ends_colours(line, at))
                && !named(after)
        })
    }
}

/// The first three bytes; of a value of two, what no text has stands for the third.
fn start(value: &[u8]) -> Option<[u8; 3]> {
    match value {
        [a, b, c, ..] => Some([*a, *b, *c]),
        [a, b] => Some([*a, *b, 0]),
        _ => None,
    }
}

fn fold(a: u8, b: u8) -> usize {
    usize::from(a) << 8 | usize::from(b)
}
