"""A facility's keys, certificates, access list and broker configuration.

visitline-console provision --folder keys --facility cook --kiosk a1=unit-a --kiosk b1=unit-b
"""

from ops_console.provision.facility import PublicKeys, certify, provision, public_keys
from ops_console.provision.registry import BrokerPlace, Registry

__all__ = ["BrokerPlace", "PublicKeys", "Registry", "certify", "provision", "public_keys"]
