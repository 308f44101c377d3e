//! What of the corpus is masked: every secret gone, every look-alike as it was, family by family.
//!
//! Owns the floors, which only rise. A family's floor is what it reaches now; raise it when it reaches more.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use devops_agent::redact::{Class, Mode, Patterns, Redactor, ToolSecret};
use devops_agent::{library, skill};

/// Recall over all families, and of those whose secrets open the most doors.
const RECALL: f64 = 0.99;
const STRICT: [&str; 9] =
    ["cloud", "docker-auth", "jwt", "kubeconfig", "kubernetes", "private-key", "proxmox", "vendor", "webhook"];
const STRICTLY: f64 = 0.99;
/// Every other family.
const EACH: f64 = 0.95;
/// Look-alikes masked by mistake.
const FALSE: f64 = 0.005;
/// Texts whose parts that tell what happened are all still there.
const KEPT: f64 = 0.99;

/// What the shipped skills say about commands with secrets.
static SHIPPED: LazyLock<Vec<ToolSecret>> =
    LazyLock::new(|| library::built_in().iter().flat_map(|file| skill::secrets(&file.text)).collect());

fn redactor() -> Redactor {
    Redactor::default().with_tools(SHIPPED.iter())
}

#[derive(Default)]
struct Tally {
    rows: u32,
    hits: u32,
}

impl Tally {
    fn add(&mut self, hit: bool) {
        self.rows += 1;
        self.hits += u32::from(hit);
    }

    fn rate(&self) -> f64 {
        f64::from(self.hits) / f64::from(self.rows.max(1))
    }
}

fn corpus(name: &str) -> Vec<serde_json::Value> {
    let path = format!("{}/tests/fixtures/redact/{name}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap().replace('\u{241f}', "");
    text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn strings<'a>(row: &'a serde_json::Value, field: &str) -> Vec<&'a str> {
    row[field].as_array().map(|list| list.iter().filter_map(|item| item.as_str()).collect()).unwrap_or_default()
}

#[test]
fn the_secrets_of_the_corpus_are_masked_family_by_family() {
    let mut families: BTreeMap<String, Tally> = BTreeMap::new();
    let (mut all, mut kept) = (Tally::default(), Tally::default());
    let mut missed = Vec::new();
    for row in corpus("positives") {
        let out = redactor().text(row["text"].as_str().unwrap()).into_inner();
        let hidden = strings(&row, "secret").iter().all(|secret| !out.contains(secret));
        if !hidden {
            missed.push(format!("{}: {out}", row["id"]));
        }
        all.add(hidden);
        kept.add(strings(&row, "keep").iter().all(|part| out.contains(part)));
        families.entry(row["family"].as_str().unwrap().to_owned()).or_default().add(hidden);
    }
    for (family, tally) in &families {
        println!("{family:<16} {:>4} of {:>4}  {:.3}", tally.hits, tally.rows, tally.rate());
    }
    println!("{:<16} {:>4} of {:>4}  {:.3}, context kept {:.3}", "all", all.hits, all.rows, all.rate(), kept.rate());
    assert!(all.rate() >= RECALL, "{missed:#?}");
    assert!(kept.rate() >= KEPT);
    for (family, tally) in &families {
        let floor = if STRICT.contains(&family.as_str()) { STRICTLY } else { EACH };
        assert!(tally.rate() >= floor, "{family} fell to {:.3}: {missed:#?}", tally.rate());
    }
}

#[test]
fn the_look_alikes_of_the_corpus_stay_as_they_are() {
    let mut families: BTreeMap<String, Tally> = BTreeMap::new();
    let mut all = Tally::default();
    let mut wrong = Vec::new();
    for row in corpus("negatives") {
        let text = row["text"].as_str().unwrap();
        let out = redactor().text(text).into_inner();
        if out != text {
            wrong.push(format!("{}: {out}", row["id"]));
        }
        all.add(out != text);
        families.entry(row["family"].as_str().unwrap().to_owned()).or_default().add(out != text);
    }
    for (family, tally) in &families {
        println!("{family:<16} {:>4} of {:>4}  {:.3}", tally.hits, tally.rows, tally.rate());
    }
    println!("{:<16} {:>4} of {:>4}  {:.3}", "all", all.hits, all.rows, all.rate());
    assert!(all.rate() <= FALSE, "{wrong:#?}");
}

