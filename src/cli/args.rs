//! The arguments as they are typed.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};

use crate::config::{Flags, Key};

/// The heading of the options every command takes.
pub(super) const SETTINGS: &str = "Settings";

/// A terminal workbench that turns plain English into announced, gated, executed and logged commands.
#[derive(Debug, Parser)]
#[command(name = "devops-agent", version, about, max_term_width = 100)]
pub(super) struct Args {
    #[command(flatten)]
    pub settings: Settings,
    #[command(flatten)]
    pub session: SessionArgs,
    /// Talk line by line with nothing drawn: for screen readers, slow lines and plain terminals
    #[arg(long, conflicts_with = "inline")]
    pub linear: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Settings that are stronger than any file.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct Settings {
    /// The model to use, `openai:NAME` for one behind OpenAI's protocol; it must be there
    #[arg(long, global = true, value_name = "NAME", help_heading = SETTINGS)]
    model: Option<String>,
    /// Where Ollama answers
    #[arg(long, global = true, value_name = "URL", help_heading = SETTINGS)]
    host: Option<String>,
    /// Where a server of OpenAI's protocol answers, with its version: http://localhost:8000/v1
    #[arg(long, global = true, value_name = "URL", help_heading = SETTINGS)]
    base_url: Option<String>,
    /// Whether the built-in planner answers what it is sure of although a model is there: on (default) or off
    #[arg(long, global = true, value_name = "ON|OFF", help_heading = SETTINGS)]
    fast_path: Option<String>,
    /// How freely the model writes, 0 to 2
    #[arg(long, global = true, value_name = "NUMBER", help_heading = SETTINGS)]
    temperature: Option<String>,
    /// The model's window in tokens
    #[arg(long, global = true, value_name = "TOKENS", help_heading = SETTINGS)]
    context_size: Option<String>,
    /// Seconds to wait for the model to connect, and between its words
    #[arg(long, global = true, value_name = "SECONDS", help_heading = SETTINGS)]
    timeout: Option<String>,
    /// How long Ollama keeps the model loaded
    #[arg(long, global = true, value_name = "DURATION", help_heading = SETTINGS)]
    keep_alive: Option<String>,
    /// A model of Ollama's that tells which texts mean alike, for searches
    #[arg(long, global = true, value_name = "NAME", help_heading = SETTINGS)]
    embed_model: Option<String>,
    /// The agent's name on screen and in prompts
    #[arg(long, global = true, value_name = "NAME", help_heading = SETTINGS)]
    agent_name: Option<String>,
    /// Where the memory lies (default ./.GCC)
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = SETTINGS)]
    gcc_path: Option<String>,
    /// A directory with further skills
    #[arg(long, global = true, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = SETTINGS)]
    skills: Option<String>,
    /// Your own shell in the workbench (default: that of $SHELL)
    #[arg(long, global = true, value_name = "PROGRAM", help_heading = SETTINGS)]
    shell: Option<String>,
    /// Keep the workbench in the lower part of the ordinary screen, so that the conversation stays in the terminal's own
    /// scroll-back: on or off (default)
    #[arg(long, value_name = "ON|OFF", num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    inline: Option<String>,
    /// Whether the terminal tells you, while you look elsewhere, that something waits or ended: on (default) or off
    #[arg(long, value_name = "ON|OFF")]
    notifications: Option<String>,
    /// Keep the screen still: no seconds count while something runs: on or off (default)
    #[arg(long, value_name = "ON|OFF", num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    reduced_motion: Option<String>,
    /// error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", help_heading = SETTINGS)]
    log_level: Option<String>,
    /// Whether programs that connect through MCP get pseudonyms for machines and people (default true)
    #[arg(long, global = true, value_name = "BOOL", help_heading = SETTINGS)]
    mcp_anonymize: Option<String>,
    /// Whether such programs may propose destructive commands, each to be approved by you in a terminal (default false)
    #[arg(long, global = true, value_name = "BOOL", help_heading = SETTINGS)]
    mcp_destructive: Option<String>,
}

