//! What `use` brings into a module, and under which names.
//!
//! Owns the reading of `use` trees. Resolves nothing: paths are as written.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

use crate::for_tests::{Tests, item_attributes};

/// What names mean in one module: its children, and what `use` brought in anywhere in it.
pub struct Names {
    tests: Tests,
    pub children: BTreeSet<String>,
    pub aliases: BTreeMap<String, Vec<String>>,
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !self.tests.leave_out(item_attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // What stands inside has a scope of its own.
        self.children.insert(item.ident.to_string());
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.bring(&[], &item.tree);
    }
}

impl Names {
    /// Reads the items of one module.
    pub fn of(items: &[syn::Item], tests: Tests) -> Names {
        let mut names = Names { tests, children: BTreeSet::new(), aliases: BTreeMap::new() };
        for item in items {
            names.visit_item(item);
        }
        names
    }

    fn bring(&mut self, prefix: &[String], tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => self.bring(&joined(prefix, &path.ident.to_string()), &path.tree),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.bring(prefix, tree)),
            syn::UseTree::Name(name) => {
                let segments = joined(prefix, &name.ident.to_string());
                if let Some(last) = segments.last().cloned() {
                    self.aliases.insert(last, segments);
                }
            }
            syn::UseTree::Rename(rename) => {
                self.aliases.insert(rename.rename.to_string(), joined(prefix, &rename.ident.to_string()));
            }
            syn::UseTree::Glob(_) => {}
        }
    }
}

/// The paths a `use` brings in; `self` in braces is the path before them.
pub fn leaves(prefix: &[String], tree: &syn::UseTree) -> Vec<(Vec<String>, bool, Span)> {
    match tree {
        syn::UseTree::Path(path) => leaves(&joined(prefix, &path.ident.to_string()), &path.tree),
        syn::UseTree::Group(group) => group.items.iter().flat_map(|tree| leaves(prefix, tree)).collect(),
        syn::UseTree::Name(name) => vec![(joined(prefix, &name.ident.to_string()), false, name.ident.span())],
        syn::UseTree::Rename(rename) => vec![(joined(prefix, &rename.ident.to_string()), false, rename.ident.span())],
        syn::UseTree::Glob(glob) => vec![(prefix.to_vec(), true, glob.span())],
    }
}

fn joined(prefix: &[String], name: &str) -> Vec<String> {
    let mut segments = prefix.to_vec();
    if name != "self" || segments.is_empty() {
        segments.push(name.to_owned());
    }
    segments
}
