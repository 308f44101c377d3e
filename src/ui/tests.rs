//! Pictures with their styles.
