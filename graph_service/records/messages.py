"""Messages that leave the programme: what is to be told, the mail that carries it, who signs for a learner.

No text is kept: a mail is written when it is sent, out of records that still hold then. So what waits in the store
names nobody, and a mail that has nothing left to say is not sent.
"""

from graph_service.records.kind import Bool, Code, Date, Int, Kind, LongText, Text, field, refers

GUARDIAN = Kind(
    "guardian",
    """An adult who signs for a learner who is not of age, and how they are reached.""",
    (
        refers("learner", "person", "for whom they sign", edge="SIGNS_FOR"),
        field("name", Text, "how they are addressed", optional=True, personal="name"),
        field("email", Text, "an address for messages", optional=True, personal="address"),
        field("language", Text, "the language they read (BCP 47)", default="en"),
        field("since", Date, "first day", optional=True),
        field("until", Date, "last day", optional=True),
    ),
    label="Guardian",
    personal="identity",
)

MESSAGE = Kind(
    "message",
    """One mail to one person: where it stands, never what it says. Its text is written when it is sent.""",
    (
        refers("recipient", "person", "to whom; of a guardian's mail the learner", edge="WRITTEN_TO"),
        refers("guardian", "guardian", "the guardian who gets it in the learner's place", optional=True),
        field("template", Text, "what it is: digest, or the one thing that it says"),
        field("audience", Code("message_audiences"), "as what the recipient is written to"),
        field("language", Text, "language of its text"),
        field("urgent", Bool, "it does not wait for the week's digest", default=False),
        field("state", Code("message_states"), "where it stands", default="queued"),
        field("reason", Code("message_reasons"), "why it is in that state", optional=True),
        field("answer", Text, "reply code of the mail server, without its words", optional=True),
        field("address", Text, "keyed hash of the address that it went to", optional=True),
        field("attempts", Int, "how often it was offered to the mail server", default=0),
        field("day", Date, "day it was queued"),
        field("not_before", Text, "not offered before this moment (UTC)", optional=True),
        field("moment", Text, "when it came into its state (UTC)", optional=True),
    ),
    label="Message",
    personal="message",
    kept="service",
)

NOTICE = Kind(
    "notice",
    """Something to tell somebody; a message carries it, a digest several.""",
    (
        refers("recipient", "person", "whom to tell; of a guardian's notice the learner", edge="TELLS"),
        refers("guardian", "guardian", "the guardian who is told in the learner's place", optional=True),
        refers("introduction", "introduction", "about which introduction", optional=True),
        refers("message", "message", "what carries it", optional=True),
        field("template", Text, "what is told"),
        field("audience", Code("message_audiences"), "as what the recipient is told"),
        field("urgent", Bool, "it does not wait for the week's digest", default=False),
        field("of_version", Int, "the version of the introduction that it is about", default=0),
        field("school_day", Int, "a reminder after so many school days; 0: the first time", default=0),
        field("subject", Text, "id of what else it is about", optional=True),
        field("date", Date, "day it was due"),
    ),
    label="Notice",
    personal="message",
    kept="service",
)

LATER = Kind(
    "later",
    """That an adult wants to answer an ask later: no reminder until then. The deadline stays.""",
    (
        refers("introduction", "introduction", "which", edge="OF"),
        refers("person", "person", "who", edge="PUT_OFF", reverse=True),
        field("date", Date, "day"),
        field("until", Date, "no reminder up to this day"),
    ),
    label="Later",
    personal="education record",
)

LINK_CODE = Kind(
    "link_code",
    """A short code mailed to whoever wants more than a link shows; made of the store's secret, never kept.""",
    (
        refers("person", "person", "who asked for it", edge="ASKED_BY", reverse=True),
        field("moment", Text, "when it was asked for (UTC)"),
        field("tries", Int, "wrong answers so far", default=0),
        field("used", Bool, "it opened a visit", default=False),
    ),
    label="LinkCode",
    personal="account",
    kept="service",
)

PAUSE = Kind(
    "pause",
    """That an adult takes a break: nobody is introduced to them or through them meanwhile. No reason is asked for.""",
    (
        refers("person", "person", "who", edge="PAUSES", reverse=True),
        field("since", Date, "first day"),
        field("until", Date, "last day", optional=True),
    ),
    label="Pause",
    personal="education record",
)

REMARK = Kind(
    "remark",
    """A line in the thread of an introduction. The coordinator reads every line.""",
    (
        refers("introduction", "introduction", "in whose thread", edge="IN"),
        refers("writer", "person", "who wrote it", optional=True, edge="WROTE", reverse=True),
        field("party", Text, "as what: coordinator, learner, connector, target"),
        field(
            "shared",
            Bool,
            "the others read it too; before the introduction is made only the coordinator",
            default=False,
        ),
        field("date", Date, "day"),
        field("moment", Text, "when (UTC)"),
        field("text", LongText, "the line", personal="message"),
    ),
    label="Remark",
    evidence=True,
    personal="message",
)

REPORT = Kind(
    "report",
    """"Something is wrong", said without naming an adult of the programme; it goes to the safeguarding lead alone.""",
    (
        refers("introduction", "introduction", "about which introduction", optional=True, edge="DURING"),
        field("raised_by", Text, "who raised it (internal id or role)"),
        field("party", Text, "as what"),
        field("date", Date, "day"),
        field("state", Code("concern_states"), "open or closed", default="open"),
        field("text", LongText, "what is wrong", optional=True, personal="safeguarding"),
    ),
    label="Report",
    evidence=True,
    personal="safeguarding",
    kept="audit",
)
