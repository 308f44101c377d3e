//! Which directories add skills, and what their files are worth.
//!
//! Owns the difference between a directory the person named and one that was
//! found: what a project brings along counts in full only when its content was
//! trusted, all of it together; until then its files are marked, so that only
//! what makes things stricter counts.

use std::path::{Path, PathBuf};

use super::layer::{Layers, Origin, Stamp};
use super::trust::{Choice, Untrusted};
use super::{Key, value};
use crate::domain::{Failure, FailureKind};
use crate::library::{self, SkillFile};

/// A directory of skills and how it came to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    fn dir(&self) -> &Path {
        match self {
            Place::Named(dir) | Place::Pointed(dir) | Place::Usual(dir) => dir,
        }
    }
}

/// The skills that were found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FoundSkills {
    /// The directory the first of them came from.
    pub dir: Option<PathBuf>,
    /// Files that differ from the built-in ones; each says what it is worth.
    pub files: Vec<SkillFile>,
    /// The directories in which skills count, whether they are there or not.
    pub places: Vec<PathBuf>,
}

/// Picks the directories and reads what lies in them.
pub(super) fn find(layers: &mut Layers, here: &Path, home: &Path) -> Result<FoundSkills, Failure> {
    let read_path = |text: &str, base: &Path| value::path(text, base, home);
    let usual = here.join("skills");
    let picked = layers.pick(Key::SkillsPath, read_path, |path| *path != usual)?;
    let place = Place::choose(picked.map(|picked| (picked.value, picked.origin)), here);
    // A directory that a file of the project names and nobody was asked about yet: it may still be stricter.
    let unasked = layers.is_unasked(Key::SkillsPath);
    let wished = layers.pick(Key::SkillsPath, read_path, |_| false)?;
    let wished = wished.map(|wished| wished.value).filter(|wished| unasked && wished != place.dir());
    let mut found = FoundSkills { places: vec![place.dir().to_owned()], ..FoundSkills::default() };
    found.places.extend(wished.clone());
    found.files = read(place.clone(), layers, here)?;
    found.dir = (!found.files.is_empty()).then(|| place.dir().to_owned());
    if let Some(dir) = wished {
        let more = pointed(&dir, layers);
        found.dir = found.dir.or_else(|| (!more.is_empty()).then_some(dir));
        found.files.extend(more);
    }
    Ok(found)
}

/// A directory's skills as something to be trusted: its stamp with the names, and the files.
///
/// # Errors
/// The directory cannot be read.
pub fn content_of(dir: &Path) -> Result<(Untrusted, Vec<SkillFile>), Failure> {
    let files = files_of(dir).map_err(|error| unreadable(dir, &error))?;
    let stamp = stamp(dir, &files);
    let untrusted = Untrusted {
        file: stamp.file,
        sha256: stamp.sha256,
        keys: vec![Key::SkillsPath.variable().to_owned()],
        shown: vec![shown(&files)],
    };
    Ok((untrusted, files))
}

fn stamp(dir: &Path, files: &[SkillFile]) -> Stamp {
    Stamp { file: dir.to_owned(), sha256: library::fingerprint(files) }
}

fn shown(files: &[SkillFile]) -> String {
    let names = files.iter().map(|file| file.name.escape_debug().to_string()).collect::<Vec<_>>();
    format!("skills: {}", names.join(", "))
}

/// What is compiled in anyway adds nothing and needs no trust.
fn files_of(dir: &Path) -> Result<Vec<SkillFile>, library::LibraryError> {
    Ok(library::added(dir)?.into_iter().filter(|file| !library::is_built_in(file)).collect())
}

fn unreadable(dir: &Path, error: &library::LibraryError) -> Failure {
    Failure::new(FailureKind::Configuration, format!("{} has no skills to read", dir.display()))
        .because(error)
        .hint(format!("let {} name a directory of skills", Key::SkillsPath.variable()))
}

/// Reads the skills of the directory that was chosen.
fn read(place: Place, layers: &mut Layers, here: &Path) -> Result<Vec<SkillFile>, Failure> {
    let (dir, found) = match place {
        Place::Named(dir) => (dir, false),
        Place::Pointed(dir) => {
            let inside = value::is_inside(&dir, here);
            (dir, inside)
        }
        Place::Usual(dir) if dir.is_dir() => (dir, true),
        Place::Usual(_) => return Ok(Vec::new()),
    };
    let mut files = match files_of(&dir) {
        Ok(files) => files,
        // What merely lies there must not keep the program from starting.
        Err(error) if found => {
            layers.warnings.push(format!("skills of {} are not used: {error}", dir.display()));
            return Ok(Vec::new());
        }
        Err(error) => return Err(unreadable(&dir, &error)),
    };
    if found && !files.is_empty() {
        let stamp = stamp(&dir, &files);
        let origin = match layers.choice(&stamp) {
            Some(Choice::Trusted) => library::Origin::Added,
            Some(Choice::Refused) => library::Origin::Refused,
            None => {
                layers.ask(&stamp, Key::SkillsPath.variable(), &shown(&files));
                library::Origin::Untrusted
            }
        };
        warn_of(origin, &dir, layers);
        files.iter_mut().for_each(|file| file.origin = origin);
    }
    Ok(files)
}

/// Reads the skills of a directory whose pointer nobody was asked about: trusting the content is enough as well.
fn pointed(dir: &Path, layers: &mut Layers) -> Vec<SkillFile> {
    let mut files = match files_of(dir) {
        Ok(files) => files,
        Err(error) => {
            layers.warnings.push(format!("skills of {} are not used: {error}", dir.display()));
            return Vec::new();
        }
    };
    let origin = match layers.choice(&stamp(dir, &files)) {
        Some(Choice::Trusted) => library::Origin::Added,
        Some(Choice::Refused) => library::Origin::Refused,
        None => library::Origin::Untrusted,
    };
    warn_of(origin, dir, layers);
    files.iter_mut().for_each(|file| file.origin = origin);
    files
}

fn warn_of(origin: library::Origin, dir: &Path, layers: &mut Layers) {
    if origin == library::Origin::Refused {
        let text = format!("of the skills in {} only the stricter rules count: you refused them", dir.display());
        layers.warnings.push(text);
    }
}
