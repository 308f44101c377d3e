//! What the scan must see, what it must leave alone, and that it ends in time.
//!
//! Against the rules that are shipped: they are what a line is held against.

use std::sync::LazyLock;

use super::super::{RuleBook, Standing, judge};
use super::*;
use crate::domain::Action;
use crate::skill::parse;

static BOOK: LazyLock<RuleBook> = LazyLock::new(|| {
    let files = [
        ("core", include_str!("../../../skills/core/SKILL.md")),
        ("git", include_str!("../../../skills/git/SKILL.md")),
        ("docker", include_str!("../../../skills/docker/SKILL.md")),
        ("kubectl", include_str!("../../../skills/kubectl/SKILL.md")),
    ];
    let skills = files.map(|(name, text)| (parse(name, &format!("{name}/SKILL.md"), text), Standing::Trusted));
    RuleBook::compile(&skills)
});

fn tier(line: &str) -> Tier {
    judge(&Action::Command { line: line.to_owned() }, &BOOK).verdict.tier
}

fn all_destructive(lines: &[&str]) {
    let missed: Vec<&&str> = lines.iter().filter(|line| tier(line) != Tier::Destructive).collect();
    assert!(missed.is_empty(), "{missed:#?}");
}

fn none_destructive(lines: &[&str]) {
    let why = |line: &str| {
        let verdict = judge(&Action::Command { line: line.to_owned() }, &BOOK).verdict;
        format!("{line}: {:?}", verdict.deciding())
    };
    let raised: Vec<String> =
        lines.iter().filter(|line| tier(line) == Tier::Destructive).map(|line| why(line)).collect();
    assert!(raised.is_empty(), "{raised:#?}");
}

#[test]
fn a_program_is_seen_behind_every_quoting_of_its_name() {
    all_destructive(&[
        r"r\m $y",
        "r''m $y",
        "\"r\"m $y",
        "r\"\"m $y",
        "'rm' $y",
        "$'rm' d",
        r"$'\x72m' d",
        r"$'\162m' d",
        r"$'\u0072m' d",
        "$\"rm\" d",
        "r$'m' d",
        "r$@m d",
        "r${x}m d",
        "r$*m d",
        "r$1m d",
        "r\\\nm $y",
        "rm${IFS}-rf${IFS}d",
        "rm$IFS-rf$IFS$9d",
        "rm${IFS%??}d",
        "/bin/rm $y",
        "/usr/bin/../bin/rm $y",
        "./rm $y",
        "\\rm $y",
        "$(echo rm) d",
        "r$(true)m d",
        "r`true`m d",
        "`echo r`m d",
    ]);
}

#[test]
fn a_program_is_seen_behind_variables_defaults_lists_and_patterns() {
    all_destructive(&[
        "X=rm; $X -rf d",
        "X=rm; ${X} -rf d",
        "X='rm -rf'; $X d",
        "a=r; b=m; $a$b -rf d",
        "a=r; ${a}m -rf d",
        "export X=rm; $X d",
        "local X=rm; eval $X d",
        "${x:-rm} -rf d",
        "${x-rm} d",
        "${x:=rm} d",
        "${x:+rm} d",
        "${x:=rm}; $x d",
        "$RM d",
        "${RM} -rf d",
        "$KUBECTL delete pod x",
        "${KUBECTL} delete pod x",
        "${KUBECTL:-kubectl} delete pod x",
        "\"$KUBECTL\" delete pod x",
        "$GIT push --force",
        "{rm,-rf,d}",
        "r{m,} d",
        "{r,}m d",
        "/bin/r? d",
        "/bin/r[m] d",
        "/???/rm d",
        "/bin/?m d",
        "/b*/r* d",
        "/bin/[r]m d",
        "set -- rm d; \"$@\"",
        "V=delete; kubectl $V pod x",
        "F=--force; git push $F",
        "F=-f; git push \"$F\"",
        "kubectl {delete,pod,x}",
        "kubectl ${V:-delete} pod x",
        "x=(rm -rf d); \"${x[@]}\"",
        "read x <<< rm; $x d",
        "for x in rm; do $x d; done",
        "printf -v x rm; $x d",
        "kubectl delet{e,} pod x",
        "alias k='kubectl delete'; k pod x",
        "alias k=kubectl\nk delete pod x",
        "f() { \"$@\"; }; f rm d",
        "O='-exec rm {} +'; find . $O",
        "GIT_PAGER='rm d' git log > f",
        "IFS=,; x=rm,d; $x",
    ]);
}

