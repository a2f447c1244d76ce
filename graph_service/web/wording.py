"""Words that several pages share. They are marked here and translated where they are shown."""

from collections.abc import Mapping

from graph_service.web.language import N_

#: What a programme is called that gave itself no name (`messages.texts.UNNAMED`).
UNNAMED = N_("the programme")
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
#: What a move of an introduction is called on its button, by move and whose answer it is.
MOVE_WORDS: Mapping[tuple[str, str | None], str] = {
    ("request", None): N_("The learner asks for it"),
    ("approve", None): N_("Approve"),
    ("ask_connector", None): N_("Ask who introduces"),
    ("connector_agree", "connector"): N_("Who introduces says yes"),
    ("ask_target", None): N_("Ask the contact"),
    ("target_agree", "target"): N_("The contact says yes"),
    ("make", None): N_("Introduce them"),
    ("meet", None): N_("They met"),
    ("follow_up", None): N_("They met again"),
    ("close", None): N_("Close"),
    ("recall", None): N_("Take the question back"),
    ("reopen", None): N_("Open again"),
    ("decline", "learner"): N_("The learner says no"),
    ("decline", "connector"): N_("Who introduces says no"),
    ("decline", "target"): N_("The contact says no"),
    ("withdraw", "learner"): N_("The learner takes it back"),
    ("withhold", None): N_("Do not go on"),
    ("block", None): N_("Block"),
}
PARTY_WORDS: Mapping[str, str] = {
    "learner": N_("the learner"),
    "coordinator": N_("you"),
    "connector": N_("who introduces"),
    "target": N_("the contact"),
    "system": N_("the service"),
    "lead": N_("the safeguarding lead"),
}
#: The pages of each desk, as the bar at the top names them.
DESKS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "coordinator": (
        ("/today", N_("Today")),
        ("/worklist", N_("Who has nobody")),
        ("/introductions", N_("Introductions")),
        ("/events", N_("Events")),
        ("/mentors", N_("Mentors")),
        ("/programme", N_("The programme")),
        ("/work", N_("Our work")),
        ("/map", N_("Map")),
        ("/setup", N_("Setting up")),
    ),
    "evaluator": (
        ("/evaluation", N_("Evaluation")),
        ("/evaluation/report", N_("Report to print")),
        ("/evaluation/downloads", N_("Downloads")),
        ("/glossary", N_("What the words mean")),
    ),
    "learner": (
        ("/me", N_("My team")),
        ("/me/sharing", N_("Who can see it")),
        ("/me/take", N_("Take it along")),
    ),
    "lead": (("/concerns", N_("Concerns")),),
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
