"""A facility's keys, certificates, access list and broker configuration.

visitline-console relay --folder keys --listen 203.0.113.9 --host turn.cook.example
visitline-console provision --folder keys --facility cook --kiosk a1=unit-a --kiosk b1=unit-b
"""

from ops_console.provision.facility import PublicKeys, certify, provision, public_keys
from ops_console.provision.registry import BrokerPlace, Registry
from ops_console.provision.relay import RelayServer, make_relay, read_secret

__all__ = [
    "BrokerPlace",
    "PublicKeys",
    "Registry",
    "RelayServer",
    "certify",
    "make_relay",
    "provision",
    "public_keys",
    "read_secret",
]
