//! The compose project of a directory: which file docker compose would read there, and the services it declares.
//!
//! Owns where the file is looked for. Reads names and nothing else: what a service runs is docker's business.

use std::path::Path;

use serde_yaml::Value;

use super::reading;
use crate::domain::ComposeProject;

/// In the order in which docker compose looks for them.
const FILES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

/// What is read over the file, where the file has one of the usual names.
const OVERRIDES: [&str; 4] =
    ["compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// More than any compose file holds, in bytes.
const LIMIT: u64 = 1 << 20;

/// Services that are known by name.
const KEPT: usize = 500;

/// The project of `cwd` (absolute): of its own compose file, or of the nearest one above it. `None` where there is none
/// or it cannot be read.
pub(super) fn project(cwd: &Path) -> Option<ComposeProject> {
    let is_there = |place: &Path, file: &str| place.join(file).is_file();
    let (place, file) =
        cwd.ancestors().find_map(|place| Some((place, FILES.into_iter().find(|file| is_there(place, file))?)))?;
    let over = OVERRIDES.into_iter().find(|file| is_there(place, file));
    let mut services: Vec<String> = [Some(file), over]
        .into_iter()
        .flatten()
        .map(|file| services(&place.join(file)))
        .collect::<Option<Vec<_>>>()?
        .concat();
    services.sort();
    services.dedup();
    services.truncate(KEPT);
    Some(ComposeProject { file: file.to_owned(), services })
}

fn services(path: &Path) -> Option<Vec<String>> {
    let file: Value = serde_yaml::from_slice(&reading::read(path, LIMIT).ok()?).ok()?;
    let Some(services) = file.get("services") else { return file.is_mapping().then(Vec::new) };
    let names = services.as_mapping()?.keys().filter_map(Value::as_str);
    Some(names.filter(|name| is_service_name(name)).map(str::to_owned).collect())
}

/// What docker compose takes for a service's name, without what could be an option.
fn is_service_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const FILE: &str = "x-common: &common {restart: always}\nservices:\n  web: {<<: *common, image: nginx}\n  db:\n    image: postgres\nvolumes: {data: }\n";

    #[test]
    fn the_services_are_those_of_the_nearest_file_and_of_what_is_read_over_it() {
        let place = tempfile::tempdir().unwrap();
        let below = place.path().join("deploy/prod");
        fs::create_dir_all(&below).unwrap();
        assert_eq!(project(&below), None);
        fs::write(place.path().join("docker-compose.yml"), FILE).unwrap();
        let found = project(&below).unwrap();
        assert_eq!(
            (found.file.as_str(), found.services),
            ("docker-compose.yml", vec!["db".to_owned(), "web".to_owned()])
        );
        fs::write(place.path().join("docker-compose.override.yml"), "services: {web: {}, mailhog: {image: m}}")
            .unwrap();
        assert_eq!(project(place.path()).unwrap().services, ["db", "mailhog", "web"]);
        fs::write(below.join("compose.yaml"), "services: {api: {build: .}}").unwrap();
        fs::write(below.join("docker-compose.yml"), FILE).unwrap();
        let found = project(&below).unwrap();
        assert_eq!((found.file.as_str(), found.services), ("compose.yaml", vec!["api".to_owned()]));
    }

    #[test]
    fn what_cannot_be_a_compose_file_is_no_project_and_what_cannot_be_a_name_is_left_out() {
        let place = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            fs::write(place.path().join("compose.yaml"), text).unwrap();
            project(place.path()).map(|project| project.services)
        };
        for text in ["", "services: [a, b]", "services: {a: 1", "- a", "services: 3", "a: *nobody"] {
            assert_eq!(read(text), None, "{text}");
        }
        let odd = read("services: {web: {}, '-rf': {}, 'a b': {}, '$(reboot)': {}, \"x\\e[2J\": {}}").unwrap();
        assert_eq!(odd, ["web"]);
        assert_eq!(read("name: shop\n"), Some(Vec::new()));
        let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nservices: {web: *g}";
        assert!(read(bomb).is_none_or(|services| services == ["web"]));
        fs::remove_file(place.path().join("compose.yaml")).unwrap();
        nix::unistd::mkfifo(&place.path().join("compose.yaml"), nix::sys::stat::Mode::S_IRWXU).unwrap();
        assert_eq!(project(place.path()), None);
    }
}
