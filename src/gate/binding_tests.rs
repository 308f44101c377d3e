//! What a permission rests on, what a grant covers and where nobody may write,
//! by words and facts alone: the world is made up here.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::*;
use crate::domain::{
    Action, At, Binary, Condition, Consent, Decision, DockerTarget, FileContent, FileStamp, Grant, GrantKind, Granted,
    KubeTarget, Program, Run, Settings, Tier,
};
use crate::skill::parse;

const KUBECTL: &str = include_str!("../../skills/kubectl/SKILL.md");
const CORE: &str = include_str!("../../skills/core/SKILL.md");
const GIT: &str = include_str!("../../skills/git/SKILL.md");

const DOCKER: &str = include_str!("../../skills/docker/SKILL.md");

/// Where the person stands in these tests.
const HERE: &str = "/home/ada/project";

fn book() -> &'static RuleBook {
    static BOOK: LazyLock<RuleBook> = LazyLock::new(compiled);
    &BOOK
}

fn compiled() -> RuleBook {
    let skills = [("kubectl", KUBECTL), ("core", CORE), ("git", GIT), ("docker", DOCKER)];
    let files = skills.map(|(name, text)| (parse(name, &format!("{name}/SKILL.md"), text), Standing::Trusted));
    RuleBook::compile(&files)
}

fn production() -> KubeTarget {
    KubeTarget {
        context: "prod".to_owned(),
        namespace: "shop".to_owned(),
        cluster: Some("eu-1".to_owned()),
        server: Some("https://10.0.0.1".to_owned()),
        user: Some("ada".to_owned()),
    }
}

/// A machine with every program, one cluster, one Docker engine and these files.
#[derive(Clone)]
struct World {
    kube: Option<KubeTarget>,
    docker: DockerTarget,
    files: BTreeMap<String, String>,
    cwd: String,
    size: u64,
    variables: Vec<(String, String)>,
    git_hazards: Vec<String>,
    /// The server of every context that is not the current one.
    staging: Option<String>,
}

impl World {
    fn new() -> World {
        World {
            kube: Some(production()),
            docker: DockerTarget { context: "desk".to_owned(), endpoint: Some("unix:///run/desk.sock".to_owned()) },
            files: BTreeMap::new(),
            cwd: HERE.to_owned(),
            size: 3,
            variables: vec![("HOME".to_owned(), "/home/ada".to_owned())],
            git_hazards: Vec::new(),
            staging: Some("https://10.0.0.2".to_owned()),
        }
    }

    fn with_file(mut self, name: &str, text: &str) -> World {
        self.files.insert(name.to_owned(), text.to_owned());
        self
    }

    fn binary(&self, path: String) -> Binary {
        Binary { path: path.into(), stamp: FileStamp { device: 1, inode: 2, size: self.size, modified_ns: 4 } }
    }

    fn facts(&self, needs: &[FactQuery]) -> Facts {
        let mut facts = Facts {
            cwd: self.cwd.clone(),
            environment: self.variables.clone(),
            shell: Some(self.binary("/bin/sh".to_owned())),
            settings: [("git".to_owned(), Settings { names: self.git_hazards.clone(), ..Settings::default() })].into(),
            protected: [".GCC", "skills", "../.config/devops-agent", "../.local/state/devops-agent"]
                .map(|place| format!("{HERE}/{place}").replace("project/../", ""))
                .to_vec(),
            ..Facts::default()
        };
        for need in needs {
            match need {
                FactQuery::Binary { word } => {
                    let name = word.rsplit('/').next().unwrap();
                    let binary = self.binary(format!("/usr/bin/{name}"));
                    facts.binaries.insert(word.clone(), BinaryFact::Trusted { binary });
                }
                FactQuery::Kube => facts.kube = self.kube.clone(),
                FactQuery::KubeContext { name } => {
                    let target = KubeTarget { context: name.clone(), server: self.staging.clone(), ..production() };
                    facts.kube_contexts.insert(name.clone(), target);
                }
                FactQuery::Docker => facts.docker = Some(self.docker.clone()),
                FactQuery::File { path } => {
                    let content =
                        self.files.get(path).map_or(FileContent::Absent, |text| FileContent::Sha256(text.clone()));
                    facts.files.insert(path.clone(), content);
                }
                _ => {}
            }
        }
        facts
    }

    fn try_bind(&self, line: &str, nonce: &str) -> Result<Pending, Impossible> {
        let judged = judge(&Action::Command { line: line.to_owned() }, book());
        let facts = self.facts(&judged.needs);
        judged.bind(facts, nonce, false)
    }

    fn bind(&self, line: &str) -> Pending {
        self.try_bind(line, "session_001/1").unwrap_or_else(|why| panic!("{line}: {why}"))
    }

