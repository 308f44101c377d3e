//! What holds for every text.

use proptest::prelude::*;

use super::super::*;
use super::{in_pieces, masked, redactor};

/// Pieces that secrets are made of, so that random text comes near them.
fn fragments() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "password",
        "token",
        "=",
        ": ",
        "\"",
        "'",
        "\\\"",
        " ",
        "\n",
        "\r\n",
        "\\n",
        "--",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
        "Authorization: Bearer ",
        "https://u:",
        "@h",
        "ghp_",
        "eyJhbGciOiJI",
        ".",
        "sk-",
        "$",
        "{",
        "}",
        "#",
        "[redacted:token#k7f2]",
        "[",
        "]",
        "AKIAABCDEFGH23456789",
        "kind: Secret\ndata:\n  ",
        "dmVsdmV0IGhhcmJvcg==",
        "mysql -p",
        "curl -u a:",
        "echo x | ",
        "IDENTIFIED BY ",
        "- name: DB_PASSWORD\n  value: ",
        "NAME  PASSWORD\n",
        "token: |\n  ",
        "\x1b[32m",
        "\x1b[0m",
        "Backup codes:\n",
        "4k2j9-d8fq2",
        "map[",
        "::set-output name=token::",
        "1) \"requirepass\"\n2) \"",
        "password: &str = \"",
        "credentials: ops:",
        "wg set wg0 private-key <(echo ",
        "{",
        "10.20.0.31",
        "db1.acme.test",
        "ops@acme.test",
        "IP_lan_k3fq_a3_07",
        "52:54:00:c0:ff:ee",
        "/home/ada/",
        "ä",
        "\\",
        "null",
        "<",
        ">",
        "|",
        "aB3dE5fG7hJ9kLmNaB3dE5fG7hJ9kLmNaB3dE5fG7hJ9kLmNaB3dE5fG7hJ9kLmN",
    ]);
    prop::collection::vec(prop_oneof![4 => known.prop_map(str::to_owned), 1 => "[a-z0-9]{1,12}"], 0..24)
        .prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn masking_twice_masks_once(text in fragments()) {
        let once = masked(&text);
        prop_assert_eq!(masked(&once), once);
    }

    #[test]
    fn the_size_of_the_pieces_changes_nothing(text in fragments(), size in 1usize..40) {
        prop_assert_eq!(in_pieces(text.as_bytes(), size), masked(&text).into_bytes());
    }

    #[test]
    fn any_cuts_change_nothing(text in fragments(), cuts in prop::collection::vec(0usize..400, 0..8)) {
        let bytes = text.as_bytes();
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        cuts.sort_unstable();
        let mut stream = redactor().in_mode(Mode::Anonymize).stream();
        let (mut out, mut from) = (Vec::new(), 0);
        for cut in cuts {
            out.extend(stream.push(&bytes[from..cut]).into_inner());
            from = cut;
        }
        out.extend(stream.push(&bytes[from..]).into_inner());
        out.extend(stream.finish().into_inner());
        let whole = redactor().in_mode(Mode::Anonymize).bytes(bytes).into_inner();
        prop_assert_eq!(out, whole);
    }

    #[test]
    fn pseudonyms_are_given_once_and_come_back(addresses in prop::collection::vec(any::<[u8; 4]>(), 1..40)) {
        let redactor = Redactor::keyed([3; 32]).in_mode(Mode::Anonymize);
        let lines: Vec<String> = addresses.iter().map(|[a, b, c, d]| format!("ping {a}.{b}.{c}.{d} now")).collect();
        let out: Vec<String> = lines.iter().map(|line| redactor.text(line).into_inner()).collect();
        for (line, masked) in lines.iter().zip(&out) {
            prop_assert_eq!(&redactor.map_back(masked).unwrap(), line);
            prop_assert_eq!(&redactor.text(masked).into_inner(), masked);
            for (other, other_masked) in lines.iter().zip(&out) {
                prop_assert_eq!(line == other, masked == other_masked);
            }
        }
    }

    #[test]
    fn names_and_mailboxes_come_back(text in "([a-z]{2,6}@[a-z]{2,6}\\.(com|test) |[a-z]{2,6}\\.[a-z]{3,6}\\.(org|lan) |/home/[a-z]{3,8}/ ){1,12}") {
        let redactor = Redactor::keyed([3; 32]).in_mode(Mode::Anonymize);
        let out = redactor.text(&text).into_inner();
        prop_assert_eq!(redactor.map_back(&out).unwrap(), text);
    }

    #[test]
    fn bytes_of_any_kind_are_taken(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let once = redactor().bytes(&bytes).into_inner();
        prop_assert_eq!(redactor().bytes(&once).into_inner(), once);
    }
}
