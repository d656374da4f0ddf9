"""What the sample pages show. Every person, place and figure is invented."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

AMARA = SimpleNamespace(name="Amara Osei", initials="AO", role_label="Trainee facilitator")
RUTH = SimpleNamespace(name="Ruth Tamihana", initials="RT", role_label="Trainer")
HANA = SimpleNamespace(name="Hana Petrova", initials="HP", role_label="Harbourside Council")

TRAINEE = [
    ("home", "Home", "/home", "home"),
    ("learn", "Learn", "/lesson", "learn"),
    ("practise", "Practise", "/log", "ask"),
    ("record", "My record", "/whynot", "record"),
]
TRAINER = [
    ("signoff", "Sign-off", "/queue", "check"),
    ("groups", "Groups", "/queue", "people"),
    ("learn", "Learn", "/lesson", "learn"),
    ("certificates", "Certificates", "/certificate", "record"),
]
MANAGER = [
    ("coverage", "Coverage", "/coverage", "chart"),
    ("people", "People", "/people", "people"),
    ("outbox", "Outbox", "/outbox", "mail"),
]

UNITS = [
    ("Building consents", 44, 2, 1, 1, "14 Nov 2027", "", "2 by September"),
    ("Customer centre", 52, 2, 2, 1, "2 Feb 2028", "Covered", ""),
    ("Home Care East", 118, 5, 3, 1, "19 Jan 2027", "", "4 by October"),
    ("IT", 40, 2, 1, 1, "8 Aug 2026", "At risk", "from 8 August"),
    ("Legal", 14, 1, 0, 0, "", "No cover", "nobody in training"),
    ("Libraries", 96, 4, 4, 0, "21 Jul 2026", "Covered", ""),
    ("Roads", 58, 3, 1, 1, "3 Jun 2026", "At risk", "from 3 June"),
]
ENDINGS = [
    (date(2026, 6, 3), "Sefo Lemalu", "Roads", False),
    (date(2026, 6, 16), "Ana Duarte", "Home Care East", True),
    (date(2026, 7, 12), "Kiri Paul", "Youth services", False),
    (date(2026, 6, 26), "Aleksandra Wiśniewska-Brzęczyszczykiewicz", "Pools, leisure & open spaces", True),
    (date(2026, 8, 8), "Wen Liu", "IT", False),
]
WAITING = [
    (
        "Ioane Matagi",
        "Roads crew",
        "Session 2 of 6, led with you beside",
        2,
        "6 days",
        "wait",
        "Oldest",
        "Waiting long",
    ),
    (
        "Amara Osei",
        "Parks & Depot",
        "Session 4, led with you beside",
        2,
        "4 days",
        "wait",
        "Views differ",
        "On silence",
    ),
    (
        "Tomasz Zielinski",
        "Library Leads",
        "Session 9, you were outside",
        3,
        "3 days",
        "done",
        "Could move on",
        "9 signed",
    ),
    ("Hui-Min Tan", "Consents", "Session 1 of 6, watched you lead", 1, "1 day", "", "", ""),
]
ASKED = [
    ("0:17", "open", "Amara", "What made you bring this today?"),
    ("0:29", "closed", "Sefo", "Is it written in the contract?"),
    ("0:41", "leading", "Priya", "Wouldn’t it be easier if they just told you?"),
    ("0:58", "advice", "Amara", "Could you maybe ask Dag to cover?"),
]
LOG = {
    "date": "31 April 2026",
    "group": "parks",
    "minutes": "78",
    "role": "beside",
    "keep": "",
    "differently": "With ten minutes left I said “Could you maybe ask Dag to cover?” I wanted to be useful.",
    "silence": 3,
    "turns": 2,
}
MISTAKES = {
    "date": "Enter the date you met. 31 April is not in the calendar",
    "keep": "Write at least one moment you would keep",
}

SAMPLES: dict[str, dict[str, Any]] = {
    "account": {"actor": AMARA, "nav": TRAINEE, "current": "account"},
    "certificate": {"actor": AMARA, "nav": TRAINEE, "current": "record"},
    "coverage": {"actor": HANA, "nav": MANAGER, "current": "coverage", "units": UNITS, "endings": ENDINGS},
    "drill": {"actor": AMARA},
    "empty": {"actor": AMARA, "nav": TRAINEE, "current": "record"},
    "home": {"actor": AMARA, "nav": TRAINEE, "current": "home"},
    "lesson": {"actor": AMARA, "nav": TRAINEE, "current": "learn"},
    "log": {"actor": AMARA, "form": LOG, "errors": MISTAKES},
    "outbox": {"actor": HANA, "nav": MANAGER, "current": "outbox"},
    "people": {"actor": HANA, "nav": MANAGER, "current": "people", "units": UNITS},
    "queue": {"actor": RUTH, "nav": TRAINER, "current": "signoff", "waiting": WAITING},
    "quiz": {"actor": AMARA},
    "result": {"actor": AMARA, "nav": TRAINEE, "current": "learn"},
    "review": {"actor": RUTH, "nav": TRAINER, "current": "signoff", "asked": ASKED},
    "sign_in": {"actor": None},
    "verify": {"actor": None},
    "whynot": {"actor": AMARA, "nav": TRAINEE, "current": "record"},
    "errors/403": {"sentence": ""},
    "errors/409": {"sentence": "Ruth signed this session at 14:02. What you changed since is in your drafts."},
    "errors/429": {"sentence": ""},
    "errors/500": {"reference": "b41e0512"},
    "errors/resend": {
        "status": 401,
        "action": "/log",
        "kept": [("date", "30 April 2026"), ("keep", "After Leila said “it’s fine” I waited.\n<b>It felt long.</b>")],
    },
}