    /// What is put to the person again after `before`, bound from the same words, was agreed to; `None` when it runs.
    fn asked_again(&self, line: &str, before: &Pending) -> Option<String> {
        let now = self.bind(line);
        (now.digest() != before.digest()).then(|| now.changes(before.program()).join("; "))
    }

    /// The grant that `reply` makes of a line.
    fn grant(&self, line: &str, reply: &str) -> Grant {
        let pending = self.bind(line);
        let digest = pending.digest().to_owned();
        match pending.answer(reply, &digest, "session_001", noon(), &replies()) {
            Answered::Granted(cleared, grant) => {
                assert_eq!(cleared.decision(), Decision::Approved, "{line}");
                grant
            }
            other => panic!("{line}: {other:?}"),
        }
    }

    /// Whether the grant lets the line run unasked.
    fn covers(&self, grant: &Grant, line: &str) -> bool {
        self.covers_at(grant, line, "session_001", noon().later(60))
    }

    fn covers_at(&self, grant: &Grant, line: &str, session: &str, now: At) -> bool {
        match self.bind(line).granted(grant, session, now) {
            Ok(cleared) => {
                assert_eq!(cleared.decision(), Decision::Granted, "{line}");
                true
            }
            Err(_) => false,
        }
    }

    fn offers(&self, line: &str) -> Vec<GrantKind> {
        self.bind(line).offers().into_iter().map(|offer| offer.kind).collect()
    }

    /// The place a line may not write to.
    fn forbidden(&self, line: &str) -> Option<String> {
        match self.try_bind(line, "s") {
            Err(Impossible::Protected { place }) => Some(place),
            Err(other) => panic!("{line}: {other}"),
            Ok(_) => None,
        }
    }
}

fn noon() -> At {
    At::EPOCH.later(1_000_000)
}

fn replies() -> Replies {
    Replies::parse(include_str!("../../assets/replies/approval.yaml")).unwrap()
}

/// The words of every command, program first.
fn words(program: &Program) -> Vec<Vec<String>> {
    match &program.run {
        Run::Argv { pipelines } => {
            pipelines.iter().flat_map(|pipeline| &pipeline.stages).map(|stage| stage.words.clone()).collect()
        }
        Run::Shell { .. } | Run::Tool { .. } => panic!("no words are run: {}", program.line),
    }
}

// The pinned context.

#[test]
fn every_kubectl_of_a_line_carries_the_context_and_every_other_byte_stays() {
    let world = World::new();
    let cases = [
        ("kubectl get pods", "kubectl --context prod get pods"),
        ("kubectl  get   pods  -n  shop", "kubectl --context prod  get   pods  -n  shop"),
        ("k get pods", "k --context prod get pods"),
        ("/usr/bin/kubectl get pods", "/usr/bin/kubectl --context prod get pods"),
        ("kubectl -n shop get pods", "kubectl --context prod -n shop get pods"),
        ("kubectl get pods|grep web", "kubectl --context prod get pods|grep web"),
        (
            "kubectl get pods | grep 'a  b' && k scale deployment web --replicas=2; kubectl get rs",
            "kubectl --context prod get pods | grep 'a  b' && k --context prod scale deployment web --replicas=2; \
             kubectl --context prod get rs",
        ),
        ("\"kubectl\" get pods", "\"kubectl\" --context prod get pods"),
        ("kube'ctl' get pods", "kube'ctl' --context prod get pods"),
        ("kubectl\tget pods\nkubectl get rs", "kubectl --context prod\tget pods\nkubectl --context prod get rs"),
        (
            "kubectl get pods -l 'näme=ü' && kubectl get rs",
            "kubectl --context prod get pods -l 'näme=ü' && kubectl --context prod get rs",
        ),
        ("echo kubectl get pods", "echo kubectl get pods"),
    ];
    for (line, wanted) in cases {
        let pending = world.bind(line);
        assert_eq!(pending.line(), wanted);
        assert_eq!(pending.program().line, wanted);
        for words in
            words(pending.program()).iter().filter(|words| words[0].ends_with('k') || words[0].ends_with("kubectl"))
        {
            assert_eq!(words[1..3], ["--context", "prod"], "{line}");
        }
    }
}

#[test]
fn nothing_is_put_in_where_the_line_says_where_it_goes_or_goes_nowhere() {
    let world = World::new();
    let lines = [
        "kubectl --context=staging get pods",
        "kubectl --context staging get pods",
        "kubectl get pods --context=staging",
        "kubectl --kubeconfig=/etc/k get pods",
        "kubectl --kubeconfig /etc/k scale deployment web --replicas=2",
        "kubectl get pods --server=https://10.9.9.9",
        "kubectl -s https://10.9.9.9 get pods",
        "kubectl config use-context staging",
        "kubectl config current-context",
        "kubectl neat get pods",
        "kubectl",
        "kubectl --help",
        "kubectl scale --help",
    ];
    for line in lines {
        assert_eq!(world.bind(line).line(), line);
    }
}

