"""What the rules ask about people: seen on the approval, changed with a preview, audited once."""

from __future__ import annotations

import pytest

from ops_console import store
from ops_console.rules.facts import InmateFact, PersonFact
from ops_console.usecases import InmateFacts, PersonFacts, change_now, change_rules
from tests.harness.officers_client import Officer
from tests.harness.officers_desk import Desk
from tests.harness.officers_forms import form_to, words_of
from tests.ops_console.web.test_changes import address, affected
from visits.errors import OfficerMustAct
from visits.model import VisitStatus

ASKING = """
eligibility:
- {id: released, of: visitor, since: released_on, wait: {months: 6},
   exempt: {visitors: {relation: parent}}}
- {id: parole, bar_visitors: {parole: "yes"}}
- {id: miles, bar_visitors: {miles: ">300"}, channels: [in-person]}
- {id: far, must_visitors: {distance: [near, far]}, channels: [in-person]}
- {id: basic, bar: {incentive: basic}}
- {id: old, bar: {height: ">200"}, until: 2026-01-01}
party:
- {id: minors, minors: {with: guardian}, channels: [in-person]}
"""
DECLARED = """
facts: {incentive: words, cell_number: number, height: number}
visitor_facts: {parole: words, distance: words, unasked: words, miles: number}
"""
PAIRS = "pair_facts: {permit: words, listed_at: date}\n"
OF_PAIRS = """
- {id: permit, must_visitors: {permit: "yes"}}
- {id: listed, since: listed_at, of: pair, wait: {days: 1}}
"""
V4 = "/facts/people/v4"


@pytest.fixture
def asking(desk: Desk) -> Desk:
    """The rules ask about visitors; of Linda Nguyen all is known that lets visit t13 stand."""
    with desk.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    known = {"released_on": None, "facts": {"parole": "no"}}
    for person in ("v4", "c1", "c2"):
        change_now(desk.console, "o1", PersonFacts(person, known), "From the file.")
    change_now(desk.console, "o1", InmateFacts("i4", {"facts": {"incentive": None}}), "From it.")
    text = rules.text + DECLARED + ASKING
    change_rules(desk.console, "o1", text, "As the county says.", based_on=rules.number)
    return desk


def person(desk: Desk, person_id: str) -> PersonFact:
    with desk.console.readers.read() as db:
        found = store.facts.person(db, person_id)
    assert found
    return found


def inmate(desk: Desk, inmate_id: str) -> InmateFact:
    with desk.console.readers.read() as db:
        found = store.facts.inmate(db, inmate_id)
    assert found
    return found


def test_an_approval_shows_what_the_rules_ask_about_everybody_and_nothing_else(
    asking: Desk, officer: Officer
) -> None:
    page = officer.get("/approvals/p4")
    said = words_of(page)
    assert "Linda Nguyen Change what is known of Linda Nguyen" in said
    assert "Distance Not known Miles Not known Parole No Relation to Peter Nguyen Child" in said
    assert "Released from custody Never" in said
    assert "Unasked" not in said, "a declared fact that no rule uses is not asked for"
    assert "Height" not in said, "an entry that is over asks for nothing"
    for path in (V4, "/facts/people/c1", "/facts/inmates/i4"):
        assert f'href="{path}"' in page.text


def test_the_form_says_which_rules_ask_and_in_which_words(asking: Desk, officer: Officer) -> None:
    page = officer.get(V4)
    said = words_of(page)
    assert "The rules ask for near or far." in said
    assert '<a href="/rules#released">' in page.text
    assert "6 months after" in said
    assert form_to(page, V4) == {
        "fact-distance": "",
        "fact-miles": "",
        "fact-parole": "no",
        "fact-released_on-day": "",
        "fact-released_on-none": "yes",
        "relation-i4": "child",
    }