impl Settings {
    /// The settings for the configuration.
    pub fn flags(&self) -> Flags {
        Flags::default()
            .with(Key::AgentModel, self.model.clone())
            .with(Key::FastPath, self.fast_path.clone())
            .with(Key::OllamaHost, self.host.clone())
            .with(Key::OpenAiBaseUrl, self.base_url.clone())
            .with(Key::OllamaTemperature, self.temperature.clone())
            .with(Key::OllamaContextSize, self.context_size.clone())
            .with(Key::OllamaTimeout, self.timeout.clone())
            .with(Key::OllamaKeepAlive, self.keep_alive.clone())
            .with(Key::EmbedModel, self.embed_model.clone())
            .with(Key::AgentName, self.agent_name.clone())
            .with(Key::GccBasePath, self.gcc_path.clone())
            .with(Key::SkillsPath, self.skills.clone())
            .with(Key::Shell, self.shell.clone())
            .with(Key::Inline, self.inline.clone())
            .with(Key::Notifications, self.notifications.clone())
            .with(Key::ReducedMotion, self.reduced_motion.clone())
            .with(Key::LogLevel, self.log_level.clone())
            .with(Key::McpAnonymize, self.mcp_anonymize.clone())
            .with(Key::McpDestructive, self.mcp_destructive.clone())
    }
}

/// Where is written.
#[derive(Debug, Clone, ClapArgs)]
pub(super) struct SessionArgs {
    /// Write to this session: `session_004`, `4`, or the whole name
    #[arg(long, value_name = "ID", conflicts_with = "new")]
    pub session: Option<String>,
    /// Begin a new session
    #[arg(long)]
    pub new: bool,
}

impl SessionArgs {
    /// Whether anything was chosen.
    pub fn is_set(&self) -> bool {
        self.session.is_some() || self.new
    }
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Ask once, without the screen: the answer on stdout, everything else on stderr
    Ask(Ask),
    /// Show which commands a request becomes; runs nothing
    Plan(Plan),
    /// Score how requests with known answers are planned, or with --model how a model meets them; runs nothing, exit
    /// code 1 when a command would do harm
    Eval(Eval),
    /// List the models there are, and which can call tools
    Models(Models),
    /// Show the gate's verdict on a command line; runs nothing
    Check(Check),
    /// Say what each part of a command line is, and which rule decides about it; runs nothing
    Explain(Explain),
    /// Show which skill files count, check them, trust a project's, or have one explained
    Skills(Skills),
    /// Trust what this directory's settings make git and terraform run, so that reading commands need no question
    Trust(TrustArgs),
    /// Take secrets out of what comes on stdin, or out of files
    Redact(Redact),
    /// Show what was masked in a session, and where
    Privacy(Privacy),
    /// Begin a session for a goal
    New(New),
    /// Go on with a session
    Continue(Continue),
    /// List the sessions of this directory, newest first
    Sessions(Sessions),
    /// Show the last entries of a session's log
    Log(Log),
    /// List the commands of a session
    History(History),
    /// Run a command of a session once more, judged afresh
    Rerun(Rerun),
    /// Find anything that was done or found: requests, commands, outputs, answers, commits
    Search(Search),
    /// Show where the project or a session stands
    Context(Context),
    /// Write down a confirmed finding
    Commit(Commit),
    /// Try another way in a log of its own
    Branch(BranchArgs),
    /// Tell what a branch came to, and go on where it began
    Merge(Merge),
    /// Begin a session where another one stood
    Fork(Fork),
    /// Close a session; it can be taken up again
    Close(Close),
    /// Print a session as an incident report
    Export(Export),
    /// Check that the logs are what was written
    Verify(Verify),
    /// Draw what was done and found
    Graph(Graph),
    /// Archive a session, or delete it for good
    Delete(Delete),
    /// Take an archived session back
    Restore(Restore),
    /// List what you allowed for longer than one run, and take it back
    Grants(Grants),
    /// Serve other programs through the Model Context Protocol, on stdin and stdout or over HTTP
    Mcp(Mcp),
    /// Answer the hook of another program's agent, so that it asks this gate before it runs something
    Hook(Hook),
    /// Approve, in this terminal, a command that another program asked for; lists what waits without a digest
    Approve(Approve),
    /// Count what was done: commands by tool, tier and decision, failures, commits, day by day
    Stats(Stats),
    /// Look whether model, programs, directories, terminal and memory are as they should be; exit code 1 when not
    Doctor(Doctor),
    /// Print the script that lets a shell complete these commands
    Completions(Completions),
    /// Print the manual page, or write all pages into a directory
    Man(Man),
}