#[test]
fn without_a_context_nothing_is_put_in_and_one_that_appears_asks_again() {
    let world = World { kube: None, ..World::new() };
    let before = world.bind("kubectl scale deployment web --replicas=2");
    assert_eq!(before.line(), "kubectl scale deployment web --replicas=2");
    let now = World::new().bind("kubectl scale deployment web --replicas=2");
    assert_ne!(now.digest(), before.digest());
    let changes = now.changes(before.program()).join("; ");
    assert!(changes.contains("a Kubernetes context has appeared"), "{changes}");
}

#[test]
fn a_name_with_blanks_quotes_or_signs_is_one_quoted_word_and_reads_the_same_again() {
    let names = [
        "my cluster",
        "ada's",
        "a\"b",
        "$HOME",
        "a;b",
        "a|b",
        "x`y`",
        "arn:aws:eks:eu-1:1:cluster/prod",
        "a\\b",
        "*",
        "kübe",
    ];
    for name in names {
        let world = World { kube: Some(KubeTarget { context: name.to_owned(), ..production() }), ..World::new() };
        let pending = world.bind("kubectl get pods && kubectl scale deployment web --replicas=2");
        for words in words(pending.program()) {
            assert_eq!(words[1..3], ["--context", name]);
        }
        // What was shown reads as the very words that run.
        assert_eq!(words(world.bind(pending.line()).program()), words(pending.program()), "{}", pending.line());
    }
}

#[test]
fn a_context_named_in_the_line_is_held_to_its_own_cluster_and_not_to_the_current_one() {
    let world = World::new();
    let line = "kubectl --context=staging scale deployment web --replicas=0";
    let before = world.bind(line);
    let elsewhere = World { staging: Some("https://10.9.9.9".to_owned()), ..world.clone() };
    let asked = elsewhere.asked_again(line, &before);
    assert!(asked.is_some_and(|asked| asked.contains("the Kubernetes context staging")));
    let switched = World { kube: Some(KubeTarget { context: "other".to_owned(), ..production() }), ..world };
    assert_eq!(switched.asked_again(line, &before), None, "the line does not go there");
}

// A world that changes.

#[test]
fn an_unchanged_world_is_not_asked_about_again() {
    let world = World::new().with_file("web.yaml", "one").with_file("deploy.sh", "one");
    let lines = [
        "kubectl scale deployment web --replicas=2",
        "kubectl apply -f web.yaml",
        "docker restart web",
        "git push && kubectl get pods",
        "./deploy.sh > log",
        "kubectl delete pod web-1",
    ];
    for line in lines {
        assert_eq!(world.asked_again(line, &world.bind(line)), None, "{line}");
    }
}

#[test]
fn every_part_of_the_cluster_s_description_asks_again_with_its_name() {
    let line = "kubectl scale deployment web --replicas=2";
    let before = World::new().bind(line);
    let changed = [
        KubeTarget { context: "staging".to_owned(), ..production() },
        KubeTarget { namespace: "default".to_owned(), ..production() },
        KubeTarget { cluster: Some("us-1".to_owned()), ..production() },
        KubeTarget { server: Some("https://10.9.9.9".to_owned()), ..production() },
        KubeTarget { user: Some("root".to_owned()), ..production() },
    ];
    for target in changed {
        let asked = World { kube: Some(target.clone()), ..World::new() }.asked_again(line, &before);
        let words = "the Kubernetes context prod (namespace shop) has changed";
        assert!(asked.as_deref().is_some_and(|asked| asked.contains(words)), "{target:?}: {asked:?}");
    }
    let asked = World { kube: None, ..World::new() }.asked_again(line, &before);
    assert!(asked.is_some_and(|asked| asked.contains("has changed")));
}

#[test]
fn a_changed_cluster_is_noticed_through_programs_that_run_kubectl() {
    let changed = World { kube: Some(KubeTarget { context: "staging".to_owned(), ..production() }), ..World::new() };
    let lines = [
        "timeout 30 kubectl scale deployment web --replicas=2",
        "env kubectl scale deployment web --replicas=2",
        "sh -c 'kubectl scale deployment web --replicas=2'",
        "echo web | xargs kubectl scale deployment --replicas=2",
        "kubectl scale deployment web --replicas=2 > log",
    ];
    let unnoticed: Vec<&str> =
        lines.into_iter().filter(|line| changed.asked_again(line, &World::new().bind(line)).is_none()).collect();
    assert_eq!(unnoticed, [] as [&str; 0]);
}

