//! The names a setting goes by: one in the environment, one in YAML, one on the command line.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    AgentName,
    OllamaHost,
    OllamaModel,
    OllamaTemperature,
    OllamaContextSize,
    OllamaTimeout,
    OllamaKeepAlive,
    EmbedModel,
    GccBasePath,
    SkillsPath,
    LogLevel,
}

impl Key {
    /// All settings.
    pub const ALL: [Key; 11] = [
        Key::AgentName,
        Key::OllamaHost,
        Key::OllamaModel,
        Key::OllamaTemperature,
        Key::OllamaContextSize,
        Key::OllamaTimeout,
        Key::OllamaKeepAlive,
        Key::EmbedModel,
        Key::GccBasePath,
        Key::SkillsPath,
        Key::LogLevel,
    ];

    /// The name in `.env` and in the environment.
    pub fn variable(self) -> &'static str {
        self.names().0
    }

    /// The path in YAML, its parts joined by dots.
    pub fn path(self) -> &'static str {
        self.names().1
    }

    /// The option on the command line.
    pub fn flag(self) -> &'static str {
        self.names().2
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Key::AgentName => ("AGENT_NAME", "agent_name", "--agent-name"),
            Key::OllamaHost => ("OLLAMA_HOST", "ollama.host", "--host"),
            Key::OllamaModel => ("OLLAMA_MODEL", "ollama.model", "--model"),
            Key::OllamaTemperature => ("OLLAMA_TEMPERATURE", "ollama.temperature", "--temperature"),
            Key::OllamaContextSize => ("OLLAMA_CONTEXT_SIZE", "ollama.context_size", "--context-size"),
            Key::OllamaTimeout => ("OLLAMA_TIMEOUT", "ollama.timeout", "--timeout"),
            Key::OllamaKeepAlive => ("OLLAMA_KEEP_ALIVE", "ollama.keep_alive", "--keep-alive"),
            Key::EmbedModel => ("EMBED_MODEL", "ollama.embed_model", "--embed-model"),
            Key::GccBasePath => ("GCC_BASE_PATH", "gcc_base_path", "--gcc-path"),
            Key::SkillsPath => ("SKILLS_PATH", "skills_path", "--skills"),
            Key::LogLevel => ("LOG_LEVEL", "log_level", "--log-level"),
        }
    }
}
