"""What Harbourside’s own lists say: its units as a tree, its people with their posts, and what changed later. Plain
values; all of them invented."""

from __future__ import annotations

from collections.abc import Iterable

from lms.demo.cast import HOLDERS, LEARNERS, MANAGERS, UNITS, address

Rows = list[tuple[str, ...]]
UNIT_HEADINGS = ("Code", "Unit", "Part of", "People")
PEOPLE_HEADINGS = ("E-mail", "Name", "Unit", "Post", "Line manager", "Status band", "From", "Until")

# Which unit is part of which. Museums were part of the leisure centres and came to the libraries later.
ABOVE = {"Roads": "Parks & Depot", "Waste": "Parks & Depot", "Youth services": "Pools & leisure"}
BEFORE, AFTER = {"Museums": "Pools & leisure"}, {"Museums": "Libraries"}

OLU, GRETA, TEVITA, SIAN = "Olu Bankes", "Greta Lindvall", "Tevita Moana", "Siân Hewitt"
# Who leads what, and below whom. Nobody of these has an account.
HEADS = (
    (OLU, "Parks & Depot", "Head of operations", "", "5"),
    (TEVITA, "Roads", "Roads manager", OLU, "4"),
    (GRETA, "Libraries", "Head of libraries", "", "5"),
    (SIAN, "Home Care East", "Head of home care", "", "5"),
)
LED_BY = {
    "Parks & Depot": OLU, "Roads": TEVITA, "Waste": OLU, "Water": OLU, "Libraries": GRETA, "Museums": GRETA,
    "Youth services": GRETA, "Home Care East": SIAN, "Home Care West": SIAN,
}  # fmt: skip
POSTS = {
    "Building consents": "Consents officer", "Customer centre": "Adviser", "Finance": "Accountant",
    "Home Care East": "Care worker", "Home Care West": "Care worker", "Housing": "Tenancy officer", "IT": "Engineer",
    "Libraries": "Librarian", "Museums": "Collections keeper", "Parks & Depot": "Gardener",
    "Pools & leisure": "Lifeguard", "Roads": "Crew member", "Waste": "Driver", "Water": "Operator",
    "Youth services": "Youth worker",
}  # fmt: skip
# The same person by two addresses, found and made one; and a pair that nobody has looked at yet.
MELE, MELE_AGAIN = ("Mele Tupou", "mele.tupou"), ("Mele Tupou", "m.tupou")
MATHILDE, MATHILDE_AGAIN = ("Mathilde Roy", "mathilde.roy"), ("Matilde Roy", "m.roy")
LEAVER = "Dunstan Pike"
SPLIT = "Ingrid Halvorsen"  # works in two units


def units(*more: dict[str, str]) -> Rows:
    """The tree, with where Museums were."""
    above = dict(ABOVE)
    for each in more:
        above |= each
    return [UNIT_HEADINGS, *((name, name, above.get(name, ""), str(size)) for name, size in UNITS.items())]


def _mail(local: str) -> str:
    return f"{local}@harbourside.example"


def _row(name: str, unit: str, title: str, above: str = "", band: str = "2", email: str = "") -> tuple[str, ...]:
    manager = address(above) if above and above != name else ""
    return (email or address(name), name, unit, title, manager, band, "", "")


def _of_cast() -> Iterable[tuple[str, ...]]:
    for each in HOLDERS:
        title = "Museums manager" if each.name in MANAGERS else POSTS[each.unit]
        yield _row(each.name, each.unit, title, LED_BY.get(each.unit, ""), "4" if each.name in MANAGERS else "2")
    for learner in LEARNERS:
        yield _row(learner.name, learner.unit, POSTS[learner.unit], LED_BY.get(learner.unit, ""))


def people() -> Rows:
    """Everybody, some twice."""
    return [
        PEOPLE_HEADINGS,
        *(_row(*each) for each in HEADS),
        *_of_cast(),
        *(_row(name, "Roads", "Crew lead", TEVITA, "3", _mail(local)) for name, local in (MELE, MELE_AGAIN)),
        *(_row(name, "Waste", "Driver", OLU, "2", _mail(local)) for name, local in (MATHILDE, MATHILDE_AGAIN)),
        _row(LEAVER, "Libraries", "Librarian", GRETA),
    ]


def later(last_day: str) -> Rows:
    """One has left, one works in a second unit as well, and the list still has somebody’s old address."""
    mele = _row(MELE[0], "Roads", "Crew lead", TEVITA, "3", _mail(MELE_AGAIN[1]))
    return [
        PEOPLE_HEADINGS,
        (*_row(LEAVER, "Libraries", "Librarian", GRETA)[:6], "", last_day),
        _row(SPLIT, "Libraries", "Librarian", GRETA),
        _row(SPLIT, "Customer centre", "Reading room", GRETA),
        mele,
    ]


def with_mistakes() -> Rows:
    """What came yesterday and is not saved: a ring, a unit that is none, a day that could be two, and a formula."""
    return [
        PEOPLE_HEADINGS,
        _row(OLU, "Parks & Depot", "Head of operations", TEVITA, "5"),
        _row(TEVITA, "Roads", "Roads manager", OLU, "4"),
        _row("Hine Walker", "Road", "Crew member", OLU),
        (*_row("Petra Lund", "Waste", "Driver", OLU)[:6], "03/04/2026", ""),
        _row("Bram Oakes", "Waste", '=HYPERLINK("http://example.org")', OLU),
        _row(MATHILDE[0], "Waste", "Crew lead", OLU, "3", _mail(MATHILDE[1])),
    ]
