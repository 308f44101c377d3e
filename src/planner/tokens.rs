//! A request cut into words: quotes kept whole, names and literals protected,
//! typing mistakes mended only towards known words.

use super::lexicon::{Lexicon, Rewrite};

/// What stands before one thing that is known.
pub(super) const DEFINITE: &[&str] = &["the", "my", "our"];

/// Words that are written with a full stop wherever they stand.
const SHORT: &[&str] = &["incl", "excl", "approx", "esp", "resp", "vs"];

/// What ends behind a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum End {
    Nothing,
    /// A comma, a dash.
    Clause,
    Colon,
    Sentence,
}

impl End {
    /// Whether it parts a sentence without ending it.
    pub fn parts(self) -> bool {
        matches!(self, End::Clause | End::Colon)
    }
}

/// One word of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// As written, without quotes and final punctuation.
    pub raw: String,
    /// Lower case, possessive taken off.
    pub norm: String,
    /// It stood in quotes.
    pub quoted: bool,
    /// A literal (path, image, number, option, …): never corrected, never a plain word.
    pub literal: bool,
    pub end: End,
    /// It stands in a clause that only tells how things are.
    pub told: bool,
    /// It stands in brackets.
    pub bracketed: bool,
    /// It says whose something is: «bob's».
    pub owner: bool,
    /// The known word that was meant, should this one be a typing mistake.
    pub meant: Option<String>,
}

impl Token {
    /// A word as it stands in a request.
    pub fn word(raw: &str) -> Token {
        Token {
            raw: raw.to_owned(),
            norm: raw.to_lowercase(),
            quoted: false,
            literal: false,
            end: End::Nothing,
            told: false,
            bracketed: false,
            owner: false,
            meant: None,
        }
    }
}

/// Cuts a request.
pub(super) fn cut(request: &str, lexicon: &Lexicon) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = request.trim();
    let mut opened: Option<usize> = None;
    while let Some(first) = rest.chars().next() {
        let bracketed = opened.is_some();
        if let Some((key, value, after)) = quoted_value(rest) {
            let (end, after) = behind_quotes(after);
            tokens.push(Token { literal: true, end, bracketed, ..Token::word(&format!("{key}={value}")) });
            rest = after;
            continue;
        }
        if let Some((inside, after)) = quoted(rest, first) {
            let (end, after) = behind_quotes(after);
            tokens.push(Token { quoted: true, literal: true, end, bracketed, ..Token::word(inside) });
            rest = after;
            continue;
        }
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = match &rest[..length] {
            "+" | "&" => "and",
            word => word,
        };
        if ["-", "--", "\u{2013}", "\u{2014}"].contains(&word) {
            if let Some(last) = tokens.last_mut() {
                last.end = last.end.max(End::Clause);
            }
        } else {
            let (opens, closes) = brackets(word);
            let begun = opened.or_else(|| opens.then_some(tokens.len()));
            if let Some(token) = plain(word, tokens.last(), lexicon) {
                tokens.push(Token { bracketed: begun.is_some(), ..token });
            }
            opened = begun.filter(|_| !closes);
        }
        rest = rest[length..].trim_start();
    }
    // What nobody closed was no bracket.
    if let Some(opened) = opened {
        tokens.iter_mut().skip(opened).for_each(|token| token.bracketed = false);
    }
    if let Some(home) = &lexicon.home {
        tokens.iter_mut().for_each(|token| at_home(token, home));
    }
    plainer(without_idle(with_numbers(tokens, lexicon), lexicon), lexicon)
}

/// Whether a bracket opens before a word, and whether one closes behind it.
fn brackets(word: &str) -> (bool, bool) {
    let behind = word.trim_end_matches([',', '.', '?', '!', ';', ':']);
    (word.starts_with('('), behind.ends_with(')') && (word.starts_with('(') || !behind.contains('(')))
}

/// `~/.bashrc` as `/home/ann/.bashrc`.
fn at_home(token: &mut Token, home: &str) {
    if let Some(rest) = token.raw.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/')) {
        token.raw = format!("{}{rest}", home.trim_end_matches('/'));
        token.norm = token.raw.to_lowercase();
    }
}

