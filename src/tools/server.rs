//! The MCP server for our own client, in process: `run_command(cmd, context?)` and its result
//! `{stdout, stderr, exit_code, duration, command}`, with the whole report beside it.
//!
//! Owns what only our own client may say about a call. Decides nothing: [`Core`] does.

use std::sync::Arc;

use rmcp::ErrorData;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult, MetaObject,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};
use serde_json::{Map, Value, json};

use super::approval::Elicitation;
use super::core::{Called, Core, ServerParts};
use crate::domain::{CallReport, CallRequest, Exit, Principal};

/// Where our own client puts what only it knows about a call, and finds the report.
pub(super) const CALL_META: &str = "devops-agent/call";
pub(super) const REPORT_META: &str = "devops-agent/report";

/// The one tool that runs anything.
pub const RUN_COMMAND: &str = "run_command";

/// The server of one connection.
#[derive(Clone)]
pub struct Server {
    core: Core,
    approver: Principal,
}

impl Server {
    /// A server over its parts.
    pub fn new(parts: ServerParts) -> Server {
        let approver = parts.approver.clone();
        Server { core: Core::new(parts), approver }
    }

    fn request(
        &self,
        arguments: &Map<String, Value>,
        context: &RequestContext<RoleServer>,
    ) -> Result<CallRequest, String> {
        let text = |name: &str| arguments.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let known = context.meta.get(CALL_META).ok_or("this server is for the program's own client")?;
        let request: CallRequest = serde_json::from_value(known.clone()).map_err(|error| error.to_string())?;
        match text("cmd") {
            command if command.trim().is_empty() => {
                Err(format!("`{RUN_COMMAND}` needs `cmd`: a string with one command line"))
            }
            command => Ok(CallRequest { command, reason: text("context"), ..request }),
        }
    }
}

fn schema(value: Value) -> Arc<Map<String, Value>> {
    match value {
        Value::Object(map) => Arc::new(map),
        _ => Arc::default(),
    }
}

impl ServerHandler for Server {
    fn get_info(&self) -> ServerConfig {
        let mut info = ServerConfig::new(ServerCapabilities::builder().enable_tools().build());
        info.server_info = Implementation::new("devops-agent", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let mut tool = Tool::new(
            RUN_COMMAND,
            "Run one command line behind the permission gate. Commands that change something wait for approval.",
            schema(json!({
                "type": "object",
                "properties": {
                    "cmd": {"type": "string", "description": "One command line"},
                    "context": {"type": "string", "description": "One sentence: why this command, now", "default": ""}
                },
                "required": ["cmd"]
            })),
        );
        tool.annotations = Some(ToolAnnotations::new().destructive(true).open_world(true));
        Ok(ListToolsResult::with_all_items(vec![tool]))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if request.name != RUN_COMMAND {
            return Err(ErrorData::invalid_params(format!("there is no tool `{}`", request.name), None));
        }
        let arguments = request.arguments.unwrap_or_default();
        let call = match self.request(&arguments, &context) {
            Ok(call) => call,
            Err(complaint) => return Ok(CallToolResult::error(vec![ContentBlock::text(complaint)]).into()),
        };
        let consult = Elicitation { peer: &context.peer, approver: &self.approver };
        match self.core.call(call, &consult, &context.ct).await {
            Called::Ended(report) => Ok(result(&report).into()),
            Called::Open(_) => {
                Err(ErrorData::internal_error("an elicitation is answered while its call is open", None))
            }
        }
    }
}

/// The product's five fields of a command that ran.
pub fn fields(report: &CallReport, exit: &Exit) -> Value {
    json!({
        "stdout": report.stdout,
        "stderr": report.stderr,
        "exit_code": exit.code(),
        "duration": report.duration.as_secs_f64(),
        "command": report.command,
    })
}

/// The fields, and for our own client the whole report.
fn result(report: &CallReport) -> CallToolResult {
    let mut result = match &report.exit {
        // Our client reads the report below; what is too long for one message is not said four times in it.
        Some(exit) => match &report.brief {
            Some(brief) => {
                let short = CallReport { stdout: brief.clone(), stderr: String::new(), ..report.clone() };
                CallToolResult::structured(fields(&short, exit))
            }
            None => CallToolResult::structured(fields(report, exit)),
        },
        None => {
            let text = format!("not run: {}. Nothing was changed; ask the person before trying again.", report.summary);
            CallToolResult::error(vec![ContentBlock::text(text)])
        }
    };
    let mut meta = MetaObject::new();
    if let Ok(value) = serde_json::to_value(report) {
        meta.insert(REPORT_META.to_owned(), value);
    }
    result.meta = Some(meta);
    result
}