#[derive(Debug, ClapArgs)]
pub(super) struct Ask {
    /// What you want, in plain English; read from stdin when left out or `-`
    pub request: Option<String>,
    #[command(flatten)]
    pub session: SessionArgs,
    /// Print one JSON object instead of the answer
    #[arg(long)]
    pub json: bool,
    /// Plan and judge, but run nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Approve the approval tier for this call; never the destructive one
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Plan {
    /// What you want, in plain English
    #[arg(required_unless_present = "batch")]
    pub request: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Read JSON lines `{"id","request"}` from stdin and answer each in order
    #[arg(long, conflicts_with = "request")]
    pub batch: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Eval {
    /// Files of JSON lines `{"id","tool","request","accept":[...]}` or `{...,"ask":true}`
    #[arg(required = true)]
    pub suites: Vec<PathBuf>,
    /// Show what was missed
    #[arg(long)]
    pub verbose: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Models {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Check {
    /// The command line, after `--`
    #[arg(required_unless_present = "batch", trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Say it in whole sentences
    #[arg(long, conflicts_with_all = ["json", "batch"])]
    pub explain: bool,
    /// Read JSON lines `{"id","command"}` from stdin and answer each in order
    #[arg(long, conflicts_with = "command")]
    pub batch: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Explain {
    /// The command line: one argument in quotes, or its words after `--`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    pub command: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct TrustArgs {
    /// Take it back, or say no for good
    #[arg(long)]
    pub refuse: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Redact {
    /// `anonymize` gives names of machines and people pseudonyms too
    #[arg(long, value_enum, default_value_t = RedactMode::Secrets)]
    pub mode: RedactMode,
    /// Say on stderr what was masked
    #[arg(long)]
    pub report: bool,
    /// Read JSON lines `{"id","text","mode"?,"in_sha256"?}` from stdin and answer each in order
    #[arg(long, conflicts_with_all = ["in_place", "report"])]
    pub batch: bool,
    /// Change files: these, or everything under .GCC
    #[arg(long)]
    pub in_place: bool,
    /// Files or directories for --in-place
    pub paths: Vec<std::path::PathBuf>,
}

/// What is taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum RedactMode {
    Secrets,
    Anonymize,
}

#[derive(Debug, ClapArgs)]
pub(super) struct New {
    /// What it is for, in plain English
    pub goal: String,
    /// Its name, instead of the one made from the goal
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Take the suggested name
    #[arg(long)]
    pub yes: bool,
    /// Print JSON and open no screen
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Continue {
    /// The session: any unique beginning of its name, or its number; picked from a list when it is left out
    pub id: Option<String>,
    /// Print JSON and open no screen
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Sessions {
    /// Those that were archived
    #[arg(long)]
    pub archived: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Log {
    /// The session: any unique beginning of its name, or its number; the newest when it is left out
    pub id: Option<String>,
    /// How many entries
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    pub last: usize,
    /// The log of this branch
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// This entry alone, by any beginning of its name
    #[arg(long, value_name = "ENTRY", conflicts_with = "follow")]
    pub at: Option<String>,
    /// Whole outputs in their places
    #[arg(long, conflicts_with = "json")]
    pub full: bool,
    /// Wait for what is written next, and show what runs as the entry to come
    #[arg(long)]
    pub follow: bool,
    /// Print JSON; a line an entry with --follow
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct History {
    /// The session; the newest when it is left out
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// How many
    #[arg(long, default_value_t = 20, value_name = "COUNT")]
    pub last: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Rerun {
    /// Its number, as `history` lists it
    pub number: usize,
    /// The session; the newest when it is left out
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Print one JSON object instead of the answer
    #[arg(long)]
    pub json: bool,
    /// Approve the approval tier for this call; never the destructive one
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Search {
    /// Words, "quoted phrases" that must stand there, names of entries; the newest entries when left out
    #[arg(default_value = "", hide_default_value = true)]
    pub words: String,
    /// In this session: its number or the beginning of its name
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// By person, agent, system, client or client:NAME
    #[arg(long, value_name = "WHO")]
    pub actor: Option<String>,
    /// Commands of this program
    #[arg(long, value_name = "PROGRAM")]
    pub tool: Option<String>,
    /// auto, approval or destructive
    #[arg(long, value_name = "TIER")]
    pub tier: Option<String>,
    /// Not before: 30m, 2h, 3d, 1w ago, a date, or a time
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Not after
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Commands that ended with this code, or `failed`
    #[arg(long, value_name = "CODE")]
    pub exit: Option<String>,
    /// Confirmed findings only
    #[arg(long)]
    pub finding: bool,
    /// In every memory this person has used
    #[arg(long)]
    pub everywhere: bool,
    /// Hits at most
    #[arg(long, default_value_t = 10, value_name = "COUNT")]
    pub limit: usize,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Commit {
    /// What was reached, one sentence
    pub summary: String,
    /// What was found
    #[arg(long, value_name = "TEXT")]
    pub finding: Option<String>,
    /// The session; the newest active one when it is left out
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct BranchArgs {
    /// Its name
    pub name: String,
    /// What it is begun for
    #[arg(long, value_name = "TEXT")]
    pub intent: Option<String>,
    /// The session; the newest active one when it is left out
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Merge {
    /// The branch
    pub name: String,
    /// The session; the newest active one when it is left out
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Fork {
    /// The session to begin from
    pub id: String,
    /// The entry to begin at, by any beginning of its name; the last one when it is left out
    #[arg(long, value_name = "ENTRY")]
    pub at: Option<String>,
    /// What the new session is for; the old one's goal when it is left out
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Close {
    /// The session; the newest active one when it is left out
    pub id: Option<String>,
    /// Save the summary to main.md without asking
    #[arg(long)]
    pub yes: bool,
    /// Close it without the summary in main.md
    #[arg(long, conflicts_with = "yes")]
    pub no_summary: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Context {
    /// The session: its commits and last entries; the project's page when it is left out
    pub id: Option<String>,
    /// The last 20 lines of its log
    #[arg(long, conflicts_with_all = ["metadata", "commit"])]
    pub log: bool,
    /// Its metadata.yaml
    #[arg(long, conflicts_with = "commit")]
    pub metadata: bool,
    /// One commit, by its number or any beginning of its name
    #[arg(long, value_name = "COMMIT")]
    pub commit: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Export {
    /// The session
    pub id: String,
    /// How it is written
    #[arg(long, value_enum, default_value_t = ExportFormat::Md)]
    pub format: ExportFormat,
    /// Give names of machines and people pseudonyms
    #[arg(long)]
    pub anonymize: bool,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum ExportFormat {
    Md,
    Html,
    Json,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Verify {
    /// The session; all of them when it is left out
    pub id: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Privacy {
    /// The session; the newest when it is left out
    pub session: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Graph {
    /// The session; the newest when it is left out
    pub id: Option<String>,
    /// All sessions of this directory
    #[arg(long)]
    pub all: bool,
    /// Every step, instead of runs of them as a number
    #[arg(long)]
    pub full: bool,
    /// Newest above
    #[arg(long)]
    pub newest_first: bool,
    /// Plain characters only
    #[arg(long)]
    pub ascii: bool,
    /// Print an SVG picture
    #[arg(long, conflicts_with = "json")]
    pub svg: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Delete {
    /// The session
    pub id: String,
    /// Do not ask before archiving
    #[arg(long)]
    pub yes: bool,
    /// Delete it for good instead; the name must be typed
    #[arg(long)]
    pub permanent: bool,
    /// The whole name, instead of typing it
    #[arg(long, value_name = "NAME", requires = "permanent")]
    pub confirm: Option<String>,
    /// Print JSON; then --yes or --confirm must be given
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Restore {
    /// The session
    pub id: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Grants {
    #[command(subcommand)]
    pub action: Option<GrantsAction>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum GrantsAction {
    /// List them (what happens without a word)
    List,
    /// Take grants back
    Revoke {
        /// Their ids, as `grants` lists them
        #[arg(required_unless_present = "all")]
        ids: Vec<String>,
        /// All of them
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
}

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Mcp {
    #[command(subcommand)]
    pub command: Option<McpCommand>,
    /// Serve Streamable HTTP on this machine instead; a token is needed, and lies in the state directory
    #[arg(long)]
    pub http: bool,
    /// The port; 0 takes a free one
    #[arg(long, value_name = "PORT", default_value_t = 8642, requires = "http")]
    pub port: u16,
    /// The address to listen on: one of this machine
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", requires = "http")]
    pub bind: IpAddr,
}

/// The servers whose tools our own agent uses.
#[derive(Debug, Subcommand)]
pub(super) enum McpCommand {
    /// Start the servers of mcp.yaml and .mcp.json and show each with its tools and what they need
    Servers {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take the tools of a server as they are described now
    Accept {
        /// The server, as its file names it
        name: String,
    },
}

#[derive(Debug, ClapArgs)]
pub(super) struct Hook {
    #[command(subcommand)]
    pub command: HookCommand,
}

/// Whose agent asks, or whose rules are taken over.
#[derive(Debug, Subcommand)]
pub(super) enum HookCommand {
    /// Claude Code: PreToolUse
    ClaudeCode(HookArgs),
    /// Codex CLI: PreToolUse and PermissionRequest
    Codex(HookArgs),
    /// Gemini CLI: BeforeTool
    Gemini(HookArgs),
    /// Make a draft of a skill file from another program's rules; tells each rule that could not be carried over
    Import(HookImport),
}

#[derive(Debug, ClapArgs)]
pub(super) struct HookArgs {
    /// Print what belongs into the program's settings, and change nothing
    #[arg(long)]
    pub settings: bool,
    /// Leave what needs approval to the program's own rules where its hook cannot make it ask (codex, gemini)
    #[arg(long)]
    pub leave: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct HookImport {
    /// The program's settings.json, or a rules file of Codex
    pub file: PathBuf,
    /// Whose rules they are
    #[arg(long, value_enum, value_name = "PROGRAM")]
    pub from: HookProgram,
    /// Write the draft into this file, which must not be there yet
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// A program with hooks and rules.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum HookProgram {
    ClaudeCode,
    Codex,
    Gemini,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Approve {
    /// The digest the program was given, or its beginning of at least 16 characters
    pub digest: Option<String>,
    /// Print the list as JSON
    #[arg(long, conflicts_with = "digest")]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Skills {
    #[command(subcommand)]
    pub command: SkillsCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum SkillsCommand {
    /// Show every skill: where it is from, what it is worth, its rules by tier, its problems
    List(SkillsList),
    /// Check skill files and their examples; exit code 5 when one has a problem
    Check(SkillsCheck),
    /// Let a project's skills count in full, after showing what that loosens
    Trust(SkillsTrust),
    /// Say what the gate does with a tool
    Explain(SkillsExplain),
}

#[derive(Debug, ClapArgs)]
pub(super) struct SkillsList {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SkillsCheck {
    /// A SKILL.md, or a directory with skills in it; every skill that counts here when left out
    pub path: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SkillsTrust {
    /// The directory; every one that waits here when left out
    pub path: Option<PathBuf>,
    /// Refuse it instead: only its stricter rules count, and nobody is asked again
    #[arg(long)]
    pub refuse: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct SkillsExplain {
    /// The name of a skill or of a program
    pub name: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Stats {
    /// The session; the newest when it is left out
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// All sessions of this directory
    #[arg(long, conflicts_with = "session")]
    pub all: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Doctor {
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Completions {
    /// The shell that reads the script
    #[arg(value_enum, value_name = "SHELL")]
    pub reader: CompletedShell,
}

/// A shell that a completion script can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum CompletedShell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Nushell,
}

#[derive(Debug, ClapArgs)]
pub(super) struct Man {
    /// Write the page of every command here; it is made when it is not there
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
}
