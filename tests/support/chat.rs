//! One question to a model, whichever server it is behind, and what came of it.

use devops_agent::domain::{Message, ModelEvent, ModelRequest, Role};
use devops_agent::model::Model;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A question without tools.
pub fn question() -> ModelRequest {
    ModelRequest { messages: vec![Message::text(Role::User, "which pods restart?")], tools: Vec::new(), think: None }
}

/// Every event of the answer; exactly one of them ends it.
pub async fn ask(model: &dyn Model, request: ModelRequest) -> Vec<ModelEvent> {
    let (events, mut heard) = mpsc::channel(4);
    let listen = async {
        let mut all = Vec::new();
        while let Some(event) = heard.recv().await {
            all.push(event);
        }
        all
    };
    let ((), all) = tokio::join!(model.chat(request, events, CancellationToken::new()), listen);
    let ends = all.iter().filter(|event| matches!(event, ModelEvent::Done(_) | ModelEvent::Failed(_))).count();
    assert_eq!(ends, 1, "{all:?}");
    all
}

/// The words of an answer.
pub fn text_of(events: &[ModelEvent]) -> String {
    let token = |event: &ModelEvent| match event {
        ModelEvent::Token(text) => Some(text.clone()),
        _ => None,
    };
    events.iter().filter_map(token).collect()
}
