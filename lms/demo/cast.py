"""Who is in the demo: a provider, a council of 16 units, 40 people, six circles. Plain values; all of them invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from lms.core.actor import Role

PROVIDER, COUNCIL = "Fieldfare Peer Learning", "Harbourside Council"
PASSWORD = "seven quiet chairs"  # noqa: S105 - printed for everybody who tries the demo
RUTH, BASHIR, MARIT, ILSE = "Ruth Tamihana", "Bashir Noor", "Marit Solheim", "Ilse Brandt"
HANA, AMARA = "Hana Petrova", "Amara Osei"

# Units are a flat list: coverage counts every unit of an organisation, so a directorate above them would be a 17th.
UNITS = {
    "Building consents": 44,
    "Customer centre": 52,
    "Finance": 38,
    "Home Care East": 118,
    "Home Care West": 102,
    "Housing": 83,
    "IT": 40,
    "Legal": 14,
    "Libraries": 96,
    "Museums": 27,
    "Parks & Depot": 74,
    "Pools & leisure": 66,
    "Roads": 58,
    "Waste": 49,
    "Water": 61,
    "Youth services": 31,
}

STAFF = {
    RUTH: (Role.TRAINER,),
    BASHIR: (Role.TRAINER, Role.ADMINISTRATOR),
    MARIT: (Role.TRAINER,),
    ILSE: (Role.ADMINISTRATOR,),
}
# Days ago, and Cohen's kappa in hundredths on forty questions. Marit's is over a year old.
AGREEMENT = {
    RUTH: ((570, 66), (212, 74)),
    BASHIR: ((565, 71), (205, 69)),
    MARIT: ((431, 63),),
}
MANAGERS = {HANA: None, "Paul Ngo": "Museums"}  # Paul manages, and is a certified facilitator as well


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody certified. `ends`: days from today to the last day of the certificate, on or a little before it."""

    name: str
    unit: str
    ends: int
    withdrawn: int | None = None  # so many days ago
    again: tuple[int, str] | None = None  # decided anew: so many days ago, by whom


HOLDERS = (
    Holder("Edie Grant", "Building consents", 551),
    Holder("Dimitra Kosta", "Customer centre", 631),
    Holder("Alun Rees", "Customer centre", 690),
    Holder("Rowan Ellery", "Customer centre", 480, withdrawn=23, again=(20, BASHIR)),
    Holder("Miri Dawson", "Finance", 322),
    Holder("Ana Duarte", "Home Care East", 41),
    Holder("Gareth Pritchard", "Home Care East", 252),
    Holder("Nomvula Dube", "Home Care East", 410),
    Holder("Niamh Brennan", "Home Care West", 208),
    Holder("Folasade Bello", "Home Care West", 395),
    Holder("Samuel Achebe", "Housing", 487),
    Holder("Yusuf Demir", "Housing", 704),
    Holder("Wen Liu", "IT", 88),
    Holder("Joan Fairweather", "Libraries", 70),
    Holder("Beatriz Campos", "Libraries", 300),
    Holder("Colm Devlin", "Libraries", 445),
    Holder("Ingrid Halvorsen", "Libraries", 560),
    Holder("Paul Ngo", "Museums", 370),
    Holder("Lani Foster", "Parks & Depot", 515),
    Holder("Sefo Lemalu", "Roads", 22),
    Holder("Malcolm Orr", "Waste", -38, again=(30, RUTH)),
    Holder("Kahu Reid", "Water", 473),
    Holder("Meera Pillai", "Water", 530),
    Holder("Pavel Horak", "Water", 600),
    Holder("Kiri Paul", "Youth services", 61),
)


@dataclass(frozen=True, slots=True)
class Circle:
    """A group that meets every two weeks. Its last meeting was at least `latest` days ago."""

    name: str
    unit: str
    trainer: str
    facilitator: str
    weekday: int  # Monday is 0
    starts: str
    minutes: int
    place: str
    latest: int
    others: tuple[str, ...]  # known by a pseudonym
    seated: tuple[str, ...] = ()  # with an account


