//! The shipped skills prove themselves: no problem in any file, every example
//! has its tier, every example request becomes its command.

use std::collections::{BTreeMap, BTreeSet};

use devops_agent::domain::{Action, ComposeProject, Consent, Lane, PlanStep, Reversible, Tier};
use devops_agent::gate::{Facts, Plugin, judge};
use devops_agent::planner::{self, Context, Planning};
use devops_agent::runtime::{Knowledge, read_skills};

#[test]
fn no_shipped_file_has_a_problem() {
    let knowledge = Knowledge::build(&[]).unwrap();
    assert_eq!(knowledge.book.problems(), []);
    assert_eq!(knowledge.book.warnings(), []);
}

#[test]
fn every_example_line_has_its_tier() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for known in read_skills(&[]).0 {
        for example in known.skill.examples {
            count += 1;
            let verdict = judge(&Action::Command { line: example.line.clone() }, &knowledge.book).verdict;
            if verdict.tier != example.tier {
                wrong.push(format!("{}: {} is {}: {:?}", example.tier, example.line, verdict.tier, verdict.deciding()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 300, "only {count} examples");
}

#[test]
fn every_example_request_becomes_its_command() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for known in read_skills(&[]).0 {
        for intent in known.skill.intents.intents {
            for (request, expected) in &intent.examples {
                count += 1;
                let got = match planner::plan(request, &knowledge.lexicon, &BTreeMap::new()) {
                    Planning::Plan(plan) if intent.all.is_some() => {
                        plan.steps.last().map(PlanStep::preview).unwrap_or_default()
                    }
                    Planning::Plan(plan) => PlanStep::previews(&plan.steps),
                    Planning::Ask(question) => format!("? {}", question.text),
                    Planning::Unsure(unsure) => format!("?? {}", unsure.unexplained.join(" ")),
                };
                let fits = got == *expected || got == expected.replace("{each}", "<each of step 1>");
                if !fits {
                    wrong.push(format!("{}: {request}\n    wants {expected}\n    got   {got}", intent.id));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_way_that_a_shipped_skill_names_asks_for_no_more_consent_and_is_understood_word_for_word() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let judged = |line: &str| judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
    let (mut wrong, mut count) = (Vec::new(), 0);
    for known in read_skills(&[]).0 {
        for example in known.skill.examples {
            let verdict = judged(&example.line);
            for way in verdict.effect().map_or_else(Vec::new, |effect| effect.instead.clone()) {
                count += 1;
                for line in &way.lines {
                    let other = judged(line);
                    let open = ["{options}", "{operands}", "{first}", "{last}", "{name}", "{owner}"];
                    let is_open = open.iter().any(|place| line.contains(place));
                    if other.tier > verdict.tier || other.lane != Lane::Simple || is_open {
                        wrong.push(format!("{}: {line} is {} ({:?})", example.line, other.tier, other.deciding()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 20, "only {count} ways");
}

/// What people do most of that which cannot be taken back, or interrupts.
const DEEDS: &[&str] = &[
    "rm notes.txt",
    "rm -rf build",
    "truncate -s 0 app.log",
    "mv a.txt b.txt",
    "chmod -R 700 srv",
    "chown -R www-data srv",
    "kill 4242",
    "kill -9 4242",
    "git branch -d feature",
    "git branch -D feature",
    "git reset --hard HEAD~1",
    "git clean -fdx",
    "git push --force origin main",
    "git push origin :feature",
    "git rebase main",
    "git merge feature",
    "git stash drop",
    "git stash clear",
    "git tag -d v1",
    "docker rm web",
    "docker rmi -f nginx:1.25",
    "docker stop web",
    "docker kill web",
    "docker image prune",
    "docker volume prune",
    "docker system prune -a --volumes",
    "docker compose down",
    "docker compose down -v",
    "kubectl delete pod web-0 -n shop",
    "kubectl delete deployment api",
    "kubectl delete ns shop",
    "kubectl delete pvc data-0",
    "kubectl scale deployment api --replicas=0",
    "kubectl rollout restart deployment/api",
    "kubectl rollout undo deployment/api",
    "kubectl drain worker-3 --ignore-daemonsets",
    "kubectl cordon worker-3",
    "kubectl apply -f app.yaml",
    "helm uninstall api",
    "helm rollback api 3",
    "helm upgrade api ./chart",
    "systemctl stop nginx",
    "systemctl restart nginx",
];

#[test]
fn what_people_do_most_has_another_way_for_whoever_says_no() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for line in DEEDS {
        let verdict = judge(&Action::Command { line: (*line).to_owned() }, &knowledge.book).verdict;
        let ways = verdict.effect().map_or_else(Vec::new, |effect| effect.instead.clone());
        assert!(ways.iter().any(|way| way.lines != [*line]), "{line}");
    }
}

#[test]
fn a_look_before_a_deed_names_its_objects_and_runs_unasked() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let judged = |line: &str| judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
    for (line, look) in [
        ("git branch -d feature", "git log --oneline feature --not HEAD"),
        ("git branch -D feature", "git log --oneline feature --not HEAD"),
        ("git merge feature", "git log --oneline feature --not HEAD"),
        ("git merge --abort", "git status"),
        ("git rebase main", "git log --oneline HEAD --not main"),
        ("git tag -d v1", "git show --stat v1"),
        ("git stash clear", "git stash list"),
        ("helm rollback api 3 -n shop", "helm history -n shop api"),
        ("kubectl delete ns shop", "kubectl get all -n shop"),
        ("kubectl rollout undo deployment/api", "kubectl rollout history deployment/api"),
        ("docker compose down -v", "docker ps -a --filter label=com.docker.compose.project"),
        ("docker compose -p shop down", "docker compose -p shop ps -a"),
    ] {
        let proof = judged(line).parts.first().and_then(|part| part.proof.clone());
        assert_eq!(proof.as_deref(), Some(look), "{line}");
        assert_eq!(judged(look).tier, Tier::Auto, "{look}");
    }
}

#[test]
fn where_helm_has_its_diff_plugin_that_is_the_look_and_it_asks_by_itself() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let diff = Plugin { program: "helm".to_owned(), name: "diff".to_owned() };
    let judged = |line: &str| judge(&Action::Command { line: line.to_owned() }, &knowledge.book);
    for (line, without, with) in [
        (
            "helm upgrade -i api ./chart -n shop -f v.yaml --atomic",
            "helm upgrade --dry-run=server --hide-secret -i -n shop -f v.yaml api ./chart",
            "helm diff upgrade --allow-unreleased -n shop -f v.yaml api ./chart",
        ),
        (
            "helm install api ./chart --create-namespace",
            "helm install --dry-run=server --hide-secret --create-namespace api ./chart",
            "helm diff upgrade --allow-unreleased api ./chart",
        ),
        (
            "helm install -g ./chart",
            "helm install --dry-run=server --hide-secret -g ./chart",
            "helm install --dry-run=server --hide-secret -g ./chart",
        ),
        ("helm rollback api 3 --wait", "helm history api", "helm diff rollback api 3"),
        ("helm rollback api", "helm history api", "helm history api"),
    ] {
        for (plugins, look) in [(BTreeSet::new(), without), (BTreeSet::from([diff.clone()]), with)] {
            let facts = Facts { plugins, ..Facts::default() };
            let proof = judged(line).with_facts(&facts).0.parts.first().and_then(|part| part.proof.clone());
            assert_eq!(proof.as_deref(), Some(look), "{line}");
            assert!(judged(look).verdict.tier <= Tier::Approval, "{look}");
        }
    }
}

#[test]
fn what_only_tries_says_so_and_what_takes_that_back_does_not() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let effect = |line: &str| {
        let verdict = judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
        verdict.effect().map(|effect| (effect.text.clone(), effect.reversible)).unwrap()
    };
    for line in [
        "kubectl apply --dry-run=server -f x.yaml",
        "kubectl patch deployment api -p {} --dry-run=client",
        "kubectl set image deployment/api app=nginx:1 --dry-run=server",
        "helm upgrade api ./chart --dry-run=server --hide-secret",
        "helm install api ./chart --dry-run",
        "helm upgrade -i api ./chart --dry-run=server",
    ] {
        let (text, reversible) = effect(line);
        assert!(text.contains("nothing is kept") && reversible == Reversible::Yes, "{line}: {text}");
    }
    for line in [
        "helm upgrade api ./chart --dry-run=server --dry-run=none",
        "helm upgrade api ./chart --dry-run=false",
        "helm upgrade api ./chart --dry-run=server --force",
        "kubectl apply -f x.yaml --dry-run=none",
        "kubectl apply -f x.yaml --dry-run=server --prune",
        "kubectl apply -f x.yaml --dry-run=server --force",
        "kubectl apply -f x.yaml",
        "kubectl create --raw /api/v1/namespaces -f x.json --dry-run=client",
        "kubectl replace --raw /api/v1/namespaces/x -f x.json --dry-run=server",
        "kubectl create --edit -f x.yaml --dry-run=client",
        "helm upgrade api ./chart --dry-run=server --post-renderer ./x",
        "helm install api ./chart --dry-run --dependency-update",
        "helm upgrade api ./chart --dry-run=server --no-such-option",
    ] {
        assert!(!effect(line).0.contains("nothing is kept"), "{line}");
    }
}

#[test]
fn what_is_destructive_and_can_be_taken_back_is_not_told_to_be_lost() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let said = |line: &str| {
        let verdict = judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
        assert_eq!(verdict.tier, Tier::Destructive, "{line}");
        verdict.deciding().map(|reason| reason.text.clone()).unwrap()
    };
    assert_eq!(said("kubectl uncordon worker-3"), "may do harm before it is taken back");
    assert_eq!(said("kubectl delete pod api-7d4f9"), "cannot be taken back");
}

#[test]
fn of_two_effects_on_one_line_the_graver_is_told() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for (line, told) in [
        ("docker rm -fv web", "anonymous volumes"),
        ("docker system prune -a --volumes", "unused anonymous volumes with their data"),
        ("docker compose down -v --rmi all", "removes its volumes with all data"),
        ("git push origin :feature", "Deletes branches or tags on the remote."),
        ("git push origin +main", "whatever the remote holds"),
    ] {
        let verdict = judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
        let text = verdict.effect().map(|effect| effect.text.clone()).unwrap_or_default();
        assert!(text.contains(told), "{line}: {text}");
    }
}

#[test]
fn no_sweep_is_planned_beside_a_word_of_what_is_to_stay() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let mut planned = Vec::new();
    for (deed, thing) in [
        ("remove unused images", "app:1.0"),
        ("delete all stopped containers", "web1"),
        ("take the compose stack down", "db"),
        ("drop all stashes", "stash 2"),
        ("remove untracked files", "notes.txt"),
        ("discard all my changes", "main.go"),
        ("reset hard to origin/main", "config.yml"),
        ("delete all pods in shop", "web-0"),
        ("restart all deployments in shop", "cart"),
        ("kill all chrome processes", "4711"),
    ] {
        for said in [
            "X has to stay",
            "X stays",
            "X is still needed",
            "X must not go",
            "X excluded",
            "X is off limits",
            "X should survive",
            "I still need X",
            "hands off X",
            "don't touch X",
            "we want to hold on to X",
            "never touch X",
        ] {
            let said = said.replace('X', thing);
            for request in [format!("{deed}, {said}"), format!("{said}. {deed}")] {
                if let Planning::Plan(plan) = planner::plan(&request, &knowledge.lexicon, &BTreeMap::new()) {
                    planned.push(format!("{request}: {}", PlanStep::previews(&plan.steps)));
                }
            }
        }
    }
    assert_eq!(planned, [] as [String; 0]);
}

fn not_planned(request: &str, knowledge: &Knowledge) {
    let planning = planner::plan(request, &knowledge.lexicon, &BTreeMap::new());
    assert!(!matches!(planning, Planning::Plan(_)), "{request}: {planning:?}");
}

/// The plan's command lines, or the question.
fn line(request: &str, knowledge: &Knowledge) -> String {
    match planner::plan(request, &knowledge.lexicon, &BTreeMap::new()) {
        Planning::Plan(plan) => PlanStep::previews(&plan.steps),
        Planning::Ask(question) => format!("? {}", question.text),
        Planning::Unsure(_) => "??".to_owned(),
    }
}

/// Each request with the line it must become.
fn planned_as(requests: &[(&str, &str)], knowledge: &Knowledge) {
    for (request, expected) in requests {
        assert_eq!(line(request, knowledge), *expected, "{request}");
    }
}

#[test]
fn a_container_is_removed_by_force_only_where_that_is_said() {
    let knowledge = Knowledge::build(&[]).unwrap();
    planned_as(
        &[
            ("remove the container web", "docker rm web"),
            ("remove the container web, it is still running", "docker rm web"),
            ("stop the container web and then remove it", "docker stop web && docker rm web"),
            ("remove the container web without force", "docker rm web"),
            ("remove the container web by force", "docker rm -f web"),
            ("remove the container web even though it is still running", "docker rm -f web"),
            ("get rid of the container web together with its anonymous volumes", "docker rm -v web"),
        ],
        &knowledge,
    );
}

#[test]
fn a_bare_name_of_the_compose_file_here_is_its_service_and_what_says_otherwise_is_not() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let services = ["checkout-api", "db", "nginx", "notifier", "web", "worker"].map(str::to_owned).into();
    let compose = Some(ComposeProject { file: "compose.yaml".to_owned(), services });
    let here = Context { compose, ..Context::default() };
    let plan = |request: &str, context: &Context| {
        planner::understand(request, &knowledge.lexicon, &BTreeMap::new(), context).0
    };
    let line = |request: &str, context: &Context| match plan(request, context) {
        Planning::Plan(plan) => PlanStep::previews(&plan.steps),
        Planning::Ask(_) | Planning::Unsure(_) => "?".to_owned(),
    };
    for (request, expected) in [
        ("can you restart the notifier service", "docker compose restart notifier"),
        ("restart notifier", "docker compose restart notifier"),
        ("restart the web and worker services", "docker compose restart web worker"),
        ("logs of checkout-api", "docker compose logs checkout-api"),
        ("scale the worker to four", "docker compose up -d --scale worker=4"),
        ("stop the notifier container", "docker compose stop notifier"),
        ("notifier keeps crashing, show me its logs", "docker compose logs notifier"),
        ("is notifier up?", "docker compose ps notifier"),
        ("is everything up?", "docker compose ps"),
        // Something else is said, or nothing is asked for.
        ("delete everything", "?"),
        ("shut everything down", "?"),
        ("remove the db", "?"),
        ("db is a table, drop it", "?"),
        ("I restarted web", "?"),
        ("web just restarted", "?"),
        ("how often did web restart", "?"),
        ("stop web and apache", "?"),
        ("push to web", "git push web"),
        ("start nginx on boot", "systemctl enable nginx"),
        ("delete pod web", "kubectl delete pod web"),
        ("restart web in namespace shop", "kubectl rollout restart deployment/web -n shop"),
        ("systemctl restart nginx", "systemctl restart nginx"),
        ("restart the systemd unit nginx", "systemctl restart nginx"),
        ("is nginx installed?", "dpkg -s nginx"),
        ("check out web", "git switch web"),
        ("docker logs web", "docker logs web"),
        ("don't restart nginx", "?"),
        ("what would happen if I restarted nginx", "?"),
        ("git push", "git push"),
    ] {
        assert_eq!(line(request, &here), expected, "{request}");
    }
    // The name says it, and only where there is such a file.
    let Planning::Plan(plan) = plan("restart notifier", &here) else { panic!("no plan") };
    assert!(plan.thought.ends_with("`notifier` is a service of compose.yaml here."), "{}", plan.thought);
    assert_eq!(line("restart notifier", &Context::default()), "?");
    let other = ComposeProject { file: "compose.yaml".to_owned(), services: vec!["api".to_owned()] };
    assert_eq!(line("restart notifier", &Context { compose: Some(other), ..Context::default() }), "?");
}

#[test]
fn how_many_which_one_and_who_is_spoken_to_are_no_names() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for request in [
        "web is broken. Anna, restart the container",
        "wiki is stopped, pleas start that container again",
        "kill ten processes",
        "Bob, delete the branch",
        "on node-7 run reboot",
        "in the container web run rm -rf /tmp/cache tonight",
        "in container web should I run rake db:drop",
        "stop crow and magpie",
        "logs of container pelican since 17:00",
        "copy the config out of container geo-cache",
        "git branch -D dev isn't what bob said",
        "run the one-off command in the container web now",
        "Anna, restart the container",
        "show the branch dev, the team can go home",
        "they want me to update one of the compose services",
        "delete all secrets, config maps and service accounts in shop",
        "delete deployment and service please",
        "remove nginx from the server",
        "remove db and its volume",
        "remove web and the image",
        "deploy web:2 to prod",
        "disable ufw rule 3",
        "stop web. Wait, restart it",
        "I restarted the compose service web",
        "we restarted the stack",
        "how often did the compose service web restart",
        "copy container x's /etc/hosts to /tmp/h",
        "what did consul log between 9 and 10 am",
        "should i restart web as agreed",
    ] {
        not_planned(request, &knowledge);
    }
    planned_as(
        &[
            ("remove the release blog, it lives in namespace pages", "helm uninstall blog -n pages"),
            ("in the compose stack is everything up?", "docker compose ps"),
            ("show secrets and config maps in shop", "kubectl get secrets,configmaps -n shop"),
            ("in the compose service web run rake db:seed", "docker compose exec web rake db:seed"),
            ("inside the web container, run cat /etc/hosts", "docker exec web cat /etc/hosts"),
            ("compose down incl. the volumes", "docker compose down -v"),
            ("kill the process 10", "kill 10"),
            ("the demo is over, so everything from the compose file can go, volumes stay", "docker compose down"),
            ("did api start? compose", "docker compose ps"),
            ("list the files in /var/www of the php service in compose", "docker compose exec php ls -la /var/www"),
            ("run whoami as user www-data in container magenta", "docker exec -u www-data magenta whoami"),
            ("copy the Dockerfile out of container web", "docker cp web:Dockerfile ."),
            ("Anna, can you restart the container web", "docker restart web"),
            ("copy app.log into the folder /tmp of pod web-1", "kubectl cp app.log web-1:/tmp"),
            ("I want the 'invoice-worker' service stopped", "systemctl stop invoice-worker"),
            ("I staged notes.txt by mistake", "git restore --staged notes.txt"),
            ("can I connect to db01:5432", "nc -zv -w 3 db01 5432"),
            ("status of nginx", "systemctl status nginx"),
            ("show pod fjord-66b so that the team can go home", "kubectl get pod fjord-66b"),
            ("I'm supposed to delete the branch dev", "git branch -d dev"),
            ("restart deployment reed over in quay", "kubectl rollout restart deployment/reed -n quay"),
            ("pods in the namespace called quay", "kubectl get pods -n quay"),
            ("forward port 80 of svc web to 8080", "kubectl port-forward service/web 8080:80"),
            ("forward port 9000 to port 9001 of pod minio-0", "kubectl port-forward pod/minio-0 9000:9001"),
            ("what's quartz-7d8b-x2 printing?", "kubectl logs quartz-7d8b-x2"),
            ("restart the falcon service as agreed", "systemctl restart falcon"),
            ("would be nice to see the open ports", "ss -tulpn"),
            ("logs of telegraf and restart it", "journalctl -u telegraf -n 50 && systemctl restart telegraf"),
        ],
        &knowledge,
    );
}

#[test]
fn a_deed_is_done_to_what_is_named_and_not_to_whose_it_is_or_who_did_it() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for request in [
        "bob's branch fix is merged, delete it",
        "kill bob's processes",
        "the node of web-1 is broken, drain it",
        "delete pods in staging and prod",
        "node-7 is stuck, reboot it",
        "Bob broke it, roll it back",
        "we deployed 2.1, roll back to 2.0",
        "process 4312 is fine, kill 4313",
        "delete deployment and service web",
        "delete all secrets and config maps in shop",
        "pull main and then create feature/x",
        "delte that pod",
        "delete aall pods",
        "delete deployment tern's pods",
        "delete the branch and the tag v1",
        "delete the pod and the service web",
        "/var is full. Delete the file",
        // Who or what broke, and where, is not the thing.
        "anna broke web. Restart the container",
        "traffic is slow. Restart the pod",
        "web hangs in prod. Delete the pod",
        "web hangs on bastion. Restart the container",
        // What is to be done before, and what holds a deed back.
        "delete the namespace shop, I have to ask first",
        "delete the branch dev, we have to preserve the tag",
        "delete the user bob, we have to inform him",
        "mongo hangs. Delete the service",
        "delete pod web-1. it hangs so don't",
        "they're holding on to the pods, delete the deployment web",
        "stop the container web until it works, then delete it",
        "cups is stopped, remove it",
    ] {
        not_planned(request, &knowledge);
    }
    planned_as(
        &[
            ("deployment web is stuck in prod, restart it", "kubectl rollout restart deployment/web -n prod"),
            ("delete the branch dev and then the tag dev", "git branch -d dev && git tag -d dev"),
            ("ssh is down, start it", "systemctl start ssh"),
            ("nginx was disabled, enable it", "systemctl enable nginx"),
            ("api-1 hangs. Restart the container.", "docker restart api-1"),
            ("stop containers a1 and b2 and then remove both", "docker stop a1 b2 && docker rm a1 b2"),
            ("stop containers a1 and b2 and then remove the containers", "docker stop a1 b2 && docker rm a1 b2"),
        ],
        &knowledge,
    );
}

#[test]
fn a_reason_behind_a_deed_is_left_aside_and_a_name_tells_whose_it_is() {
    let knowledge = Knowledge::build(&[]).unwrap();
    planned_as(
        &[
            ("switch to main, I have to fix something", "git switch main"),
            ("I need to be on `release/7.1`, somebody found a bug there", "git switch release/7.1"),
            (
                "restart the deployment relay, it is holding on to stale connections",
                "kubectl rollout restart deployment/relay",
            ),
            ("pause the compose service importer until the backup is through", "docker compose pause importer"),
            // A daemon is the system's, and only a cluster names things so.
            ("tail the logs of kubelet live", "journalctl -u kubelet -f"),
            (
                "what did api-6c9f7d5b8-x2kqp print in the last 15 minutes",
                "kubectl logs api-6c9f7d5b8-x2kqp --since=15m",
            ),
            // What a web server answered is no time.
            ("I keep seeing 502s. Tail the log of nginx-proxy live", "docker logs -f nginx-proxy"),
            ("logs of the container worker, last eighty lines", "docker logs --tail 80 worker"),
            // Letters mixed up, and English that begins like a command.
            ("detele the branch old-landing on origin", "git push origin --delete old-landing"),
            ("df shows 4 GB left; how much disk does docker use up", "docker system df"),
            ("git status short", "git status --short"),
        ],
        &knowledge,
    );
    for request in
        ["tail -f on all pods labeled app=router in edge", "kill -9 isn't my favourite, but process 28 is stuck"]
    {
        assert!(!line(request, &knowledge).starts_with(request), "{request} is no command line");
    }
}

#[test]
fn a_deed_takes_from_what_is_told_only_what_it_is_done_to() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for request in [
        // Another kind, another name, another thing of the kind.
        "the deployment web is broken, delete the pods",
        "the branch dev is needed, delete the branch old",
        "the configmap app is right, delete the deployment web",
        "containers web and db hang, restart them",
        // What stays as it is.
        "main.rs has my work, undo all changes",
        "the volume db-data is precious, prune unused volumes",
        "stash@{1} is Bob's, clear the stashes",
        "the container web is fine, remove it",
        "pod db-0 is innocent, delete it",
        "remove the network shop, it is in use",
        "delete pod web-1, it is in use",
        "pods in prod are fine, delete all failed pods",
        // When, where, and which revision is broken.
        "In an hour, drain node1",
        "revision 5 is broken, roll back web",
        "the server web2 hangs, reboot",
        "my remote is called upstream, push",
        "this concerns shop, delete pod web-1",
        // What others said.
        "My colleague wrote: delete namespace acme",
        "Bob said no, delete namespace acme",
        "Remind me to delete namespace acme",
        "delete namespace acme, sorry, beta",
        // What something is not, and where it is not.
        "web is not a pod, delete it",
        "the pod web-1 isn't in namespace shop, delete it",
        "pod web-1 runs in shop, not in cart, delete it",
        // What belongs to a thing is not called like it; where it is is not what it is.
        "nginx in compose returns 502, remove it with its volumes",
        "web is broken, delete its namespace",
        "i accidentally installed nginx-test in the default namespace, get rid of it",
        "traffic is up, scale it to 5",
        "take the stack down with everything but the volumes",
        "remove both web and the volume",
        "delete pods in use",
        // What was done is not done again.
        "I scaled deployment cart to 0 by accident. Scale it back to 3",
    ] {
        not_planned(request, &knowledge);
    }
    planned_as(
        &[
            ("delete branch dev here, main is on origin", "git branch -d dev"),
            ("remove the container web, db is in use", "docker rm web"),
            ("there are three containers, web hangs, restart it", "docker restart web"),
            ("the service nginx is broken since the update, restart it", "systemctl restart nginx"),
            ("restart web, it's not the compose service", "systemctl restart web"),
            ("branch dev isn't on origin, delete it", "git branch -d dev"),
            ("I removed the volumes, take the stack down", "docker compose down"),
            ("helm plugin diff isn't needed any more, uninstall it", "helm plugin uninstall diff"),
            ("the pod web-1 in shop is broken, delete it", "kubectl delete pod web-1 -n shop"),
            ("Process 4312 has been hanging since lunch, end it please", "kill 4312"),
            (
                "its chart is acme/web, set replicaCount=5 on release web and keep the rest",
                "helm upgrade web acme/web --reuse-values --set replicaCount=5",
            ),
        ],
        &knowledge,
    );
}

#[test]
fn a_second_part_goes_on_with_the_tool_and_the_place_of_the_first() {
    let knowledge = Knowledge::build(&[]).unwrap();
    planned_as(
        &[
            ("roll back release web to 3 and check the status afterwards", "helm rollback web 3 && helm status web"),
            (
                "create namespace shop, then apply app.yaml there",
                "kubectl create namespace shop && kubectl apply -f app.yaml -n shop",
            ),
            (
                "build the image api:2 and then restart nginx.service",
                "docker build -t api:2 . && systemctl restart nginx.service",
            ),
        ],
        &knowledge,
    );
}

#[test]
fn behind_its_noun_a_word_is_a_name_whatever_it_means_elsewhere() {
    let knowledge = Knowledge::build(&[]).unwrap();
    planned_as(
        &[
            ("pods in the search namespace", "kubectl get pods -n search"),
            ("delete the pods with label app=stuck in namespace jobs", "kubectl delete pods -l app=stuck -n jobs"),
            ("how is the rollout of deployment search going?", "kubectl rollout status deployment/search"),
            ("unset the env var DEBUG on deployment mailer", "kubectl set env deployment/mailer DEBUG-"),
        ],
        &knowledge,
    );
    let asked = line("remove web and then push the branch with git", &knowledge);
    assert!(asked.starts_with("? What is web"), "{asked}");
    let asked = line("stop nginx-a and nginx-b", &knowledge);
    assert!(asked.starts_with("? What is nginx-a, nginx-b"), "{asked}");
}

#[test]
fn slips_of_the_keys_are_mended_and_both_of_two_are_two() {
    let knowledge = Knowledge::build(&[]).unwrap();
    planned_as(
        &[
            ("tear donw the compose stack", "docker compose down"),
            ("stopp the worker service in compose", "docker compose stop worker"),
            ("restart both the api and the db in compose", "docker compose restart api db"),
            ("list the releases, but not the failed ones", "helm list --deployed"),
            ("rm -rf node_modules please", "rm -rf node_modules"),
            ("move /opt/app/*.log to /var/archive", "? Move them from which directory?"),
        ],
        &knowledge,
    );
}

#[test]
fn what_may_lie_in_a_named_thing_is_not_passed_over() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for request in [
        "drain node worker-1, leave web-0 alone",
        "drain node worker-1. don't touch web-0",
        "drain node worker-1, not web-0",
        "upgrade release api with ./chart, don't touch the old values",
    ] {
        not_planned(request, &knowledge);
    }
}