/// «two hundred», «thirty five»: amounts in several words as one number.
fn with_numbers(tokens: Vec<Token>, lexicon: &Lexicon) -> Vec<Token> {
    let value = |token: &Token| lexicon.numbers.get(&token.norm).copied().filter(|_| !token.quoted);
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let joined = kept.last().filter(|last| last.end == End::Nothing && !last.quoted).and_then(|last| {
            let number = last.norm.parse().ok().filter(|_| last.literal);
            let (before, now) = (number.or_else(|| value(last))?, value(&token)?);
            match now {
                100 | 1000 if before > 0 && before < 100 => Some(before * now),
                1..10 if before % 10 == 0 && (20..100).contains(&before) => Some(before + now),
                1..100 if before % 100 == 0 && before > 0 => Some(before + now),
                _ => None,
            }
        });
        match (joined, kept.last_mut()) {
            (Some(number), Some(last)) => {
                (last.raw, last.norm) = (number.to_string(), number.to_string());
                (last.literal, last.end, last.meant) = (true, token.end, None);
            }
            _ => kept.push(token),
        }
    }
    kept
}

/// What ends behind closing quotes, and where the next word begins.
fn behind_quotes(after: &str) -> (End, &str) {
    let next = after.trim_start_matches([',', '.', '?', '!', ';', ':']);
    (end_of(&after[..after.len() - next.len()]), next.trim_start())
}

fn end_of(punctuation: &str) -> End {
    if punctuation.contains(['.', '?', '!', ';']) {
        End::Sentence
    } else if punctuation.is_empty() {
        End::Nothing
    } else if punctuation.contains(':') {
        End::Colon
    } else {
        End::Clause
    }
}

/// Say nothing where a sentence begins; elsewhere they can be names.
const GREETINGS: &[&str] = &[
    "hi", "hey", "hello", "yo", "please", "ok", "okay", "so", "well", "now", "right", "alright", "thanks", "hm", "hmm",
    "oh", "ugh", "uh", "argh", "morning", "sorry",
];

