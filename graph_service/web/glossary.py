"""What the words mean: the words of the pages, and every measure from its declaration."""

from collections.abc import Mapping

from fastapi.responses import HTMLResponse

from graph_service.api.access import Asking
from graph_service.api.routing import Router
from graph_service.desks.measured import catalogue
from graph_service.desks.views.measured import Catalogue
from graph_service.web.language import N_
from graph_service.web.rendering import page

router = Router(include_in_schema=False)
WORDS: Mapping[str, tuple[str, str]] = {
    "tie": (
        N_("Tie"),
        N_(
            "What recorded contacts between two people add up to. It is never entered: it follows from "
            "contacts, and fades without new ones."
        ),
    ),
    "strong": (
        N_("Strong, weak, dormant tie"),
        N_("Strong and weak ties are alive. A dormant one was alive and went quiet: a few lines can take it up again."),
    ),
    "contact": (
        N_("Contact"),
        N_("A dated meeting, call or message between people, as somebody recorded it."),
    ),
    "exposure": (
        N_("Exposure"),
        N_("Being at the same fair, tour or talk. It ties nobody, until a learner says whom they talked to."),
    ),
    "professional": (
        N_("Professional contact"),
        N_(
            "A mentor, an employer's contact, a near peer at work, an alum or another professional. Staff of "
            "school and programme are not counted."
        ),
    ),
    "recorded": (
        N_("Nothing recorded yet"),
        N_("A gap in what the programme knows. It does not say that somebody has nobody."),
    ),
    "warm": (
        N_("Warm introduction"),
        N_("Somebody who knows both brings two people together, after all three said yes."),
    ),
    "connector": (
        N_("Who introduces"),
        N_("The person whom both sides know. An assigned mentor counts as known."),
    ),
    "wave": (
        N_("Wave"),
        N_("A dated look at the whole programme. Released, it stays as it is and can be computed again."),
    ),
    "half": (
        N_("Half-life"),
        N_("After so many days without contact a tie counts half. A programme chooses it when it is set up."),
    ),
    "interval": (
        N_("95 % interval"),
        N_(
            "Of 100 intervals made in this way, about 95 hold the true value. A wide one means that the data "
            "say little."
        ),
    ),
    "hidden": (
        N_("Hidden"),
        N_(
            "Numbers about few people could say who they are. They are hidden, and so is whatever would give them away."
        ),
    ),
}
DIMENSIONS: Mapping[str, str] = {
    "quantity": N_("How many"),
    "quality": N_("How good"),
    "structure": N_("How they hang together"),
    "variety": N_("How different"),
    "access": N_("What they open"),
    "mobilise": N_("What is made of them"),
    "growth": N_("What changed"),
}


@router.get("/glossary.json")
def glossary_json(who: Asking) -> Catalogue:
    return catalogue()


@router.get("/glossary")
def glossary(who: Asking) -> HTMLResponse:
    """Words and measures, in plain sentences."""
    view = catalogue()
    groups: dict[str, list[object]] = {}
    for each in view.items:
        groups.setdefault(each.dimension, []).append(each)
    desk = who.role if who.role in ("evaluator", "learner") else "coordinator"
    return page("glossary.html.j2", groups=groups, words=WORDS, dimensions=DIMENSIONS, desk=desk)