def test_the_visits_that_a_fact_affects_are_shown_before_it_is_put_down(
    asking: Desk, officer: Officer
) -> None:
    fields = form_to(officer.get(V4), V4)
    page = officer.follow(officer.post(V4, **{**fields, "fact-parole": "yes"}))
    assert "Facts of Linda Nguyen: parole yes" in page.text
    assert affected(page) == {"t13"}
    assert person(asking, "v4").facts == {"parole": "no"}, "nothing is changed yet"
    done = officer.post(address(page), **{"choice-t13": "cancel", "reason": "Parole office called"})
    assert done.headers["location"] == V4
    assert "1 cancelled" in officer.get(V4).text
    assert person(asking, "v4").facts == {"parole": "yes"}
    with asking.console.readers.read() as db:
        visit = store.visits.visit(db, "t13")
        lines = [one for one in store.audit.about(db, "person", "v4") if one.verb == "change"]
    assert visit
    assert visit.status is VisitStatus.CANCELLED
    assert [one.details["reason"] for one in lines][-1] == "Parole office called"
    assert len(lines) == 2, "the fact of the fixture, and this one"


def test_the_number_of_an_inmate_is_known_and_kept_in_one_place(asking: Desk) -> None:
    assert inmate(asking, "i4").number
    with asking.console.readers.read() as db:
        ((about,),) = db.execute("SELECT about FROM inmates WHERE inmate_id = 'i4'").fetchall()
    assert "number" not in about
    assert "incentive" in about


def test_a_number_of_a_visitor_is_put_down_as_a_number(asking: Desk, officer: Officer) -> None:
    fields = form_to(officer.get(V4), V4)
    wrong = officer.post(V4, **{**fields, "fact-miles": "far"})
    assert "Write a number, such as 12." in words_of(wrong)
    page = officer.follow(officer.post(V4, **{**fields, "fact-miles": "250.5"}))
    officer.post(address(page), reason="From the address")
    assert person(asking, "v4").facts == {"parole": "no", "miles": 250.5}


def test_a_fact_of_a_pair_is_put_down_with_the_inmate_and_forgotten_again(
    asking: Desk, officer: Officer
) -> None:
    with asking.console.readers.read() as db:
        rules = store.rules.latest(db)
    assert rules
    text = rules.text.replace("\neligibility:\n", f"\n{PAIRS}eligibility:\n{OF_PAIRS}")
    change_rules(asking.console, "o1", text, "Permits.", based_on=rules.number)
    fields = form_to(officer.get(V4), V4)
    assert fields["fact-permit-with-i4"] == fields["fact-listed_at-with-i4-day"] == ""
    stated = {**fields, "fact-permit-with-i4": "yes", "fact-listed_at-with-i4-day": "2026-09-01"}
    page = officer.follow(officer.post(V4, **stated))
    officer.post(address(page), **{"choice-t13": "keep", "reason": "Permit seen"})
    now = person(asking, "v4")
    assert now.pair_facts == {"i4": {"permit": "yes", "listed_at": "2026-09-01"}}
    assert now.facts == {"parole": "no"}
    assert "Permit, with Peter Nguyen Yes" in words_of(officer.get("/approvals/p4"))
    again = {**form_to(officer.get(V4), V4), "fact-permit-with-i4": ""}
    page = officer.follow(officer.post(V4, **again))
    officer.post(address(page), **{"choice-t13": "cancel", "reason": "Permit of somebody else"})
    assert person(asking, "v4").pair_facts == {"i4": {"listed_at": "2026-09-01"}}


def test_a_release_affects_who_is_not_exempt_by_relation(asking: Desk, officer: Officer) -> None:
    fields = form_to(officer.get(V4), V4)
    del fields["fact-released_on-none"]
    lately = {**fields, "fact-released_on-day": "2026-09-01"}
    assert affected(officer.follow(officer.post(V4, **lately))) == {"t13"}
    mother = {**lately, "relation-i4": "parent"}
    page = officer.follow(officer.post(V4, **mother))
    assert affected(page) == set()
    officer.post(address(page), reason="Birth certificate seen")
    now = person(asking, "v4")
    assert (str(now.released_on), now.relations) == ("2026-09-01", {"i4": "parent"})
    assert "Relation to Peter Nguyen Parent" in words_of(officer.get("/approvals/p4"))


