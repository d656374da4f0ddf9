"""Measure the question coach against coded turns: accuracy, kappa, coverage, and precision rule by rule.

    PYTHONPATH=. python tests/measure/questions.py path/to/turns.csv

Columns wanted: transcript_id, text, coders, coded_question, coded_open, coded_closed, coded_advice. The coded turns
are never copied into this project. Read the figures beside what people reach: experts agree on open or closed in
about 77 of 100 pairs. Advice was coded for whole turns, so the advice figures are a lower bound for a question.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from assessments.questioning import Analysis, analyse
from assessments.rulebook import current_rules

Pairs = list[tuple[str, str]]


def label_of(row: dict[str, str]) -> str | None:
    """The majority's label, or None for no question or a tie."""
    if 2 * int(row["coded_question"]) <= int(row["coders"]) or row["coded_open"] == row["coded_closed"]:
        return None
    return "open" if int(row["coded_open"]) > int(row["coded_closed"]) else "closed"


def accuracy(pairs: Pairs) -> float:
    return sum(said == coded for said, coded in pairs) / len(pairs) if pairs else float("nan")


def kappa(pairs: Pairs) -> float:
    """Cohen's kappa."""
    said, coded = Counter(s for s, _ in pairs), Counter(c for _, c in pairs)
    by_chance = sum(said[label] * coded[label] for label in coded) / len(pairs) ** 2 if pairs else 0.0
    return (accuracy(pairs) - by_chance) / (1 - by_chance) if by_chance < 1 else float("nan")


def report(rows: Iterable[dict[str, str]], out: TextIO) -> None:
    """Print every figure to `out`."""
    forced: Pairs = []
    confident: Pairs = []
    by_form: dict[str, Pairs] = defaultdict(list)
    by_fault: dict[str, list[bool]] = defaultdict(list)
    by_code: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        seen = analyse(row["text"])
        advice = 2 * int(row["coded_advice"]) > int(row["coders"])
        _note_faults(seen, advice, by_fault, by_code)
        label = label_of(row)
        if label is None or row["text"].count("?") != 1:
            continue
        forced.append((seen.leaning, label))
        by_form[_form_rule(row["text"])].append((seen.leaning, label))
        if seen.openness != "unsure":
            confident.append((seen.openness, label))
    out.write(f"one-question turns   n {len(forced)}\n")
    out.write(f"better guess, all    accuracy {accuracy(forced):.3f}   kappa {kappa(forced):.3f}\n")
    out.write(f"when confident       accuracy {accuracy(confident):.3f}   kappa {kappa(confident):.3f}   ")
    out.write(
        f"coverage {len(confident) / len(forced):.3f}   n {len(confident)}\n\nform rules: agreement with the majority\n"
    )
    for rule, pairs in sorted(by_form.items(), key=lambda each: -len(each[1])):
        out.write(f"  {rule:28} n {len(pairs):4}   precision {accuracy(pairs):.2f}\n")
    for title, found in (
        ("fault rules: turn coded as advice", by_fault),
        ("fault codes: turn coded as advice", by_code),
    ):
        out.write(f"\n{title}\n")
        for name, hits in sorted(found.items()):
            out.write(f"  {name:28} n {len(hits):4}   precision {sum(hits) / len(hits):.2f}\n")


def _form_rule(text: str) -> str:
    rules = current_rules()
    turn = rules.read(text)
    found = rules.find_form(turn, turn.asking[-1]) if turn.asking else None
    return found.rule.id if found else "(none)"


def _note_faults(seen: Analysis, advice: bool, by_fault: dict[str, list[bool]], by_code: dict[str, list[bool]]) -> None:
    rules = current_rules()
    for rule in {found.rule.id for found in rules.find_faults(rules.read(seen.text))}:
        by_fault[rule].append(advice)
    for code in seen.codes:
        by_code[code].append(advice)


if __name__ == "__main__":
    with Path(sys.argv[1]).open(newline="", encoding="utf-8") as lines:
        report(list(csv.DictReader(lines)), sys.stdout)