#[test]
fn another_docker_context_or_endpoint_asks_again_and_the_client_is_told_which() {
    let line = "docker restart web";
    let before = World::new().bind(line);
    assert!(before.program().env.contains(&("DOCKER_CONTEXT".to_owned(), "desk".to_owned())));
    for (context, endpoint) in [("prod", "unix:///run/desk.sock"), ("desk", "tcp://10.0.0.7:2376")] {
        let docker = DockerTarget { context: context.to_owned(), endpoint: Some(endpoint.to_owned()) };
        let asked = World { docker, ..World::new() }.asked_again(line, &before);
        assert!(
            asked.is_some_and(|asked| asked.contains("the Docker context desk has changed")),
            "{context} {endpoint}"
        );
    }
    assert!(!World::new().bind("git push").program().env.iter().any(|(name, _)| name == "DOCKER_CONTEXT"));
}

#[test]
fn a_host_that_is_set_is_not_overridden_by_a_context() {
    let variables = vec![("DOCKER_HOST".to_owned(), "tcp://10.0.0.7:2376".to_owned())];
    let pending = World { variables, ..World::new() }.bind("docker restart web");
    assert!(!pending.program().env.iter().any(|(name, _)| name == "DOCKER_CONTEXT"));
}

#[test]
fn a_changed_file_binary_or_directory_asks_again_in_words() {
    let world = World::new().with_file("web.yaml", "one");
    let line = "kubectl apply -f web.yaml";
    let before = world.bind(line);
    let asked = World::new().with_file("web.yaml", "two").asked_again(line, &before).unwrap();
    assert!(asked.contains("the file /home/ada/project/web.yaml has changed"), "{asked}");
    let asked = World::new().asked_again(line, &before).unwrap();
    assert!(asked.contains("web.yaml has changed"), "{asked}");
    let asked = World { size: 4, ..world.clone() }.asked_again(line, &before).unwrap();
    assert!(asked.contains("/usr/bin/kubectl is another file than before"), "{asked}");
    let asked = World { cwd: "/elsewhere".to_owned(), ..world }.asked_again(line, &before).unwrap();
    assert!(asked.contains("the working directory was /home/ada/project, now /elsewhere"), "{asked}");
}

fn script(text: &str) -> World {
    World::new().with_file("deploy.sh", text).with_file("./deploy.sh", text)
}

#[test]
fn a_script_is_held_to_its_bytes_whoever_runs_it() {
    let (old, new) = (script("one"), script("two"));
    let lines = [
        "echo start > log && sh deploy.sh",
        "sh deploy.sh",
        "bash -e deploy.sh --now",
        "sudo sh deploy.sh",
        "env A=b sh ./deploy.sh",
        "sh -c './deploy.sh --now'",
    ];
    let noticed =
        |line: &&str| new.asked_again(line, &old.bind(line)).is_some_and(|asked| asked.contains("has changed"));
    let unnoticed: Vec<&str> = lines.into_iter().filter(|line| !noticed(line)).collect();
    assert_eq!(unnoticed, [] as [&str; 0]);
}

#[test]
fn a_repository_that_came_to_run_programs_is_asked_about_again() {
    let line = "git push";
    let before = World::new().bind(line);
    let hostile = World { git_hazards: vec!["core.hooksPath".to_owned()], ..World::new() };
    let asked = hostile.asked_again(line, &before);
    assert!(asked.is_some(), "a setting that runs programs appeared after the question, and the old yes would do");
}

#[test]
fn what_cannot_be_held_to_anything_says_so_and_is_never_granted_for_longer_than_the_verb() {
    let pending = World::new().bind("kubectl apply -f -");
    let rules: Vec<&str> = pending.verdict().parts[0].reasons.iter().map(|reason| reason.rule.as_str()).collect();
    assert!(rules.contains(&"unbound-input"), "{rules:?}");
    let pending = World::new().bind("kubectl apply -f https://example.org/web.yaml");
    let said =
        pending.verdict().parts[0].reasons.iter().any(|reason| reason.text.contains("https://example.org/web.yaml"));
    assert!(said, "{:?}", pending.verdict());
    assert!(!World::new().offers("kubectl apply -f https://example.org/web.yaml").contains(&GrantKind::Scope));
}

#[test]
fn what_is_read_unasked_is_not_looked_up_for_an_automatic_command() {
    let judged = judge(&Action::Command { line: "kubectl get pods".to_owned() }, book());
    assert!(!judged.needs.iter().any(|need| matches!(need, FactQuery::File { .. })));
}