#[test]
fn what_was_masked_is_not_masked_again_and_the_cuts_of_a_stream_change_nothing() {
    for row in corpus("positives").iter().chain(&corpus("negatives")) {
        let text = row["text"].as_str().unwrap();
        let once = redactor().text(text).into_inner();
        assert_eq!(redactor().text(&once).into_inner(), once, "{}", row["id"]);
        for size in [1, 7, 64] {
            let mut stream = redactor().stream();
            let mut out = Vec::new();
            text.as_bytes().chunks(size).for_each(|piece| out.extend(stream.push(piece).into_inner()));
            out.extend(stream.finish().into_inner());
            assert_eq!(String::from_utf8(out).unwrap(), once, "{} in pieces of {size}", row["id"]);
        }
    }
}

#[test]
fn findings_say_where_the_secrets_lay() {
    for row in corpus("positives") {
        let text = row["text"].as_str().unwrap();
        let (masked, findings) = redactor().findings(text.as_bytes());
        let out = String::from_utf8(masked.into_inner()).unwrap();
        assert_eq!(findings.is_empty(), out == text, "{}", row["id"]);
        let mut rebuilt = String::new();
        let mut from = 0;
        for found in &findings {
            rebuilt.push_str(&text[from..found.start]);
            rebuilt.push('\u{241f}');
            from = found.end;
        }
        rebuilt.push_str(&text[from..]);
        // What lies between the findings is what lies between the masks.
        let mut rest = out.as_str();
        for part in rebuilt.split('\u{241f}').filter(|part| !part.is_empty()) {
            let at = rest.find(part).unwrap_or_else(|| panic!("{}: {part:?} is not in {out:?}", row["id"]));
            rest = &rest[at + part.len()..];
        }
    }
}

#[test]
fn names_come_back_and_unknown_ones_are_refused() {
    let redactor = Redactor::keyed([7; 32]).in_mode(Mode::Anonymize);
    redactor.know_name(Class::Vm, "web-frontend-3");
    let text = "ssh ops@acme.test; ping 10.20.0.31 and 10.20.0.32, not 203.0.113.7; db1.acme.test at 2001:db8:5eed::7; \
                52:54:00:c0:ff:ee; web-frontend-3 in /home/ada/src";
    let out = redactor.text(text).into_inner();
    for name in ["10.20.0.31", "acme.test", "203.0.113.7", "2001:db8", "52:54:00", "web-frontend-3", "ada"] {
        assert!(!out.contains(name), "{name} is in {out}");
    }
    assert_eq!(redactor.map_back(&out).unwrap(), text);
    let stranger = Redactor::keyed([8; 32]).in_mode(Mode::Anonymize);
    let refused = stranger.map_back(&out).unwrap_err();
    assert!(refused.to_string().contains("stands for nothing"), "{refused}");
}

#[test]
fn a_pattern_that_cannot_be_used_is_named() {
    let error = Patterns::new(&["ok".to_owned()], &["(unclosed".to_owned()]).unwrap_err();
    assert!(error.to_string().contains("(unclosed"), "{error}");
    let patterns = Patterns::new(&["hunter2".to_owned()], &["ACME-[0-9]{4}".to_owned()]).unwrap();
    let redactor = redactor().with_patterns(patterns);
    let out = redactor.text("password=hunter2 customer ACME-4711").into_inner();
    assert!(out.starts_with("password=hunter2 customer [redacted:denied#"), "{out}");
}
