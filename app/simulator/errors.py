"""What goes wrong where telemetry is played to a broker.

Unavailable
└── BrokerUnavailable     it doesn't answer, lets nobody in, or doesn't take what is sent
"""

from __future__ import annotations

from graph.errors import Unavailable


class BrokerUnavailable(Unavailable):
    """A broker doesn't answer, lets us not in, or doesn't take what is sent."""

    code = "BROKER_UNAVAILABLE"
