//! The settings as a person meets them: files, environment and flags in, one configuration or one clear failure out.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use devops_agent::config::{Choice, Flags, Key, Loaded, LogLevel, Sources, TrustStore, load};
use devops_agent::domain::{Failure, FailureKind};
use devops_agent::library::Origin;
use tempfile::TempDir;

/// A home and a project in it, both empty.
struct Place {
    _dir: TempDir,
    sources: Sources,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        let sources = Sources {
            cwd: root.join("project"),
            home: root.join("home"),
            environment: Default::default(),
            flags: Flags::default(),
        };
        fs::create_dir_all(&sources.cwd).unwrap();
        fs::create_dir_all(&sources.home).unwrap();
        Self { _dir: dir, sources }
    }

    fn project(&self, path: &str, text: impl AsRef<[u8]>) -> PathBuf {
        write(&self.sources.cwd.join(path), text)
    }

    fn person(&self, text: &str) -> PathBuf {
        write(&self.sources.config_dir().join("config.yaml"), text)
    }

    fn environment(&mut self, name: &str, value: &str) {
        self.sources.environment.insert(name.to_owned(), value.to_owned());
    }

    fn store(&self) -> TrustStore {
        TrustStore::open(&self.sources.state_dir()).unwrap()
    }

    fn load(&self) -> Loaded {
        load(&self.sources, &self.store()).unwrap()
    }

    fn failure(&self) -> Failure {
        load(&self.sources, &self.store()).unwrap_err()
    }
}

fn write(path: &Path, text: impl AsRef<[u8]>) -> PathBuf {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    path.to_owned()
}

#[test]
fn without_any_setting_the_defaults_hold() {
    let place = Place::new();
    let Loaded { config, skills, untrusted, .. } = place.load();
    assert_eq!(config.agent_name, "devops-agent");
    assert_eq!(config.ollama.host, "http://localhost:11434");
    assert_eq!(config.ollama.model, "devstral:24b");
    assert!(!config.model_named_by_flag);
    assert_eq!(config.ollama.temperature, 0.3);
    assert_eq!(config.ollama.context_size, 32_768);
    assert_eq!(config.ollama.timeout, Duration::from_secs(120));
    assert_eq!(config.ollama.keep_alive, None);
    assert_eq!(config.gcc_base_path, place.sources.cwd.join(".GCC"));
    assert_eq!(config.skills_path, None);
    assert_eq!(config.log_level, LogLevel::Info);
    assert_eq!(config.state_dir, place.sources.home.join(".local/state/devops-agent"));
    assert!(config.warnings.is_empty() && skills.is_empty() && untrusted.is_empty());
}

#[test]
fn where_the_workbench_lies_whether_it_rings_and_whether_it_moves_are_settings_like_the_others() {
    let mut place = Place::new();
    assert!(!place.load().config.inline && place.load().config.notifications);
    assert!(!place.load().config.reduced_motion);
    place.person("inline: on\nnotifications: off\nreduced_motion: on\n");
    assert!(place.load().config.inline && !place.load().config.notifications);
    assert!(place.load().config.reduced_motion);
    place.environment("AGENT_INLINE", "off");
    place.environment("AGENT_NOTIFICATIONS", "on");
    assert!(!place.load().config.inline && place.load().config.notifications);
    place.environment("AGENT_NOTIFICATIONS", "loud");
    assert!(place.failure().to_string().contains("AGENT_NOTIFICATIONS"), "{:?}", place.failure());
}

#[test]
fn a_copy_of_the_example_changes_nothing_and_asks_nothing() {
    let place = Place::new();
    let before = place.load();
    place.project(".env", include_bytes!("../../.env.example"));
    assert_eq!(place.load(), before);
}

#[test]
fn each_layer_overrides_the_one_below() {
    let mut place = Place::new();
    let model = |place: &Place| place.load().config.ollama.model;
    place.person("ollama:\n  model: person\n  timeout: 7\n");
    assert_eq!(model(&place), "person");
    place.project(".devops-agent/config.yaml", "ollama: { model: project }\n");
    assert_eq!(model(&place), "project");
    place.project(".env", "# mine\nexport OLLAMA_MODEL=\"dotenv\" # note\n");
    assert_eq!(model(&place), "dotenv");
    place.environment("OLLAMA_MODEL", "environment");
    assert_eq!(model(&place), "environment");
    assert!(!place.load().config.model_named_by_flag);
    place.sources.flags = Flags::default().with(Key::OllamaModel, Some("flag")).with(Key::LogLevel, None::<String>);
    assert_eq!(model(&place), "flag");
    assert!(place.load().config.model_named_by_flag);
    assert_eq!(place.load().config.ollama.timeout, Duration::from_secs(7));
}

