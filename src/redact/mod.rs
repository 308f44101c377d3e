//! stub
/// Text from which secrets were taken. Only this module makes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Masked<T>(T);