#[test]
fn a_command_is_seen_wherever_the_grammar_of_a_shell_puts_one() {
    all_destructive(&[
        "echo $(rm d)",
        "echo \"$(rm d)\"",
        "echo \"a `rm d` b\"",
        "echo $(echo $(rm d))",
        "echo \"$(echo \"$(rm d)\")\"",
        "`echo \\`rm d\\``",
        "cat <(rm d)",
        "tee >(rm d)",
        "(rm d)",
        "{ rm d; }",
        "if true; then rm d; fi",
        "if rm d; then :; fi",
        "if false; then :; else rm d; fi",
        "while rm d; do :; done",
        "until rm d; do :; done",
        "for x in a; do rm $x; done",
        "for x do rm $x; done",
        "case x in x) rm d;; esac",
        "case $(rm d) in *) ;; esac",
        "echo $(case x in x) rm d;; esac)",
        "f() { rm d; }; f",
        "function f { rm d; }; f",
        "f() rm d\nf",
        "coproc rm d",
        "coproc N { rm d; }",
        "! rm $x",
        "time rm $x",
        "time -p rm $x",
        "X=1 rm d",
        "X=1 Y='a b' rm $z",
        "rm d &",
        "a & rm d",
        "a && rm $x",
        "a || rm $x",
        "a | rm $x",
        "a |& rm d",
        "a\nrm $x",
        "> f rm d",
        "< f rm d",
        "2>&1 rm d > f",
        ">f<g rm d",
        "a &> f; rm d",
        "[[ a ]] && rm d",
        "((1)) && rm d",
        "echo $((1 + $(rm d)))",
        "echo ${x:-$(rm d)}",
        "echo ${x[$(rm d)]}",
        "echo a # it's\nrm d",
        "cat <<E\nit's\nE\nrm d",
        "cat <<E\n$(rm d)\nE",
        "sh <<E\nrm d\nE",
        "sh <<'E'\nrm d\nE",
        "sh <<< 'rm d'",
        "bash <<-E\n\trm d\n\tE",
        "x='$(rm d)'; echo ${x@P}",
        "repeat 2 rm d",
        "select x in a; do rm d; done",
        "trap 'rm d' EXIT; :",
        "trap \"rm d\" 0; :",
        "exec rm $x",
        "command rm $x",
        "builtin eval 'rm d' $x",
        "docker &>/dev/null kill x",
        "print *(e:'rm d':)",
        "a;rm $x",
        "a&&rm $x",
    ]);
}

#[test]
fn a_command_is_seen_in_what_is_handed_to_a_program_that_runs_it() {
    all_destructive(&[
        "bash -c 'rm -rf d'",
        "bash -c '{ rm -rf d; }'",
        "bash -c \"rm d\" $x",
        "sh -c'rm d'",
        "sh -ec 'rm d'",
        "env -S 'rm -rf d'",
        "env -S'rm -rf d'",
        "env X=1 rm d",
        "env -i rm $x",
        "sudo rm $x",
        "sudo -u root rm $x",
        "sudo -- rm $x",
        "sudo -n -u root env X=1 nice -n 5 rm $x",
        "timeout -k 5 10 rm $x",
        "nohup rm $x &",
        "nice -n5 rm $x",
        "stdbuf -oL rm $x",
        "setsid rm $x",
        "flock /tmp/l rm $x",
        "chroot / rm $x",
        "eval \"rm -rf d\"",
        "eval rm d",
        "eval $'rm\\x20d'",
        "git -c alias.x='!rm -rf d' x",
        "git -c core.pager='rm d' log > f",
        "git rebase --exec 'rm d' $x",
        "git bisect run rm $x",
        "git submodule foreach 'rm d' > f",
        "vim -c '!rm x'",
        "vim -c ':!rm x' $y",
        "find . -exec rm {} +",
        "find . -exec rm {} \\;",
        "find . -execdir sh -c 'rm \"$1\"' _ {} \\;",
        "find . -ok rm {} \\; > f",
        "find . -delete > f",
        "find . -name x$y -delete",
        "xargs -I{} sh -c 'rm {}'",
        "a | xargs rm $x",
        "xargs rm < f",
        "parallel rm ::: a b > f",
        "watch 'rm d' > f",
        "ssh h 'rm d' > f",
        "ssh h rm $x",
        "kubectl exec p -- rm -rf $x",
        "kubectl exec p -- sh -c 'rm d' > f",
        "docker exec c rm $x",
        "docker run --rm i rm -rf $x",
        "tar cf x --to-command='rm d' > f",
        "tar xf a --checkpoint-action=exec='rm d' > f",
        "rsync -e 'rm d' a b > f",
        "ssh -oProxyCommand='rm d' h > f",
        "awk 'BEGIN{system(\"rm -rf d\")}'",
        "awk '{print | \"rm d\"}' f > g",
        "sed '1e rm d' f > g",
        "sed 's/.*/rm d/e' f > g",
        "sed 's/.*/reboot/e' f > g",
        "python -c \"import os; os.system('rm -rf d')\"",
        "python3 -c 'import subprocess as s; s.run([\"rm\",\"d\"])'",
        "perl -e 'system(\"rm\",\"-rf\",\"d\")'",
        "perl -e 'exec\"rm d\"'",
        "perl -e '`rm d`' $x",
        "perl -e 'qx/rm d/'",
        "ruby -e 'system\"rm d\"' > f",
        "ruby -e '%x(rm d)' > f",
        "node -e \"require('child_process').execSync('rm d')\"",
        "php -r 'system(\"rm d\");'",
        "lua -e 'os.execute(\"rm d\")' > f",
        "make -f <(printf 'a:\\n\\trm d\\n')",
        "expect -c 'spawn rm d' > f",
        "nsenter -t 1 rm $x",
        "unheard-of rm $x",
        "$SUDO rm d",
        "crontab -r > f",
        "sudo sh -c 'rm d' > f",
        "su -c 'rm d' > f",
        "busybox rm $x",
        "mapfile -C 'rm d' -c 1 < f",
        "kubectl run x --image=i -- rm $y",
        "hash -p /bin/rm ls; ls d",
    ]);
}

