//! Whether somebody is here for the first time.

use crate::app::Welcomed;
use crate::config::Config;
use crate::index::Registry;

/// Nothing of the person's is there yet: no settings, no memory here or elsewhere, and they left no welcome before.
pub(super) fn is_due(config: &Config, welcomed: &Welcomed) -> bool {
    let memories = Registry::new(&config.state_dir).roots();
    !welcomed.is_kept()
        && !config.config_dir.exists()
        && !config.gcc_base_path.exists()
        && memories.is_ok_and(|roots| roots.is_empty())
}
