"""`/docs`: a page about the HTTP interface and its error codes, without a script and without a foreign host."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from app.http.routes import Operation
from graph.codes import codes as all_codes

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
_FIXED: Final = (
    ("POST", "/graphql", "Execute a GraphQL operation", "by field"),
    ("GET", "/graphql", "Execute a GraphQL query; GraphiQL in a browser", "by field"),
    ("GET", "/health/live", "Whether the process runs", "none"),
    ("GET", "/health/ready", "Whether the service can answer", "none"),
    ("GET", "/metrics", "Metrics for Prometheus", "none"),
    ("GET", "/openapi.json", "OpenAPI description of all this", "none"),
)
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;"
    "border-bottom:1px solid #ccc}code{font-size:.95em}"
)


def docs_page(operations: Iterable[Operation]) -> str:
    """Return the page."""
    rows = [*_FIXED, *((each.method, each.path, each.summary, each.scope.value) for each in operations)]
    routes = "".join(
        f"<tr><td><code>{method}</code><td><code>{escape(path)}</code><td>{escape(summary)}<td>{escape(scope)}</tr>"
        for method, path, summary, scope in rows
    )
    codes = "".join(
        f'<tr id="{code.code}"><td><code>{code.code}</code><td>{code.http_status}<td>{escape(code.meaning)}'
        f"<td>{escape(code.repair)}</tr>"
        for code in all_codes()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>twin-topology: HTTP</title>'
        f'<link rel="icon" href="data:,"><style>{_STYLE}</style></head><body><h1>twin-topology over HTTP</h1>'
        '<p>Machines read <a href="/openapi.json">/openapi.json</a>; people try <a href="/graphql">GraphiQL</a>.</p>'
        f"<h2>Routes</h2><table><tr><th>method<th>path<th>what<th>scope</tr>{routes}</table>"
        f"<h2>Error codes</h2><table><tr><th>code<th>status<th>meaning<th>what to do</tr>{codes}</table></body></html>"
    )
