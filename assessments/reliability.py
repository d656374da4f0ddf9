"""How far a count may be trusted, and how evenly turns are shared. Plain arithmetic on plain numbers.

No function here takes a level: levels are an order, and sums over an order mean nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from math import log, sqrt

ONE_SIDED_95 = 1.645
TWO_SIDED_95 = 1.96


def wilson_lower(successes: float, n: int, z: float = ONE_SIDED_95) -> float:
    """The share that `successes` of `n` still supports when chance worked against us; 0 when nothing was counted.

    Wilson's score bound (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209–212). It behaves for small n and for shares
    near 1, where the plain normal bound does not. z = 1.645 is one-sided 95 %.
    """
    if not 0 <= successes <= n:
        raise ValueError("successes should lie between 0 and n")
    if not successes:
        return 0.0
    share = successes / n
    centre = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, (centre - spread) / (1 + z * z / n))


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Agreement of two coders on the same items, with the agreement that chance alone would give taken out.

    J. Cohen, Educ. Psychol. Meas. 20, 1960, 37–46: (observed − expected) / (1 − expected). Two coders who use one and
    the same label throughout agree perfectly and prove nothing; we call that 1 by convention.
    """
    if len(first) != len(second) or not first:
        raise ValueError("both coders should label the same items, at least one")
    n = len(first)
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / n
    mine, theirs = Counter(first), Counter(second)
    expected = sum(mine[label] * theirs[label] for label in mine) / (n * n)
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def kappa_interval(
    first: Sequence[Hashable], second: Sequence[Hashable], z: float = TWO_SIDED_95
) -> tuple[float, float] | None:
    """The span in which kappa lies where the same two coders read other turns like these; None where nothing varies.

    Large-sample variance of J. L. Fleiss, J. Cohen and B. S. Everitt, Psychol. Bull. 72, 1969, 323–327. Where two
    agree on everything its variance is nought, which a few turns cannot prove, so there is no span.
    """
    kappa, n = cohen_kappa(first, second), len(first)
    cells, mine, theirs = Counter(zip(first, second, strict=True)), Counter(first), Counter(second)
    expected = sum(mine[label] * theirs[label] for label in mine) / (n * n)
    if expected == 1 or kappa == 1:
        return None
    alike = sum(
        many / n * (1 - (mine[a] + theirs[a]) / n * (1 - kappa)) ** 2 for (a, b), many in cells.items() if a == b
    )
    unlike = sum(many / n * ((theirs[a] + mine[b]) / n) ** 2 for (a, b), many in cells.items() if a != b)
    variance = alike + (1 - kappa) ** 2 * unlike - (kappa - expected * (1 - kappa)) ** 2
    spread = z * sqrt(max(0.0, variance) / n) / (1 - expected)
    return max(-1.0, kappa - spread), min(1.0, kappa + spread)


def normalised_entropy(turns: Sequence[int]) -> float:
    """Evenness of turns over the whole roster, silent members included: 1 is even, 0 is one voice.

    Shannon's −Σ p ln p, divided by ln n. It stays high for mildly uneven groups: warn by `gini`, describe by this.
    """
    total = _total(turns)
    if total == 0:
        return 0.0
    return -sum(x / total * log(x / total) for x in turns if x) / log(len(turns))


def gini(turns: Sequence[int]) -> float:
    """Unevenness of turns over the whole roster: 0 is even, 1 is one voice.

    ΣΣ|x−y| / (2·n·T), times n/(n−1) so that one voice in a small circle reaches 1 (G. Deltas, Rev. Econ. Stat. 85,
    2003, 226–234).
    """
    total = _total(turns)
    if total == 0:
        return 0.0
    n = len(turns)
    return sum(abs(a - b) for a in turns for b in turns) / (2 * n * total) * n / (n - 1)


def _total(turns: Sequence[int]) -> int:
    if len(turns) < 2 or min(turns) < 0:
        raise ValueError("turns are counts for at least two people")
    return sum(turns)