/// The tokens without phrases that say nothing.
fn without_idle(mut tokens: Vec<Token>, lexicon: &Lexicon) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let opens = kept.last().is_none_or(|last: &Token| last.end > End::Nothing);
        // «delete acme, sorry, beta» takes back.
        let corrects = tokens[at].norm == "sorry" && !kept.is_empty() && tokens[at].end > End::Nothing;
        let greets = GREETINGS.contains(&tokens[at].norm.as_str()) && !corrects;
        if opens && !tokens[at].quoted && greets && at + 1 < tokens.len() {
            at += 1;
            continue;
        }
        // «would you restart it»; what one would do is asked elsewhere: «what would you delete».
        if opens && is_polite(&tokens[at..]) {
            at += 2;
            continue;
        }
        let fits = |words: &&Vec<String>| {
            tokens.get(at..at + words.len()).is_some_and(|span| {
                span.iter().zip(words.iter()).all(|(token, word)| !token.quoted && token.norm == *word)
                    && span[..span.len() - 1].iter().all(|token| token.end == End::Nothing)
            })
        };
        let idle = lexicon.idle_phrases.get(&tokens[at].norm).and_then(|phrases| phrases.iter().find(fits));
        // «at boot and also right now» says two things.
        let joined = |token: Option<&Token>| token.is_some_and(|token| ["and", "also"].contains(&token.norm.as_str()));
        let second = tokens[at].norm == "right" && (joined(kept.last()) || joined(tokens.get(at + 2)));
        // «do I have to restart it» asks; «on the host network» names a network.
        let asks = kept.last().is_some_and(|last| {
            last.end == End::Nothing && ["do", "does", "did", "don't", "would", "should"].contains(&last.norm.as_str())
        });
        let phrase = idle.map_or(0, Vec::len);
        let placed = idle.is_some_and(|words| ["on", "in", "of", "at", "from"].contains(&words[0].as_str()))
            && tokens.get(at + phrase - 1).is_some_and(|last| last.end == End::Nothing)
            && tokens.get(at + phrase).is_some_and(|next| !next.quoted && lexicon.is_noun(&next.norm));
        // «delete the branch x on the server» says which of two.
        let refs = |token: &Token| ["branch", "branches", "tag", "tags"].contains(&token.norm.as_str());
        let remote = idle.is_some_and(|words| words.last().is_some_and(|last| last == "server"))
            && kept.iter().chain(&tokens[at..]).any(refs);
        let asked = asks && idle.is_some_and(|words| ["i", "we"].contains(&words[0].as_str()));
        // «switch to main, I have to fix something» says why.
        let why = opens
            && !kept.is_empty()
            && !kept.iter().any(|token| takes_away(token, lexicon))
            && idle.is_some_and(|words| {
                ["i", "we"].contains(&words[0].as_str()) && words.last().is_some_and(|last| last == "to")
            })
            && tokens.get(at + phrase).is_some_and(|next| {
                let pair = tokens.get(at + phrase + 1).map(|second| format!("{} {}", next.norm, second.norm));
                !lexicon.actions.contains_key(&next.norm)
                    && !pair.is_some_and(|pair| lexicon.actions.contains_key(&pair))
                    && !holds_back(&tokens[at + phrase..end_of_clause(&tokens, at + phrase)], lexicon)
            });
        match idle.filter(|_| !(second || placed || asked || remote || why)) {
            Some(words) => {
                at += words.len();
                // «would you mind upgrading it» asks to upgrade it.
                if words.last().is_some_and(|word| word == "mind" || word == "about")
                    && let Some(token) = tokens.get_mut(at)
                    && let Some(verb) = of_gerund(&token.norm, lexicon)
                {
                    (token.raw, token.norm) = (verb.clone(), verb);
                }
                if let Some(last) = kept.last_mut() {
                    last.end = last.end.max(tokens[at - 1].end);
                }
            }
            None => {
                kept.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    kept
}

/// Whether a word asks for what is hard to have back: there «we have to warn everyone» may come before.
fn takes_away(token: &Token, lexicon: &Lexicon) -> bool {
    let power = ["reboot", "shutdown", "poweroff", "power", "halt", "shut", "drain"].contains(&token.norm.as_str());
    power || lexicon.takes_away(&token.norm)
}

/// «ask first», «preserve the tag»: what has to be done before, or to a thing that has to stay.
fn holds_back(duty: &[Token], lexicon: &Lexicon) -> bool {
    const BEFORE: &[&str] = &[
        "first", "before", "ask", "say", "confirm", "wait", "save", "back", "backup", "migrate", "preserve", "avoid",
        "sign", "keep", "no", "not", "it", "them",
    ];
    duty.iter().any(|token| token.literal || BEFORE.contains(&token.norm.as_str()) || lexicon.is_thing(&token.norm))
}

/// Whether words begin with a polite question and a deed behind it.
fn is_polite(tokens: &[Token]) -> bool {
    let [first, second, next, ..] = tokens else { return false };
    let mind = ["mind", "say", "recommend", "advise", "suggest", "think", "know"].contains(&next.norm.as_str());
    ["would", "could", "will"].contains(&first.norm.as_str())
        && second.norm == "you"
        && second.end == End::Nothing
        && !mind
}

/// The verb of `upgrading`, `deleting`, `stopping`, where it is one for a deed.
pub(super) fn of_gerund(word: &str, lexicon: &Lexicon) -> Option<String> {
    let stem = word.strip_suffix("ing").filter(|stem| stem.len() > 1)?;
    let doubled = stem.char_indices().next_back().map_or("", |(last, _)| &stem[..last]);
    let mut verbs = [stem.to_owned(), format!("{stem}e"), doubled.to_owned()].into_iter();
    verbs.find(|verb| lexicon.actions.contains_key(verb))
}

/// The tokens with phrases in the plainer words they stand for: «across the whole cluster» as «in all namespaces».
fn plainer(tokens: Vec<Token>, lexicon: &Lexicon) -> Vec<Token> {
    let mut plain: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let fits = |rewrite: &&Rewrite| {
            tokens.get(at..at + rewrite.phrase.len()).is_some_and(|span| {
                span.iter().zip(&rewrite.phrase).all(|(token, word)| !token.quoted && token.norm == *word)
                    && span[..span.len() - 1].iter().all(|token| token.end == End::Nothing)
            })
        };
        let Some(rewrite) = lexicon.rewrites.get(&token.norm).and_then(|all| all.iter().find(fits)) else {
            plain.push(token.clone());
            at += 1;
            continue;
        };
        at += rewrite.phrase.len();
        let end = tokens[at - 1].end;
        // «it lives in namespace pages»: what is said anyway is not said twice.
        let next = tokens.get(at).filter(|_| end == End::Nothing).map(|token| token.norm.as_str());
        let repeated = rewrite.plain.len() > 1 && rewrite.plain.last().map(String::as_str) == next;
        let last = rewrite.plain.len().saturating_sub(1);
        let words = rewrite.plain.iter().take(rewrite.plain.len() - usize::from(repeated)).enumerate();
        plain.extend(words.map(|(place, word)| Token {
            literal: word.starts_with('-') || word.bytes().all(|byte| byte.is_ascii_digit()),
            end: if place == last { end } else { End::Nothing },
            bracketed: token.bracketed,
            ..Token::word(word)
        }));
    }
    plain
}

