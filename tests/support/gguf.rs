//! A model file of our own for a real llama.cpp: it says, word for word, what a test wrote down.
//!
//! Owns the file format (GGUF, version 3) and the weights. The one layer lets everything pass; a token of the script
//! leads to the next one and to nothing else. Which answer is begun is chosen by the chat template, which ends the prompt
//! with the token of the n-th answer, n being how many the assistant gave before.
//!
//! The format: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

/// Bytes of the script in a token: several tokens make a word, so that it streams.
const PIECE: usize = 12;
/// Size of what the layer computes with; it comes to nothing whatever it is.
const INNER: usize = 16;
/// How sure the model is of its next token.
const SURE: f32 = 10.0;
/// Tokens that the model can look back on.
pub const WINDOW: u32 = 32_768;

/// A kind of token, as llama.cpp numbers them.
const NORMAL: i32 = 1;
const CONTROL: i32 = 3;

/// A template that shows tools and calls as Hermes does, which llama.cpp reads back as calls.
const TEMPLATE: &str = r#"{%- set ns = namespace(answers=0) -%}
{%- if tools -%}
<|im_start|>system
# Tools
You may call one or more functions. You are provided with function signatures within <tools></tools> XML tags:
<tools>
{%- for tool in tools %}
{{ tool | tojson }}
{%- endfor %}
</tools>
For each function call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:
<tool_call>
{"name": <function-name>, "arguments": <args-json-object>}
</tool_call><|im_end|>
{% endif -%}
{%- for message in messages -%}
{%- if message.role == "tool" -%}
<|im_start|>user
<tool_response>
{{ message.content }}
</tool_response><|im_end|>
{% elif message.role == "assistant" -%}
{%- set ns.answers = ns.answers + 1 -%}
<|im_start|>assistant
{{ message.content or "" }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor -%}
<|im_end|>
{% else -%}
<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
<|answer-{{ ns.answers }}|>
{%- endif -%}"#;

/// The bytes of a model that answers with these texts, one after the other, and with the last one from then on.
pub fn scripted(answers: &[&str]) -> Vec<u8> {
    let vocabulary = Vocabulary::of(answers);
    let states = vocabulary.next.len() + 1;
    // Parts of a row are read in blocks.
    let width = states.next_multiple_of(32);
    let count = vocabulary.tokens.len();
    let (mut embeddings, mut output) = (vec![0_f32; width * count], vec![0_f32; width * count]);
    for token in 0..count {
        let state = vocabulary.next.iter().position(|(from, _)| *from == token).map_or(0, |at| at + 1);
        embeddings[token * width + state] = 1.0;
    }
    for (state, (_, to)) in vocabulary.next.iter().enumerate() {
        output[to * width + state + 1] = SURE;
    }
    let ones = || vec![1.0; width];
    let nothing = || vec![0.0; width * INNER];
    let wide = width as u64;
    let (inner, tokens) = (INNER as u64, count as u64);
    let tensors: Vec<(&str, Vec<u64>, Vec<f32>)> = vec![
        ("token_embd.weight", vec![wide, tokens], embeddings),
        ("output_norm.weight", vec![wide], ones()),
        ("output.weight", vec![wide, tokens], output),
        ("blk.0.attn_norm.weight", vec![wide], ones()),
        ("blk.0.attn_q.weight", vec![wide, inner], nothing()),
        ("blk.0.attn_k.weight", vec![wide, inner], nothing()),
        ("blk.0.attn_v.weight", vec![wide, inner], nothing()),
        ("blk.0.attn_output.weight", vec![inner, wide], nothing()),
        ("blk.0.ffn_norm.weight", vec![wide], ones()),
        ("blk.0.ffn_gate.weight", vec![wide, inner], nothing()),
        ("blk.0.ffn_up.weight", vec![wide, inner], nothing()),
        ("blk.0.ffn_down.weight", vec![inner, wide], nothing()),
    ];
    let template = TEMPLATE.replace(
        "<|answer-{{ ns.answers }}|>",
        &format!("<|answer-{{{{ [ns.answers, {}] | min }}}}|>", answers.len().saturating_sub(1)),
    );
    let mut file = Writer::default();
    file.header(tensors.len());
    file.text("general.architecture", "llama");
    file.text("general.name", "scripted");
    file.number("llama.context_length", WINDOW);
    file.number("llama.embedding_length", width as u32);
    file.number("llama.block_count", 1);
    file.number("llama.feed_forward_length", INNER as u32);
    file.number("llama.attention.head_count", 1);
    file.number("llama.attention.head_count_kv", 1);
    file.number("llama.attention.key_length", INNER as u32);
    file.number("llama.attention.value_length", INNER as u32);
    file.number("llama.rope.dimension_count", INNER as u32);
    file.real("llama.attention.layer_norm_rms_epsilon", 1e-5);
    file.text("tokenizer.ggml.model", "gpt2");
    file.text("tokenizer.ggml.pre", "gpt-2");
    file.texts("tokenizer.ggml.tokens", &vocabulary.tokens);
    file.kinds("tokenizer.ggml.token_type", &vocabulary.kinds);
    file.texts("tokenizer.ggml.merges", &[]);
    file.number("tokenizer.ggml.eos_token_id", vocabulary.end as u32);
    file.text("tokenizer.chat_template", &template);
    file.tensors(&tensors);
    file.bytes
}

