//! The steps of a turn, each with a mark and, where it is neither done nor to come, a word.

use ratatui::text::{Line, Span};

use super::markdown;
use super::theme::{Theme, Tone};
use crate::domain::{CheckStep, Checklist, StepState};
use crate::output::escape;

/// The rows of the list.
pub(super) fn lines(list: &Checklist, width: u16, theme: &Theme) -> Vec<Line<'static>> {
    let done = list.steps.iter().filter(|step| step.state == StepState::Done).count();
    let head = format!("plan · {done} of {} done", list.steps.len());
    let mut lines = vec![Line::from(Span::styled(head, theme.style(Tone::Accent)))];
    let digits = list.steps.len().to_string().len();
    for (index, step) in list.steps.iter().enumerate() {
        let (mark, tone) = mark(step.state);
        let lead = format!("{mark} {:>digits$}. ", index + 1);
        let indent = " ".repeat(digits + 4);
        let room = width.saturating_sub(u16::try_from(indent.len()).unwrap_or(0)).max(1);
        for (row, text) in markdown::wrap(&told(step), room).into_iter().enumerate() {
            let lead = if row == 0 { lead.clone() } else { indent.clone() };
            lines.push(Line::from(vec![
                Span::styled(lead, theme.style(tone)),
                Span::styled(text, theme.style(if step.state == StepState::Done { Tone::Dim } else { Tone::Text })),
            ]));
        }
    }
    lines
}

fn told(step: &CheckStep) -> String {
    let line = escape::line(&step.line);
    match step.state {
        StepState::Pending | StepState::Done => line,
        state => format!("{line} — {}", state.word()),
    }
}

fn mark(state: StepState) -> (&'static str, Tone) {
    match state {
        StepState::Pending => ("○", Tone::Dim),
        StepState::Running => ("▸", Tone::Accent),
        StepState::Done => ("✓", Tone::Dim),
        StepState::Failed => ("✗", Tone::Failure),
        StepState::Denied => ("✗", Tone::Warning),
        StepState::Skipped | StepState::NotDone => ("·", Tone::Warning),
    }
}
