//! Tools of other programs' MCP servers: what is offered, and one use of it.

use serde::{Deserialize, Serialize};

use super::{ToolSpec, join_words};

/// The first word of a tool's call where it is shown, judged and written down.
pub const MCP: &str = "mcp";

/// A call of a tool that another program serves, as the gate judges it and as it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolUse {
    pub server: String,
    pub tool: String,
    pub arguments: serde_json::Map<String, serde_json::Value>,
    /// The server itself says that it may destroy something. Its word can only raise.
    pub warned: bool,
    /// SHA-256 in hex of how the server described the tool when it was offered.
    pub definition: String,
}

impl ToolUse {
    /// The call as a line: `mcp server tool '{"name":"value"}'`.
    pub fn line(&self) -> String {
        let arguments = serde_json::Value::Object(self.arguments.clone()).to_string();
        join_words(&[MCP, &self.server, &self.tool, &arguments])
    }
}

/// A tool as the agent may offer it to a model.
#[derive(Debug, Clone, PartialEq)]
pub struct OfferedTool {
    /// Its name there is `server__tool`.
    pub spec: ToolSpec,
    pub server: String,
    pub tool: String,
    pub warned: bool,
    pub definition: String,
}

impl OfferedTool {
    /// One use of it.
    pub fn with(&self, arguments: serde_json::Map<String, serde_json::Value>) -> ToolUse {
        ToolUse {
            server: self.server.clone(),
            tool: self.tool.clone(),
            arguments,
            warned: self.warned,
            definition: self.definition.clone(),
        }
    }
}