#[test]
fn a_command_is_seen_in_what_is_fed_to_an_interpreter() {
    all_destructive(&[
        "echo 'rm -rf d' | sh > f",
        "echo rm d | sh -s > f",
        "cat <<< 'rm d' | bash",
        "printf '\\x72\\x6d -rf d' | sh > f",
        "printf 'a\\nrm d\\n' | sh > f",
        "echo -e '\\162m d' | sh > f",
        "echo -e '\\0162m d' | sh > f",
        "echo $'rm\\td' | sh",
        "echo cm0gLXJmIGQK | base64 -d | sh > f",
        "sh <<< \"$(base64 -d <<< cm0gLXJmIGQK)\"",
        "base64 -d <<< cm0gLXJmIGQK | bash",
        "eval \"$(echo cm0gLXJmIGQK | openssl base64 -d)\"",
        "echo 72 6d | xxd -r -p | sh > f",
        "echo 726d202d72662064 | xxd -r -p | $SHELL",
        "rev <<< 'fr- mr' | sh",
        "echo 'd fr- mr' | rev | sh > f",
        "echo rm d > s; sh s",
        "echo rm d > s; . ./s",
        "echo rm d > s; source s",
        "echo rm d > s; ./s",
        "echo rm d > s && chmod +x s && ./s",
        "echo 'rm d' | tee s; bash s",
        "echo rm d | $SHELL",
        "echo rm d | { sh; }",
        "echo rm d | (sh)",
        "echo rm d | while read l; do $l; done",
        "echo rm d | while read l; do eval \"$l\"; done",
        "echo rm d | xargs -I{} sh -c '{}' > f",
        "printf 'delete pod x' | xargs kubectl > f",
        "echo --force | xargs git push > f",
        "echo 'rm d' | at now > f",
        "echo 'rm d' | sudo -s > f",
        "echo 'rm d' | ssh h > f",
        "echo 'rm d' | sed e > f",
        "echo 'rm d' | awk '{system($0)}' > f",
        "git log --format='rm d' | sh > f",
        "date '+rm d' | sh > f",
        "find . -printf 'rm %p\\n' | sh > f",
        "echo ZWNobyBjbTBnWkE9PSB8IGJhc2U2NCAtZCB8IHNoCg== | base64 -d | sh > f",
    ]);
}

#[test]
fn what_only_operands_tell_is_seen_in_lines_that_are_not_understood_too() {
    all_destructive(&[
        "git push origin +main > f",
        "git push origin :main > f",
        "git push origin \"+$B\"",
        "git push $R :$B",
        "git checkout -- . > f",
        "git checkout . > f",
        "git checkout -- $f",
        "git restore . > f",
        "git push --force $R",
        "git push -f $R",
        "git push --forc $R",
        "git reset --har > f",
        "git clean -xdf > f",
        "git branch -rD $b",
        "dd if=/dev/zero of=/dev/sda > f",
        "dd of=/dev/$D",
        "echo x > /dev/sda",
        "cat i >/dev/nvme0n1",
        "cat i >| /dev/sda",
        "cat i >> '/dev/sda'",
        "cat i > /dev/\"sda\"",
        "cat i > //dev/./sda",
        "cat i > /dev/sd$x",
        "cat i > /dev/shm/../sda",
        "echo b > /proc/sysrq-trigger",
        "echo b | sudo tee /proc/sysrq-trigger > f",
        "cat i | tee /dev/sda > f",
        "cp i /dev/sda > f",
        "cat i &> /dev/sda",
        "sh -c 'cat i > /dev/sda'",
        ":(){ :|:& };:",
        ":(){ :|:&};:",
        "b() { b | b & }; b",
        "function b { b | b & }; b",
        "bomb(){ bomb&bomb; };bomb",
    ]);
}

