//! What Windows reads as an address, and how it writes one.  No pointers here.
//!
//! The standard library's parsers differ in corners that programs meet: leading zeros, trailing
//! text, IPv4 inside IPv6.  The rules are those of Wine's tests, which pass on Windows
//! (T:protocol:test_inet_addr, test_inet_pton, test_addr_to_print).

use core::fmt::Write;

/// What a strict IPv4 parser found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parsed {
    /// The text is an address.
    Address([u8; 4]),
    /// The text begins with an address, and more follows.
    Followed([u8; 4]),
    /// The text is no address.
    Nothing,
}

/// White space as the C locale sees it.
fn is_space(byte: u8) -> bool {
    byte == b' ' || (b'\t'..=b'\r').contains(&byte)
}

/// A C number: decimal, octal with a leading 0, hexadecimal with 0x.  At most 32 bits.
fn c_number(text: &[u8]) -> Option<u32> {
    let (digits, radix) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (rest, 16),
        [b'0', rest @ ..] if !rest.is_empty() => (rest, 8),
        _ => (text, 10),
    };
    // `from_str_radix` would take a sign.
    if digits.first().is_some_and(|digit| !digit.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(core::str::from_utf8(digits).ok()?, radix).ok()
}

/// `inet_addr`'s reading: one to four C numbers, the last of which fills the remaining bytes; what
/// follows a white space is ignored, and a single space alone is 0.0.0.0.
pub fn ipv4_historic(text: &[u8]) -> Option<[u8; 4]> {
    if text == b" " {
        return Some([0; 4]);
    }
    let end = text.iter().position(|&byte| is_space(byte)).unwrap_or(text.len());
    let mut address = 0_u32;
    let mut parts = text[..end].split(|&byte| byte == b'.').peekable();
    for index in 0..4 {
        let value = c_number(parts.next()?)?;
        if parts.peek().is_none() {
            // 32, 24, 16 or 8 bits are left.
            return (u64::from(value) >> (32 - 8 * index) == 0)
                .then(|| (address | value).to_be_bytes());
        }
        if index == 3 || value > 0xFF {
            return None;
        }
        address |= value << (24 - 8 * index);
    }
    None
}

/// The decimal number at the beginning, of one to `digits_max` digits and at most 255, and the
/// rest.
fn decimal(text: &[u8], digits_max: usize) -> Option<(u8, &[u8])> {
    let length = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if length == 0 || length > digits_max {
        return None;
    }
    let value: u16 = core::str::from_utf8(&text[..length]).ok()?.parse().ok()?;
    Some((u8::try_from(value).ok()?, &text[length..]))
}

/// `inet_pton`'s reading: four decimal numbers without leading zeros.
pub fn ipv4(text: &[u8]) -> Parsed {
    let mut octets = [0; 4];
    let mut rest = text;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            let Some(next) = rest.strip_prefix(b".") else { return Parsed::Nothing };
            rest = next;
        }
        // A zero in front of digits would be octal in the historic reading.
        let leading_zero = matches!(rest, [b'0', b'0'..=b'9' | b'x' | b'X', ..]);
        match decimal(rest, 3) {
            Some((value, next)) if !leading_zero => (*octet, rest) = (value, next),
            _ => return Parsed::Nothing,
        }
    }
    match rest {
        [] => Parsed::Address(octets),
        // One more number makes it something else than an address with text behind it.
        [b'.', ..] => Parsed::Nothing,
        _ => Parsed::Followed(octets),
    }
}

/// The address of four decimal numbers of up to three digits each, as IPv6 text may end with.
fn ipv4_in_ipv6(text: &[u8]) -> Option<[u8; 4]> {
    let mut octets = [0; 4];
    let mut parts = text.split(|&byte| byte == b'.');
    for octet in &mut octets {
        let (value, rest) = decimal(parts.next()?, 3)?;
        if !rest.is_empty() {
            return None;
        }
        *octet = value;
    }
    parts.next().is_none().then_some(octets)
}