#[test]
fn an_empty_variable_says_nothing() {
    let mut place = Place::new();
    place.person("agent_name: Ops\nlog_level:\n");
    place.project(".env", "AGENT_NAME=\n");
    place.environment("AGENT_NAME", "");
    assert_eq!(place.load().config.agent_name, "Ops");
}

#[test]
fn a_wrong_value_names_key_file_line_and_what_was_expected() {
    let place = Place::new();
    let dotenv = place.project(".env", "OTHER=1\n\nOLLAMA_TIMEOUT=soon\n");
    let failure = place.failure();
    assert_eq!(failure.kind, FailureKind::Configuration);
    assert_eq!(failure.kind.exit_code(), 5);
    assert_eq!(failure.summary, format!("wrong value for OLLAMA_TIMEOUT ({}:3)", dotenv.display()));
    assert!(failure.source.contains("whole number of seconds") && failure.source.contains("\"soon\""), "{failure}");
    assert!(!failure.hints.is_empty());

    let place = Place::new();
    let person = place.person("# mine\nlog_level: info\nollama:\n  model: x\n  temperature: warm\n");
    assert!(place.failure().summary.contains(&format!("ollama.temperature ({}:5)", person.display())));

    let mut place = Place::new();
    place.environment("OLLAMA_CONTEXT_SIZE", "-1");
    assert!(place.failure().summary.contains("OLLAMA_CONTEXT_SIZE (environment)"));
    place.sources.flags = Flags::default().with(Key::OllamaContextSize, Some("many"));
    assert!(place.failure().summary.contains("--context-size (command line)"));
}

#[test]
fn a_wrong_value_that_is_overridden_does_not_matter() {
    let mut place = Place::new();
    place.project(".env", "OLLAMA_TIMEOUT=soon\n");
    place.environment("OLLAMA_TIMEOUT", "5");
    assert_eq!(place.load().config.ollama.timeout, Duration::from_secs(5));
}

#[test]
fn a_wrong_address_does_not_show_the_password_in_it() {
    let mut place = Place::new();
    place.environment("OLLAMA_HOST", "http://me:hunter2@gpu:11434");
    assert!(!place.failure().to_string().contains("hunter2"));
}

#[test]
fn yaml_that_is_broken_or_holds_a_list_fails_with_its_line() {
    let place = Place::new();
    place.person("log_level: info\nollama: [\n");
    assert!(place.failure().summary.contains("config.yaml:"));
    place.person("log_level: info\nagent_name: [a, b]\n");
    assert!(place.failure().summary.contains("config.yaml:2"));
    place.person("just words\n");
    assert_eq!(place.failure().kind, FailureKind::Configuration);
}

#[test]
fn an_unknown_key_is_a_warning_with_its_line() {
    let place = Place::new();
    place.person("ollama:\n  modell: x\n");
    let warnings = place.load().config.warnings;
    assert!(
        matches!(&warnings[..], [one] if one.contains("ollama.modell") && one.contains("config.yaml:2")),
        "{warnings:?}"
    );
}

#[test]
fn what_a_project_keeps_in_its_dotenv_is_not_our_business() {
    let place = Place::new();
    place.project(".env", "not a line\nKEY='open\nSECRET=${HOME}\nLOG_LEVEL=debug\n");
    let loaded = place.load();
    assert_eq!(loaded.config.log_level, LogLevel::Debug);
    assert!(loaded.config.warnings.is_empty());
}

#[test]
fn a_dotenv_cannot_read_the_environment() {
    let place = Place::new();
    place.project(".env", "OLLAMA_MODEL=${PATH}\n");
    assert!(place.failure().source.contains("without $"));
}

#[test]
fn a_dotenv_that_is_a_directory_or_no_text_stops_nothing() {
    let place = Place::new();
    fs::create_dir(place.sources.cwd.join(".env")).unwrap();
    assert!(place.load().config.warnings.is_empty());
    fs::remove_dir(place.sources.cwd.join(".env")).unwrap();
    place.project(".env", b"AGENT_NAME=\xff\n");
    assert_eq!(place.load().config.warnings.len(), 1);
}

