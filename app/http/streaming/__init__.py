"""Operations whose results come one after the other: over WebSocket, and as server-sent events."""

from app.http.streaming.subscribers import StreamLimits, Subscribers

__all__ = ["StreamLimits", "Subscribers"]
