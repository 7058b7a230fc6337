"""Say of a camera's alarm that it was right, or false: so it is known how far to trust it."""

from __future__ import annotations

from ops_console import store
from ops_console.audit import ObjectKind, Verb
from ops_console.changes import Topic
from ops_console.store.face_alarms import Judgement
from ops_console.usecases._change import Change, change, officer
from ops_console.usecases._console import Console
from visits.errors import OfficerMustAct
from visits.model import Id


def judge_alarm(console: Console, officer_id: Id, alarm_id: Id, judged: Judgement) -> None:
    """In place of what was said of it before; each saying is in the audit.

    Raises `OfficerMustAct` when the alarm is unknown.
    """

    def judge(one: Change) -> None:
        alarm = store.face_alarms.alarm(one.db, alarm_id)
        if alarm is None:
            raise OfficerMustAct("There is no such alarm. Load the page anew.")
        if alarm.judged is judged:
            return
        store.face_alarms.judge(one.db, alarm_id, judged, officer_id, one.now)
        details = {"alarm": alarm_id, "trouble": alarm.trouble, "judged": judged}
        one.audit(officer(officer_id), Verb.JUDGE, ObjectKind.VISIT, alarm.visit_id, details)
        one.touches(Topic.VISITS)

    change(console, judge)