#[test]
fn a_host_found_in_the_project_counts_only_after_its_content_was_trusted() {
    let mut place = Place::new();
    place.person("ollama:\n  host: http://mine:11434\n");
    let file =
        place.project(".env", "OLLAMA_HOST=http://gpu.example:11434\nGCC_BASE_PATH=../elsewhere\nLOG_LEVEL=warn\n");
    let loaded = place.load();
    assert_eq!(loaded.config.ollama.host, "http://mine:11434");
    assert_eq!(loaded.config.gcc_base_path, place.sources.cwd.join(".GCC"));
    assert_eq!(loaded.config.log_level, LogLevel::Warn, "what loosens nothing counts at once");
    let [asked] = &loaded.untrusted[..] else { panic!("{:?}", loaded.untrusted) };
    assert_eq!(asked.file, file);
    assert_eq!(asked.keys, ["OLLAMA_HOST", "GCC_BASE_PATH"]);
    assert_eq!(asked.shown, ["OLLAMA_HOST=http://gpu.example:11434", "GCC_BASE_PATH=../elsewhere"]);

    place.store().trust(asked).unwrap();
    let loaded = place.load();
    assert_eq!(loaded.config.ollama.host, "http://gpu.example:11434");
    assert_eq!(loaded.config.gcc_base_path, place.sources.cwd.join("../elsewhere"));
    assert!(loaded.untrusted.is_empty());

    place.project(".env", "OLLAMA_HOST=http://evil.example:11434\n");
    let loaded = place.load();
    assert_eq!(loaded.config.ollama.host, "http://mine:11434", "another content is another question");
    assert_eq!(loaded.untrusted.len(), 1);

    place.environment("OLLAMA_HOST", "gpu.lan");
    let loaded = place.load();
    assert_eq!(loaded.config.ollama.host, "http://gpu.lan:11434");
    assert!(loaded.untrusted.is_empty(), "what would not count is not asked about");
}

#[test]
fn a_refusal_is_remembered_and_said() {
    let place = Place::new();
    place.project(".devops-agent/config.yaml", "ollama:\n  host: http://gpu.example\n");
    let asked = place.load().untrusted.remove(0);
    let mut store = place.store();
    store.refuse(&asked).unwrap();
    assert_eq!(place.store().choice(&asked.file, &asked.sha256), Some(Choice::Refused));
    let loaded = place.load();
    assert!(loaded.untrusted.is_empty());
    assert_eq!(loaded.config.ollama.host, "http://localhost:11434");
    assert!(loaded.config.warnings.iter().any(|warning| warning.contains("you refused it")));
}

#[test]
fn this_machine_and_paths_within_the_project_need_no_trust() {
    let place = Place::new();
    place.project(".env", "OLLAMA_HOST=http://127.0.0.1:8080\nGCC_BASE_PATH=./memory/.GCC\n");
    let loaded = place.load();
    assert!(loaded.untrusted.is_empty());
    assert_eq!(loaded.config.ollama.host, "http://127.0.0.1:8080");
    assert_eq!(loaded.config.gcc_base_path, place.sources.cwd.join("memory/.GCC"));
}

/// What the skills that were found are worth, by name.
fn worth(loaded: &Loaded) -> Vec<(&str, Origin)> {
    loaded.skills.iter().map(|file| (file.name.as_str(), file.origin)).collect()
}

#[test]
fn skills_of_the_project_count_in_full_only_after_their_content_was_trusted() {
    let place = Place::new();
    place.project("skills/terraform/SKILL.md", "# terraform Skills\n");
    let loaded = place.load();
    assert_eq!(loaded.config.skills_path, Some(place.sources.cwd.join("skills")));
    assert_eq!(worth(&loaded), [("terraform", Origin::Untrusted)]);
    let [asked] = &loaded.untrusted[..] else { panic!("{:?}", loaded.untrusted) };
    assert_eq!(asked.shown, ["skills: terraform"]);
    place.store().trust(asked).unwrap();
    let loaded = place.load();
    assert_eq!(worth(&loaded), [("terraform", Origin::Added)]);
    assert_eq!(loaded.untrusted, []);
    place.project("skills/terraform/SKILL.md", "# terraform skills\n");
    let loaded = place.load();
    assert_eq!(worth(&loaded), [("terraform", Origin::Untrusted)], "one byte changed is another content");
    place.store().refuse(&loaded.untrusted[0]).unwrap();
    let loaded = place.load();
    assert_eq!(worth(&loaded), [("terraform", Origin::Refused)]);
    assert_eq!(loaded.untrusted, [], "what was refused is not asked about again");
    assert!(loaded.config.warnings[0].contains("only the stricter rules count"), "{:?}", loaded.config.warnings);
}