CIRCLES = (
    Circle("Parks & Depot", "Parks & Depot", RUTH, AMARA, 3, "18:30", 80, "Depot meeting room", 5,
           ("Dag", "Priya", "Leila"), ("Sefo Lemalu", "Joan Fairweather", "Nadia Karimi")),
    Circle("Library Leads", "Libraries", RUTH, "Tomasz Zielinski", 1, "17:15", 80, "Central library, room 2", 4,
           ("Miriam", "Odd", "Ellen", "Vikram"), ("Beatriz Campos", "Ingrid Halvorsen")),
    Circle("Roads crew", "Roads", RUTH, "Ioane Matagi", 2, "07:30", 75, "Canteen, north yard", 7,
           ("Vern", "Kath", "Mo", "Lesley", "Duncan"), ("Anneke Vos",)),
    Circle("Consents", "Building consents", RUTH, "Hui-Min Tan", 0, "12:15", 75, "Town hall, room 4", 2,
           ("Graham", "Inés", "Tuva", "Nial"), ("Edie Grant",)),
    Circle("Home Care East", "Home Care East", RUTH, "Farid Rahimi", 2, "14:00", 75, "Day centre, back room", 6,
           ("Gwen", "Henry", "Marisol", "Agnes"), ("Ana Duarte", "Esther Mwangi")),
    Circle("Water", "Water", BASHIR, "Grace Ngata", 4, "08:15", 75, "Pumping station, training room", 7,
           ("Solveig", "Tane", "Ruairi", "Bo"), ("Kahu Reid", "Pavel Horak")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One session of somebody in training: which of the circle's meetings (0 is the latest), and what came of it."""

    slot: int
    level: int | None = None  # None: nobody has signed it
    role: str = "led"
    signer: str = ""  # the circle's trainer if empty
    sent: int | None = None  # so many days ago, if not on the next evening
    returned: str = ""  # which of the reasons
    returned_ago: int = 0
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody in training, with what they have done so far."""

    name: str
    unit: str
    circle: str = ""
    parts: tuple[Part, ...] = ()
    lessons: int = 5
    joined: int = 60  # days ago, for those without a session
    decided: tuple[tuple[int, str, str], ...] = field(default=())  # days ago, kind, by whom


def led(first: int, levels: str, **others: str) -> tuple[Part, ...]:
    """Sessions led one after the other from slot `first` on, with the level each was signed at. `s2="…"`: by others."""
    return tuple(
        Part(first - place, int(level), signer=others.get(f"s{place + 1}", "")) for place, level in enumerate(levels)
    )


LEARNERS = (
    Learner("Nadia Karimi", "Parks & Depot", lessons=2, joined=19),
    Learner(AMARA, "Parks & Depot", "Parks & Depot", (*led(3, "122"), Part(0, sent=4))),
    Learner(
        "Tomasz Zielinski", "Libraries", "Library Leads", (*led(8, "12233334", s6=MARIT), Part(0, sent=3)),
        decided=((62, "stay", RUTH), (10, "not_yet", RUTH)),
    ),
    Learner("Ioane Matagi", "Roads", "Roads crew", (*led(1, "1"), Part(0, sent=6))),
    Learner("Hui-Min Tan", "Building consents", "Consents", (Part(0, role="watched", sent=1),)),
    Learner(
        "Farid Rahimi", "Home Care East", "Home Care East",
        (Part(4, 1, role="shared"), *led(3, "223"),
         Part(0, sent=5, returned="look-back", returned_ago=3, mended=True)),
    ),
    Learner(
        "Esther Mwangi", "Home Care West", "Home Care East",
        (Part(2, 1, role="watched"), Part(0, role="watched", sent=4, returned="watched", returned_ago=2)),
    ),
    Learner(
        "Anneke Vos", "IT", "Roads crew",
        (Part(3, 1, role="watched"), Part(2, role="shared", sent=12, returned="tally", returned_ago=9)),
    ),
    Learner(
        "Grace Ngata", "Housing", "Water", led(7, "22333444", s4=MARIT, s6=RUTH), decided=((47, "not_yet", BASHIR),)
    ),
    Learner(
        "Salma Haddad", "Pools & leisure", "Consents", led(7, "2233344", s3=BASHIR, s5=MARIT),
        decided=((3, "ready", RUTH),),
    ),
)  # fmt: skip

# How a certified facilitator's supervised sessions went, in the order in which they are used again and again.
WAYS = ("223344", "123344", "2233344", "233344")


def address(name: str) -> str:
    """The person's e-mail address, in a domain that leads nowhere."""
    domain = "fieldfare.example" if name in STAFF else "harbourside.example"
    return f"{name.lower().replace(' ', '.')}@{domain}"
