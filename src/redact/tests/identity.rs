//! Names of machines and people.

use super::super::*;

fn anonymizer() -> Redactor {
    Redactor::keyed([5; 32]).in_mode(Mode::Anonymize)
}

/// The words of the text that became something else.
fn changed(text: &str) -> Vec<String> {
    let out = anonymizer().text(text).into_inner();
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    words(text)
        .into_iter()
        .zip(words(&out))
        .filter(|(before, after)| before != after)
        .map(|(before, _)| before)
        .collect()
}

#[test]
fn each_sort_of_identity_gets_a_name_of_its_sort() {
    for (text, name) in [
        ("ping 10.20.0.31", "IP_lan_"),
        ("ping 203.0.113.7", "IP_"),
        ("ping 2001:db8:5eed::7", "IP6_"),
        ("ping fe80::5054:ff:fec0:ffee%eth0", "IP6_"),
        ("ssh db1.acme.test", "host_"),
        ("to mia@acme.test", "mail_"),
        ("link/ether 52:54:00:c0:ff:ee", "mac_"),
        ("call +49 30 901820", "phone_"),
        ("card 4111 1111 1111 1111", "card_"),
        ("ls /home/ada", "user_"),
        (r"dir C:\Users\ada", "user_"),
    ] {
        let out = anonymizer().text(text).into_inner();
        let last = out.split(name).nth(1);
        assert!(last.is_some(), "{text} became {out}");
    }
}

#[test]
fn what_names_nobody_stays() {
    for text in [
        "listen 127.0.0.1:8080 and 0.0.0.0:53, mask 255.255.255.0",
        "version 1.2.3 of 2026-04-01 10:00:00",
        "image docker.io/library/nginx:1.27 from registry.k8s.io",
        "main.rs and config.yaml and app.py",
        "localhost ::1",
        "uid 4111111111111112",
        "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "5 of 10 +3 -2",
    ] {
        assert!(changed(text).is_empty(), "{:?} of {text}", changed(text));
    }
}

#[test]
fn ports_prefixes_and_paths_stay() {
    let out = anonymizer().text("http://10.20.0.31:8006/api2/json 10.20.0.0/24").into_inner();
    assert!(
        out.starts_with("http://IP_lan_") && out.contains(":8006/api2/json IP_lan_") && out.ends_with("/24"),
        "{out}"
    );
}

#[test]
fn addresses_of_one_network_stay_in_one_network() {
    let redactor = anonymizer();
    let name = |address: &str| redactor.text(address).into_inner();
    let (a, b, c, d) = (name("10.20.0.31"), name("10.20.0.32"), name("10.20.7.31"), name("10.99.0.31"));
    let network = |name: &str, parts: usize| name.split('_').take(parts).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(network(&a, 4), network(&b, 4));
    assert_ne!(a, b);
    assert_eq!(network(&a, 3), network(&c, 3));
    assert_ne!(network(&a, 4), network(&c, 4));
    assert_ne!(network(&a, 3), network(&d, 3));
}

#[test]
fn the_same_name_has_the_same_pseudonym_in_every_session_of_one_key() {
    let text = "10.20.0.31 db1.acme.test";
    assert_eq!(anonymizer().text(text), anonymizer().text(text));
    assert_ne!(anonymizer().text(text), Redactor::keyed([6; 32]).in_mode(Mode::Anonymize).text(text));
}

#[test]
fn names_of_an_inventory_are_replaced_only_when_asked() {
    let redactor = Redactor::keyed([5; 32]);
    redactor.know_name(Class::Node, "pve-north");
    let text = "migrate to pve-north, not pve-northern";
    assert_eq!(redactor.text(text).get(), text);
    let out = redactor.in_mode(Mode::Anonymize).text(text).into_inner();
    assert!(out.starts_with("migrate to node_") && out.ends_with(", not pve-northern"), "{out}");
    assert_eq!(redactor.map_back(&out).unwrap(), text);
}

#[test]
fn a_pseudonym_nobody_was_given_is_refused() {
    for made_up in ["ping IP_lan_aaaa_00_00", "ssh host_2aaaaaaa", "IP6_2aaaaaaa_2aaaaaaa", "echo my_vm_3bbbbbbb"] {
        let refused = anonymizer().map_back(made_up).unwrap_err();
        assert!(made_up.contains(&refused.0), "{refused}");
    }
    assert_eq!(anonymizer().map_back("kubectl get pods -n shop").unwrap(), "kubectl get pods -n shop");
}

#[test]
fn a_secret_stays_masked_in_either_mode() {
    let out = anonymizer().text("postgres://app:s3cretKite@10.20.0.31/x").into_inner();
    assert!(out.starts_with("postgres://app:[redacted:url-password#") && out.contains("]@IP_lan_"), "{out}");
}

#[test]
fn colours_of_a_terminal_are_no_part_of_a_name() {
    let redactor = Redactor::keyed([7; 32]).in_mode(Mode::Anonymize);
    redactor.know("Kettle7");
    for text in ["\x1b[32m10.1.2.3\x1b[0m", "\x1b[1;36mweb.acme.internal\x1b[0m", "\\u001b[32m10.1.2.3\\u001b[0m"] {
        let out = redactor.text(text).into_inner();
        assert!(!out.contains("10.1.2.3") && !out.contains("acme"), "{out}");
        assert_eq!(redactor.map_back(&out).unwrap(), text);
    }
    assert!(!redactor.text("\x1b[31mKettle7\x1b[0m").into_inner().contains("Kettle7"));
}