#[test]
fn a_line_is_not_destructive_for_a_word_that_cannot_be_a_command() {
    none_destructive(&[
        "for p in $(kubectl get pods -o name); do kubectl logs $p; done",
        "for p in $(kubectl get pods -o name); do kubectl logs \"$p\" | grep kill; done > f",
        "echo \"$HOME\" | grep rm",
        "kubectl get pods -o name | grep -v kill > pods.txt",
        "kubectl logs web | grep -E 'kill|rm|reboot' > f",
        "git log --grep='rm -rf' > log.txt",
        "git log --oneline | grep 'push --force' > f",
        "if kubectl get pod x &>/dev/null; then echo 'will delete'; fi",
        "if command -v reboot >/dev/null 2>&1; then echo yes; fi",
        "docker ps --format '{{.Names}}' | while read n; do docker logs --tail 5 \"$n\"; done",
        "echo 'reboot needed' >> notes.txt",
        "echo \"$(hostname) shutdown at $(date)\" > f",
        "sleep $((2 * 3)); echo kill",
        "sudo systemctl status nginx | grep -i kill > /tmp/x",
        "timeout 5 kubectl logs $p | grep kill",
        "kubectl get pods > out 2>&1 & wait",
        "ls *.rm; echo ~/rm",
        "echo `date` rm > f",
        "grep -r 'rm -rf' . > f",
        "(cd /tmp && ls rm)",
        "docker logs $(docker ps -q) | grep rm",
        "cat x > /dev/null; echo y > /dev/stderr",
        "X=5; kubectl logs web --tail $X | grep kill",
        "while true; do date; sleep 1; done",
        "[ -n \"$x\" ] && echo halt",
        "for b in $(git branch --merged | grep -v main); do git branch -d \"$b\"; done",
        "awk '{s[$1] += $2} END {print s}' f > g",
        "awk '{print $1}' f | sed 's/\\s*$//' > g",
        "kubectl get pods | awk '/\\d{2}/ {d[$1]++}' > f",
        "echo c0ffee726d20 0123456789abcdef | sh > f",
        "mytool --rm-nothing $x",
        "gem install rails",
        "unheard-of deployment rollout production staging",
    ]);
}

#[test]
fn a_pipeline_that_is_understood_is_raised_by_what_it_feeds_to_an_interpreter() {
    all_destructive(&[
        "echo 'rm -rf d' | sh",
        "echo rm d | bash -s",
        "echo d | xargs rm -rf",
        "printf 'delete pod x' | xargs kubectl",
        "echo pod x | xargs kubectl delete",
        "echo --force | xargs git push origin",
        "echo +main | xargs git push origin",
        "echo 'rm d' | kubectl exec -i p -- sh",
        "echo 'rm d' | sudo bash",
        "echo 'rm d' | env X=1 sh",
        "echo cm0gLXJmIGQK | base64 -d | sh",
        "echo 72 6d | xxd -r -p | sh",
        "echo 'fr- mr' | rev | python3.12",
        "printf '\\x72m d' | sh",
        "echo 'rm d' | tee s | sh",
        "echo 'rm d' | sh | cat",
        "tee /dev/sda",
        "cp i /dev/sda",
        "sh -c 'cat i > /dev/sda'",
        "sudo tee /proc/sysrq-trigger",
        "echo delete | xargs -n1 kubectl",
        "echo rm d | xargs env",
        "echo rm d | xargs -I{} sh -c {}",
        "echo 'cat i > /dev/sda' | sh",
        "echo d | xargs sudo rm",
        "echo delete pod x | xargs xargs kubectl",
        "echo delete | xargs kubectl -n prod",
    ]);
    none_destructive(&[
        "kubectl get pods -o name | grep init | xargs kubectl describe",
        "docker ps -aq | grep rm | xargs docker inspect",
        "git ls-files | grep rm | xargs wc -l",
        "kubectl get pods | grep kill",
        "echo 'rm -rf d' | grep rm",
        "echo rm | grep bash",
        "git log | grep rm | head",
        "echo kill | cat",
        "git log | grep rm; python3 x.py",
        "cp /dev/sr0 i",
    ]);
}

