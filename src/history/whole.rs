//! An entry with the whole of an output that the log only shows the ends of.
//!
//! Owns how the line between head and tail names the file, and how the file's bytes take the place of both. Knows no
//! file; what is read from where the line points is `store`'s.

use super::bytes;
use super::text::block;

/// Before the path in the line between head and tail.
const NAMES: &str = " bytes are in ";
/// The heading of an entry's output.
const OUTPUT: &str = "\nOUTPUT:\n";

/// What the line between head and tail says behind the count.
pub fn notice(bytes: u64, path: &str, sha256: &str) -> String {
    format!("; all {bytes}{NAMES}{path}, sha256 {sha256}")
}

/// The file, relative to the session's directory, that an entry's text names as the whole of its output.
pub fn named(text: &str) -> Option<&str> {
    let (_, output) = text.split_once(OUTPUT)?;
    output.lines().filter(|line| line.starts_with('[') && line.ends_with(']')).find_map(|line| {
        let path = line.split_once(NAMES)?.1.split_once(", sha256 ")?.0;
        let name = path.strip_prefix("output/")?.strip_suffix(".txt")?;
        let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then_some(path)
    })
}

/// The entry's text with `whole` where its output's ends stood.
pub fn inlined(text: &str, whole: &[u8]) -> String {
    let Some((before, output)) = text.split_once(OUTPUT) else { return text.to_owned() };
    // What imitates a field or a separator inside an output carries a mark.
    let after = output.find("\nINFERENCE: ").or_else(|| output.find("\n---\n"));
    let after = after.and_then(|at| output.get(at..)).unwrap_or_default();
    let mut out = format!("{before}{OUTPUT}");
    block(&mut out, &bytes::to_text(whole));
    out.push_str(after);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_takes_the_place_of_head_and_tail() {
        let text = format!(
            "## [09:00] AI\nACTION: x\n\nOUTPUT:\nhead\n[7 bytes left out{}]\ntail\n\nINFERENCE: seen\n\n---\n\n",
            notice(20, "output/k7f2abcd.txt", "00ff")
        );
        assert_eq!(named(&text), Some("output/k7f2abcd.txt"));
        assert_eq!(
            inlined(&text, b"head\nmiddle\n---\ntail\n"),
            "## [09:00] AI\nACTION: x\n\nOUTPUT:\nhead\nmiddle\n\\---\ntail\n\nINFERENCE: seen\n\n---\n\n"
        );
    }

    #[test]
    fn an_output_leads_to_no_other_file() {
        for path in ["/etc/passwd", "output/../lock", "output/a/b.txt", "../../x.txt", "output/.txt"] {
            let text = format!("## [09:00] AI\n\nOUTPUT:\n[1 bytes left out{}]\n\n---\n\n", notice(1, path, "00"));
            assert_eq!(named(&text), None, "{path}");
        }
        assert_eq!(named("## [09:00] AI\nACTION: x\n\n---\n\n"), None);
    }
}
