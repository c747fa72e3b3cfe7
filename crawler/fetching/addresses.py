"""IP addresses: which lie on the public internet, and which are this machine."""

from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


def read_address(text: str) -> Address | None:
    """An IP address as written, brackets and zone left out; ``None`` for names."""
    try:
        return ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address lies on the public internet (IANA's special-purpose registries), multicast left out."""
    inner = address.ipv4_mapped or address.sixtofour if isinstance(address, IPv6Address) else None
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast


def is_loopback(address: Address) -> bool:
    """Whether an address is this machine itself."""
    inner = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (inner or address).is_loopback
