//! A small disk of our own, for what happens when it is full; needs root.

#![allow(dead_code, reason = "each program that includes this file uses its own part of it")]

use std::path::PathBuf;
use std::process::Command;

/// A small disk of our own; needs root.
pub struct Disk {
    place: tempfile::TempDir,
}

impl Disk {
    pub fn mount(options: &str) -> Option<Disk> {
        let place = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(place.path()).output();
        if mounted.is_ok_and(|mounted| mounted.status.success()) {
            return Some(Disk { place });
        }
        let required = std::env::var_os("REQUIRE_REAL").is_some_and(|value| value == "1");
        assert!(!required, "a small disk cannot be mounted, and REQUIRE_REAL=1 wants it");
        println!("skipped: only root can mount the small disk this needs");
        None
    }

    pub fn path(&self) -> PathBuf {
        self.place.path().to_owned()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.place.path()).status();
    }
}
