"""Mutation run: is every single mistake in the bundled rulebooks caught by ``check`` or by the cases?

``make mutation`` runs it whole (or ``python tests/mutation/run.py [BOOK ...]``), the tests a fixed part of it. A
mistake that provably changes nothing (``equivalence``) is set apart. Printed: caught / generated, by kind of mistake,
and every mistake that was not caught.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "engine"), str(Path(__file__).parent)]

from equivalence import equivalent  # noqa: E402
from mutants import Mutant, mutants_of  # noqa: E402

from tieuchi.casework import run_case  # noqa: E402
from tieuchi.errors import RulebookError  # noqa: E402
from tieuchi.loading.bundled import rulebook_names  # noqa: E402
from tieuchi.loading.case_folders import case_files  # noqa: E402
from tieuchi.loading.cases import Case, load_cases  # noqa: E402
from tieuchi.loading.rulebook import rulebook_of, rulebook_tree  # noqa: E402
from tieuchi.model.plan import Plan, compile_plan  # noqa: E402
from tieuchi.proofs.prove import doubts_of  # noqa: E402
from tieuchi.scoring.scorer import Scorer  # noqa: E402

CASES = ROOT / "tests" / "cases"


@dataclass
class Tally:
    """What became of the mistakes of one rulebook, or of all."""

    by: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    missed: list[Mutant] = field(default_factory=list)

    @property
    def generated(self) -> int:
        """Mistakes that change something, or may."""
        return sum(self.by.values()) - self.by["equivalent"]

    @property
    def score(self) -> float:
        """Share of the mistakes that are caught."""
        return 1 - self.by["missed"] / max(self.generated, 1)


def run_book(name: str, tally: Tally, stride: int = 1) -> None:
    """Make every mistake of a rulebook, or one of each ``stride``, and see what catches it."""
    root = rulebook_tree(name)
    plan = compile_plan(rulebook_of(root))
    cases = [case for file in _files(name) for case in load_cases(file).cases]
    for mutant in islice(mutants_of(root), None, None, stride):
        fate = fate_of(mutant, plan, cases)
        tally.by[fate] += 1
        tally.kinds[f"{mutant.kind}: {fate}"] += 1
        if fate == "missed":
            tally.missed.append(mutant)


def _files(name: str) -> list[Path]:
    folder = CASES / name.split("/")[0]
    return list(case_files(folder)) if folder.is_dir() else []


def fate_of(mutant: Mutant, plan: Plan, cases: Sequence[Case]) -> str:
    """Say what becomes of a mistake: refused, doubted, failed by a case, equivalent or missed."""
    try:
        book = rulebook_of(mutant.tree)
    except RulebookError:
        return "refused"
    if any(doubt.warns for doubt in doubts_of(book, mutant.tree)):
        return "doubted"
    changed = compile_plan(book)
    scorer = Scorer(changed)
    near = [case for case in cases if _names(case, mutant.criterion)]
    for case in (*near, *(case for case in cases if case not in near)):
        try:
            if not run_case(case, scorer.score).passed:
                return "failed by a case"
        except KeyError:
            return "failed by a case"
    return "equivalent" if equivalent(plan, changed) else "missed"


def _names(case: Case, criterion: str) -> bool:
    return case.form.expect is not None and criterion in case.form.expect.scores


def report(tally: Tally, seconds: float) -> str:
    """Return the result as lines of text."""
    caught = tally.generated - tally.by["missed"]
    lines = [f"caught {caught} of {tally.generated} mistakes: {tally.score:.2%}  ({seconds:.0f} s)"]
    lines += [f"  {count:5}  {fate}" for fate, count in tally.by.most_common()]
    lines += [f"    {count:5}  {kind}" for kind, count in sorted(tally.kinds.items())]
    lines += [f"  missed: {m.kind} at {m.where} ({m.criterion})" for m in tally.missed]
    return "\n".join(lines)


def main(names: Sequence[str]) -> int:
    """Run all, print, and fail below 95%."""
    start = time.perf_counter()
    tally = Tally()
    for name in names or rulebook_names():
        run_book(name, tally)
    print(report(tally, time.perf_counter() - start))  # noqa: T201 - a script
    return 0 if tally.score >= 0.95 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
