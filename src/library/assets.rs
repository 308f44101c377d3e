//! The wording that people and models read, compiled in from `assets/`.

use include_dir::{Dir, include_dir};

/// The directories of `assets/` that the program reads; what lies beside them is for readers and packagers.
static ASSETS: [(&str, Dir<'_>); 5] = [
    ("language", include_dir!("$CARGO_MANIFEST_DIR/assets/language")),
    ("prompts", include_dir!("$CARGO_MANIFEST_DIR/assets/prompts")),
    ("replies", include_dir!("$CARGO_MANIFEST_DIR/assets/replies")),
    ("search", include_dir!("$CARGO_MANIFEST_DIR/assets/search")),
    ("shell", include_dir!("$CARGO_MANIFEST_DIR/assets/shell")),
];

static THEMES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes");

/// The text of a built-in theme by its name: `dark`. `None` when there is no such theme.
pub fn theme(name: &str) -> Option<&'static str> {
    THEMES.get_file(format!("{name}.yaml"))?.contents_utf8()
}

/// The names of the built-in themes, in their order.
pub fn theme_names() -> Vec<&'static str> {
    let files = THEMES.files().filter_map(|file| file.path().file_stem()?.to_str());
    let mut names: Vec<&'static str> = files.collect();
    names.sort_unstable();
    names
}

/// The text of an asset by its path under `assets/`: `replies/approval.yaml`. `None` when there is no such text.
pub fn asset(path: &str) -> Option<&'static str> {
    let (directory, name) = path.split_once('/')?;
    let (_, files) = ASSETS.iter().find(|(known, _)| *known == directory)?;
    files.get_file(name)?.contents_utf8()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_by_its_path() {
        assert!(asset("replies/approval.yaml").unwrap().contains("go ahead"));
    }

    #[test]
    fn an_unknown_asset_is_none() {
        assert_eq!(asset("replies/nothing.yaml"), None);
    }
}