#[test]
fn a_stale_digest_answers_nothing_whatever_is_said() {
    for reply in ["yes", "yes, this session", "yes, for 30m", "no", "why"] {
        let world = World::new();
        let pending = world.bind("kubectl scale deployment web --replicas=2");
        let stale = World { size: 4, ..world }.bind("kubectl scale deployment web --replicas=2").digest().to_owned();
        match pending.answer(reply, &stale, "session_001", noon(), &replies()) {
            Answered::Asked(Reply::Stale, _) => {}
            other => panic!("{reply}: {other:?}"),
        }
    }
}

// Grants.

#[test]
fn a_session_grant_covers_the_same_bytes_in_the_same_world_and_session_alone() {
    let world = World::new().with_file("web.yaml", "one");
    let grant = world.grant("kubectl apply -f web.yaml", "yes, this session");
    assert!(matches!(&grant.what, Granted::Exact { line, .. } if line == "kubectl --context prod apply -f web.yaml"));
    assert!(world.covers(&grant, "kubectl apply -f web.yaml"));
    for line in [
        "kubectl apply -f web.yaml ",
        "kubectl apply  -f web.yaml",
        "kubectl apply -f ./web.yaml",
        "kubectl apply -f web.yaml -n shop",
        "k apply -f web.yaml",
        "kubectl apply -f web.yaml; git push",
    ] {
        assert!(!world.covers(&grant, line), "{line}");
    }
    let line = "kubectl apply -f web.yaml";
    let others = [
        World::new().with_file("web.yaml", "two"),
        World { cwd: "/elsewhere".to_owned(), ..world.clone() },
        World { size: 4, ..world.clone() },
        World { kube: None, ..world.clone() },
        World { kube: Some(KubeTarget { server: None, ..production() }), ..world.clone() },
        World { variables: Vec::new(), ..world.clone() },
    ];
    for other in others {
        assert!(!other.covers(&grant, line));
    }
    assert!(!world.covers_at(&grant, line, "session_002", noon().later(60)));
    assert!(!world.covers_at(&grant, line, "", noon().later(60)));
    assert!(!world.covers_at(&grant, line, "session_001", noon().later(12 * 3600)));
    assert!(!world.covers_at(&grant, line, "session_001", At::EPOCH), "the clock was set back");
    assert!(world.covers_at(&grant, line, "session_001", noon().later(12 * 3600 - 1)));
}

#[test]
fn a_session_grant_does_not_outlive_a_hostile_setting_of_the_repository() {
    let world = World::new();
    let grant = world.grant("git push", "yes, this session");
    assert!(world.covers(&grant, "git push"));
    let hostile = World { git_hazards: vec!["core.sshCommand".to_owned()], ..world };
    assert!(!hostile.covers(&grant, "git push"));
}

#[test]
fn a_scope_covers_the_same_verb_kind_namespace_and_cluster_and_nothing_wider() {
    let world = World::new();
    let grant = world.grant("kubectl scale deployment/web --replicas=3", "yes, for 30m");
    let covered = [
        "kubectl scale deployment/web --replicas=3",
        "kubectl scale deployment/api --replicas=0",
        "kubectl scale deployment api --replicas=1",
        "k scale deployment/web --replicas 5",
    ];
    let asked: Vec<&str> = covered.into_iter().filter(|line| !world.covers(&grant, line)).collect();
    assert_eq!(asked, [] as [&str; 0]);
    let wider = [
        "kubectl scale statefulset/db --replicas=0",
        "kubectl scale deployment/web statefulset/db --replicas=0",
        "kubectl scale deployment,statefulset --replicas=0",
        "kubectl scale deployment/web --replicas=0 -n other",
        "kubectl scale deployment/web --replicas=0 --namespace=other",
        "kubectl scale deployment --all --replicas=0",
        "kubectl scale deployment/web --replicas=0 --dry-run=none",
        "kubectl scale deployment/web --replicas=0 --as=admin",
        "kubectl scale deployment/web --replicas=0 --cluster=other",
        "kubectl scale deployment/web --replicas=0 --unheard-of",
        "kubectl --context=staging scale deployment/web --replicas=0",
        "kubectl --context=prod scale deployment/web --replicas=0",
        "kubectl --server=https://10.9.9.9 scale deployment/web --replicas=0",
        "kubectl --kubeconfig=/etc/k scale deployment/web --replicas=0",
        "kubectl label deployment/web a=b",
        "kubectl rollout restart deployment/web",
        "kubectl scale deployment/web --replicas=0 && kubectl scale deployment/web --replicas=1",
        "kubectl scale deployment/web --replicas=0 | cat",
        "kubectl scale deployment/web --replicas=0 > log",
        "timeout 5 kubectl scale deployment/web --replicas=0",
        "kubectl scale -f web.yaml --replicas=0",
        "kubectl delete deployment/web",
    ];
    let too_wide: Vec<&str> = wider.into_iter().filter(|line| world.covers(&grant, line)).collect();
    assert_eq!(too_wide, [] as [&str; 0]);
    let line = "kubectl scale deployment/web --replicas=3";
    let others = [
        KubeTarget { context: "staging".to_owned(), ..production() },
        KubeTarget { namespace: "default".to_owned(), ..production() },
        KubeTarget { server: Some("https://10.9.9.9".to_owned()), ..production() },
    ];
    for target in others {
        let other = World { kube: Some(target.clone()), ..World::new() };
        assert!(!other.covers(&grant, line), "{target:?}");
    }
    assert!(!World { kube: None, ..World::new() }.covers(&grant, line));
}

