"""A programme's own rules about mail: quiet hours, school addresses, languages, the safeguarding lead."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from graph_service.errors import UsageError
from graph_service.messages.texts import UNNAMED

#: The key of the setting that holds them.
SETTING = "messages"
_HOUR = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_DOMAIN = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")


@dataclass(frozen=True)
class Policy:
    """name: what mails call the programme. quiet_from, quiet_until: no mail in between, in the programme's zone.

    quiet_weekends: none on Saturdays and Sundays. school_addresses: domains at which learners may be written to;
    none means that learners get no mail. language: where a person's own is not known. lead: internal id of the
    safeguarding lead. digest_days: at most one digest in so many days.

    >>> Policy().quiet(datetime.fromisoformat("2026-03-02T23:00+00:00"), "UTC")
    True
    """

    name: str = UNNAMED
    quiet_from: str = "20:00"
    quiet_until: str = "07:00"
    quiet_weekends: bool = True
    school_addresses: tuple[str, ...] = ()
    language: str = "en"
    lead: str | None = None
    digest_days: int = 7

    @classmethod
    def of(cls, value: str | Mapping[str, Any] | None) -> "Policy":
        """The rules as their setting keeps them. Raises UsageError."""
        read = json.loads(value) if isinstance(value, str) else dict(value or {})
        try:
            made = cls(**{**read, "school_addresses": tuple(read.get("school_addresses", ()))})
        except TypeError:
            known = ", ".join(cls.__dataclass_fields__)
            raise UsageError(f"The rules about mail are: {known}.") from None
        for hour in (made.quiet_from, made.quiet_until):
            if not _HOUR.match(hour):
                raise UsageError("Quiet hours are written HH:MM.")
        if not all(_DOMAIN.match(each) for each in made.school_addresses):
            raise UsageError("A school's addresses are named by their domain, as in school.example.org.")
        if not 1 <= made.digest_days <= 31:
            raise UsageError("There are between 1 and 31 days from one digest to the next.")
        if not made.name.strip() or "\n" in made.name or len(made.name) > 80:
            raise UsageError("The programme's name is one line of at most 80 characters.")
        return made

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    def quiet(self, moment: datetime, zone: str) -> bool:
        """Whether no mail goes out at a moment."""
        here = moment.astimezone(ZoneInfo(zone))
        if self.quiet_weekends and here.weekday() >= 5:
            return True
        start, end = time.fromisoformat(self.quiet_from), time.fromisoformat(self.quiet_until)
        now = here.time().replace(tzinfo=None)
        if start <= end:
            return start <= now < end
        return now >= start or now < end

    def enabled(self, address: str) -> bool:
        """Whether a learner may be written to at an address."""
        domain = address.rpartition("@")[2].lower()
        return any(domain == each or domain.endswith(f".{each}") for each in self.school_addresses)
