"""GraphiQL, served by us: no foreign host is asked for anything, and the page's policy forbids it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.responses import HTMLResponse, Response

ASSETS: Final = Path(__file__).parent / "static" / "graphiql"
MOUNTED_AT: Final = "/graphiql"
# The editor sets styles of its own on elements, so inline styles are allowed; scripts come from files alone.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphiQL - twin-topology</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{base}/index.css">
</head>
<body>
<div id="graphiql">Loading</div>
<script src="{base}/index.js" defer></script>
</body>
</html>
"""
_ABSENT: Final = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>GraphiQL is not built</title><link rel="icon" href="data:,"></head>
<body>
<h1>GraphiQL is not built</h1>
<p>The service runs; only this page lacks its script. Build it with <code>make graphiql</code> and load it again.</p>
<p>Everything else works without it: send operations to <code>/graphql</code> by POST.</p>
</body>
</html>
"""


def graphiql_page(assets: Path = ASSETS) -> Response:
    """Return the page, or one that says how to build it."""
    built = (assets / "index.js").is_file()
    page = _PAGE.format(base=MOUNTED_AT) if built else _ABSENT
    return HTMLResponse(page, headers={"content-security-policy": POLICY, "referrer-policy": "no-referrer"})
