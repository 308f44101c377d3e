//! Named lines of real people and of attackers, each with the tier it must
//! have: the matrix row for row, plain reads and destructive lines in bulk.

use std::collections::BTreeMap;
use std::path::PathBuf;

use devops_agent::domain::{Action, Binary, FileStamp, Settings, Tier};
use devops_agent::gate::{BinaryFact, FactQuery, Facts, judge};
use devops_agent::runtime::Knowledge;

use super::support::rows::{Row, rows};

/// The tier of a line on a machine where every program of the search path is installed and nothing
/// else lies around.
fn judged(line: &str, knowledge: &Knowledge) -> (Tier, String) {
    let judged = judge(&Action::Command { line: line.to_owned() }, &knowledge.book);
    let stamp = FileStamp { device: 1, inode: 1, size: 1, modified_ns: 1 };
    let binaries: BTreeMap<String, BinaryFact> = judged
        .needs
        .iter()
        .filter_map(|need| match need {
            FactQuery::Binary { word }
                if word.contains('/') && !word.starts_with("/usr/bin/") && !word.starts_with("/bin/") =>
            {
                Some((word.clone(), BinaryFact::Missing))
            }
            FactQuery::Binary { word } => {
                let path = PathBuf::from("/usr/bin").join(word.rsplit('/').next().unwrap_or(word));
                Some((word.clone(), BinaryFact::Trusted { binary: Binary { path, stamp } }))
            }
            _ => None,
        })
        .collect();
    let facts = Facts {
        binaries,
        settings: [("git".to_owned(), Settings::default()), ("terraform".to_owned(), Settings::default())].into(),
        cwd: "/work".to_owned(),
        ..Facts::default()
    };
    let (verdict, _) = judged.with_facts(&facts);
    let why = verdict.deciding().map(|reason| format!("{} ({}): {}", reason.rule, reason.place(), reason.text));
    (verdict.tier, why.unwrap_or_default())
}

fn misjudged(table: &str) -> (usize, Vec<String>) {
    let knowledge = Knowledge::build(&[]).unwrap();
    let rows = rows(table);
    let fits = |row: &Row, tier: Tier| row.tier == tier.word() || (row.tier == "asks" && tier > Tier::Auto);
    let wrong = rows.iter().filter_map(|row| {
        let (tier, why) = judged(&row.line, &knowledge);
        (!fits(row, tier)).then(|| format!("{}: {} is {tier}: {:?} by {why}", row.tier, row.name, row.line))
    });
    let wrong: Vec<String> = wrong.collect();
    (rows.len(), wrong)
}

#[test]
fn every_row_of_the_matrix_has_its_tier() {
    let (count, wrong) = misjudged("matrix");
    assert!(count >= 500, "only {count} rows");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn plain_reads_run_at_once() {
    let (count, wrong) = misjudged("reads");
    assert!(wrong.len() * 100 <= count * 3, "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn destructive_lines_ask_for_an_explicit_yes() {
    let (count, wrong) = misjudged("destructive");
    assert!(wrong.len() * 100 <= count * 3, "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(wrong.iter().all(|row| !row.contains(" is auto: ")), "{}", wrong.join("\n"));
}