#[test]
fn a_file_more_in_a_trusted_directory_is_another_content() {
    let place = Place::new();
    place.project("skills/terraform/SKILL.md", "# terraform\n");
    place.store().trust(&place.load().untrusted[0]).unwrap();
    place.project("skills/aws/SKILL.md", "# aws\n");
    assert_eq!(worth(&place.load()), [("aws", Origin::Untrusted), ("terraform", Origin::Untrusted)]);
}

#[test]
fn skills_the_person_names_count_at_once_and_must_be_there() {
    let mut place = Place::new();
    write(&place.sources.home.join("my skills/aws/SKILL.md"), "# aws Skills\n");
    place.environment("SKILLS_PATH", "~/my skills");
    let loaded = place.load();
    assert_eq!(loaded.skills[0].name, "aws");
    assert!(loaded.untrusted.is_empty());
    place.environment("SKILLS_PATH", "/nowhere/skills");
    let failure = place.failure();
    assert_eq!(failure.kind, FailureKind::Configuration);
    assert!(failure.summary.contains("/nowhere/skills"));
}

#[test]
fn skills_elsewhere_that_a_project_points_to_count_in_full_once_the_pointer_is_trusted() {
    let place = Place::new();
    write(&place.sources.home.join("team/aws/SKILL.md"), "# aws Skills\n");
    place.project(".env", "SKILLS_PATH=~/team\n");
    place.project("skills/own/SKILL.md", "# own\n");
    let loaded = place.load();
    assert_eq!(worth(&loaded), [("own", Origin::Untrusted), ("aws", Origin::Untrusted)]);
    let pointer = loaded.untrusted.iter().find(|found| found.file.ends_with(".env")).unwrap();
    place.store().trust(pointer).unwrap();
    assert_eq!(worth(&place.load()), [("aws", Origin::Added)]);
}

#[test]
fn the_content_of_a_directory_that_a_project_points_to_may_be_trusted_instead() {
    let place = Place::new();
    write(&place.sources.home.join("team/aws/SKILL.md"), "# aws Skills\n");
    place.project(".env", "SKILLS_PATH=~/team\n");
    let (content, _) = devops_agent::config::content_of(&place.sources.home.join("team")).unwrap();
    place.store().trust(&content).unwrap();
    assert_eq!(worth(&place.load()), [("aws", Origin::Added)]);
    write(&place.sources.home.join("team/aws/SKILL.md"), "# aws skills\n");
    assert_eq!(worth(&place.load()), [("aws", Origin::Untrusted)]);
}

#[test]
fn a_pointer_that_was_refused_leads_nowhere() {
    let place = Place::new();
    write(&place.sources.home.join("team/aws/SKILL.md"), "# aws Skills\n");
    place.project(".env", "SKILLS_PATH=~/team\n");
    place.store().refuse(&place.load().untrusted[0]).unwrap();
    assert_eq!(worth(&place.load()), []);
}

#[test]
fn a_skill_that_cannot_be_read_stops_nothing_and_keeps_its_place() {
    let mut place = Place::new();
    place.project("skills/odd/SKILL.md", b"\xff");
    place.project("skills/good/SKILL.md", "# good\n");
    let faults = |loaded: &Loaded| loaded.skills.iter().map(|file| file.fault.is_some()).collect::<Vec<_>>();
    assert_eq!(faults(&place.load()), [false, true]);
    // A directory of the person's own is no exception.
    place.environment("SKILLS_PATH", place.sources.cwd.join("skills").to_str().unwrap());
    let loaded = place.load();
    assert_eq!(faults(&loaded), [false, true]);
    assert_eq!(loaded.skills[0].origin, Origin::Added);
}

