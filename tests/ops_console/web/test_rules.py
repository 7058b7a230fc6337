"""The rules to read, their versions, the editor, and what a change would do."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from ops_console import store
from ops_console.store.rules import RulesVersion
from ops_console.usecases import change_rules
from ops_console.usecases.seed import SeedFile
from ops_console.web import make_app
from ops_console.web.rules.editor import plain
from ops_console.web.rules.proposals import diff_lines
from ops_console.web.sessions import IDLE_LIMIT
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import LOGIN, PASSWORD, Desk, officers_desk
from tests.harness.officers_forms import form_to, words_of

ONE_OFFICER = SeedFile.model_validate(
    {
        "officers": [
            {
                "officer_id": "o1",
                "login": LOGIN,
                "name": "Sgt. M. Reyes",
                "password": PASSWORD,
                "admin": True,
            }
        ]
    }
)
LONGER = ("'13:00-16:30'", "'13:00-15:00'")


def latest(desk: Desk) -> RulesVersion:
    with desk.console.readers.read() as db:
        found = store.rules.latest(db)
    assert found
    return found


def changed(desk: Desk, *pair: str) -> str:
    """The latest text with the first place of something replaced."""
    old, new = pair or LONGER
    text = latest(desk).text
    assert old in text
    return text.replace(old, new, 1)


def save(desk: Desk, text: str, reason: str = "For a test.") -> int:
    return change_rules(desk.console, "o1", text, reason, based_on=latest(desk).number)


def typed(text: str, based_on: int = 1, **more: str) -> dict[str, str]:
    return {"text": text, "based_on": str(based_on), **more}


# --- reading -------------------------------------------------------------------------------


def test_the_rules_in_force_are_read_entry_by_entry_with_the_line_of_each(
    officer: Officer,
) -> None:
    page = officer.get("/rules")
    said = words_of(page)
    assert (
        "for inmates in unit-a (Unit A) Monday to Thursday, 09:00 to 11:30 and 13:00 to 16:30"
        in said
    )
    assert '<li id="unit-a-notice"' in page.text
    line = re.search(r'<code>unit-a-notice</code> <a href="#line-(\d+)">', page.text)
    assert line
    assert f'<li id="line-{line[1]}"><code>- id: unit-a-notice</code>' in page.text


def test_versions_tell_who_saved_them_when_and_why(desk: Desk, officer: Officer) -> None:
    save(desk, changed(desk), "Evening count moved.")
    said = words_of(officer.get("/rules"))
    assert "Version 2 In force" in said
    assert "Sgt. M. Reyes" in said
    assert "Evening count moved." in said
    first = words_of(officer.get("/rules/versions/1"))
    assert "Rules, version 1" in first
    assert "Seeded from weekly hours." in first


def test_a_version_of_a_later_day_is_announced_and_not_in_force(
    desk: Desk, officer: Officer
) -> None:
    text = changed(desk).replace("sessions:", "effective: {from: 2026-12-07}\nsessions:", 1)
    save(desk, text, "Winter hours.")
    page = officer.get("/rules")
    assert "Version 2 is in force from Mon Dec 7 2026: Winter hours." in words_of(page)
    assert "13:00 to 15:00" not in words_of(page)
    desk.clock.at += timedelta(days=14)
    assert "13:00 to 15:00" in words_of(officer.get("/rules"))


def save_unread(desk: Desk, text: str) -> int:
    """A version as an earlier, less strict program would have saved it."""
    now = desk.clock.now()
    return desk.console.writer.run(
        lambda db: store.rules.save_version(db, text, by=None, reason="Before.", now=now)
    )


def test_a_version_that_a_stricter_program_cannot_read_closes_its_days_until_it_is_mended(
    desk: Desk, officer: Officer
) -> None:
    wrong = changed(desk).replace(
        "sessions:", "limits: [{most: 1, in: week, exempt: {}}]\nsessions:"
    )
    number = save_unread(desk, wrong)
    said = "limits[0].exempt: says nothing: it would exempt every visit"

    assert f"Version {number} of the rules cannot be read" in (
        today := words_of(officer.get("/today"))
    )
    assert said in today
    assert "This version cannot be read any more" in (page := words_of(officer.get("/rules")))
    assert said in page
    with desk.console.asking() as (_, ready):
        assert ready.rules.on(desk.console.last_day(desk.clock.now())).book.sessions == ()
    assert f"Mend them under Rules first. Line 3: {said}" in words_of(officer.get("/hours/unit-a"))
    assert words_of(officer.get(f"/rules/edit?version={number}")).count("exempt: {}") == 1

    save(desk, changed(desk, "exempt: {}", "exempt: {kinds: [legal]}"))
    assert "cannot be read" not in words_of(officer.get("/today"))
    with desk.console.asking() as (_, ready):
        assert ready.rules.on(desk.console.last_day(desk.clock.now())).book.sessions != ()


def test_a_version_that_cannot_be_read_closes_only_the_days_that_it_names(desk: Desk) -> None:
    text = changed(desk).replace("sessions:", "effective: {from: 2026-12-07}\nsessions:", 1)
    number = save_unread(desk, text.replace("sessions:", "limits: [{}]\nsessions:", 1))
    with desk.console.asking() as (_, ready):
        rules = ready.rules
    assert [rules.on(date(2026, 12, day)).number for day in (6, 7)] == [1, number]
    save_unread(desk, "sessions: [{id: a")
    with desk.console.asking() as (_, ready):
        assert [ready.rules.on(date(2026, 12, day)).book.sessions for day in (6, 7)] == [(), ()]


def test_two_versions_are_compared_line_by_line(desk: Desk, officer: Officer) -> None:
    save(desk, changed(desk))
    page = officer.get("/rules/compare?before=1&after=2")
    assert '<li class="goes">' in page.text
    assert "hours: ['09:00-11:30', '13:00-15:00']" in words_of(page)
    assert "They say the same" in words_of(officer.get("/rules/compare?before=1&after=1"))
    assert officer.get("/rules/compare?before=1&after=9").status_code == 404
    assert officer.get("/rules/compare").status_code == 404


def test_the_file_is_downloaded_as_it_was_saved(desk: Desk, officer: Officer) -> None:
    answer = officer.get("/rules/versions/1/file")
    assert answer.content.decode() == latest(desk).text
    assert answer.headers["content-disposition"] == 'attachment; filename="riverside-rules-1.yaml"'
    assert officer.get("/rules/versions/7/file").status_code == 404
    assert officer.get("/rules/versions/x/file").status_code == 404


def test_a_facility_without_rules_is_led_to_its_first_ones(tmp_path: Path) -> None:
    with officers_desk(tmp_path, day=ONE_OFFICER) as desk:
        officer = Officer.at(make_app(desk.console))
        officer.sign_in()
        assert "There are no rules yet" in words_of(officer.get("/rules"))
        fields = form_to(officer.get("/rules/edit"), "/rules/edit")
        assert "zone: America/Chicago" in fields["text"]
        done = officer.post("/rules/edit", **{**fields, "reason": "The first."}, step="save")
        assert done.status_code == 303
        assert "This version has no entries" in words_of(officer.get("/rules"))


# --- the editor ----------------------------------------------------------------------------


def test_check_tells_every_fault_with_its_line_and_keeps_every_letter(officer: Officer) -> None:
    text = (
        "visitline_rules: 1\nfacility: {name: X, zone: America/Chicago}\nsessions:\n"
        "- {id: a, hourz: ['09:00-10:00']}\nlimits:\n- {most: two, in: week}\n  # a thought\n"
    )
    page = officer.post("/rules/edit", **typed(text), step="check")
    said = words_of(page)
    assert page.status_code == 422
    assert "Line 4 : sessions[0].hourz: is not a key that belongs here; did you mean hours?" in said
    assert "- {id: a, hourz: ['09:00-10:00']}" in said
    assert "Line 6" in said
    assert form_to(page, "/rules/edit")["text"] == text


def test_a_text_without_faults_is_told_so(desk: Desk, officer: Officer) -> None:
    page = officer.post("/rules/edit", **typed(changed(desk)), step="check")
    assert "No fault found." in words_of(page)
    assert latest(desk).number == 1


def test_rules_of_another_facilitys_clock_are_a_fault(desk: Desk, officer: Officer) -> None:
    text = changed(desk, "America/Chicago", "America/New_York")
    page = officer.post("/rules/edit", **typed(text), step="preview")
    assert page.status_code == 422
    assert "this facility's clocks show America/Chicago" in words_of(page)


def test_what_would_change_is_shown_and_saved_only_with_a_reason(
    desk: Desk, officer: Officer
) -> None:
    seen = officer.post("/rules/edit", **typed(changed(desk)), step="preview")
    said = words_of(seen)
    assert "Hours of Unit A" in said
    assert "Hours of Unit B" not in said
    assert "13:00 to 16:30" in said
    assert "13:00 to 15:00" in said
    assert "There are no such visits at this time any more." in said
    assert latest(desk).number == 1
    fields = form_to(seen, "/rules/edit")
    bare = officer.post("/rules/edit", **{**fields, "reason": ""}, step="save")
    assert bare.status_code == 422
    assert form_to(bare, "/rules/edit")["text"] == changed(desk)
    done = officer.post("/rules/edit", **{**fields, "reason": "Count moved."}, step="save")
    assert done.headers["location"] == "/rules"
    assert "This is version 2 of the rules." in words_of(officer.get("/rules"))
    assert (latest(desk).reason, latest(desk).saved_by) == ("Count moved.", "o1")


def test_what_becomes_of_each_visit_is_chosen_before_the_rules_are_saved(
    desk: Desk, officer: Officer
) -> None:
    sent = officer.post("/rules/edit", **typed(changed(desk)), step="visits")
    path = sent.headers["location"]
    assert path.startswith("/changes/previews/")
    page = officer.follow(sent)
    assert "James Brown" in words_of(page)
    assert latest(desk).number == 1
    fields = form_to(page, path)
    done = officer.post(path, **{**fields, "reason": "Count moved."})
    assert done.headers["location"] == "/changes"
    assert (latest(desk).number, latest(desk).reason) == (2, "Count moved.")
    assert "not saved" not in words_of(officer.get("/rules"))


def test_rules_for_a_later_day_are_previewed_from_that_day(desk: Desk, officer: Officer) -> None:
    text = changed(desk).replace("sessions:", "effective: {from: 2026-12-07}\nsessions:", 1)
    said = words_of(officer.post("/rules/edit", **typed(text), step="preview"))
    assert "In force from Monday, December 7, 2026. Until then nothing changes." in said
    assert "Looked at: Mon Dec 7 to" in said


def test_a_version_that_somebody_saved_meanwhile_is_not_lost_unseen(
    desk: Desk, officer: Officer
) -> None:
    mine = changed(desk)
    save(desk, changed(desk, "length: 30", "length: 20"), "Theirs.")
    seen = officer.post("/rules/edit", **typed(mine), step="preview")
    assert "Somebody changed the rules meanwhile" in words_of(seen)
    assert "Sgt. M. Reyes saved version 2 while you were working." in words_of(seen)
    late = officer.post("/rules/edit", **typed(mine, reason="Mine."), step="save")
    assert late.status_code == 409
    assert latest(desk).number == 2
    fields = form_to(late, "/rules/edit")
    assert fields["reason"] == "Mine."
    assert officer.post("/rules/edit", **fields, step="save").status_code == 303


def test_an_earlier_version_is_put_back_through_the_editor(desk: Desk, officer: Officer) -> None:
    first = latest(desk).text
    save(desk, changed(desk))
    page = officer.get("/rules/edit?version=1")
    fields = form_to(page, "/rules/edit")
    assert (fields["text"], fields["based_on"]) == (first, "2")
    officer.post("/rules/edit", **{**fields, "reason": "Back to before."}, step="save")
    assert (latest(desk).number, latest(desk).text) == (3, first)
    assert officer.get("/rules/edit?version=9").status_code == 404


def test_a_file_is_uploaded_into_the_editor(desk: Desk, officer: Officer) -> None:
    token = {"csrf_token": officer.token(officer.get("/terminals"))}
    text = changed(desk)
    opened = officer.client.post(
        "/rules/upload", data=token, files={"file": ("r.yaml", text.replace("\n", "\r\n").encode())}
    )
    assert form_to(opened, "/rules/edit")["text"] == text
    assert latest(desk).number == 1
    binary = officer.client.post(
        "/rules/upload", data=token, files={"file": ("r", b"\xff\xfe\x00")}
    )
    assert binary.status_code == 422
    assert "no text in UTF-8" in binary.text
    empty = officer.client.post("/rules/upload", data=token)
    assert "Choose a file first." in empty.text


def test_what_is_typed_outlives_the_session_that_ended_meanwhile(
    desk: Desk, officer: Officer
) -> None:
    text = "sessions: [] # not yet finished\n"
    token = officer.token(officer.get("/rules/edit"))
    desk.clock.elapsed += IDLE_LIMIT.total_seconds() + 1
    fields = {"csrf_token": token, "text": text, "based_on": "1", "step": "check"}
    answer = officer.client.post("/rules/edit", data=fields)
    assert answer.headers["location"] == "/session-ended"
    officer.sign_in()
    assert "You have rules that are not saved" in words_of(officer.get("/rules"))
    assert form_to(officer.get("/rules/edit"), "/rules/edit")["text"] == text
    officer.post("/rules/draft/drop")
    assert form_to(officer.get("/rules/edit"), "/rules/edit")["text"] == latest(desk).text


def test_nothing_is_kept_of_a_form_that_did_not_come_from_that_session(
    desk: Desk, app: FastAPI, officer: Officer
) -> None:
    officer.get("/rules/edit")
    desk.clock.elapsed += IDLE_LIMIT.total_seconds() + 1
    officer.client.post("/rules/edit", data={"csrf_token": "made up", "text": "evil: 1"})
    officer.sign_in()
    assert "evil" not in officer.get("/rules/edit").text
    other = Officer.at(app)
    other.client.post("/rules/edit", data={"csrf_token": "x", "text": "evil: 1"})
    assert "evil" not in officer.get("/rules/edit").text


def test_a_draft_belongs_to_its_officer(app: FastAPI, officer: Officer) -> None:
    officer.post("/rules/edit", **typed("mine: 1"), step="check")
    other = Officer.at(app)
    other.sign_in("park")
    assert "mine: 1" not in other.get("/rules/edit").text
    assert "mine: 1" in officer.get("/rules/edit").text


def test_markup_in_rules_is_never_taken_for_markup(desk: Desk, officer: Officer) -> None:
    text = latest(desk).text + "notes:\n- {id: n, text: '</textarea><script>x</script>'}\n"
    for step in ("check", "preview"):
        page = officer.post("/rules/edit", **typed(text), step=step)
        assert "<script>x" not in page.text
    save(desk, text)
    assert "<script>x" not in officer.get("/rules").text


@pytest.mark.parametrize("path", ["/rules", "/rules/edit", "/rules/versions/1", "/hours/unit-a"])
def test_the_pages_need_nothing_that_the_policy_forbids(officer: Officer, path: str) -> None:
    html = officer.get(path).text
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*src=)", html)


def test_line_ends_of_browsers_do_not_reach_the_file() -> None:
    assert plain("a\r\nb\rc\n") == "a\nb\nc\n"


def test_lines_that_differ_stand_among_those_that_do_not() -> None:
    before = "\n".join(str(number) for number in range(20))
    after = before.replace("3\n", "three\n", 1).replace("17", "seventeen")
    signs = [line.sign for line in diff_lines(before, after)]
    assert signs.count("-") == signs.count("+") == 2
    assert signs.count("@") == 1
    assert diff_lines(before, before) == ()