#[test]
fn the_stages_that_are_fed_are_told() {
    let fed = |line: &[&[&str]]| {
        let words = |stage: &&str| stage.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let owned: Vec<Vec<Vec<String>>> = line.iter().map(|stages| stages.iter().map(words).collect()).collect();
        let borrowed: Vec<Vec<&[String]>> =
            owned.iter().map(|stages| stages.iter().map(Vec::as_slice).collect()).collect();
        Sighting::of_pipelines(&borrowed).into_iter().map(|(place, _)| place).collect::<Vec<_>>()
    };
    assert_eq!(fed(&[&["echo rm", "cat", "sh", "cat"]]), [2]);
    assert_eq!(fed(&[&["echo rm", "cat"], &["echo rm", "sh"]]), [3]);
    assert_eq!(fed(&[&["echo rm", "tee f"], &["cat f"], &["sh f"]]), [3]);
    assert!(fed(&[&["echo rm", "cat"], &["sh f"]]).is_empty());
}

#[test]
fn programs_that_read_commands_are_known_in_every_version() {
    for program in ["sh", "/bin/bash", "python3", "python3.12", "perl5.36.0", "lua5.4", "xargs", "ksh93", "busybox"] {
        assert!(programs::feeds_interpreter(program), "{program}");
    }
    for program in ["cat", "grep", "kubectl", "", "5", "shuf", "rm"] {
        assert!(!programs::feeds_interpreter(program), "{program}");
    }
}

/// The longest line that is read.
const LENGTH: usize = 64 * 1024;

fn nasty() -> Vec<String> {
    let mut lines: Vec<String> = ('\0'..='\u{ff}').map(|c| c.to_string().repeat(LENGTH / c.len_utf8())).collect();
    let pieces = [
        "$(",
        "${",
        "${x:-",
        "${x#",
        "`",
        "((",
        "$((",
        "<(",
        "\"$(",
        "\"`",
        "'\"",
        "\\\\",
        "a;",
        "a|",
        "rm ",
        "a&&",
        "{a,",
        "[a",
        "/r* ",
        "$a$b ",
        "a=$a$a;",
        "--f ",
        "-abc ",
        "cm0gZA== ",
        "72 ",
        "\\x72",
        "/bin/r? ",
        "f(){ f|f&};",
        "sudo ",
        "xargs ",
        "> /dev/",
        "x=1 ",
        "do ",
        "kubectl $x; ",
        "git push -f\n",
        "echo $x rev\n",
        "{ ",
        "} ",
        ") ",
        "case x in ",
        "<<E\n",
    ];
    lines.extend(pieces.map(|piece| piece.repeat(LENGTH / piece.len())));
    let distinct = |form: fn(usize) -> String| (0..6000).map(form).collect::<String>().chars().take(LENGTH).collect();
    lines.push(distinct(|number| format!("/{number}* ")));
    lines.push(distinct(|number| format!("-{number}a rm ")));
    lines.push(distinct(|number| format!("a{number}=$a{number};")));
    lines.push(distinct(|number| format!("f{number}() {{ x; }};")));
    lines.push(format!("{}{}", "$(".repeat(LENGTH / 4), ")".repeat(LENGTH / 2)));
    lines
}

#[test]
fn the_longest_and_deepest_lines_are_scanned_and_never_auto() {
    for line in nasty() {
        let tier = tier(&line);
        let start: String = line.chars().take(12).collect();
        assert!(tier >= Tier::Approval, "{start:?}... is {tier}");
    }
}

proptest::proptest! {
    #[test]
    fn random_text_is_scanned_without_panic(text in "(\\PC|[\\x00-\\x7f]){0,200}") {
        let sighting = Sighting::of_text(&text);
        let _ = (sighting.seen(&BOOK).rule, sighting.streams(&BOOK));
        let _ = Sighting::of_command(&text.split(' ').map(str::to_owned).collect::<Vec<_>>()).seen(&BOOK);
    }

    #[test]
    fn more_text_never_hides_what_was_seen(
        before in "[a-z $`(){};|&<>\n=#*-]{0,12}",
        after in "[a-z $`(){};|&<>\n=#*-]{0,12}",
    ) {
        let line = format!("{before} ; rm -rf d ; {after}");
        proptest::prop_assert_eq!(tier(&line), Tier::Destructive, "{}", line);
    }
}