#[test]
fn what_is_forbidden_or_taken_back_is_not_planned_whatever_words_a_skill_passes_over() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let mut planned = Vec::new();
    for deed in [
        "reboot the machine in 10 minutes",
        "remove the dangling images",
        "remove the unused volumes",
        "clean up unused docker objects",
        "vacuum the journal to 500M",
        "drop my last three commits completely",
        "remove the worktree ../hotfix",
        "publish this branch",
        "push the tags",
        "set the memory limit of container web1 to 512m",
        "suspend the cronjob report in batch",
        "stop the bluetooth service and disable it",
        "upgrade or install the release api from ./charts/api",
        "take the compose project down but keep the volumes",
        "overwrite the remote branch with mine, safely",
    ] {
        for form in [
            "do not X",
            "please don't X",
            "never X",
            "you must not X",
            "I do not want to X",
            "we don't want to X",
            "under no circumstances X",
            "X - actually no",
            "X? no, don't",
        ] {
            let request = form.replace('X', deed);
            if let Planning::Plan(plan) = planner::plan(&request, &knowledge.lexicon, &BTreeMap::new())
                && knowledge.lexicon.changes(&plan.intent)
            {
                planned.push(format!("{request}: {}", PlanStep::previews(&plan.steps)));
            }
        }
    }
    assert_eq!(planned, [] as [String; 0]);
    for (wish, command) in [
        ("nginx should not start at boot", "systemctl disable nginx"),
        ("I don't need stash 2 any more, drop it", "git stash drop 2"),
    ] {
        let Planning::Plan(plan) = planner::plan(wish, &knowledge.lexicon, &BTreeMap::new()) else {
            panic!("{wish} is not planned")
        };
        assert_eq!(plan.steps[0].preview(), command, "{wish}");
    }
}

