"""What only the HTTP door refuses.

BodyInvalid                    a request body or parameter that isn't what the route takes
├── BodyTooLarge               a body over its limit
├── MediaTypeUnsupported       a body in a form that the route doesn't read
└── NotAcceptable              an answer in a form that the route doesn't give
RequestTimedOut                it took longer than a request may
"""

from __future__ import annotations

from graph.errors import InvalidInput, Unavailable


class BodyInvalid(InvalidInput):
    """The request's body or parameters are not what the route takes."""

    code = "REQUEST_INVALID"


class BodyTooLarge(BodyInvalid):
    """The request's body is over its limit."""

    code = "BODY_TOO_LARGE"


class MediaTypeUnsupported(BodyInvalid):
    """The request's body is in a form that the route doesn't read."""

    code = "MEDIA_TYPE_UNSUPPORTED"


class NotAcceptable(BodyInvalid):
    """The caller takes none of the forms that the route gives."""

    code = "NOT_ACCEPTABLE"


class RequestTimedOut(Unavailable):
    """The request took longer than one may."""

    code = "REQUEST_TIMEOUT"