/// `reason="bump to v9"`: the key, the value, what follows.
fn quoted_value(text: &str) -> Option<(&str, &str, &str)> {
    let word = &text[..text.find(char::is_whitespace).unwrap_or(text.len())];
    let (key, value) = word.split_once('=')?;
    let first = value.chars().next().filter(|_| !key.is_empty())?;
    let (inside, after) = quoted(&text[key.len() + 1..], first)?;
    let ends = after.starts_with(|next: char| next.is_whitespace() || ",.?!;:)".contains(next)) || after.is_empty();
    ends.then_some((key, inside, after))
}

fn quoted(text: &str, first: char) -> Option<(&str, &str)> {
    let closing = match first {
        '"' | '\'' | '`' => first,
        '\u{201c}' => '\u{201d}',
        '\u{2018}' => '\u{2019}',
        _ => return None,
    };
    let inside = &text[first.len_utf8()..];
    let end = inside.find(closing)?;
    (end > 0).then(|| (&inside[..end], &inside[end + closing.len_utf8()..]))
}

fn plain(word: &str, before: Option<&Token>, lexicon: &Lexicon) -> Option<Token> {
    let trimmed = word.trim_end_matches([',', '?', '!', ';', ')']).trim_start_matches('(');
    let trimmed = trimmed.strip_suffix(':').unwrap_or(trimmed);
    // A final full stop ends a sentence, unless the word is `.` or `..`.
    let raw = if trimmed.chars().all(|character| character == '.') { trimmed } else { trimmed.trim_end_matches('.') };
    if raw.is_empty() {
        return None;
    }
    let behind = word.trim_start_matches('(').get(raw.len()..).unwrap_or_default().trim_matches(')');
    let lower = raw.to_lowercase().replace('\u{2019}', "'");
    // «incl. the volumes»: what is written short ends nothing.
    let end = if behind == "." && SHORT.contains(&lower.as_str()) { End::Nothing } else { end_of(behind) };
    let named = before.is_some_and(|before| ["namespace", "ns", "-n"].contains(&before.norm.as_str()));
    if let Some(meant) = lexicon.spellings.get(&lower).filter(|_| !named) {
        return Some(Token { end, ..Token::word(meant) });
    }
    // «all containers' logs»
    let lower = lower.strip_suffix("s'").map_or(lower.clone(), |stem| format!("{stem}s"));
    let raw = raw.strip_suffix('\'').filter(|raw| raw.ends_with('s')).unwrap_or(raw);
    let possessive = lower.ends_with("'s") && !lexicon.means_something(&lower);
    let norm = match lower.strip_suffix("'s") {
        Some(base) if !lexicon.means_something(&lower) => base.to_owned(),
        _ => lower,
    };
    // «alice's groups», «deploy's crontab»: who has something is no deed and no typing mistake.
    let owner = possessive
        && (!lexicon.vocabulary.knows(&norm) || lexicon.actions.contains_key(&norm))
        && !lexicon.is_noun(&norm)
        && !lexicon.common.contains(&norm)
        && !lexicon.stop_words.contains(&norm);
    let literal = owner
        || raw.contains(['/', '.', ':', '=', '@', '_', '\\', '*', '~', '{', '<', '>', '$'])
        || raw.starts_with('-')
        || raw.chars().any(|character| character.is_ascii_digit())
        || (raw.contains('-') && !lexicon.means_something(&norm) && !lexicon.vocabulary.knows(&norm));
    // The possessive is no part of a name.
    let raw = raw.strip_suffix("'s").filter(|_| !norm.ends_with("'s")).unwrap_or(raw);
    let meant = if literal { None } else { meant(&norm, lexicon) };
    Some(Token { norm, literal, end, meant, owner: possessive, ..Token::word(raw) })
}

