//! The workbench without a terminal: keys in, pictures out.