#[test]
fn the_trust_store_is_the_persons_alone_and_never_in_the_project() {
    let mut place = Place::new();
    let state = place.sources.home.join("state");
    place.environment("XDG_STATE_HOME", state.to_str().unwrap());
    place.project(".env", "OLLAMA_HOST=http://gpu.example\n");
    let asked = place.load().untrusted.remove(0);
    place.store().trust(&asked).unwrap();
    let file = state.join("devops-agent/trusted.yaml");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing is left beside it");
    assert_eq!(fs::read_dir(&place.sources.cwd).unwrap().count(), 1);
    write(&file, "not: a store\n");
    assert_eq!(TrustStore::open(file.parent().unwrap()).unwrap_err().kind, FailureKind::Configuration);
}

#[test]
fn an_answer_given_in_another_window_is_kept() {
    let place = Place::new();
    place.project(".env", "OLLAMA_HOST=http://gpu.example\n");
    place.project("skills/aws/SKILL.md", "# aws Skills\n");
    let asked = place.load().untrusted;
    let (mut here, mut there) = (place.store(), place.store());
    here.trust(&asked[0]).unwrap();
    there.refuse(&asked[1]).unwrap();
    let store = place.store();
    assert_eq!(store.choice(&asked[0].file, &asked[0].sha256), Some(Choice::Trusted));
    assert_eq!(store.choice(&asked[1].file, &asked[1].sha256), Some(Choice::Refused));
}

#[test]
fn skills_that_equal_the_built_in_ones_need_no_trust() {
    let place = Place::new();
    for skill in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/skills")).unwrap() {
        let skill = skill.unwrap();
        let text = fs::read(skill.path().join("SKILL.md")).unwrap();
        place.project(&format!("skills/{}/SKILL.md", skill.file_name().display()), &text);
    }
    let loaded = place.load();
    assert_eq!(loaded.untrusted, []);
    assert_eq!(loaded.skills, []);
}

#[test]
fn one_line_names_the_model_and_who_serves_it() {
    let mut place = Place::new();
    place.project(".env", "OLLAMA_MODEL=qwen3:8b\n");
    assert_eq!(place.load().config.openai, None);
    place.environment("AGENT_MODEL", "openai:gpt-4.1-mini");
    place.environment("OPENAI_API_KEY", "sk-secret");
    let config = place.load().config;
    let openai = config.openai.clone().unwrap();
    assert_eq!((openai.model.as_str(), openai.base_url.as_str()), ("gpt-4.1-mini", "https://api.openai.com/v1"));
    assert!(!config.model_is_local() && !format!("{config:?}").contains("sk-secret"));
    place.environment("OPENAI_BASE_URL", "http://localhost:8000/v1/");
    assert!(place.load().config.model_is_local());
    place.sources.flags = Flags::default().with(Key::AgentModel, Some("devstral:24b"));
    let config = place.load().config;
    assert_eq!((config.openai, config.ollama.model.as_str(), config.model_named_by_flag), (None, "devstral:24b", true));
}

#[test]
fn the_stronger_layer_names_the_model_whichever_key_it_uses() {
    let mut place = Place::new();
    place.person("agent_model: openai:gpt-4.1\n");
    assert!(place.load().config.openai.is_some());
    place.environment("OLLAMA_MODEL", "devstral:24b");
    assert_eq!(place.load().config.openai, None);
}

#[test]
fn a_project_that_names_another_server_or_its_key_is_asked_about_without_showing_the_key() {
    let mut place = Place::new();
    let text = "AGENT_MODEL=openai:x\nOPENAI_BASE_URL=http://127.0.0.1:9/v1\nOPENAI_API_KEY=sk-secret\n";
    place.project(".env", text);
    let loaded = place.load();
    assert_eq!(loaded.config.openai, None);
    assert_eq!(loaded.untrusted[0].keys, ["AGENT_MODEL"]);
    place.environment("AGENT_MODEL", "openai:mine");
    place.environment("OPENAI_API_KEY", "sk-own");
    let loaded = place.load();
    assert_eq!(loaded.config.openai.unwrap().base_url, "https://api.openai.com/v1");
    assert_eq!(loaded.untrusted[0].shown, ["OPENAI_BASE_URL=http://127.0.0.1:9/v1"]);
    place.sources.environment.remove("OPENAI_API_KEY");
    assert!(place.load().untrusted[0].shown.contains(&"OPENAI_API_KEY=…".to_owned()));
    place.environment("OPENAI_API_KEY", "sk secret");
    assert!(!format!("{:?}", place.failure()).contains("sk secret"));
}
