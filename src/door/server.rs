//! The MCP server of one connection: what is asked over the wire, answered by the parts beside it.

use std::sync::{Arc, OnceLock};

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CustomRequest, CustomResult, ErrorCode,
    GetPromptRequestParams, GetPromptResponse, Implementation, ListPromptsResult, ListResourceTemplatesResult,
    ListResourcesResult, ListToolsResult, PaginatedRequestParams, ReadResourceRequestParams, ReadResourceResponse,
    ReadResourceResult, ServerCapabilities, ServerConfig,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::json;

use super::arguments::Arguments;
use super::catalog::{self, CHECK_COMMAND, PLAN};
use super::house::House;
use super::lines::{LINE, TOO_LONG};
use super::link::Link;
use super::run::{self, Returned, complaint};
use super::{page, prompts};
use crate::domain::{PlanStep, ToolSpec};
use crate::output::escape;
use crate::planner::{self, Planning};
use crate::tools::RUN_COMMAND;

/// Characters of a program's name and version.
const NAME: usize = 80;

const INSTRUCTIONS: &str = "Runs commands on the person's machine behind a permission gate and keeps a memory of what \
    was done and found. Look with run_command, one command a call, and say in `context` why. Reading commands run at \
    once; a refusal says what the person can do. Write confirmed findings down with commit. Names of machines and people \
    may be pseudonyms: use them as they are, they are put back before a command runs.";

/// One connection.
#[derive(Clone)]
pub(super) struct Door {
    house: Arc<House>,
    specifications: Arc<[ToolSpec]>,
    own: Arc<Own>,
}

/// The program of a connection that began with a handshake. Its session ends with it.
#[derive(Default)]
struct Own(OnceLock<Arc<Link>>);

impl Drop for Own {
    fn drop(&mut self) {
        if let (Some(link), Ok(runtime)) = (self.0.take(), tokio::runtime::Handle::try_current()) {
            runtime.spawn(async move { link.end().await });
        }
    }
}

impl Door {
    pub fn new(house: Arc<House>) -> Door {
        Door { house, specifications: catalog::specifications().into(), own: Arc::default() }
    }

    /// The program that asks. Without a handshake each request names it.
    async fn link(&self, context: &RequestContext<RoleServer>) -> Arc<Link> {
        let info = context.client_info();
        let name = named(info.as_ref());
        if context.meta.client_info().is_none() {
            return Arc::clone(self.own.0.get_or_init(|| self.house.greet(&name)));
        }
        let (link, gone) = self.house.link_of(&name);
        if let Some(gone) = gone {
            gone.end().await;
        }
        link
    }

    fn plan(&self, arguments: &Arguments) -> CallToolResponse {
        let knowledge = &self.house.kit.knowledge;
        let request = arguments.text("request");
        let (commands, question) = match planner::plan(request, &knowledge.lexicon, &Default::default()) {
            Planning::Plan(plan) => (plan.steps.iter().map(PlanStep::preview).collect(), String::new()),
            Planning::Ask(question) => (Vec::new(), question.text),
            Planning::Unsure(unsure) => (Vec::new(), knowledge.phrases.unsure(&unsure, true)),
        };
        let commands: Vec<String> = commands.iter().map(|command: &String| self.house.veil.masked(command)).collect();
        let asked = commands.is_empty();
        let question = self.house.veil.masked(&question);
        CallToolResult::structured(json!({"commands": commands, "asked": asked, "question": question})).into()
    }
}

/// A program's name and version as it says them, on one line and no longer than a name.
fn named(info: Option<&Implementation>) -> String {
    let Some(info) = info.filter(|info| !info.name.trim().is_empty()) else { return "an unnamed program".to_owned() };
    let name = format!("{} {}", info.name.trim(), info.version.trim());
    escape::line(name.trim()).chars().take(NAME).collect()
}

impl ServerHandler for Door {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder().enable_tools().enable_resources().enable_prompts().build();
        let mut info = ServerConfig::new(capabilities).with_instructions(INSTRUCTIONS);
        info.server_info = Implementation::new("devops-agent", env!("CARGO_PKG_VERSION"));
        info
    }

    async fn list_tools(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items(catalog::tools()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let Some(tool) = self.specifications.iter().find(|tool| tool.name == request.name) else {
            let names: Vec<&str> = self.specifications.iter().map(|tool| tool.name.as_str()).collect();
            let text = format!("there is no tool {:?}; there are {}", request.name, names.join(", "));
            return Err(ErrorData::invalid_params(text, None));
        };
        let arguments = match Arguments::read(tool, request.arguments, &self.house.veil) {
            Ok(arguments) => arguments,
            Err(why) => return Ok(complaint(why)),
        };
        let link = self.link(&context).await;
        Ok(match tool.name.as_str() {
            RUN_COMMAND => {
                let responses = request.input_responses.unwrap_or_default();
                let returned = request.request_state.map(|state| Returned { state, responses });
                run::command(&link, &arguments, returned, &context).await
            }
            CHECK_COMMAND => run::check(&link, &arguments).await,
            PLAN => self.plan(&arguments),
            word => page::word(&link, word, &arguments).await,
        })
    }

    async fn list_resources(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        Ok(ListResourcesResult::with_all_items(page::resources(&self.house).await?))
    }

    async fn list_resource_templates(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        Ok(ListResourceTemplatesResult::with_all_items(page::templates()))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let contents = page::read(&self.house, &request.uri).await?;
        Ok(ReadResourceResult::new(vec![contents]).into())
    }

    async fn list_prompts(
        &self,
        _request: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        Ok(ListPromptsResult::with_all_items(prompts::list()))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        prompts::get(&request.name, request.arguments).map(Into::into)
    }

    async fn on_custom_request(
        &self,
        request: CustomRequest,
        _context: RequestContext<RoleServer>,
    ) -> Result<CustomResult, ErrorData> {
        if request.method == TOO_LONG {
            let text = format!("a message of more than {LINE} bytes is not read; say less, or in several calls");
            return Err(ErrorData::invalid_request(text, None));
        }
        Err(ErrorData::new(ErrorCode::METHOD_NOT_FOUND, request.method, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_from_outside_is_one_short_line() {
        let name = |name: &str, version: &str| named(Some(&Implementation::new(name, version)));
        assert_eq!(name("inspector", "0.15.0"), "inspector 0.15.0");
        assert_eq!(name("  ", "1"), "an unnamed program");
        assert_eq!(named(None), "an unnamed program");
        let odd = name("a\n\u{1b}[2J\u{202e}b", "1");
        assert!(!odd.contains(['\n', '\u{1b}', '\u{202e}']), "{odd:?}");
        assert_eq!(name(&"x".repeat(500), "1").chars().count(), NAME);
    }
}
