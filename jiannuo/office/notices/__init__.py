"""Notices: the in-app inbox of people, and messages out to people and customers.

A room declares what it tells in its ``notices.py``::

    from jiannuo.office.notices import NoticeKind, register

    register(NoticeKind("orders.dispatched", title=_("New job %(number)s"), body=_("%(customer)s, %(address)s")))

and tells it with :func:`jiannuo.office.notices.services.notify` (people) or ``tell_customer`` (customers). Texts are
message ids: each receiver reads them in their language.
"""

from __future__ import annotations

from jiannuo.office.notices.kinds import NoticeKind, register

__all__ = ["NoticeKind", "register"]
