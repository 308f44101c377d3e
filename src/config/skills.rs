//! Which directory adds skills, and whether it may.
//!
//! Owns the difference between a directory the person named and one that was
//! found: what lies in the working directory counts only when its content was
//! trusted, all of it together.

use std::path::{Path, PathBuf};

use super::layer::{Layers, Origin, Stamp};
use super::{Key, value};
use crate::domain::{Failure, FailureKind};
use crate::library::{self, SkillFile};

/// A directory of skills and how it came to be one.
pub(super) enum Place {
    /// Named by the person.
    Named(PathBuf),
    /// Named by a file of the working directory.
    Pointed(PathBuf),
    /// `./skills`, which need not exist.
    Usual(PathBuf),
}

impl Place {
    /// The directory that was picked, else `./skills`.
    pub(super) fn choose(picked: Option<(PathBuf, Origin)>, here: &Path) -> Self {
        let usual = here.join("skills");
        match picked {
            Some((dir, origin)) if origin != Origin::Found && (dir != usual || usual.is_dir()) => Place::Named(dir),
            Some((dir, Origin::Found)) if dir != usual => Place::Pointed(dir),
            // `.env.example` says `./skills`, whether there are any or not.
            _ => Place::Usual(usual),
        }
    }
}

/// Reads the skills that count.
pub(super) fn read(
    place: Place,
    layers: &mut Layers,
    here: &Path,
) -> Result<(Option<PathBuf>, Vec<SkillFile>), Failure> {
    let none = (None, Vec::new());
    let (dir, found) = match place {
        Place::Named(dir) => (dir, false),
        Place::Pointed(dir) => {
            let inside = value::is_inside(&dir, here);
            (dir, inside)
        }
        Place::Usual(dir) if dir.is_dir() => (dir, true),
        Place::Usual(_) => return Ok(none),
    };
    let files = match library::added(&dir) {
        // What is compiled in anyway adds nothing and needs no trust.
        Ok(files) => files.into_iter().filter(|file| !library::is_built_in(file)).collect::<Vec<_>>(),
        // What merely lies there must not keep the program from starting.
        Err(error) if found => {
            layers.warnings.push(format!("skills of {} are not used: {error}", dir.display()));
            return Ok(none);
        }
        Err(error) => {
            return Err(Failure::new(FailureKind::Configuration, format!("{} has no skills to read", dir.display()))
                .because(error)
                .hint(format!("let {} name a directory of skills", Key::SkillsPath.variable())));
        }
    };
    if !found || files.is_empty() {
        let dir = (!files.is_empty()).then_some(dir);
        return Ok((dir, files));
    }
    let stamp = Stamp { file: dir.clone(), sha256: library::fingerprint(&files) };
    let names = files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", ");
    let trusted = layers.is_trusted(&stamp, Key::SkillsPath.variable(), &format!("skills: {names}"));
    Ok(if trusted { (Some(dir), files) } else { none })
}
