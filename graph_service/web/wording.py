"""Words that several pages share."""

from collections.abc import Mapping

GROUP_WORDS: Mapping[str, tuple[str, str]] = {
    "nothing_recorded": ("Nothing recorded yet", "We do not know whom they know. Log a contact, or ask them."),
    "none_professional": ("Recorded, none professional", "They meet people, but nobody from the world of work."),
    "few": ("One or two professional ties", "A second and third tie protects against losing the first."),
    "connected": ("Three or more", "Keep the ties alive."),
}
ORDER_WORDS: Mapping[str, str] = {
    "need": "Need first",
    "name": "Name",
    "site": "Site",
    "quiet": "Longest without an adult",
    "contacts": "Most contacts",
}
