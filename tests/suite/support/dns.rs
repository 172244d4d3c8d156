//! A DNS server on loopback that knows SRV records and nothing else (RFC 1035, RFC 2782).

use std::collections::HashMap;
use std::net::SocketAddr;

use tokio::net::UdpSocket;

/// One record: priority, weight, port, and the labels of its target as they go over the wire.
pub(crate) struct Srv {
    order: (u16, u16),
    port: u16,
    target: Vec<Vec<u8>>,
}

impl Srv {
    pub(crate) fn new(order: (u16, u16), port: u16, target: &str) -> Self {
        let labels = target.split('.').filter(|label| !label.is_empty());
        Self::with_labels(order, port, labels.map(Into::into).collect())
    }

    /// Labels may hold any octet.
    pub(crate) fn with_labels(order: (u16, u16), port: u16, target: Vec<Vec<u8>>) -> Self {
        Self {
            order,
            port,
            target,
        }
    }

    /// The answer's data.
    fn data(&self) -> Vec<u8> {
        let mut data = Vec::new();
        for number in [self.order.0, self.order.1, self.port] {
            data.extend(number.to_be_bytes());
        }
        for label in &self.target {
            data.push(u8::try_from(label.len()).unwrap());
            data.extend(label);
        }
        data.push(0);
        data
    }
}

/// Serves these records, by name without the final dot. All other names do not exist.
pub(crate) async fn serve(records: HashMap<&'static str, Vec<Srv>>) -> SocketAddr {
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

fn reply(query: &[u8], records: &HashMap<&'static str, Vec<Srv>>) -> Vec<u8> {
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
        let data = answer.data();
        // The name of the question; SRV, IN, a minute.
        reply.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60]);
        reply.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        reply.extend(data);
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
