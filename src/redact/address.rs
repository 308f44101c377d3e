//! IP addresses as text.
//!
//! Owns their forms, and which of them name no machine.

/// The four bytes of a dotted address.
pub(super) fn v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut bytes = [0; 4];
    let mut parts = text.split(|byte| *byte == b'.');
    for slot in &mut bytes {
        let part = parts.next()?;
        let plain = (1..=3).contains(&part.len()) && !(part.len() > 1 && part.first() == Some(&b'0'));
        if !plain {
            return None;
        }
        let mut value: u32 = 0;
        for byte in part {
            value = value * 10 + u32::from(byte.checked_sub(b'0').filter(|digit| *digit < 10)?);
        }
        *slot = u8::try_from(value).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

/// The sixteen bytes of an address with colons.
pub(super) fn v6(text: &[u8]) -> Option<[u8; 16]> {
    let text = std::str::from_utf8(text).ok()?;
    let group = |part: &str| {
        let hex = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| u16::from_str_radix(part, 16).ok()).flatten()
    };
    let groups = |side: &str| -> Option<Vec<u16>> {
        if side.is_empty() { Some(Vec::new()) } else { side.split(':').map(group).collect() }
    };
    let all = match text.split_once("::") {
        Some((left, right)) => {
            let (left, right) = (groups(left)?, groups(right)?);
            let gap = 8_usize.checked_sub(left.len() + right.len()).filter(|gap| *gap > 0)?;
            [left, vec![0; gap], right].concat()
        }
        None => groups(text)?,
    };
    let bytes: Vec<u8> = all.into_iter().flat_map(u16::to_be_bytes).collect();
    bytes.try_into().ok()
}

/// Ranges that are routed nowhere outside: RFC 1918, RFC 6598, link-local.
pub(super) fn is_private_v4(address: [u8; 4]) -> bool {
    matches!(address, [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [169, 254, ..] | [100, 64..=127, ..])
}

/// Loopback, unspecified, broadcast and netmasks: everybody's, so nobody's.
pub(super) fn is_nobodys_v4(address: [u8; 4]) -> bool {
    let bits = u32::from_be_bytes(address);
    let mask = bits.leading_ones() + bits.trailing_zeros() >= 32 && bits.leading_ones() >= 8;
    bits == 0 || address.first() == Some(&127) || mask
}

/// Loopback, unspecified, and the prefixes of link-local and multicast by themselves.
pub(super) fn is_nobodys_v6(address: [u8; 16]) -> bool {
    let number = u128::from_be_bytes(address);
    number <= 1 || matches!(address, [0xfe | 0xff, _, rest @ ..] if rest.iter().all(|byte| *byte == 0))
}
