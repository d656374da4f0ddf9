"""How well the question coach agrees with people, figure by figure, each with its n and the span that chance allows.

Spans are percentile bootstraps (B. Efron, Ann. Stat. 7, 1979, 1–26): whole transcripts are drawn again, because turns
of one conversation resemble each other. The draw starts from a stated seed, so everybody gets the same figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import nan
from random import Random

from assessments.gold import Labelled
from assessments.questioning import Analysis, analyse
from assessments.reliability import cohen_kappa
from assessments.rulebook import Rulebook, current_rules
from assessments.schema import SEVERITY, FaultRule

SEED = 20261128
RESAMPLES = 1_000
LOW, HIGH = 0.025, 0.975

Draws = Sequence[Counter[str]]
Pair = tuple[str, str]


@dataclass(frozen=True)
class Figure:
    """One share or kappa. `low` and `high` hold 95 of 100 draws; n is what it was counted over."""

    name: str
    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Evaluation:
    """Every figure, in the order in which it is printed."""

    turns: int
    groups: int
    overall: tuple[Figure, ...]
    openness: tuple[Figure, ...]
    faults: tuple[Figure, ...]
    rules: tuple[Figure, ...]


class Share:
    """Hits out of tries, kept for each group, so that groups can be drawn again."""

    def __init__(self) -> None:
        self.hits: Counter[str] = Counter()
        self.tries: Counter[str] = Counter()

    def note(self, group: str, hit: bool) -> None:
        self.hits[group] += hit
        self.tries[group] += 1

    def value(self, weights: Counter[str]) -> float:
        """The share when each group counts as often as it was drawn."""
        n = sum(weights[group] * tries for group, tries in self.tries.items())
        return sum(weights[group] * hits for group, hits in self.hits.items()) / n if n else nan


class Agreement:
    """What the coach said and what people said, kept for each group."""

    def __init__(self) -> None:
        self.pairs: dict[str, list[Pair]] = defaultdict(list)

    def note(self, group: str, said: str, coded: str) -> None:
        self.pairs[group].append((said, coded))

    def kappa(self, weights: Counter[str]) -> float:
        """Cohen's kappa when each group counts as often as it was drawn."""
        drawn = [pair for group, pairs in self.pairs.items() for pair in pairs * weights[group]]
        return cohen_kappa(*zip(*drawn, strict=True)) if drawn else nan


class Tally:
    """Everything that is counted while turns go by."""

    def __init__(self) -> None:
        self.shares: dict[str, Share] = defaultdict(Share)
        self.agreements: dict[str, Agreement] = defaultdict(Agreement)

    def openness(self, row: Labelled, seen: Analysis) -> None:
        """Open or closed, for a turn with one question that people could agree on."""
        if row.openness is None or not row.single:
            return
        group, coded = row.group, row.openness
        sure = seen.openness != "unsure"
        self.shares["better guess, accuracy"].note(group, seen.leaning == coded)
        self.agreements["better guess, kappa"].note(group, seen.leaning, coded)
        self.shares["said aloud, coverage"].note(group, sure)
        if sure:
            self.shares["said aloud, accuracy"].note(group, seen.openness == coded)
            self.agreements["said aloud, kappa"].note(group, seen.openness, coded)
            self.shares[f"{seen.openness}, precision"].note(group, seen.openness == coded)
        self.shares[f"{coded}, recall"].note(group, seen.openness == coded)
        if seen.form_rule:
            self.shares[f"rule {seen.form_rule}"].note(group, seen.leaning == coded)

    def faults(self, row: Labelled, seen: Analysis, found: Iterable[FaultRule]) -> None:
        """Each fault that people looked for, and each rule that claims one."""
        for code in row.judged:
            if code in seen.codes:
                self.shares[f"{code}, precision"].note(row.group, code in row.faults)
            if code in row.faults:
                self.shares[f"{code}, recall"].note(row.group, code in seen.codes)
        for rule in found:
            if rule.code in row.judged:
                self.shares[f"rule {rule.id}"].note(row.group, rule.code in row.faults)