#[test]
fn a_scope_lasts_thirty_minutes_in_every_session_and_says_so() {
    let world = World::new();
    let line = "kubectl scale deployment/web --replicas=3";
    let offer = world.bind(line).offers().into_iter().find(|offer| offer.kind == GrantKind::Scope).unwrap();
    assert_eq!(offer.text, "kubectl scale deployment in namespace shop of prod for 30 minutes");
    let grant = world.grant(line, "yes, for 30m");
    assert!(world.covers_at(&grant, line, "session_002", noon().later(30 * 60 - 1)));
    assert!(!world.covers_at(&grant, line, "session_001", noon().later(30 * 60)));
    assert!(!world.covers_at(&grant, line, "session_001", At::EPOCH), "the clock was set back");
}

#[test]
fn a_scope_given_to_a_trial_run_does_not_cover_the_real_one() {
    let world = World::new();
    if world.offers("kubectl scale deployment/web --replicas=0 --dry-run=server").contains(&GrantKind::Scope) {
        let grant = world.grant("kubectl scale deployment/web --replicas=0 --dry-run=server", "yes, for 30m");
        assert!(!world.covers(&grant, "kubectl scale deployment/web --replicas=0"));
        assert!(!world.covers(&grant, "kubectl scale deployment/web --replicas=0 --dry-run=none"));
    }
}

#[test]
fn no_scope_is_offered_where_something_raised_the_tier_or_the_end_is_not_known() {
    let world = World::new();
    let lines = [
        // Raised: by an option nobody vouches for, by a trigger, by a floor.
        "kubectl get pods --as=admin",
        "kubectl get pods --unheard-of",
        "kubectl get pods --raw /api",
        "kubectl scale deployment/web --replicas=0 --as=admin",
        "kubectl scale deployment/web --replicas=0 --cluster=other",
        "kubectl scale deployment/web --replicas=0 --user=root",
        "kubectl scale deployment/web --replicas=0 --unheard-of",
        "kubectl get secrets -o yaml",
        // Runs whatever stands behind it.
        "kubectl exec web-1 -- psql",
        "kubectl exec -i web-1 -- sh -c 'rm -rf /data'",
        // Wider than a namespace, or somewhere else.
        "kubectl label pods -A team=a",
        "kubectl label pods --all-namespaces team=a",
        "kubectl --context=staging scale deployment/web --replicas=0",
        "kubectl --server=https://10.9.9.9 scale deployment/web --replicas=0",
        "kubectl config use-context staging",
        "kubectl neat apply x",
        // Not one plain command.
        "kubectl scale deployment/web --replicas=0; kubectl scale deployment/web --replicas=1",
        "kubectl scale deployment/web --replicas=0 > log",
        "kubectl apply -f web.yaml",
        "docker restart web",
        "git push",
    ];
    let offered: Vec<&str> = lines.into_iter().filter(|line| world.offers(line).contains(&GrantKind::Scope)).collect();
    assert_eq!(offered, [] as [&str; 0]);
}

#[test]
fn a_complex_line_is_never_granted_for_longer_than_once() {
    let world = World::new();
    for line in ["kubectl scale deployment/web --replicas=0 > log", "echo $HOME", "git push || exit 1"] {
        assert_eq!(world.offers(line), [], "{line}");
        for reply in ["yes, this session", "yes, for 30m"] {
            let pending = world.bind(line);
            let digest = pending.digest().to_owned();
            let answered = pending.answer(reply, &digest, "session_001", noon(), &replies());
            assert!(matches!(answered, Answered::Asked(Reply::NotEnough, _)), "{line}: {reply}: {answered:?}");
        }
    }
}

