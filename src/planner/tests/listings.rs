//! What a command listed.

use super::*;

const KUBECTL: &str = "## intents\n```yaml\nwords: {pods: [pod, po], deployments: [deployment]}\nkinds: [pods]\n```\n";

fn kubectl() -> Lexicon {
    let skill: Skill = parse("kubectl", "kubectl/SKILL.md", KUBECTL);
    Lexicon::build(include_str!("../../../assets/language/english.yaml"), [skill]).unwrap()
}

/// What a command listed, row by row: kind, name and namespace.
fn rows(line: &str, printed: &str) -> Vec<String> {
    let Some(listing) = Listing::of(line, printed, &kubectl()) else { return vec!["no listing".to_owned()] };
    let row = |row: &Row| {
        let noun = row.noun.as_deref().unwrap_or(&listing.noun);
        let place = row.namespace.as_ref().or(listing.namespace.as_ref());
        format!("{noun} {}{}", row.name, place.map_or_else(String::new, |place| format!(" in {place}")))
    };
    listing.rows.iter().map(row).collect()
}

#[test]
fn the_name_stands_in_the_column_of_names() {
    let pods = "NAMESPACE   NAME    READY\nshop        web-1   1/1\nops         db-0    1/1\n";
    assert_eq!(rows("kubectl get po -A", pods), ["pod web-1 in shop", "pod db-0 in ops"]);
    let pods = "NAME    READY\nweb-1   1/1\n";
    assert_eq!(rows("kubectl get pods -n shop -o wide", pods), ["pod web-1 in shop"]);
    let all = "NAME        READY\npod/web-1   1/1\n\nNAME                  READY\ndeployment.apps/web   1/1\n";
    assert_eq!(rows("kubectl get all", all), ["pod web-1", "deployment web"]);
    let containers = "CONTAINER ID   IMAGE     COMMAND   CREATED   STATUS    PORTS     NAMES\na1   nginx   \"x y\"   2 days ago   Up   web1\n";
    assert_eq!(rows("docker ps -a", containers), ["container web1"]);
    let images = "REPOSITORY   TAG      IMAGE ID   CREATED   SIZE\nredis        7        a1b2       2 days    9MB\n<none>       <none>   c3d4       2 days    9MB\n";
    assert_eq!(rows("docker images", images), ["image redis:7", "image c3d4"]);
    let releases = "NAME\tNAMESPACE\tREVISION\nweb \tshop     \t3\n";
    assert_eq!(rows("helm list -A", releases), ["release web in shop"]);
    let units = "  UNIT           LOAD   ACTIVE SUB    DESCRIPTION\n● nginx.service  loaded failed failed A server\n  a.timer        loaded active waiting A timer\n\nLOAD = Reflects whether the unit was loaded.\n";
    assert_eq!(rows("systemctl list-units --no-pager", units), ["service nginx.service", "unit a.timer"]);
}

#[test]
fn lists_without_titles_have_a_name_a_line() {
    assert_eq!(
        rows("git branch -v", "* main      1a2b3c4 x\n  feature/x 5d6e7f8 y\n"),
        ["branch main", "branch feature/x"]
    );
    let log = "1a2b3c4 Tidy up\n5d6e7f8 deadbeef was wrong\n";
    assert_eq!(rows("git log -20 --oneline", log), ["commit 1a2b3c4", "commit 5d6e7f8"]);
    assert_eq!(rows("git stash list", "stash@{0}: WIP on main\n"), ["stash stash@{0}"]);
    let files = "total 8\ndrwxr-xr-x 2 a a 4096 Feb 21 09:14 .\ndrwxr-xr-x 2 a a 4096 Feb 21 09:14 src\n-rw-r--r-- 1 a a 12 Feb 21 09:14 a b\n";
    assert_eq!(rows("ls -la", files), ["directory src", "file a b"]);
    assert_eq!(rows("ls /var/log", "syslog\n"), ["file /var/log/syslog"]);
}

#[test]
fn what_lists_nothing_or_looks_elsewhere_is_no_listing() {
    for (line, printed) in [
        ("kubectl get pods -o json", "{}\n"),
        ("kubectl --context other get pods", "NAME\nweb-1\n"),
        ("kubectl get pods | tail -1", "web-1 1/1\n"),
        ("docker ps -q", "a1b2\n"),
        ("git -C /srv branch", "* main\n"),
        ("git branch -d old", "Deleted branch old\n"),
        ("cat names", "NAME\nweb-1\n"),
        ("docker ps; rm x", "NAMES\nweb1\n"),
    ] {
        assert_eq!(rows(line, printed), ["no listing"], "{line}");
    }
}

#[test]
fn only_what_can_be_nothing_else_is_a_name() {
    for name in ["web-1", "feature/x", "redis:7", "stash@{12}", "getty@tty1.service"] {
        assert!(is_name(name), "{name}");
    }
    for odd in
        ["", "-rf", "--all", "a b", "$(reboot)", "a,b", "x;y", "stash@{}", "stash@{a}", "it's", "na\u{ef}ve", "*"]
    {
        assert!(!is_name(odd), "{odd}");
    }
}

#[test]
fn the_last_commit_is_the_newest_whatever_was_listed() {
    let subject = Subject { noun: "commit".into(), tool: "box".into(), ..Subject::default() };
    let listing = Listing::read(&subject, "1a2b3c4 new\n5d6e7f8 old\n");
    assert_eq!(listing.rows.last().map(|row| row.name.as_str()), Some("5d6e7f8"));
    let context = Context { listing: Some(listing), ..Context::default() };
    let tokens = tokens::cut("show the last commit", &lexicon());
    assert!(context::bind(&tokens, &context, &lexicon()).is_none());
}
