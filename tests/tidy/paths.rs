//! Reads out of a source file what it names: paths made absolute, macros, methods, lint exceptions.
//!
//! Owns the resolution of names within one file: `crate`, `self`, `super`, child
//! modules, what `use` brought in and renamed. Knows no rule. Code for tests is
//! left out or read too, as asked. Tokens of macros are read for paths as well as
//! can be without expanding them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Spacing, Span, TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::for_tests::{Tests, item_attributes};
use crate::uses::{Names, leaves};

/// The name by which the binary calls the library.
pub const LIBRARY: &str = "devops_agent";

/// A name that stands in the code, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting<T> {
    pub line: usize,
    pub name: T,
}

/// A path: from `crate`, `std` or an external crate where it could be resolved, else as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub segments: Vec<String>,
    /// Everything below the path is brought in.
    pub glob: bool,
}

/// Where an exception from a lint stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    TopOfFile,
    Within,
}

/// All a file names.
#[derive(Debug, Default)]
pub struct Reading {
    pub paths: Vec<Sighting<Named>>,
    pub macros: Vec<Sighting<String>>,
    pub methods: Vec<Sighting<String>>,
    /// Texts in quotes, comments left out.
    pub texts: Vec<Sighting<String>>,
    pub exceptions: Vec<Sighting<(String, Stand)>>,
    /// Modules in files of their own that are declared for tests only.
    pub test_modules: Vec<Vec<String>>,
}

/// Reads a file that is the module `module` (empty for a root), in a package with these external crates.
pub fn read(file: &syn::File, module: &[String], crates: &BTreeSet<String>, tests: Tests) -> Reading {
    let mut reader = Reader { crates, tests, scopes: Vec::new(), reading: Reading::default() };
    if !tests.leave_out(&file.attrs) {
        for attribute in &file.attrs {
            reader.exception(attribute, Stand::TopOfFile);
        }
        reader.enter(module.to_vec(), &file.items);
    }
    reader.reading
}

fn line(span: Span) -> usize {
    span.start().line
}

/// What the names of one module mean.
struct Scope {
    module: Vec<String>,
    children: BTreeSet<String>,
    aliases: BTreeMap<String, Vec<String>>,
}

struct Reader<'a> {
    crates: &'a BTreeSet<String>,
    tests: Tests,
    scopes: Vec<Scope>,
    reading: Reading,
}