/// Every byte as a token, the marks of the template, and the pieces of the script.
struct Vocabulary {
    tokens: Vec<String>,
    kinds: Vec<i32>,
    end: usize,
    /// Which token follows which.
    next: Vec<(usize, usize)>,
}

impl Vocabulary {
    fn of(answers: &[&str]) -> Vocabulary {
        let mut tokens: Vec<String> = (0..=255).map(|byte| letter(byte).to_string()).collect();
        let mut kinds = vec![NORMAL; tokens.len()];
        let mut add = |text: String, kind: i32| {
            tokens.push(text);
            kinds.push(kind);
            tokens.len() - 1
        };
        add("<|im_start|>".to_owned(), CONTROL);
        let end = add("<|im_end|>".to_owned(), CONTROL);
        let mut next = Vec::new();
        for (at, answer) in answers.iter().enumerate() {
            let mut last = add(format!("<|answer-{at}|>"), CONTROL);
            for piece in answer.as_bytes().chunks(PIECE) {
                let token = add(piece.iter().map(|byte| letter(*byte)).collect(), NORMAL);
                next.push((last, token));
                last = token;
            }
            next.push((last, end));
        }
        Vocabulary { tokens, kinds, end, next }
    }
}

/// The letter that stands for a byte in vocabularies of this kind: itself where it can be printed.
fn letter(byte: u8) -> char {
    let plain = |byte: u8| matches!(byte, b'!'..=b'~' | 0xA1..=0xAC | 0xAE..=0xFF);
    if plain(byte) {
        return char::from(byte);
    }
    let before = (0..byte).filter(|byte| !plain(*byte)).count() as u32;
    char::from_u32(256 + before).unwrap()
}

/// The file, as it is put together.
#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    values: u64,
}

impl Writer {
    const ALIGNMENT: usize = 32;
    /// Where the count of the values stands.
    const VALUES: usize = 16;

    fn header(&mut self, tensors: usize) {
        self.bytes.extend(b"GGUF");
        self.bytes.extend(3_u32.to_le_bytes());
        self.bytes.extend((tensors as u64).to_le_bytes());
        self.bytes.extend(0_u64.to_le_bytes());
    }

    fn string(&mut self, text: &str) {
        self.bytes.extend((text.len() as u64).to_le_bytes());
        self.bytes.extend(text.as_bytes());
    }

    fn key(&mut self, name: &str, kind: u32) {
        self.values += 1;
        self.string(name);
        self.bytes.extend(kind.to_le_bytes());
    }

    fn number(&mut self, name: &str, value: u32) {
        self.key(name, 4);
        self.bytes.extend(value.to_le_bytes());
    }

    fn real(&mut self, name: &str, value: f32) {
        self.key(name, 6);
        self.bytes.extend(value.to_le_bytes());
    }

    fn text(&mut self, name: &str, value: &str) {
        self.key(name, 8);
        self.string(value);
    }

    fn array(&mut self, name: &str, kind: u32, length: usize) {
        self.key(name, 9);
        self.bytes.extend(kind.to_le_bytes());
        self.bytes.extend((length as u64).to_le_bytes());
    }

    fn texts(&mut self, name: &str, values: &[String]) {
        self.array(name, 8, values.len());
        values.iter().for_each(|value| self.string(value));
    }

    fn kinds(&mut self, name: &str, values: &[i32]) {
        self.array(name, 5, values.len());
        values.iter().for_each(|value| self.bytes.extend(value.to_le_bytes()));
    }

    /// The names and places of the tensors, then their numbers.
    fn tensors(&mut self, tensors: &[(&str, Vec<u64>, Vec<f32>)]) {
        let values = self.values.to_le_bytes();
        self.bytes[Self::VALUES..Self::VALUES + 8].copy_from_slice(&values);
        let mut at = 0_u64;
        for (name, shape, numbers) in tensors {
            self.string(name);
            self.bytes.extend((shape.len() as u32).to_le_bytes());
            shape.iter().for_each(|size| self.bytes.extend(size.to_le_bytes()));
            // 32 bits each.
            self.bytes.extend(0_u32.to_le_bytes());
            self.bytes.extend(at.to_le_bytes());
            at += ((numbers.len() * 4).next_multiple_of(Self::ALIGNMENT)) as u64;
        }
        for (_, _, numbers) in tensors {
            self.bytes.resize(self.bytes.len().next_multiple_of(Self::ALIGNMENT), 0);
            numbers.iter().for_each(|number| self.bytes.extend(number.to_le_bytes()));
        }
    }
}
