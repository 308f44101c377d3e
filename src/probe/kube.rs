//! The current context of the kubeconfig files, merged as kubectl merges them.
//!
//! Owns which file wins. Asks no cluster and runs no credential plugin.

use std::path::{Path, PathBuf};

use serde_yaml::Value;

use super::reading;
use crate::domain::KubeTarget;

/// The files in the order of their weight. `kubeconfig` is the variable, a list with colons.
pub(super) fn files(kubeconfig: Option<&str>, home: Option<&str>, cwd: &Path) -> Vec<PathBuf> {
    match kubeconfig.filter(|list| !list.is_empty()) {
        Some(list) => list.split(':').filter(|entry| !entry.is_empty()).map(|entry| cwd.join(entry)).collect(),
        None => home.map(|home| Path::new(home).join(".kube/config")).into_iter().collect(),
    }
}

/// What stands in the files that can be read, as it is.
pub(super) fn texts(files: &[PathBuf]) -> Vec<Vec<u8>> {
    files.iter().filter_map(|file| reading::read(file, reading::SMALL).ok()).collect()
}

/// The current context. `None` when there is none, and also when any of the
/// files cannot be read: kubectl would not run either, and half a merge could name the wrong cluster.
pub(super) fn current(files: &[PathBuf]) -> Option<KubeTarget> {
    let configs = read(files)?;
    let name = configs.iter().find_map(|config| text(config, "current-context"))?;
    Some(target(&configs, name))
}

/// What a context stands for, whichever is the current one. `None` as for [`current`], and when nobody defines it.
pub(super) fn named(files: &[PathBuf], name: &str) -> Option<KubeTarget> {
    let configs = read(files)?;
    entry(&configs, "contexts", name)?;
    Some(target(&configs, name))
}

fn read(files: &[PathBuf]) -> Option<Vec<Value>> {
    let mut configs = Vec::new();
    for file in files {
        match reading::read(file, reading::SMALL) {
            Ok(bytes) => configs.push(serde_yaml::from_slice::<Value>(&bytes).ok()?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => return None,
        }
    }
    Some(configs)
}

/// The first entry of this name wins, in whichever file it stands.
fn entry<'a>(configs: &'a [Value], list: &str, name: &str) -> Option<&'a Value> {
    configs.iter().find_map(|config| {
        let entries = config.get(list)?.as_sequence()?;
        entries.iter().find(|entry| text(entry, "name") == Some(name))
    })
}

fn target(configs: &[Value], name: &str) -> KubeTarget {
    let context = entry(configs, "contexts", name).and_then(|entry| entry.get("context"));
    let cluster = context.and_then(|context| text(context, "cluster"));
    let server = cluster.and_then(|cluster| text(entry(configs, "clusters", cluster)?.get("cluster")?, "server"));
    KubeTarget {
        context: name.to_owned(),
        namespace: context.and_then(|context| text(context, "namespace")).unwrap_or("default").to_owned(),
        cluster: cluster.map(str::to_owned),
        server: server.map(str::to_owned),
        user: context.and_then(|context| text(context, "user")).map(str::to_owned),
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const PRODUCTION: &str =
        "current-context: prod\ncontexts:\n- name: prod\n  context: {cluster: eu-1, namespace: shop}\n";

    #[test]
    fn the_first_file_that_names_a_current_context_wins_and_any_file_may_define_it() {
        let place = tempfile::tempdir().unwrap();
        let nameless = "current-context: ''\ncontexts: [{name: prod, context: {cluster: mine}}]\n";
        fs::write(place.path().join("a"), nameless).unwrap();
        fs::write(place.path().join("b"), PRODUCTION).unwrap();
        fs::write(place.path().join("c"), "current-context: other\n").unwrap();

        let list = files(Some("a::b:missing:c"), None, place.path());
        let context = current(&list).unwrap();
        assert_eq!(context.context, "prod");
        assert_eq!(context.cluster.as_deref(), Some("mine"));
        assert_eq!(context.namespace, "default");
        fs::write(place.path().join("d"), "clusters: [{name: mine, cluster: {server: 'https://10.0.0.1'}}]\n").unwrap();
        let context = current(&files(Some("a:b:d"), None, place.path())).unwrap();
        assert_eq!(context.server.as_deref(), Some("https://10.0.0.1"));
    }

    #[test]
    fn the_file_at_home_is_read_when_the_variable_is_empty() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".kube")).unwrap();
        fs::write(home.path().join(".kube/config"), PRODUCTION).unwrap();
        let context = current(&files(Some(""), home.path().to_str(), Path::new("/"))).unwrap();
        assert_eq!((context.context.as_str(), context.namespace.as_str()), ("prod", "shop"));
    }

    #[test]
    fn a_file_that_is_no_yaml_leaves_the_context_unknown() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("good"), PRODUCTION).unwrap();
        fs::write(place.path().join("bad"), "contexts: [").unwrap();
        assert_eq!(current(&files(Some("good:bad"), None, place.path())), None);
    }

    #[test]
    fn fields_of_the_wrong_kind_are_passed_over() {
        let place = tempfile::tempdir().unwrap();
        fs::write(place.path().join("odd"), "current-context: prod\ncontexts: 7\n").unwrap();
        let context = current(&files(Some("odd"), None, place.path())).unwrap();
        assert_eq!(context.cluster, None);
    }
}