#[test]
fn a_forced_push_is_told_as_what_it_is_however_it_is_spelled() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let told = |line: &str| {
        let verdict = judge(&Action::Command { line: line.to_owned() }, &knowledge.book).verdict;
        (
            verdict.effect().map(|effect| effect.text.clone()).unwrap_or_default(),
            matches!(verdict.consent, Consent::Name(_)),
        )
    };
    let whatever = "Replaces the remote branch by the local one, whatever the remote holds.";
    for line in
        ["git push --force", "git push --force origin main", "git push -f origin main", "git push -uf origin main"]
    {
        assert_eq!(told(line), (whatever.to_owned(), true), "{line}");
    }
    // Force wins over its lease.
    assert_eq!(told("git push --force-with-lease --force origin main").0, whatever);
    let leased = "Replaces the remote branch by the local one, if nobody pushed since the last fetch.";
    for line in ["git push --force-with-lease", "git push --force-with-lease=main origin main", "git push --force-w"] {
        assert_eq!(told(line).0, leased, "{line}");
    }
}

#[test]
fn a_thing_whose_kind_is_not_said_is_of_the_only_kind_that_bears_every_part() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let line = |request: &str| line(request, &knowledge);
    assert!(line("stop postgresql").starts_with("? What is postgresql"), "{}", line("stop postgresql"));
    let planned = line("stop postgresql and then disable it");
    assert_eq!(planned, "systemctl stop postgresql && systemctl disable postgresql");
    let planned = line("restart db and then show its last 20 log lines, it's the compose service");
    assert_eq!(planned, "docker compose restart db && docker compose logs --tail 20 db");
    let asked = line("restart rabbitmq and then show its last twenty log lines");
    assert!(asked.starts_with("? What is rabbitmq"), "{asked}");
}

