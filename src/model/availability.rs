//! What may be expected of a server and its models before one is asked.

/// What became of a look for one model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// The model is there. `capabilities` in the server's words (`completion`, `tools`, `thinking`, …); empty when the
    /// server does not tell. `window` is the most tokens the model can read, where the server tells.
    Ready { capabilities: Vec<String>, window: Option<u32> },
    /// The server is up without the model; `installed` are the names it has, in its order.
    NoModel { installed: Vec<String> },
    /// No usable answer; `why` names the server and composes into a lower-case sentence.
    Unreachable { why: String },
}

/// One model of a server; `None` where the server does not tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    /// It is the one the settings name.
    pub is_chosen: bool,
    pub calls_tools: Option<bool>,
    pub thinks: Option<bool>,
    /// Its size on the server's disk.
    pub bytes: Option<u64>,
    /// The most tokens it can read.
    pub window: Option<u32>,
    /// The window it is loaded with, while it is.
    pub loaded: Option<u32>,
}
