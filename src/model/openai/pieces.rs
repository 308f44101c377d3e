//! Tool calls that come in pieces, put together.
//!
//! Owns which piece belongs to which call. Servers number them, repeat their
//! ids, or do neither; a call is whole only at the end of the answer.

use serde_json::{Map, Value};

use crate::domain::ToolCall;

/// A piece of a call, as it came.
#[derive(Debug, Default)]
pub(super) struct Piece {
    pub index: Option<u64>,
    pub id: String,
    pub name: String,
    pub arguments: String,
}

/// The calls of one answer.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    pub(super) fn push(&mut self, piece: Piece) {
        let continued = self.0.iter_mut().rev().find(|call| {
            // The same number with another id is another call: some servers call every one of them the first.
            let other = !piece.id.is_empty() && !call.id.is_empty() && piece.id != call.id;
            let same = piece.index.is_none() || piece.index == call.index;
            // Without a number and an id, a name begins a call.
            let begins = piece.index.is_none() && piece.id.is_empty() && !piece.name.is_empty();
            same && !other && !begins
        });
        match continued {
            Some(call) => {
                if call.id.is_empty() {
                    call.id = piece.id;
                }
                // Sent again whole by some, in parts by others.
                if call.name != piece.name {
                    call.name.push_str(&piece.name);
                }
                call.arguments.push_str(&piece.arguments);
            }
            None => self.0.push(piece),
        }
    }

    /// The calls, in the order they began. Arguments that are no JSON stay a string.
    pub(super) fn take(&mut self) -> impl Iterator<Item = ToolCall> {
        std::mem::take(&mut self.0).into_iter().map(|Piece { id, name, arguments, .. }| ToolCall {
            id,
            name,
            arguments: if arguments.trim().is_empty() {
                Value::Object(Map::new())
            } else {
                serde_json::from_str(&arguments).unwrap_or(Value::String(arguments))
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn piece(index: Option<u64>, id: &str, name: &str, arguments: &str) -> Piece {
        Piece { index, id: id.into(), name: name.into(), arguments: arguments.into() }
    }

    fn together(pieces: Vec<Piece>) -> Vec<(String, String, Value)> {
        let mut all = Pieces::default();
        pieces.into_iter().for_each(|piece| all.push(piece));
        all.take().map(|call| (call.id, call.name, call.arguments)).collect()
    }

    #[test]
    fn pieces_are_joined_by_number_by_id_or_by_their_order() {
        let two = [
            ("a".to_owned(), "run".to_owned(), json!({"cmd": "ls"})),
            ("b".to_owned(), "run".to_owned(), json!({"cmd": "id"})),
        ];
        let numbered = vec![
            piece(Some(0), "a", "run", "{\"cm"),
            piece(Some(1), "b", "run", ""),
            piece(Some(0), "", "", "d\":\"ls\"}"),
            piece(Some(1), "", "", "{\"cmd\":\"id\"}"),
        ];
        let all_the_first = vec![
            piece(Some(0), "a", "run", "{\"cmd\":"),
            piece(Some(0), "a", "run", "\"ls\"}"),
            piece(Some(0), "b", "run", "{\"cmd\":\"id\"}"),
        ];
        let unnumbered = vec![
            piece(None, "a", "ru", "{\"cmd\":"),
            piece(None, "a", "n", "\"ls\"}"),
            piece(None, "b", "run", "{\"cmd\":\"id\"}"),
        ];
        for pieces in [numbered, all_the_first, unnumbered] {
            assert_eq!(together(pieces), two);
        }
        let bare = vec![piece(None, "", "run", "{\"cmd\":\"ls\"}"), piece(None, "", "run", "{\"cmd\":\"id\"}")];
        assert_eq!(together(bare).len(), 2);
    }

    #[test]
    fn half_of_an_argument_stays_what_it_is() {
        assert_eq!(together(vec![piece(Some(0), "a", "run", "{\"cmd\":\"l")])[0].2, json!("{\"cmd\":\"l"));
        assert_eq!(together(vec![piece(Some(0), "a", "run", "")])[0].2, json!({}));
    }
}