#[test]
fn nothing_given_beforehand_lets_a_destructive_line_run() {
    let world = World::new();
    for line in ["kubectl delete deployment/web", "git push --force", "git push; rm -rf build"] {
        let pending = world.bind(line);
        assert_eq!(pending.verdict().tier, Tier::Destructive, "{line}");
        assert_eq!(pending.offers(), [], "{line}");
        // A grant made up to fit it exactly.
        let scope = crate::domain::Scope {
            program: "kubectl".to_owned(),
            path: vec!["delete".to_owned()],
            kind: "deployment".to_owned(),
            namespace: "shop".to_owned(),
            context: "prod".to_owned(),
            server: production().server,
            options: Vec::new(),
        };
        // Without session and call, the digest is the fingerprint.
        let fingerprint = world.try_bind(line, "").unwrap().digest().to_owned();
        for what in [Granted::Scope { scope }, Granted::Exact { line: pending.line().to_owned(), fingerprint }] {
            let id = "00000000".to_owned();
            let grant =
                Grant { id, what, session: "session_001".to_owned(), given: noon(), expires: noon().later(3600) };
            assert!(!world.covers(&grant, line), "{line}: {grant:?}");
        }
        assert!(pending.waived(Yes::from_flag()).is_err(), "{line}");
        let pending = world.bind(line);
        let digest = pending.digest().to_owned();
        assert!(pending.agreed_by_program(&digest).is_err(), "{line}");
        for reply in ["yes, this session", "yes, for 30m", "always, this session"] {
            let pending = world.bind(line);
            let digest = pending.digest().to_owned();
            let answered = pending.answer(reply, &digest, "session_001", noon(), &replies());
            assert!(matches!(answered, Answered::Asked(Reply::NotEnough, _)), "{line}: {reply}: {answered:?}");
        }
    }
}

#[test]
fn a_key_of_the_person_s_is_lent_to_what_they_agreed_to_alone() {
    let socket = ("SSH_AUTH_SOCK".to_owned(), "/run/agent.sock".to_owned());
    let world = World { variables: vec![socket.clone()], ..World::new() };
    let automatic = world.bind("git log -1");
    assert_eq!(automatic.verdict().consent, Consent::Nothing);
    assert!(!automatic.program().env.contains(&socket));
    assert!(world.bind("git push").program().env.contains(&socket));
    assert!(!world.bind("kubectl get pods | grep web").program().env.contains(&socket));
}

#[test]
fn conditions_stand_in_the_program_so_that_they_are_looked_at_before_the_start() {
    let world = World::new().with_file("web.yaml", "one");
    let pending = world.bind("kubectl apply -f web.yaml");
    let conditions = &pending.program().conditions;
    assert!(conditions.contains(&Condition::Kube { named: None, target: Some(production()) }), "{conditions:?}");
    let content = FileContent::Sha256("one".to_owned());
    let path = format!("{HERE}/web.yaml").into();
    assert!(conditions.contains(&Condition::File { path, content }), "{conditions:?}");
}

// Places nobody's command may write to.

