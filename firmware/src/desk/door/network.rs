//! Under which names and addresses this machine is found on its network.

use std::net::IpAddr;

use nix::ifaddrs::getifaddrs;

/// Addresses that are looked at, at most.
const ADDRESSES_MAX: usize = 16;
/// What the machine is called when it does not say.
const NAMELESS: &str = "parvis";

/// The host's name, without its domain.
pub fn host_name() -> String {
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
    first_label(&name)
}

/// The first part of a host's name, if it may stand in a certificate.
fn first_label(name: &str) -> String {
    let label = name.split('.').next().unwrap_or_default();
    let fits = (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if fits { label.to_ascii_lowercase() } else { NAMELESS.to_owned() }
}

/// The addresses of the interfaces, as other machines see them: neither loopback nor link-local.
pub fn addresses() -> Vec<IpAddr> {
    let Ok(interfaces) = getifaddrs() else { return Vec::new() };
    let all = interfaces.filter_map(|interface| {
        let address = interface.address?;
        let v4 = address.as_sockaddr_in().map(|address| IpAddr::V4(address.ip()));
        v4.or_else(|| address.as_sockaddr_in6().map(|address| IpAddr::V6(address.ip())))
    });
    let mut found: Vec<IpAddr> = all.filter(is_seen).take(ADDRESSES_MAX).collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn is_seen(address: &IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(address) => address.is_link_local(),
        IpAddr::V6(address) => address.is_unicast_link_local(),
    };
    !address.is_loopback() && !address.is_unspecified() && !link_local
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_cannot_stand_in_a_certificate_is_replaced() {
        assert_eq!(first_label("Borne-3.mairie.example"), "borne-3");
        for odd in ["", "ma borne", "é", &"x".repeat(64)] {
            assert_eq!(first_label(odd), NAMELESS);
        }
        assert!(!host_name().is_empty());
    }

    #[test]
    fn what_only_this_machine_sees_is_left_out() {
        for hidden in ["127.0.0.1", "::1", "169.254.1.1", "fe80::1", "0.0.0.0"] {
            assert!(!is_seen(&hidden.parse().unwrap()), "{hidden}");
        }
        assert!(is_seen(&"192.168.1.20".parse().unwrap()) && is_seen(&"fd00::1".parse().unwrap()));
        assert!(addresses().len() <= ADDRESSES_MAX);
    }
}
