"""Personal data as a person may see it: in full, or masked for roles that need not know it."""

from __future__ import annotations

import re
from typing import Any

PERMISSION = "customers.personal_data"

# Up to the district or the town a place says where, not who.
_PLACE = re.compile(r"^.*?(?:自治县|自治旗|区|县|市辖区|(?<=市).{1,6}?市|旗)")


def sees_personal_data(user: Any, record: Any = None) -> bool:
    """Whether ``user`` may see phone numbers and addresses in full (of ``record``, when given)."""
    return bool(user.has_perm(PERMISSION, record) if record is not None else user.has_perm(PERMISSION))


def mask_phone(number: str) -> str:
    """``138****1234``; short numbers keep their last two digits only."""
    number = (number or "").strip()
    local = number.removeprefix("+86")
    if len(local) >= 11:
        return f"{local[:3]}****{local[-4:]}"
    if len(local) > 4:
        return "*" * (len(local) - 2) + local[-2:]
    return "*" * len(local)


def mask_address(address: str) -> str:
    """The address down to the district, the rest hidden."""
    address = (address or "").strip()
    found = _PLACE.match(address)
    return f"{found.group()}****" if found else ("****" if address else "")


def mask_email(email: str) -> str:
    """``z***@example.com``."""
    name, at, host = (email or "").strip().partition("@")
    return f"{name[:1]}***@{host}" if at else ""


def phone_for(user: Any, number: str, record: Any = None) -> str:
    """``number`` as ``user`` may see it."""
    return (number or "") if sees_personal_data(user, record) else mask_phone(number)


def address_for(user: Any, address: str, record: Any = None) -> str:
    """``address`` as ``user`` may see it."""
    return (address or "") if sees_personal_data(user, record) else mask_address(address)
