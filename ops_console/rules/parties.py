"""Who comes together: adults and children, company for minors, who takes a place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ops_console.rules.ages import adult_age, is_child
from ops_console.rules.applying import applies, bound
from ops_console.rules.facts import PersonFact
from ops_console.rules.meeting import Meeting, matches
from ops_console.rules.refusing import Code, Reason, refuse
from ops_console.rules.rulebook.limits import Limit
from ops_console.rules.rulebook.party import Minors, PartyRule, Uncounted
from ops_console.rules.selectors import Answer, every, some


def about_party(meeting: Meeting) -> Iterator[Reason]:
    """Every `party` entry that this party breaks."""
    rules, unknown = bound(meeting, "party", meeting.book.party)
    yield from unknown
    for name, rule in rules:
        yield from _sizes(name, rule, meeting)
        yield from _combinations(name, rule, meeting)
        yield from _ages(name, rule, meeting)
        yield from _relations(name, rule, meeting)
        if rule.minors is not None:
            yield from _company(name, rule.minors, meeting)


def counted(meeting: Meeting) -> tuple[PersonFact, ...]:
    """The people who take a place: all but those whom an applying entry leaves uncounted."""
    left = list(meeting.people)
    for rule in meeting.book.party:
        if rule.uncounted and applies(rule, meeting) is True:
            left = _without(left, rule.uncounted, meeting)
    return tuple(left)


def who_count(rule: PartyRule | Limit, meeting: Meeting) -> tuple[PersonFact, ...]:
    """The people whom a number of the entry counts: who takes a place, or every head."""
    return meeting.people if rule.heads == "all" else counted(meeting)


def _without(
    people: list[PersonFact], uncounted: Iterable[Uncounted], meeting: Meeting
) -> list[PersonFact]:
    for free in uncounted:
        spared = [one for one in people if _is_uncounted(free, one, meeting)][: free.most]
        people = [one for one in people if one not in spared]
    return people


def _is_uncounted(free: Uncounted, person: PersonFact, meeting: Meeting) -> bool:
    age = meeting.age(person)
    young = free.under is None or (age is not None and age < free.under)
    relation = person.relations.get(meeting.inmate.id, "").lower()
    return young and (free.relation is None or relation in free.relation)


def _sizes(name: str, rule: PartyRule, meeting: Meeting) -> Iterator[Reason]:
    people, doubtful = _meant(rule, meeting)
    adults, children, unsure = _heads(people, meeting)
    by_age = len(doubtful) + len(unsure)
    of = " of those whom it counts" if rule.of is not None else ""
    for most, least, heads, perhaps, word in (
        (rule.most, rule.least, len(people), len(doubtful), "people"),
        (rule.most_adults, rule.least_adults, adults, by_age, "adults"),
        (rule.most_children, rule.least_children, children, by_age, "children"),
    ):
        if most is not None and heads > most:
            said = f"{name} allows {most} {word}{of}; {heads} are to come."
            yield refuse(Code.PARTY_TOO_LARGE, said, name)
        if least is not None and heads + perhaps < least:
            said = f"{name} asks for at least {least} {word}{of}; {heads} are to come."
            yield refuse(Code.PARTY_TOO_SMALL, said, name)
    if doubtful:
        who = ", ".join(one.id for one in doubtful)
        yield refuse(Code.FACT_MISSING, f"Whether {name} counts {who} cannot be told.", name)
    if unsure and _asks_for_ages(rule):
        yield _age_missing(name, unsure)


def _asks_for_ages(rule: PartyRule) -> bool:
    numbers = (rule.most_adults, rule.most_children, rule.least_adults, rule.least_children)
    return bool(rule.combinations) or any(one is not None for one in numbers)


def _meant(rule: PartyRule, meeting: Meeting) -> tuple[list[PersonFact], list[PersonFact]]:
    """Whom the numbers of the entry count, and of whom that cannot be told."""
    people = who_count(rule, meeting)
    if rule.of is None:
        return list(people), []
    truths = [(one, matches(rule.of, one, meeting)) for one in people]
    return (
        [one for one, truth in truths if truth is True],
        [one for one, truth in truths if truth is None],
    )


def _heads(people: Iterable[PersonFact], meeting: Meeting) -> tuple[int, int, list[PersonFact]]:
    people = list(people)
    told = [(one, is_child(one, meeting)) for one in people]
    return (
        sum(child is False for _, child in told),
        sum(child is True for _, child in told),
        [one for one, child in told if child is None],
    )


def _combinations(name: str, rule: PartyRule, meeting: Meeting) -> Iterator[Reason]:
    if not rule.combinations:
        return
    adults, children, _ = _heads(_meant(rule, meeting)[0], meeting)
    if not any(adults <= one.adults and children <= one.children for one in rule.combinations):
        yield refuse(
            Code.PARTY_NOT_ALLOWED,
            f"{name} has no combination for {adults} adults and {children} children.",
            name,
        )


def _ages(name: str, rule: PartyRule, meeting: Meeting) -> Iterator[Reason]:
    if rule.least_age is None:
        return
    ages = [(one, meeting.age(one)) for one in meeting.people]
    if unsure := [one for one, age in ages if age is None]:
        yield _age_missing(name, unsure)
    for one, age in ages:
        if age is not None and age < rule.least_age:
            yield refuse(
                Code.TOO_YOUNG, f"{name} asks for {rule.least_age} years; {one.id} is {age}.", name
            )


def _relations(name: str, rule: PartyRule, meeting: Meeting) -> Iterator[Reason]:
    for one in meeting.people if rule.relations else ():
        fits = some(matches(allowed, one, meeting) for allowed in rule.relations)
        if fits is None:
            yield refuse(Code.FACT_MISSING, f"{name} needs the relation and age of {one.id}.", name)
        elif not fits:
            yield refuse(
                Code.RELATION_NOT_ALLOWED, f"{name} does not allow {one.id}'s relation.", name
            )


def _company(name: str, rule: Minors, meeting: Meeting) -> Iterator[Reason]:
    under = adult_age(meeting) if rule.under is None else rule.under
    for one in meeting.people:
        age = meeting.age(one)
        if age is None:
            yield _age_missing(name, [one])
        elif age < under and not _is_exempt(rule, one, meeting):
            yield from _accompanied(name, rule, one, meeting)


def _is_exempt(rule: Minors, person: PersonFact, meeting: Meeting) -> bool:
    return rule.exempt is not None and matches(rule.exempt, person, meeting) is True


def _accompanied(name: str, rule: Minors, minor: PersonFact, meeting: Meeting) -> Iterator[Reason]:
    least = adult_age(meeting) if rule.companion_age is None else rule.companion_age
    others = [one for one in meeting.people if one.id != minor.id]
    fits = some(
        every([_of_age(one, least, meeting), _is_company(rule, one, minor, meeting)])
        for one in others
    )
    if fits is None:
        yield refuse(Code.FACT_MISSING, f"{name} needs to know who {minor.id} comes with.", name)
    elif not fits:
        yield refuse(
            Code.MINOR_ALONE,
            f"{name}: {minor.id} needs {' or '.join(rule.company)} of at least {least}.",
            name,
        )


def _of_age(person: PersonFact, least: int, meeting: Meeting) -> Answer:
    age = meeting.age(person)
    return None if age is None else age >= least


def _is_company(rule: Minors, person: PersonFact, minor: PersonFact, meeting: Meeting) -> Answer:
    truths: list[Answer] = []
    for wanted in rule.company:
        if wanted == "adult":
            truths.append(True)
        elif wanted == "listed":
            on = meeting.inmate.list
            truths.append(None if on is None else person.id in on)
        elif wanted == "guardian":
            truths.append(None if minor.guardians is None else person.id in minor.guardians)
        else:
            relation = person.relations.get(meeting.inmate.id)
            truths.append(None if relation is None else relation.lower() == wanted)
    return some(truths)


def _age_missing(name: str, people: Iterable[PersonFact]) -> Reason:
    who = ", ".join(one.id for one in people)
    return refuse(Code.FACT_MISSING, f"{name} needs the date of birth of {who}.", name)