#[test]
fn what_would_write_to_a_protected_place_is_refused() {
    let world = World::new();
    let lines = [
        "rm -rf .GCC",
        "rm -rf ./.GCC/",
        "rm -r .GCC/sessions",
        "rm .GCC/main.md",
        "rm -rf /home/ada/project/.GCC",
        "rm -rf ../project/.GCC",
        "rm -rf sub/../.GCC",
        "rm -rf //home//ada/./project/.GCC",
        "rm -rf .",
        "rm -rf ./",
        "rm -rf ../project",
        "rm -rf ..",
        "rm -rf /home/ada",
        "rm -rf -- .GCC",
        "rm -rf '.GCC'",
        "rm -rf .G\\CC",
        "rm -rf \".G\"CC",
        "r\\m -rf .GCC",
        "/bin/rm -rf .GCC",
        "sudo rm -rf .GCC",
        "sudo rm -rf .",
        "env rm -rf .",
        "timeout 5 rm -rf /home/ada/project",
        "busybox rm -rf ../project",
        "mv .GCC x",
        "mv ../project ../other",
        "mv .GCC/main.md /tmp",
        "cp a .GCC/",
        "cp -t .GCC a",
        "cp -t.GCC a",
        "cp --target-directory=.GCC a",
        "install -D a .GCC/main.md",
        "tee .GCC/main.md",
        "echo x | tee -a .GCC/main.md",
        "echo x >> .GCC/main.md",
        "echo x>.GCC/main.md",
        "echo x >'.GCC/main.md'",
        "cat /dev/null > ./.GCC/main.md",
        "truncate -s 0 .GCC/main.md",
        "dd if=/dev/zero of=.GCC/main.md",
        "sed -i s/a/b/ skills/x/SKILL.md",
        "sed -i.bak s/a/b/ ./skills/x/SKILL.md",
        "perl -pi -e s/a/b/ skills/x/SKILL.md",
        "touch .GCC/x",
        "mkdir .GCC/x",
        "ln -s .GCC x",
        "ln -sf /etc/passwd .GCC/main.md",
        "chmod -R 777 .",
        "chmod 000 .GCC",
        "chown -R nobody ../project",
        "find . -delete",
        "find .GCC -type f -delete",
        "find .. -name main.md -delete",
        "find . -name main.md -exec rm '{}' +",
        "git clean -fdx",
        "git clean -f -d -x",
        "git clean -dfX",
        "git -C . clean -fdx",
        "git checkout -- .GCC",
        "git checkout HEAD~1 -- skills/x/SKILL.md",
        "git restore .GCC/main.md",
        "git rm -rf .GCC",
        "git mv .GCC x",
        "git stash --all",
        "rsync -a --delete other/ ./",
        "tar -xf a.tar -C .GCC",
        "curl -o .GCC/main.md https://example.org",
        "wget -O .GCC/main.md https://example.org",
        "sh -c 'rm -rf .GCC'",
        "bash -c \"rm -rf .GCC\"",
        "sh -c 'echo x >> .GCC/main.md'",
        "sh -c 'rm -rf .'",
        "sudo sh -c 'rm -rf .GCC'",
        "python3 -c \"import shutil; shutil.rmtree('.GCC')\"",
        "xargs rm -rf .GCC",
        "cd .GCC && rm main.md",
        "cd .GCC; rm -f main.md",
        "(rm -rf .GCC)",
        "rm -rf .GCC &",
        "rm -rf . ; echo $HOME",
        "cd sub && rm -rf ../.GCC",
        "cd .. && rm -rf project/.GCC",
        "for f in .GCC/*; do rm $f; done",
        "rm -rf .GCC/*",
        "rm -rf .G*",
        "rm -rf .GC?",
        "rm -rf $PWD/.GCC",
        "rm -rf \"$(pwd)/.GCC\"",
        "rm -rf ~/project/.GCC",
        "echo x >> ~/.config/devops-agent/config.yaml",
        "echo x >> $HOME/.config/devops-agent/config.yaml",
        "rm -f ${HOME}/.local/state/devops-agent/grants.yaml",
        "rm -f /home/ada/.local/state/devops-agent/grants.yaml",
        "tee ../.local/state/devops-agent/grants.yaml",
        "docker run -v /home/ada/project/.GCC:/x busybox rm -rf /x",
        "docker run --volume=/home/ada/project/.GCC:/x busybox rm -rf /x",
    ];
    let missed: Vec<&str> = lines.into_iter().filter(|line| world.forbidden(line).is_none()).collect();
    assert_eq!(missed, [] as [&str; 0]);
}

#[test]
fn what_reads_a_protected_place_or_works_beside_it_is_judged_as_before() {
    let world = World::new();
    let lines = [
        "cat .GCC/main.md",
        "ls -la .GCC",
        "ls -R .",
        "grep -r x .GCC",
        "grep -rn x .",
        "find . -name main.md",
        "find .GCC -type f",
        "wc -l .GCC/main.md | sort",
        "head -5 skills/x/SKILL.md",
        "diff .GCC/main.md /tmp/main.md",
        "git add .",
        "git add -A",
        "git status",
        "git diff",
        "git commit -am 'Leave .GCC alone'",
        "git push",
        "git checkout main",
        "git clean -fd build",
        "git clean -fdx -e .GCC -e skills",
        "git stash",
        "rm -rf build",
        "rm -rf ./target",
        "rm -rf .GCCx",
        "rm -rf /tmp/x",
        "rm -rf ../other",
        "mv a b",
        "mv ../draft.txt .",
        "mv notes.txt ..",
        "mv a /home/ada/project/",
        "cp -r src .",
        "cp a ..",
        "chmod +x deploy.sh",
        "chmod -R go-w build",
        "mkdir -p out",
        "touch skills.txt",
        "tar czf /tmp/x.tgz .",
        "rsync -a . /backup/project",
        "rsync -a ./ ada@backup:/srv/project/",
        "find . -name '*.rs' -exec grep -l x '{}' +",
        "find / -name x.conf > list.txt",
        "docker build -t web .",
        "docker run -v /home/ada/project:/x busybox ls /x",
        "sh -c 'make test'",
        "make > out.log 2>&1",
        "cd /home/ada/project && make > out",
        "for f in *.txt; do mv \"$f\" old/; done",
        "kubectl apply -f deploy/",
    ];
    let refused: Vec<String> =
        lines.into_iter().filter_map(|line| world.forbidden(line).map(|place| format!("{line}  ({place})"))).collect();
    assert_eq!(refused, [] as [&str; 0]);
}

#[test]
fn a_refusal_says_which_place_and_what_to_do() {
    let error = World::new().try_bind("rm -rf .GCC", "s").unwrap_err();
    let text = error.to_string();
    assert!(text.contains("/home/ada/project/.GCC") && text.contains("in your own shell"), "{text}");
}
