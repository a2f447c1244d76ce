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
    "mentor": (
        ("/mentor", N_("My desk")),
        ("/mentor/year", N_("My year")),
    ),
}
#: How a mentor's next step with somebody is called.
STEP_WORDS: Mapping[str, str] = {
    "meet": N_("You are introduced. Meet, then say so here."),
    "say_how_it_was": N_("You met. Say what came of it."),
    "keep": N_("Say hello soon, before it goes quiet."),
    "catch_up": N_("It has gone quiet. A short message is enough."),
    "none": N_("Nothing is due."),
}
#: Why an ask comes to this reader.
WHY_WORDS: Mapping[str, str] = {
    "your_field": N_("It is about your field."),
    "knows_you": N_("Somebody who knows you suggests you."),
    "you_know_both": N_("You know both of them."),
}
#: How a check is called by its state.
CHECK_WORDS: Mapping[str, str] = {
    "valid": N_("valid"),
    "ends_soon": N_("ends soon: ask for a new one"),
    "over": N_("has ended: nothing new is asked of you until it is renewed"),
    "missing": N_("missing: nothing is asked of you before it is there"),
}
