"""Advisory cases and themes of the demo, told through the same services as everybody's real work."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from lms.advising import cases, notes, reading
from lms.advising import service as advising
from lms.demo.events import AgreeStep, DraftTheme, OpenCase, ReadTheme
from lms.demo.founding import House
from lms.groups.models import PeerGroup

PROOF = "password"


class GivingAdvice:
    """The case that was opened last, and the theme that was drafted last."""

    case_id: uuid.UUID
    theme_id: uuid.UUID

    def happen(
        self,
        db: Session,
        house: House,
        circles: Mapping[str, PeerGroup],
        event: OpenCase | AgreeStep | DraftTheme | ReadTheme,
        key: uuid.UUID,
    ) -> None:
        """What happens now."""
        who = house.people[event.by]
        match event:
            case OpenCase():
                about = f"{house.council.id} {circles[event.circle].id}"
                self.case_id = cases.open_case(db, who, key, about, event.advice).id
            case AgreeStep():
                case = advising.get_own_case(db, who, self.case_id)
                agreed = replace(
                    cases.as_advice(case),
                    step=event.step,
                    owner_id=house.people[event.owner].person_id,
                    due_on=event.due_on,
                    state="agreed",
                )
                cases.change(db, who, case.id, case.version, agreed)
            case DraftTheme():
                self.theme_id = notes.draft(db, who, key, "", "", event.text, self.case_id).id
            case ReadTheme():
                reading.read(db, who, self.theme_id, 1, clear=True, change="", authenticated_by=PROOF, key=key)