/// Groups of one to four hexadecimal digits between colons; the last may be IPv4.
fn groups(text: &[u8]) -> Option<Vec<u16>> {
    let mut groups = Vec::with_capacity(8);
    if text.is_empty() {
        return Some(groups);
    }
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() && part.contains(&b'.') {
            let [a, b, c, d] = ipv4_in_ipv6(part)?;
            groups.extend([u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d])]);
        } else if (1..=4).contains(&part.len()) && part.iter().all(u8::is_ascii_hexdigit) {
            groups.push(u16::from_str_radix(core::str::from_utf8(part).ok()?, 16).ok()?);
        } else {
            return None;
        }
    }
    Some(groups)
}

/// `inet_pton`'s reading of IPv6: eight groups, or fewer with one `::`; no scope, no brackets.
///
/// Two of Windows' limits are kept: IPv4 may only stand at the very end, and a `::` in front needs
/// at least two groups to stand for.
pub fn ipv6(text: &[u8]) -> Option<[u8; 16]> {
    let mut words = [0_u16; 8];
    let gap = text.windows(2).position(|pair| pair == b"::");
    let Some(gap) = gap else {
        let all = groups(text)?;
        words.copy_from_slice(all.get(..8).filter(|_| all.len() == 8)?);
        return Some(bytes(words));
    };
    let (front, back) = (&text[..gap], &text[gap + 2..]);
    if front.contains(&b'.') {
        return None;
    }
    let (front, back) = (groups(front)?, groups(back)?);
    let groups_max = if front.is_empty() { 6 } else { 7 };
    if front.len() + back.len() > groups_max {
        return None;
    }
    words[..front.len()].copy_from_slice(&front);
    words[8 - back.len()..].copy_from_slice(&back);
    Some(bytes(words))
}

fn bytes(words: [u16; 8]) -> [u8; 16] {
    let mut bytes = [0; 16];
    for (pair, word) in bytes.chunks_exact_mut(2).zip(words) {
        pair.copy_from_slice(&word.to_be_bytes());
    }
    bytes
}

/// `a.b.c.d`.
pub fn format_ipv4(octets: [u8; 4]) -> String {
    let [a, b, c, d] = octets;
    format!("{a}.{b}.{c}.{d}")
}

/// IPv6 as Windows writes it: the longest run of zero groups as `::`, and the last two groups as
/// IPv4 where the prefix says that they are (compatible, mapped, translated, ISATAP).
pub fn format_ipv6(octets: [u8; 16]) -> String {
    let mut words = [0_u16; 8];
    for (word, pair) in words.iter_mut().zip(octets.chunks_exact(2)) {
        *word = u16::from_be_bytes([pair[0], pair[1]]);
    }
    let ipv4 = match words {
        [0, 0, 0, 0, 0, 0, high, _] => high != 0,
        [0, 0, 0, 0, 0, 0xFFFF, ..] | [0, 0, 0, 0, 0xFFFF, 0, ..] => true,
        [_, _, _, _, universal, 0x5EFE, ..] => universal & !0x0200 == 0,
        _ => false,
    };
    let written = if ipv4 { 6 } else { 8 };
    let (start, end) = longest_zeros(&words[..written]);
    let mut text = String::with_capacity(46);
    for (index, word) in words[..written].iter().enumerate() {
        if (start..end).contains(&index) {
            if index == start {
                text.push_str("::");
            }
            continue;
        }
        separate(&mut text);
        write!(text, "{word:x}").expect("a String takes everything");
    }
    if ipv4 {
        separate(&mut text);
        text.push_str(&format_ipv4([octets[12], octets[13], octets[14], octets[15]]));
    }
    text
}

/// A colon, unless the text is empty or has one already.
fn separate(text: &mut String) {
    if !text.is_empty() && !text.ends_with(':') {
        text.push(':');
    }
}

/// The first longest run of two or more zeros, as a range; empty if there is none.
fn longest_zeros(words: &[u16]) -> (usize, usize) {
    let (mut best, mut start) = ((0, 0), 0);
    for index in 0..=words.len() {
        if index == words.len() || words[index] != 0 {
            if index - start >= 2 && index - start > best.1 - best.0 {
                best = (start, index);
            }
            start = index + 1;
        }
    }
    best
}

#[cfg(test)]
#[path = "text_address_tests.rs"]
mod tests;
