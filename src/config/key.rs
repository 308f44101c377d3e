//! The names a setting goes by: one in the environment, one in YAML, one on the command line.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    AgentName,
    AgentModel,
    FastPath,
    OllamaHost,
    OllamaModel,
    OllamaTemperature,
    OllamaContextSize,
    OllamaTimeout,
    OllamaKeepAlive,
    EmbedModel,
    OpenAiBaseUrl,
    OpenAiApiKey,
    GccBasePath,
    SkillsPath,
    Shell,
    Inline,
    Notifications,
    ReducedMotion,
    LogLevel,
    McpAnonymize,
    McpDestructive,
}

impl Key {
    /// All settings.
    pub const ALL: [Key; 21] = [
        Key::AgentName,
        Key::AgentModel,
        Key::FastPath,
        Key::OllamaHost,
        Key::OllamaModel,
        Key::OllamaTemperature,
        Key::OllamaContextSize,
        Key::OllamaTimeout,
        Key::OllamaKeepAlive,
        Key::EmbedModel,
        Key::OpenAiBaseUrl,
        Key::OpenAiApiKey,
        Key::GccBasePath,
        Key::SkillsPath,
        Key::Shell,
        Key::Inline,
        Key::Notifications,
        Key::ReducedMotion,
        Key::LogLevel,
        Key::McpAnonymize,
        Key::McpDestructive,
    ];

    /// The name in `.env` and in the environment.
    pub fn variable(self) -> &'static str {
        self.names().0
    }

    /// The path in YAML, its parts joined by dots.
    pub fn path(self) -> &'static str {
        self.names().1
    }

    /// The option on the command line, for the settings that have one.
    pub fn flag(self) -> &'static str {
        self.names().2
    }

    /// Whether its value is shown to nobody.
    pub(super) fn is_secret(self) -> bool {
        self == Key::OpenAiApiKey
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Key::AgentName => ("AGENT_NAME", "agent_name", "--agent-name"),
            Key::OllamaHost => ("OLLAMA_HOST", "ollama.host", "--host"),
            Key::AgentModel => ("AGENT_MODEL", "agent_model", "--model"),
            Key::FastPath => ("AGENT_FAST_PATH", "fast_path", "--fast-path"),
            Key::OllamaModel => ("OLLAMA_MODEL", "ollama.model", ""),
            Key::OllamaTemperature => ("OLLAMA_TEMPERATURE", "ollama.temperature", "--temperature"),
            Key::OllamaContextSize => ("OLLAMA_CONTEXT_SIZE", "ollama.context_size", "--context-size"),
            Key::OllamaTimeout => ("OLLAMA_TIMEOUT", "ollama.timeout", "--timeout"),
            Key::OllamaKeepAlive => ("OLLAMA_KEEP_ALIVE", "ollama.keep_alive", "--keep-alive"),
            Key::EmbedModel => ("EMBED_MODEL", "ollama.embed_model", "--embed-model"),
            Key::OpenAiBaseUrl => ("OPENAI_BASE_URL", "openai.base_url", "--base-url"),
            // On a command line every user of the machine could read it.
            Key::OpenAiApiKey => ("OPENAI_API_KEY", "openai.api_key", ""),
            Key::GccBasePath => ("GCC_BASE_PATH", "gcc_base_path", "--gcc-path"),
            Key::SkillsPath => ("SKILLS_PATH", "skills_path", "--skills"),
            Key::Shell => ("AGENT_SHELL", "shell", "--shell"),
            Key::Inline => ("AGENT_INLINE", "inline", "--inline"),
            Key::Notifications => ("AGENT_NOTIFICATIONS", "notifications", "--notifications"),
            Key::ReducedMotion => ("AGENT_REDUCED_MOTION", "reduced_motion", "--reduced-motion"),
            Key::LogLevel => ("LOG_LEVEL", "log_level", "--log-level"),
            Key::McpAnonymize => ("MCP_ANONYMIZE", "mcp.anonymize", "--mcp-anonymize"),
            Key::McpDestructive => ("MCP_DESTRUCTIVE", "mcp.destructive", "--mcp-destructive"),
        }
    }
}