impl Reader<'_> {
    /// Reads the items of a module: first what its names mean, then what they are used for.
    fn enter(&mut self, module: Vec<String>, items: &[syn::Item]) {
        let names = Names::of(items, self.tests);
        self.scopes.push(Scope { module, children: names.children, aliases: names.aliases });
        for item in items {
            self.visit_item(item);
        }
        self.scopes.pop();
    }

    /// The path from `crate`, `std` or an external crate; as written where its first name is a local one.
    fn resolve(&self, mut segments: Vec<String>) -> Vec<String> {
        let Some(scope) = self.scopes.last() else { return segments };
        // An alias may lead to an alias; more hops than this are a circle.
        for _ in 0..8 {
            let Some(first) = segments.first().map(String::as_str) else { return segments };
            match first {
                "crate" => return segments,
                LIBRARY => return rebase(&["crate".to_owned()], &segments, 1),
                "core" | "alloc" => return rebase(&["std".to_owned()], &segments, 1),
                "self" => return rebase(&rooted(&scope.module), &segments, 1),
                "super" => {
                    let up = segments.iter().take_while(|segment| *segment == "super").count();
                    let kept = scope.module.len().saturating_sub(up);
                    return rebase(&rooted(&scope.module[..kept]), &segments, up);
                }
                name if scope.children.contains(name) => return rebase(&rooted(&scope.module), &segments, 0),
                name => match scope.aliases.get(name) {
                    // `use serde_json;` names itself.
                    Some(meant) if meant.first().map(String::as_str) != Some(name) => {
                        segments = rebase(meant, &segments, 1);
                    }
                    Some(meant) => return rebase(meant, &segments, 1),
                    None => return segments,
                },
            }
        }
        segments
    }

    fn saw_path(&mut self, written: Vec<String>, span: Span) {
        let lone = written.len() == 1;
        let segments = self.resolve(written);
        let is_bare_crate = segments.len() == 1 && segments.first().is_some_and(|first| self.crates.contains(first));
        // One lone word that is a crate's name is far more often a variable.
        if !(lone && is_bare_crate) {
            self.reading.paths.push(Sighting { line: line(span), name: Named { segments, glob: false } });
        }
    }

    fn saw_use(&mut self, tree: &syn::UseTree) {
        for (segments, glob, span) in leaves(&[], tree) {
            let segments = self.resolve(segments);
            self.reading.paths.push(Sighting { line: line(span), name: Named { segments, glob } });
        }
    }

    fn saw_tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut position = 0;
        while let Some(token) = tokens.get(position) {
            position += 1;
            match token {
                TokenTree::Group(group) => self.saw_tokens(group.stream()),
                TokenTree::Ident(ident) if !follows_a_dot(&tokens, position - 1) => {
                    let mut segments = vec![ident.to_string()];
                    while let Some(next) = next_segment(&tokens, position) {
                        segments.push(next);
                        position += 3;
                    }
                    if is_bang(tokens.get(position)) && matches!(tokens.get(position + 1), Some(TokenTree::Group(_))) {
                        let name = segments.last().cloned().unwrap_or_default();
                        self.reading.macros.push(Sighting { line: line(ident.span()), name });
                    }
                    self.saw_path(segments, ident.span());
                }
                TokenTree::Ident(ident) => {
                    self.reading.methods.push(Sighting { line: line(ident.span()), name: ident.to_string() });
                }
                TokenTree::Literal(literal) => {
                    if let syn::Lit::Str(text) = syn::Lit::new(literal.clone()) {
                        self.saw_text(&text);
                    }
                }
                TokenTree::Punct(_) => {}
            }
        }
    }

    fn saw_text(&mut self, text: &syn::LitStr) {
        self.reading.texts.push(Sighting { line: line(text.span()), name: text.value() });
    }

    fn exception(&mut self, attribute: &syn::Attribute, stand: Stand) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        if !(list.path.is_ident("allow") || list.path.is_ident("expect")) {
            return;
        }
        for token in list.tokens.clone() {
            if let TokenTree::Ident(ident) = token {
                self.reading.exceptions.push(Sighting { line: line(ident.span()), name: (ident.to_string(), stand) });
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !self.tests.leave_out(item_attributes(item)) {
            visit::visit_item(self, item);
        } else if let (syn::Item::Mod(syn::ItemMod { content: None, ident, .. }), Some(scope)) =
            (item, self.scopes.last())
        {
            let mut module = scope.module.clone();
            module.push(ident.to_string());
            self.reading.test_modules.push(module);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs,
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        if !self.tests.leave_out(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        for attribute in &item.attrs {
            self.visit_attribute(attribute);
        }
        if let (Some((_, items)), Some(scope)) = (&item.content, self.scopes.last()) {
            let mut module = scope.module.clone();
            module.push(item.ident.to_string());
            self.enter(module, items);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.saw_use(&item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.saw_path(segments, first.ident.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.reading.methods.push(Sighting { line: line(call.method.span()), name: call.method.to_string() });
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(last) = call.path.segments.last() {
            self.reading.macros.push(Sighting { line: line(last.ident.span()), name: last.ident.to_string() });
        }
        self.saw_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.saw_text(text);
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        self.exception(attribute, Stand::Within);
        if let syn::Meta::List(list) = &attribute.meta {
            self.saw_tokens(list.tokens.clone());
        }
        visit::visit_attribute(self, attribute);
    }
}

fn rooted(module: &[String]) -> Vec<String> {
    std::iter::once("crate".to_owned()).chain(module.iter().cloned()).collect()
}

/// `base` followed by what stands in `segments` after the first `read`.
fn rebase(base: &[String], segments: &[String], read: usize) -> Vec<String> {
    base.iter().chain(segments.iter().skip(read)).cloned().collect()
}

/// The name after a `::` that begins at `position`.
fn next_segment(tokens: &[TokenTree], position: usize) -> Option<String> {
    match tokens.get(position..position + 3)? {
        [TokenTree::Punct(one), TokenTree::Punct(two), TokenTree::Ident(name)]
            if one.as_char() == ':' && one.spacing() == Spacing::Joint && two.as_char() == ':' =>
        {
            Some(name.to_string())
        }
        _ => None,
    }
}

/// Whether the token is a method or field: `x.name`, and not the end of a range `..name`.
fn follows_a_dot(tokens: &[TokenTree], position: usize) -> bool {
    let is_dot = |back: usize| {
        position
            .checked_sub(back)
            .and_then(|at| tokens.get(at))
            .is_some_and(|token| matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.'))
    };
    is_dot(1) && !is_dot(2)
}

fn is_bang(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == '!')
}
