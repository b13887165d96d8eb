//! Tests of [`super`]: no name that needs a network.

use super::*;

fn hints(flags: u32, family: u16) -> Hints {
    Hints { flags, family: i32::from(family), ..Hints::default() }
}

fn one(node: &str, service: &str, hints: &Hints) -> Result<String, i32> {
    resolve(Some(node), Some(service), hints).map(|found| found.addresses[0].to_string())
}

#[test]
fn numbers_need_no_server() {
    let any = Hints::default();
    assert_eq!(one("192.168.1.253", "80", &any).as_deref(), Ok("192.168.1.253:80"));
    assert_eq!(one("127.1", "", &any).as_deref(), Ok("127.0.0.1:0"));
    assert_eq!(one("2a00::6666", "1", &any).as_deref(), Ok("[2a00::6666]:1"));
    assert_eq!(one("[beef::cafe]", "1", &any).as_deref(), Ok("[beef::cafe]:1"));
    // The port behind the brackets is ignored; the service's counts.
    assert_eq!(one("[beef::cafe]:10239", "", &any).as_deref(), Ok("[beef::cafe]:0"));
    assert_eq!(one("fe80::1%3", "", &any).as_deref(), Ok("[fe80::1%3]:0"));
    let numeric = hints(AI_NUMERICHOST, AF_UNSPEC);
    for node in ["localhost", "192.168.1.253:1024", "[beef::cafe", "beef::cafe]", "1.2.3.4 "] {
        assert_eq!(one(node, "", &numeric), Err(WSAHOST_NOT_FOUND), "{node}");
    }
}

#[test]
fn a_family_that_does_not_fit() {
    assert_eq!(one("[beef::cafe]", "", &hints(0, AF_INET)), Err(WSAHOST_NOT_FOUND));
    assert_eq!(one("1.2.3.4", "", &hints(0, AF_INET6)), Err(WSAHOST_NOT_FOUND));
    let mapped = one("1.2.3.4", "5", &hints(AI_V4MAPPED, AF_INET6));
    assert_eq!(mapped.as_deref(), Ok("[::ffff:1.2.3.4]:5"));
    let strange = Hints { family: 99, ..Hints::default() };
    assert_eq!(one("1.2.3.4", "", &strange), Err(WSAEAFNOSUPPORT));
    let strange = Hints { socket_type: 999, ..Hints::default() };
    assert_eq!(one("1.2.3.4", "", &strange), Err(WSAESOCKTNOSUPPORT));
}

#[test]
fn services() {
    let stream = Hints { socket_type: SOCK_STREAM, ..Hints::default() };
    assert_eq!(one("1.2.3.4", "http", &stream).as_deref(), Ok("1.2.3.4:80"));
    assert_eq!(one("1.2.3.4", "tftp", &stream), Err(WSATYPE_NOT_FOUND));
    assert_eq!(one("1.2.3.4", "65536", &stream), Err(WSATYPE_NOT_FOUND));
    assert_eq!(one("1.2.3.4", "nonexistentservice", &stream), Err(WSATYPE_NOT_FOUND));
    assert_eq!(one("1.2.3.4", "http", &hints(AI_NUMERICSERV, 0)), Err(WSAHOST_NOT_FOUND));
}

#[test]
fn without_a_node_it_is_this_machine() {
    let list = |flags, family| {
        let found = resolve(None, Some("7"), &hints(flags, family)).expect("always an answer");
        found.addresses.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(list(0, AF_INET), ["127.0.0.1:7"]);
    assert_eq!(list(AI_PASSIVE, AF_INET), ["0.0.0.0:7"]);
    assert_eq!(list(AI_PASSIVE, AF_INET6), ["[::]:7"]);
    assert_eq!(list(0, AF_UNSPEC).last().map(String::as_str), Some("127.0.0.1:7"));
    assert_eq!(resolve(None, None, &Hints::default()), Err(WSAHOST_NOT_FOUND));
    assert_eq!(resolve(None, Some("7"), &hints(AI_CANONNAME, 0)), Err(WSAEINVAL));
}

#[test]
fn the_empty_name_is_the_machines_own() {
    let own = local_address::host_name();
    let any = Hints::default();
    assert_eq!(resolve(Some(""), None, &any), resolve(Some(&own), None, &any));
    let named = resolve(Some(""), None, &hints(AI_CANONNAME, AF_INET)).expect("always an answer");
    assert_eq!(named.canonical_name, Some(own));
}

#[test]
fn localhost_is_always_known() {
    assert_eq!(one("localhost", "9", &hints(0, AF_INET)).as_deref(), Ok("127.0.0.1:9"));
    assert!(reverse(IpAddr::from([127, 0, 0, 1])).is_ok_and(|name| !name.is_empty()));
}

#[test]
fn glibcs_codes_are_windows() {
    assert_eq!(winsock_code(libc::EAI_NONAME), 11001);
    assert_eq!(winsock_code(libc::EAI_AGAIN), 11002);
    assert_eq!(winsock_code(libc::EAI_NODATA), 11004);
    assert_eq!(winsock_code(libc::EAI_SYSTEM), 11003);
}
