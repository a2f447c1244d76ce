"""Words that several pages share. They are marked here and translated where they are shown."""

from collections.abc import Mapping

from graph_service.web.language import N_

GROUP_WORDS: Mapping[str, tuple[str, str]] = {
    "nothing_recorded": (
        N_("Nothing recorded yet"),
        N_("We do not know whom they know. Log a contact, or ask them."),
    ),
    "none_professional": (
        N_("Recorded, none professional"),
        N_("They meet people, but nobody from the world of work."),
    ),
    "few": (
        N_("One or two professional ties"),
        N_("A second and third tie protects against losing the first."),
    ),
    "connected": (N_("Three or more"), N_("Keep the ties alive.")),
}
ORDER_WORDS: Mapping[str, str] = {
    "need": N_("Need first"),
    "name": N_("Name"),
    "site": N_("Site"),
    "quiet": N_("Longest without an adult"),
    "contacts": N_("Most contacts"),
}
#: The parts of growth as a page names them.
GROWTH_WORDS: Mapping[str, str] = {
    "gained": N_("gained"),
    "reactivated": N_("taken up again"),
    "kept": N_("kept"),
    "lost": N_("lost"),
    "dormant": N_("gone quiet"),
    "net": N_("gained less lost"),
    "gross": N_("gained and lost together"),
    "stability": N_("share kept"),
    "jaccard": N_("share in common"),
}
#: The pages of each desk, as the bar at the top names them.
DESKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "coordinator": (
        ("/today", N_("Today")),
        ("/worklist", N_("Who has nobody")),
        ("/programme", N_("The programme")),
        ("/sign-in-sheet", N_("Sign-in sheet")),
        ("/class-form", N_("Class form")),
    ),
}
