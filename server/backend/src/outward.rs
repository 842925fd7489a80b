//! Requests to addresses that people typed: never to this machine or its network, unless the deployment allows it.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use reqwest::{Client, redirect::Policy};
use url::{Host, Url};

/// How long the partner's system may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why nothing was sent. Holds no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Not https.
    #[error("not_https")]
    Scheme,
    /// An address of this machine or of its network.
    #[error("private_address")]
    Private,
    /// No address at all.
    #[error("no_such_host")]
    NoHost,
    /// The network, or the other side, failed.
    #[error("not_reached")]
    NotReached,
}

/// Posts a body; answers the HTTP status. The name is looked up here once, and only what was found and allowed is
/// connected to: a name that means something else a moment later leads nowhere.
pub(crate) async fn post(
    url: &Url,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
    allow_private: bool,
) -> Result<u16, Refused> {
    if url.scheme() != "https" && !(allow_private && url.scheme() == "http") {
        return Err(Refused::Scheme);
    }
    let port = url.port_or_known_default().ok_or(Refused::Scheme)?;
    let (name, addresses) = match url.host().ok_or(Refused::NoHost)? {
        Host::Domain(name) => {
            let found = tokio::net::lookup_host((name, port)).await;
            let found: Vec<SocketAddr> = found.map_err(|_| Refused::NoHost)?.collect();
            (Some(name), found)
        }
        Host::Ipv4(address) => (None, vec![SocketAddr::new(address.into(), port)]),
        Host::Ipv6(address) => (None, vec![SocketAddr::new(address.into(), port)]),
    };
    if addresses.is_empty() {
        return Err(Refused::NoHost);
    }
    let may = |it: &SocketAddr| is_public(it.ip()) || (allow_private && !is_metadata(it.ip()));
    if !addresses.iter().all(may) {
        return Err(Refused::Private);
    }
    let mut client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .timeout(TIMEOUT)
        .user_agent(concat!("patchbay/", env!("CARGO_PKG_VERSION")));
    if let Some(name) = name {
        client = client.resolve_to_addrs(name, &addresses);
    }
    let client = client.build().map_err(|_| Refused::NotReached)?;
    let mut request = client.post(url.clone()).body(body);
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    let answer = request.send().await.map_err(|_| Refused::NotReached)?;
    Ok(answer.status().as_u16())
}

/// Whether an address is of the public internet. What is not surely so is not.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19)))
}

/// Where clouds keep the keys of their machines: nobody's webhook, whatever is allowed.
fn is_metadata(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => {
            address
                .to_ipv4_mapped()
                .is_some_and(|it| it.is_link_local())
                || address.is_unicast_link_local()
                || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
    }
}

/// Global unicast is 2000::/3; of it, documentation and what tunnels to IPv4 addresses is left out.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    (0x2000..0x4000).contains(&a)
        && !(a == 0x2001 && (b == 0x0db8 || b < 0x0200))
        && a != 0x2002
        && a != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_public() {
        for address in ["1.1.1.1", "93.184.215.14", "2606:4700::1111"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "198.18.0.1",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[tokio::test]
    async fn nothing_is_sent_into_our_own_network() {
        let refused = async |url: &str| {
            post(&url.parse().unwrap(), &[], Vec::new(), false)
                .await
                .unwrap_err()
        };
        assert_eq!(refused("http://example.com/").await, Refused::Scheme);
        assert_eq!(refused("https://127.0.0.1/").await, Refused::Private);
        assert_eq!(refused("https://localhost/").await, Refused::Private);
        assert_eq!(refused("https://[::1]/").await, Refused::Private);
        assert_eq!(refused("https://2130706433/").await, Refused::Private);
        // Not even where the network itself is allowed.
        for metadata in [
            "http://169.254.169.254/latest/",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
            "http://[fd00:ec2::254]/",
        ] {
            let refused = post(&metadata.parse().unwrap(), &[], Vec::new(), true).await;
            assert_eq!(refused.unwrap_err(), Refused::Private, "{metadata}");
        }
    }
}
