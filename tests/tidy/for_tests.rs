//! What of a file is there for tests only.
//!
//! Owns the meaning of `#[cfg(test)]` and `#[test]`. Knows no rule and no name.

use proc_macro2::TokenTree;

/// Whether code for tests is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    Included,
    LeftOut,
}

impl Tests {
    /// Whether an item with these attributes is passed over.
    pub fn leave_out(self, attributes: &[syn::Attribute]) -> bool {
        self == Tests::LeftOut && is_for_tests(attributes)
    }
}

/// Whether the attributes leave the item out of everything but tests.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        if attribute.path().is_ident("test") {
            return true;
        }
        let syn::Meta::List(list) = &attribute.meta else { return false };
        if !list.path.is_ident("cfg") {
            return false;
        }
        let tokens: Vec<TokenTree> = list.tokens.clone().into_iter().collect();
        match tokens.as_slice() {
            [condition] => is_test(condition),
            // `all(…, test, …)`; `any(test, …)` and `not(test)` are code like any other.
            [TokenTree::Ident(all), TokenTree::Group(conditions)] if all == "all" => {
                conditions.stream().into_iter().any(|token| is_test(&token))
            }
            _ => false,
        }
    })
}

fn is_test(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == "test")
}

/// The attributes of an item, whatever its sort.
pub fn item_attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::ExternCrate(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
