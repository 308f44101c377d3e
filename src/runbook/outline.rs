//! The steps of a runbook for somebody who runs nothing: which commands it could ask for, and where each may lead.
//!
//! Owns what stands for a value that only a step will give. Must not know what a command does: whoever shows it judges
//! it.

use super::template::Values;
use super::{Deed, Runbook, Target};
use crate::domain::join_words;

/// A step that the walk may come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlined {
    pub id: String,
    /// The command; what an earlier step will give stands as one word `<pod>`.
    pub words: Vec<String>,
    pub why: String,
    /// Where it may lead: steps as `step pods`, findings as `finding oom`, and `nothing found`.
    pub leads: Vec<String>,
}

impl Outlined {
    /// The command for reading: what is not known yet stands without quotes.
    pub fn shown(&self) -> String {
        let word = |word: &String| match word.contains('<') {
            true => word.clone(),
            false => join_words(&[word]),
        };
        self.words.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

impl Runbook {
    /// The steps in their order with these inputs; a walk does the first, and of the others those that it is led to.
    pub fn outline(&self, inputs: &Values) -> Vec<Outlined> {
        let later = self.captures().into_iter().map(|name| (name.to_owned(), format!("<{name}>")));
        let defaults = self.inputs.iter().filter_map(|(name, spec)| Some((name.clone(), spec.default.clone()?)));
        let given = inputs.iter().map(|(name, value)| (name.clone(), value.clone()));
        let values: Values = later.chain(defaults).chain(given).collect();
        let steps = self.steps.iter().filter_map(|step| {
            // An input that was not asked for yet leaves the step out: it is asked for first.
            let words = step.command.words(&values).ok()?;
            let mut leads = Vec::new();
            for at in &step.moves {
                let target = match &at.deed {
                    Deed::Take { .. } => continue,
                    Deed::When { target, .. } | Deed::Otherwise(target) => self.named(*target),
                };
                if !leads.contains(&target) {
                    leads.push(target);
                }
            }
            Some(Outlined { id: step.id.clone(), words, why: step.why.told(&values), leads })
        });
        steps.collect()
    }

    fn named(&self, target: Target) -> String {
        let id = |id: Option<&String>| id.cloned().unwrap_or_default();
        match target {
            Target::Step(index) => format!("step {}", id(self.steps.get(index).map(|step| &step.id))),
            Target::Finding(index) => format!("finding {}", id(self.findings.get(index).map(|finding| &finding.id))),
            Target::Nothing => "nothing found".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Values, parse};

    const BOOK: &str = "---\nid: box.full\ntitle: A box is full\nphrases: ['box <box> full']\ninputs:\n  \
        box: {type: name, required: Which box?}\n  room: {type: name}\nexamples:\n  box red is full: {box: red}\n\
        ceiling: auto\n---\n\n## look: How full {box} is\n\n```sh\nbox show {box} [-n {room}]\n```\n\n\
        - when output `full of (?<thing>\\S+)`: go to things\n- otherwise: nothing found\n\n\
        ## things: What {thing} is\n\n```sh\nthing show {thing}\n```\n\n- otherwise: finding full\n\n\
        ## finding full: {box} is full\n\n- next: empty it\n\n## nothing: {box} has room\n\n- next: go on\n";

    #[test]
    fn the_steps_are_shown_with_what_is_known_and_a_place_for_what_is_not() {
        let book = parse("box.md", BOOK).unwrap();
        let inputs: Values = [("box".to_owned(), "red one".to_owned())].into();
        let steps = book.outline(&inputs);
        let shown: Vec<String> = steps.iter().map(super::Outlined::shown).collect();
        assert_eq!(shown, ["box show 'red one'", "thing show <thing>"]);
        assert_eq!(steps[0].leads, ["step things", "nothing found"]);
        assert_eq!(steps[1].leads, ["finding full"]);
    }
}