def evaluate(
    rows: Sequence[Labelled], rules: Rulebook | None = None, *, seed: int = SEED, resamples: int = RESAMPLES
) -> Evaluation:
    """Look at every turn and compare. The same rows, seed and rules give the same figures."""
    rules = rules or current_rules()
    tally = Tally()
    for row in rows:
        seen = analyse(row.text, rules)
        tally.openness(row, seen)
        tally.faults(row, seen, _fault_rules(rules, row.text) if seen.refusal is None else ())
        if row.form:
            tally.shares["form, accuracy"].note(row.group, seen.form == row.form)
    groups = sorted({row.group for row in rows})
    draws = [Counter(groups), *_draws(groups, seed, resamples)]
    return Evaluation(
        turns=len(rows),
        groups=len(groups),
        overall=tuple(_overall(tally, draws)),
        openness=tuple(_named(tally, draws, [f"{a}, {b}" for a in ("open", "closed") for b in KINDS])),
        faults=tuple(_named(tally, draws, [f"{code}, {b}" for code in SEVERITY for b in KINDS])),
        rules=tuple(_named(tally, draws, [f"rule {name}" for name in rules.by_id])),
    )


def _fault_rules(rules: Rulebook, text: str) -> Iterator[FaultRule]:
    """Each fault rule that finds something in `text`, once."""
    found = {each.rule.id: each.rule for each in rules.find_faults(rules.read(text))}
    yield from (rule for rule in found.values() if isinstance(rule, FaultRule))


KINDS = ("precision", "recall")


def _draws(groups: Sequence[str], seed: int, resamples: int) -> Iterator[Counter[str]]:
    chance = Random(seed)  # noqa: S311 - nothing secret hangs on it
    for _ in range(resamples):
        yield Counter(chance.choices(groups, k=len(groups)))


def _overall(tally: Tally, draws: Draws) -> Iterator[Figure]:
    for said in ("better guess", "said aloud"):
        yield from _named(tally, draws, [f"{said}, accuracy"])
        if agreement := tally.agreements.get(f"{said}, kappa"):
            yield _figure(f"{said}, kappa", agreement.kappa, draws, sum(map(len, agreement.pairs.values())))
    yield from _named(tally, draws, ["said aloud, coverage", "form, accuracy"])


def _named(tally: Tally, draws: Draws, names: Iterable[str]) -> Iterator[Figure]:
    """The shares of these names, as far as anything was counted for them."""
    for name in names:
        if share := tally.shares.get(name):
            yield _figure(name, share.value, draws, sum(share.tries.values()))


def _figure(name: str, value: Callable[[Counter[str]], float], draws: Draws, n: int) -> Figure:
    """The figure over all groups (the first draw), and the span over the others that had anything to count."""
    drawn = sorted(each for each in map(value, draws[1:]) if each == each)  # noqa: PLR0124 - nan is unlike itself
    low, high = (drawn[round(share * (len(drawn) - 1))] if drawn else nan for share in (LOW, HIGH))
    return Figure(name, value(draws[0]), low, high, n)


def as_text(result: Evaluation, *, seed: int = SEED, resamples: int = RESAMPLES) -> Iterator[str]:
    """The lines that `lms questions evaluate` prints."""
    yield f"{result.turns} turns in {result.groups} groups (a group is a transcript, or a turn that stands alone)"
    yield f"In brackets: 95 % of {resamples} draws of whole groups, seed {seed}"
    for title, figures in (
        ("Open or closed, turns with one question", result.overall),
        ("Each answer; where the coach says “can’t tell”, recall counts it as missed", result.openness),
        ("Faults, where people looked for them", result.faults),
        ("Rules: how often people agreed with what the rule says", result.rules),
    ):
        if figures:
            yield f"\n{title}"
        for each in figures:
            yield f"  {each.name:34} {each.value:.3f}  [{each.low:.3f}, {each.high:.3f}]  n {each.n}"
