"""What only the HTTP door refuses.

BodyInvalid                    a request body or parameter that isn't what the route takes
├── BodyTooLarge               a body over its limit
├── PreflightNeeded            a request that any page could have made a browser send
├── DocumentUnknown            an id that no document is registered under
├── DocumentUntrusted          a text where only registered documents are executed
├── DocumentHashWrong          a document that doesn't have the hash it came with
├── PersistedQueryNotFound     a hash that is not known yet: the client sends the text
├── PersistedQueryNotSupported a hash where clients may register nothing
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


class PreflightNeeded(BodyInvalid):
    """Any page could have made a browser send this request."""

    code = "PREFLIGHT_NEEDED"


class DocumentUnknown(BodyInvalid):
    """No document is registered under the id."""

    code = "DOCUMENT_UNKNOWN"


class DocumentUntrusted(BodyInvalid):
    """Only registered documents are executed, and a text came."""

    code = "DOCUMENT_UNTRUSTED"


class DocumentHashWrong(BodyInvalid):
    """The document doesn't have the hash it came with."""

    code = "DOCUMENT_HASH_WRONG"


class PersistedQueryNotFound(BodyInvalid):
    """The hash is not known yet; Apollo's clients send the text then, by this very message and code."""

    code = "PERSISTED_QUERY_NOT_FOUND"


class PersistedQueryNotSupported(BodyInvalid):
    """Clients may register nothing here; Apollo's clients stop trying, by this very message and code."""

    code = "PERSISTED_QUERY_NOT_SUPPORTED"


class MediaTypeUnsupported(BodyInvalid):
    """The request's body is in a form that the route doesn't read."""

    code = "MEDIA_TYPE_UNSUPPORTED"


class NotAcceptable(BodyInvalid):
    """The caller takes none of the forms that the route gives."""

    code = "NOT_ACCEPTABLE"


class RequestTimedOut(Unavailable):
    """The request took longer than one may."""

    code = "REQUEST_TIMEOUT"
