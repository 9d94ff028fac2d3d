"""W3C trace context, in and out, by the OpenTelemetry API: with an SDK there are spans, without it ids to follow."""

from __future__ import annotations

import random
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry import context, trace
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator


@dataclass(frozen=True, slots=True)
class RequestTrace:
    """The span of one request."""

    span: Span

    @property
    def trace_id(self) -> str:
        """The trace's id, 32 hexadecimal digits."""
        return trace.format_trace_id(self.span.get_span_context().trace_id)

    @property
    def traceparent(self) -> str:
        """The header that continues this trace."""
        here = self.span.get_span_context()
        return f"00-{self.trace_id}-{trace.format_span_id(here.span_id)}-{here.trace_flags:02x}"


@contextmanager
def traced(tracer: Tracer, name: str, headers: Mapping[str, str], *, numbers: random.Random) -> Generator[RequestTrace]:
    """Run the block in a span that continues the caller's trace, or begins one. `headers` has lower-case names.

    `numbers` gives ids, which are to differ and need not be secret: asking the system takes longer than all else here.
    """
    incoming = {key: headers[key] for key in ("traceparent", "tracestate") if key in headers}
    parent = TraceContextTextMapPropagator().extract(incoming, context=context.Context())
    span = tracer.start_span(name, context=parent, kind=SpanKind.SERVER)
    if not span.is_recording():
        span = _own(trace.get_current_span(parent).get_span_context(), numbers)
    token = context.attach(trace.set_span_in_context(span, parent))
    try:
        yield RequestTrace(span)
    finally:
        context.detach(token)
        span.end()


def _own(parent: SpanContext, numbers: random.Random) -> Span:
    """A span that records nothing and still has an id of its own within the caller's trace, or within a new one."""
    return NonRecordingSpan(
        SpanContext(
            trace_id=parent.trace_id if parent.is_valid else numbers.getrandbits(128) or 1,
            span_id=numbers.getrandbits(64) or 1,
            is_remote=False,
            trace_flags=parent.trace_flags,
            trace_state=parent.trace_state,
        )
    )
