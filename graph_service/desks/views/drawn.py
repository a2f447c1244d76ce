"""A drawing as it may leave the programme."""

from datetime import date
from typing import Literal

from pydantic import Field

from graph_service.desks.views.base import View


class Drawn(View):
    """Nodes and lines without any number."""

    of: Literal["people", "groups"]
    as_of: date
    k: int = Field(description="minimum cell")
    nodes: tuple[str, ...] = Field(description="names of groups; people have none")
    lines: tuple[tuple[int, int], ...] = Field(description="places in nodes")
    reason: str | None = Field(description="why people are not drawn: small_group, unique_shape")
