//! A DNS server on loopback that knows SRV and MX records (RFC 1035, RFC 2782).

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::net::UdpSocket;

/// One record: its type, and its data as it goes over the wire.
pub(crate) struct Record {
    kind: u8,
    data: Vec<u8>,
}

impl Record {
    /// Priority and weight, port, target.
    pub(crate) fn srv(order: (u16, u16), port: u16, target: &str) -> Self {
        Self::srv_with_labels(order, port, labels(target))
    }

    /// Labels may hold any octet.
    pub(crate) fn srv_with_labels(order: (u16, u16), port: u16, target: Vec<Vec<u8>>) -> Self {
        Self::new(33, &[order.0, order.1, port], target)
    }

    pub(crate) fn mx(preference: u16, exchange: &str) -> Self {
        Self::new(15, &[preference], labels(exchange))
    }

    fn new(kind: u8, numbers: &[u16], name: Vec<Vec<u8>>) -> Self {
        let mut data: Vec<u8> = numbers.iter().flat_map(|n| n.to_be_bytes()).collect();
        for label in name {
            data.push(u8::try_from(label.len()).unwrap());
            data.extend(label);
        }
        data.push(0);
        Self { kind, data }
    }
}

fn labels(name: &str) -> Vec<Vec<u8>> {
    let labels = name.split('.').filter(|label| !label.is_empty());
    labels.map(Into::into).collect()
}

/// Serves these records, by name without the final dot. All other names do not exist.
pub(crate) async fn serve(records: HashMap<&'static str, Vec<Record>>) -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    tokio::spawn(async move {
        let mut query = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut query).await {
            let reply = reply(&query[..length], &records);
            let _ = socket.send_to(&reply, from).await;
        }
    });
    address
}

/// Hears questions and says nothing.
pub(crate) async fn silent() -> (UdpSocket, SocketAddr) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

fn reply(query: &[u8], records: &HashMap<&'static str, Vec<Record>>) -> Vec<u8> {
    let (name, end) = question(query);
    let none = Vec::new();
    let found = records.get(name.as_str());
    let answers = found.unwrap_or(&none);
    let mut reply = query[..2].to_vec();
    // A response, recursion desired and available; NXDOMAIN for names that are not there.
    reply.extend([0x81, if found.is_some() { 0x80 } else { 0x83 }]);
    let count = u16::try_from(answers.len()).unwrap().to_be_bytes();
    reply.extend([0, 1, count[0], count[1], 0, 0, 0, 0]);
    reply.extend(&query[12..end]);
    for answer in answers {
        // The name of the question; the type, IN, a minute.
        reply.extend([0xc0, 12, 0, answer.kind, 0, 1, 0, 0, 0, 60]);
        reply.extend(u16::try_from(answer.data.len()).unwrap().to_be_bytes());
        reply.extend(&answer.data);
    }
    reply
}

/// The name asked for, and where the question ends.
fn question(query: &[u8]) -> (String, usize) {
    let (mut labels, mut at) = (Vec::new(), 12);
    while query[at] != 0 {
        let length = usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..=at + length]).to_lowercase());
        at += length + 1;
    }
    (labels.join("."), at + 5)
}
