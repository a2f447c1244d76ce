"""The access file of one person as a page that opens from disk, in plain words, and prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph_service.desks.views.held import Held

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8886; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
.past { opacity: .75; }
@media print { body { margin: 0; max-width: none; } table, tr { break-inside: avoid; } }
"""


def held_page(view: Held) -> str:
    """One HTML file. It loads nothing and sends nothing."""
    import base64
    import hashlib

    from markupsafe import Markup

    from viz.page import template_named

    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    # Our own style sheet; everything else on the page is escaped.
    page: str = template_named("held.html.j2").render(view=view, style=Markup(STYLE), policy=policy)
    return page
