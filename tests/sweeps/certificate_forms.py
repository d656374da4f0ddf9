"""One good form for every address of certificates and renewals that takes one."""

from __future__ import annotations

FORMS: dict[str, tuple[str, dict[str, str]]] = {
    "certificates.open_or_close": ("trainee", {"open": "yes"}),
    "certificates.draw_again": ("trainee", {}),
    "certificates.undo_now": ("administrator", {"reason": "It was another.", "password": "", "seen": "1"}),
    "certificates.suspend_now": ("administrator", {"reason": "We look into it.", "password": "", "seen": "1"}),
    "certificates.lift_now": ("administrator", {"reason": "It is settled.", "password": "", "seen": "1"}),
    "certificates.correct_now": (
        "administrator",
        {"name": "Amara O.", "kind": "spelling", "reason": "Her pass.", "password": "", "seen": "1"},
    ),
    "renewals.send": ("trainee", {"keeps": "yes"}),
    "renewals.add": ("trainee", {"title": "A day on asking", "about": "asking", "day": "1 May 2026", "hours": "4"}),
    "renewals.again": ("trainee", {"lesson": "M04-L3"}),
    "renewals.decide_now": ("administrator", {"password": ""}),
}