#[test]
fn a_deed_that_leans_on_a_thing_told_of_is_not_done_to_everything() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for request in [
        "I promised the customer the reporting service would be restarted in compose by noon. Restart it.",
        "the invoice tool's compose needs profile pdf, start it detached",
    ] {
        not_planned(request, &knowledge);
    }
    planned_as(
        &[
            ("the compose stack hangs, restart it", "docker compose restart"),
            ("api in compose is stuck. restart it", "docker compose restart api"),
            ("debezium is stuck; force-recreate it in compose", "docker compose up -d --force-recreate debezium"),
            ("the nginx in compose returns 502, show me its logs", "docker compose logs nginx"),
        ],
        &knowledge,
    );
    not_planned("push that image with compose", &knowledge);
    not_planned("the feature branch is merged, remove it", &knowledge);
}

#[test]
fn many_parts_of_which_each_could_be_several_things_are_asked_about_at_once() {
    let knowledge = Knowledge::build(&[]).unwrap();
    let parts: Vec<String> = (0..30).map(|number| format!("restart thing{number}")).collect();
    // Were the kinds of each part tried with those of all others, this would never end.
    let planning = planner::plan(&parts.join(" then "), &knowledge.lexicon, &BTreeMap::new());
    assert!(matches!(planning, Planning::Ask(_)), "{planning:?}");
}

#[test]
fn a_word_that_takes_back_or_forbids_is_not_passed_over_and_of_two_of_a_kind_it_is_neither() {
    let knowledge = Knowledge::build(&[]).unwrap();
    for request in [
        "delete namespace acme, I mean beta",
        "The boss forbids it. Delete namespace acme",
        "This is a drill. Delete namespace acme",
        "copy the directory data to /backup, then delete it",
        "merge branch dev into main, then delete it",
    ] {
        not_planned(request, &knowledge);
    }
    let planning = planner::plan("tag v2.0 and push", &knowledge.lexicon, &BTreeMap::new());
    let Planning::Plan(plan) = planning else { panic!("{planning:?}") };
    assert_eq!(PlanStep::previews(&plan.steps), "git tag v2.0 && git push origin v2.0");
}