/// Splits «first, then second» into its parts; one part when there is nothing to split.
pub(super) fn sequence(request: &str) -> Vec<String> {
    const JOINTS: &[&str] = &[
        ", and then ",
        " and then ",
        ", then ",
        "; then ",
        " then ",
        " and after that ",
        ", after that ",
        " after that ",
    ];
    let lower = request.to_ascii_lowercase();
    if lower.contains(['"', '\'', '`']) || lower.len() != request.len() {
        return vec![request.to_owned()];
    }
    let mut parts = Vec::new();
    let mut start = 0;
    loop {
        let next = JOINTS
            .iter()
            .filter_map(|joint| lower[start..].find(joint).map(|at| (start + at, joint.len())))
            .min_by_key(|(at, length)| (*at, std::cmp::Reverse(*length)));
        match next {
            Some((at, length)) => {
                parts.push(request[start..at].trim().to_owned());
                start = at + length;
            }
            None => {
                parts.push(request[start..].trim().to_owned());
                break;
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// `deploy/cart` as a kind of things and its name; `None` where no word is of that form.
pub(super) fn with_kinds_apart(tokens: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let pair = |token: &Token| {
        let (kind, name) = token.raw.split_once('/').filter(|_| !token.quoted)?;
        let named = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (named && lexicon.is_kind(&kind.to_lowercase())).then(|| (kind.to_owned(), name.to_owned()))
    };
    tokens.iter().any(|token| pair(token).is_some()).then(|| {
        let apart = tokens.iter().flat_map(|token| match pair(token) {
            Some((kind, name)) => {
                let first =
                    Token { norm: kind.to_lowercase(), raw: kind, literal: false, end: End::Nothing, ..token.clone() };
                vec![first, Token { norm: name.to_lowercase(), raw: name, ..token.clone() }]
            }
            None => vec![token.clone()],
        });
        apart.collect()
    })
}

/// «can I reach db01:5432» as «can I reach db01 on port 5432»; `None` where no port stands so.
pub(super) fn with_ports_apart(tokens: &[Token]) -> Option<Vec<Token>> {
    let pair = |token: &Token| {
        let (host, port) = token.raw.split_once(':').filter(|_| !token.quoted)?;
        let plain = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
        let named = host.starts_with(|first: char| first.is_ascii_alphanumeric()) && host.chars().all(plain);
        (named && port.len() > 1 && port.parse::<u16>().is_ok()).then(|| (host.to_owned(), port.to_owned()))
    };
    tokens.iter().any(|token| pair(token).is_some()).then(|| {
        let apart = tokens.iter().flat_map(|token| match pair(token) {
            Some((host, port)) => {
                let host = Token { literal: true, end: End::Nothing, ..Token::word(&host) };
                let port = Token { literal: true, end: token.end, ..Token::word(&port) };
                vec![host, Token::word("on"), Token::word("port"), port]
            }
            None => vec![token.clone()],
        });
        apart.collect()
    })
}

/// Where the clause that begins at `start` ends.
pub(super) fn end_of_clause(tokens: &[Token], start: usize) -> usize {
    let rest = &tokens[start..];
    start + rest.iter().position(|token| token.end > End::Nothing).map_or(rest.len(), |at| at + 1)
}

/// Whether these words stand at a place, none of them in quotes.
pub(super) fn stands(tokens: &[Token], at: usize, words: &[&str]) -> bool {
    tokens
        .get(at..at + words.len())
        .is_some_and(|span| span.iter().zip(words).all(|(token, word)| !token.quoted && token.norm == *word))
}

/// What a verb can be parted from.
pub(super) const PARTICLES: &[&str] = &["up", "down", "back", "off", "away", "out", "aside"];

/// «roll the api back» as «roll back the api»; `None` when no verb is parted from its particle.
pub(super) fn phrasal(tokens: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    const VERBS: &[&str] = &[
        "roll", "bring", "take", "turn", "shut", "tear", "spin", "fire", "put", "throw", "clean", "tidy", "set",
        "wipe", "hook", "plug", "lift", "get", "give", "call", "pull", "kick", "switch",
    ];
    let verb = tokens.iter().position(|token| !token.quoted && VERBS.contains(&token.norm.as_str()))?;
    let rest = tokens.get(verb + 1..)?;
    let length = rest.iter().position(|token| token.end > End::Nothing).map_or(rest.len(), |at| at + 1);
    let particle = rest[..length].iter().position(|token| {
        PARTICLES.contains(&token.norm.as_str())
            && lexicon.actions.contains_key(&format!("{} {}", tokens[verb].norm, token.norm))
    })?;
    // «bring it up to date» is another deed than «bring it up».
    // … and «take me back to main» says where to go.
    if particle == 0
        || ["me", "us"].contains(&rest[0].norm.as_str())
        || rest.get(particle + 2).is_some_and(|after| after.norm == "date")
    {
        return None;
    }
    let mut moved = tokens.to_vec();
    let mut taken = moved.remove(verb + 1 + particle);
    if let Some(before) = moved.get_mut(verb + particle) {
        before.end = before.end.max(taken.end);
    }
    taken.end = End::Nothing;
    moved.insert(verb + 1, taken);
    Some(moved)
}

/// The tokens with typing mistakes mended; `None` when there is nothing to mend. `first_only` mends nothing but the
/// word a request begins with, where a verb stands and hardly a name.
pub(super) fn corrected(tokens: &[Token], lexicon: &Lexicon, first_only: bool) -> Option<Vec<Token>> {
    let first = tokens.iter().position(|token| !lexicon.stop_words.contains(&token.norm));
    // «delete aall pods» is no deed to guess at.
    let deed = first.is_some_and(|first| lexicon.is_deed(&tokens[first].norm));
    let mut changed = false;
    let mended = tokens
        .iter()
        .enumerate()
        .map(|(at, token)| {
            if first_only && Some(at) != first || token.told || is_named(tokens, at, lexicon) {
                return token.clone();
            }
            // A request begins with a deed; what is nearly the name of a thing may be somebody's name.
            let whole = |word: &String| deed && lexicon.all_words.contains(word);
            let meant = token.meant.as_ref().filter(|word| !first_only || lexicon.actions.contains_key(*word));
            // «stop crow»: what is nearly the name of a daemon may be the name of something else.
            let named = |word: &String| lexicon.is_daemon(word) || lexicon.is_usual_name(word);
            match meant.filter(|word| !(whole(word) || deed && named(word))) {
                Some(word) => {
                    changed = true;
                    Token { norm: word.clone(), raw: word.clone(), ..token.clone() }
                }
                None => token.clone(),
            }
        })
        .collect();
    changed.then_some(mended)
}

/// The tokens with words mended of which two letters changed places, as no name's do: `erorrs`, `contianers`; `None`
/// when there is none.
pub(super) fn unswapped(tokens: &[Token], lexicon: &Lexicon) -> Option<Vec<Token>> {
    let swapped = |token: &Token| {
        let meant = token.meant.as_ref().filter(|_| !token.told && token.norm.len() > 4)?;
        let letters = |word: &str| {
            let mut letters: Vec<char> = word.chars().collect();
            letters.sort_unstable();
            letters
        };
        (letters(meant) == letters(&token.norm)).then(|| meant.clone())
    };
    let mend = |(at, token): (usize, &Token)| match swapped(token).filter(|_| !is_named(tokens, at, lexicon)) {
        Some(word) => Token { norm: word.clone(), raw: word, meant: None, ..token.clone() },
        None => token.clone(),
    };
    let mended: Vec<Token> = tokens.iter().enumerate().map(mend).collect();
    (mended != tokens).then_some(mended)
}

/// Whether a word stands where a name stands: behind a noun or behind a word that introduces names, or between an
/// article and one thing: «the cart deploymnet».
fn is_named(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|before| tokens.get(before)) else { return false };
    if before.end > End::Nothing {
        return false;
    }
    let one_thing = |token: &Token| {
        let word = token.meant.as_ref().unwrap_or(&token.norm);
        !word.ends_with('s') && lexicon.is_noun(word)
    };
    let state = tokens[at].meant.as_ref().is_some_and(|word| {
        lexicon.conditions.contains_key(word) || lexicon.common.contains(word) || lexicon.restricting.contains(word)
    });
    let article = DEFINITE.contains(&before.norm.as_str()) && tokens[at].end == End::Nothing;
    if article && !state && tokens.get(at + 1).is_some_and(one_thing) {
        return true;
    }
    // «the variables of web in comms»: where a place is named at the end.
    let last = at + 1 == tokens.len() || tokens[at].end > End::Nothing;
    let noun = tokens[at].meant.as_ref().is_some_and(|word| lexicon.is_noun(word));
    if last && !noun && ["in", "inside", "within", "ns"].contains(&before.norm.as_str()) {
        return true;
    }
    ["named", "called", "as", "namespace", "branch", "tag"].contains(&before.norm.as_str())
        || !before.norm.ends_with('s') && lexicon.is_noun(&before.norm)
}

/// The word that was meant by a misspelt one.
fn meant(norm: &str, lexicon: &Lexicon) -> Option<String> {
    let length = norm.chars().count();
    let known = lexicon.means_something(norm)
        || lexicon.vocabulary.knows(norm)
        || lexicon.environments.contains(norm)
        || lexicon.is_daemon(norm)
        || lexicon.common.contains(norm)
        || lexicon.look_alikes.contains(norm);
    if length < 3 || known {
        return None;
    }
    let reach = if length >= 8 { 2 } else { 1 };
    // Fingers slip inside words: a mistake keeps the first letter, or changes it for the second.
    let mut letters = norm.chars();
    let (first, second) = (letters.next()?, letters.next()?);
    let swapped = lexicon.vocabulary.beginning_with(second).filter(|word| word.chars().nth(1) == Some(first));
    let mut near: Vec<(usize, &str)> = lexicon
        .vocabulary
        .beginning_with(first)
        .chain(swapped)
        .filter(|word| word.len() >= 3 && word.len().abs_diff(norm.len()) <= reach)
        // Of three letters only a dropped one or two that changed places are seen as a mistake.
        .filter(|word| length > 3 || word.len() > 3)
        .filter(|word| !takes_back(norm, word))
        // «was removed» tells, «remove» asks: neither is a misspelt other.
        .filter(|word| norm.strip_suffix('d').is_none_or(|stem| stem != *word && stem.strip_suffix('e') != Some(word)))
        // One and several are both right.
        .filter(|word| norm.strip_suffix('s') != Some(*word) && word.strip_suffix('s') != Some(norm))
        // `detele`: every letter is there.
        .map(|word| (strsim::osa_distance(norm, word).min(if is_mixed_up(norm, word) { 1 } else { usize::MAX }), word))
        .filter(|(distance, _)| *distance <= reach)
        // Letters that changed places, and one that was typed twice, are what fingers do most.
        .map(|(distance, word)| (if distance == 1 && slipped(norm, word) { 0 } else { distance }, word))
        .collect();
    // A letter is left out more often than one is doubled.
    near.sort_by(|(one, a), (other, b)| one.cmp(other).then(b.len().cmp(&a.len())).then(a.cmp(b)));
    near.dedup();
    match near.as_slice() {
        // Two words equally near are no correction but a guess.
        [(best, one), (second, other), ..] if best == second && one.len() == other.len() => None,
        [(_, word), ..] => Some((*word).to_owned()),
        [] => None,
    }
}

/// Whether two letters of a word of some length are exchanged: `detele`.
fn is_mixed_up(written: &str, word: &str) -> bool {
    let differing: Vec<(char, char)> =
        written.chars().zip(word.chars()).filter(|(written, meant)| written != meant).collect();
    let exchanged = matches!(differing.as_slice(), [(a, b), (c, d)] if a == d && b == c);
    written.chars().count() == word.chars().count() && written.len() >= 6 && exchanged
}

/// Whether two letters changed places, or one was typed twice: `donw`, `stopp`.
fn slipped(written: &str, word: &str) -> bool {
    let (written, word): (Vec<char>, Vec<char>) = (written.chars().collect(), word.chars().collect());
    let twice = |at: usize| {
        written[at] == written[at - 1] && written.len() == word.len() + 1 && {
            let mut once = written.clone();
            once.remove(at);
            once == word
        }
    };
    let swapped = |at: usize| {
        written.len() == word.len() && written[at] != written[at - 1] && {
            let mut turned = written.clone();
            turned.swap(at, at - 1);
            turned == word
        }
    };
    (1..written.len()).any(|at| twice(at) || swapped(at))
}

/// `undelete` is no misspelt `delete`, nor `redeploy` a misspelt `deploy`.
fn takes_back(written: &str, word: &str) -> bool {
    ["un", "de", "dis", "re", "non", "in"].iter().any(|prefix| {
        written.strip_prefix(prefix).is_some_and(|rest| rest == word)
            || word.strip_prefix(prefix).is_some_and(|rest| rest == written)
    })
}
