//! Which functions `WSAIoctl(SIO_GET_EXTENSION_FUNCTION_POINTER)` gives out.

use super::{accept, connect, transmit};
use crate::ws2_32::message;
use lapwing_abi::{
    GUID, LPFN_ACCEPTEX, LPFN_CONNECTEX, LPFN_DISCONNECTEX, LPFN_GETACCEPTEXSOCKADDRS,
    LPFN_TRANSMITFILE, LPFN_TRANSMITPACKETS, LPFN_WSARECVMSG, LPFN_WSASENDMSG, WSAID_ACCEPTEX,
    WSAID_CONNECTEX, WSAID_DISCONNECTEX, WSAID_GETACCEPTEXSOCKADDRS, WSAID_TRANSMITFILE,
    WSAID_TRANSMITPACKETS, WSAID_WSARECVMSG, WSAID_WSASENDMSG,
};

// The types by which programs call what they are given.
const ACCEPT: LPFN_ACCEPTEX = Some(accept::AcceptEx);
const ACCEPT_ADDRESSES: LPFN_GETACCEPTEXSOCKADDRS = Some(accept::GetAcceptExSockaddrs);
const CONNECT: LPFN_CONNECTEX = Some(connect::ConnectEx);
const DISCONNECT: LPFN_DISCONNECTEX = Some(connect::DisconnectEx);
const TRANSMIT_FILE: LPFN_TRANSMITFILE = Some(transmit::TransmitFile);
const TRANSMIT_PACKETS: LPFN_TRANSMITPACKETS = Some(transmit::TransmitPackets);
const RECEIVE_MESSAGE: LPFN_WSARECVMSG = Some(message::WSARecvMsg);
const SEND_MESSAGE: LPFN_WSASENDMSG = Some(message::WSASendMsg);

/// The function with this GUID.
pub fn find(guid: &GUID) -> Option<usize> {
    let table = [
        (WSAID_ACCEPTEX, ACCEPT.map(|function| function as usize)),
        (WSAID_GETACCEPTEXSOCKADDRS, ACCEPT_ADDRESSES.map(|function| function as usize)),
        (WSAID_CONNECTEX, CONNECT.map(|function| function as usize)),
        (WSAID_DISCONNECTEX, DISCONNECT.map(|function| function as usize)),
        (WSAID_TRANSMITFILE, TRANSMIT_FILE.map(|function| function as usize)),
        (WSAID_TRANSMITPACKETS, TRANSMIT_PACKETS.map(|function| function as usize)),
        (WSAID_WSARECVMSG, RECEIVE_MESSAGE.map(|function| function as usize)),
        (WSAID_WSASENDMSG, SEND_MESSAGE.map(|function| function as usize)),
    ];
    let key = |guid: &GUID| (guid.data1, guid.data2, guid.data3, guid.data4);
    table.into_iter().find(|(known, _)| key(known) == key(guid)).and_then(|(_, address)| address)
}
