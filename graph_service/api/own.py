"""What learners do at their own desk over the API: say whom they know, and with whom not to be brought together."""

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Response
from pydantic import BaseModel, BeforeValidator, Field, StrictBool, StrictStr

from graph_service.actions import own_network
from graph_service.api.access import Records, Running, desk
from graph_service.api.models import ID, TEXT, Base, no_text
from graph_service.api.resources import WRITES, problems
from graph_service.api.routing import Router
from graph_service.records.vocabulary import vocabulary

router = Router(
    prefix="/desks/learner", tags=["desks"], dependencies=[Depends(desk("learner"))], responses=problems(*WRITES)
)
if TYPE_CHECKING:
    from builtins import str as Relation
else:
    Relation = Literal[vocabulary("relations").codes]


class NewContact(Base):
    """Somebody whom the learner knows."""

    name: Annotated[StrictStr, Field(min_length=1, max_length=120, pattern=TEXT, examples=["Rosa Example"])]
    relation: Relation = Field(description="what they are to the learner", examples=["family"])
    closeness: Annotated[int, Field(ge=1, le=own_network.SCALE), BeforeValidator(no_text)] = 1
    private: StrictBool = Field(False, description="seen by nobody else")


class NewContacts(Base):
    """Whom the learner knows, a few at once."""

    people: list[NewContact] = Field(min_length=1, max_length=own_network.MOST)


class Said(BaseModel):
    """What was recorded."""

    added: int = Field(description="records that are new", examples=[2])
    revision: int = Field(examples=[12])


class NewBlock(Base):
    """Somebody with whom the learner does not want to be brought together."""

    person: Annotated[StrictStr, Field(pattern=ID, examples=["examplementor000"])]


@router.post("/contacts", operation_id="add_own_contacts", status_code=201)
def add_own_contacts(running: Running, records: Records, body: NewContacts) -> Said:
    """Say whom I know: they are counted, never shown to others, and asked nothing. The same name is the same person."""
    people = [own_network.Named(**each.model_dump()) for each in body.people]
    made = own_network.name_people(running.programme.store, records, people, today=running.today())
    return Said(added=made.added, revision=made.revision)


@router.post("/blocks", operation_id="add_own_block", status_code=204, response_class=Response)
def add_own_block(running: Running, records: Records, body: NewBlock) -> Response:
    """Do not bring us together: it binds both ways, needs no reason, and nobody is told."""
    own_network.block(running.programme.store, records, body.person, today=running.today())
    return Response(status_code=204)