def test_what_is_emptied_is_not_known_any_more_and_refuses(asking: Desk, officer: Officer) -> None:
    fields = form_to(officer.get(V4), V4)
    del fields["fact-released_on-none"]
    page = officer.follow(officer.post(V4, **{**fields, "fact-parole": ""}))
    assert affected(page) == {"t13"}
    officer.post(address(page), reason="The file was somebody else's")
    now = person(asking, "v4")
    assert not now.states("released_on")
    assert now.facts == {}


def test_a_child_has_its_guardians_ticked_among_those_who_come(
    asking: Desk, officer: Officer
) -> None:
    path = "/facts/people/c1"
    page = officer.get(path)
    assert "Linda Nguyen" in words_of(page)
    fields = {**form_to(page, path), "fact-guardians-v4": "yes"}
    looked = officer.follow(officer.post(path, **fields))
    officer.post(address(looked), reason="Seen")
    assert person(asking, "c1").guardians == ("v4",)
    assert "Parents and guardians Linda Nguyen" in words_of(officer.get("/approvals/p4"))


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("fact-released_on-day", "yesterday", "Give a day, such as 2026-11-23."),
        ("fact-released_on-time", "12:00", "Give a day or tick that there is none"),
        ("fact-parole", "perhaps", "Choose one of these."),
        ("fact-distance", "x" * 101, "Use 100 letters or fewer."),
        ("relation-i4", "child, parent", "Write one only"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field(
    asking: Desk, officer: Officer, field: str, typed: str, told: str
) -> None:
    answer = officer.post(V4, **{**form_to(officer.get(V4), V4), field: typed})
    assert answer.status_code == 422
    at = field.removesuffix("-day").removesuffix("-time")
    assert f'id="{at}-error">{told}' in answer.text
    assert f'href="#{at}"' in answer.text
    assert person(asking, "v4").facts == {"parole": "no"}


def test_sending_the_form_as_it_was_changes_nothing(asking: Desk, officer: Officer) -> None:
    for path in (V4, "/facts/people/c1", "/facts/inmates/i4"):
        answer = officer.post(path, **form_to(officer.get(path), path))
        assert answer.status_code == 422
        assert "Nothing is different" in answer.text


def test_an_inmates_free_facts_are_changed_beside_custody_and_discipline(
    asking: Desk, officer: Officer
) -> None:
    path = "/facts/inmates/i4"
    sent = officer.post("/changes/new/facts", inmate="104101")
    assert sent.headers["location"] == path
    page = officer.get(path)
    assert "No rule asks for it now." in words_of(page), "custody can be put down all the same"
    changed = {
        "fact-custody": "Maximum",
        "fact-discipline_until-day": "2026-12-01",
        "fact-discipline_until-time": "09:30",
        "fact-incentive": "basic",
    }
    looked = officer.follow(officer.post(path, **{**form_to(page, path), **changed}))
    assert affected(looked) == {"t13"}
    officer.post(address(looked), reason="Board of today", **{"choice-t13": "keep"})
    now = inmate(asking, "i4")
    assert (now.custody, now.facts) == ("maximum", {"incentive": "basic"})
    assert now.discipline_until is not None
    assert now.discipline_until.isoformat() == "2026-12-01T15:30:00+00:00"
    assert "Dec 1 2026, 09:30" in words_of(officer.get("/approvals/p4"))


def test_a_visitor_is_found_from_the_page_of_changes(asking: Desk, officer: Officer) -> None:
    sent = officer.post("/changes/new/person-facts", person="Linda")
    assert sent.headers["location"] == V4


def test_nobody_has_facts_who_is_not_known(asking: Desk, officer: Officer) -> None:
    for path in ("/facts/people/nobody", "/facts/inmates/nobody"):
        assert officer.get(path).status_code == 404
        assert officer.post(path).status_code == 404
    with pytest.raises(OfficerMustAct, match="Nobody here"):
        change_now(asking.console, "o1", PersonFacts("nobody", {"role": "clergy"}), "Reason")
