"""What the many-unit roads give, cell for cell beside the exact road."""

from __future__ import annotations

from tieuchi.batch.quantised import quantised
from tieuchi.columnar.layout import STATES
from tieuchi.columnar.readings_rows import rows_of
from tieuchi.columnar.result import clause_label
from tieuchi.columnar.road import Road, score_rows
from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.scoring.scorer import Scorer


def differences(plan: Plan, units: list[Readings], road: Road) -> list[str]:
    """Return every cell in which a road differs from the exact one."""
    program, rows = rows_of(plan, units)
    found = score_rows(program, rows, road=road, ranges=True)
    scorer, wrong = Scorer(plan), []
    for column, readings in enumerate(units):
        leaves, sums = quantised(scorer.score(readings, units))
        for row, leaf in enumerate(leaves):
            assert found.low is not None
            assert found.high is not None
            clause = clause_label(plan.leaves[row], int(found.clauses[row, column]))
            here = (
                STATES[found.states[row, column]],
                int(found.low[row, column]),
                int(found.high[row, column]),
                clause,
            )
            there = (leaf.state, leaf.low, leaf.high, leaf.clause)
            if leaf.state == "not_applicable":
                here, there = (here[0], 0, 0, clause), (there[0], 0, 0, leaf.clause)
            if here != there:
                wrong.append(f"{leaf.id} of unit {column}: {here}, exactly {there}")
            settled = leaf.state in ("scored", "declared")
            if int(found.points[row, column]) != (leaf.high if settled else 0):
                wrong.append(f"{leaf.id} of unit {column}: points {found.points[row, column]}")
        for row, total in enumerate(sums):
            here = (
                STATES[found.sum_states[row, column]],
                int(found.sum_low[row, column]),
                int(found.sum_high[row, column]),
            )
            if here != (total.state, total.low, total.high):
                wrong.append(f"sum {total.id} of unit {column}: {here}, exactly {total}")
            most = int(found.most[row, column]) * program.most_unit if found.most is not None else None
            if most != total.most:
                wrong.append(f"sum {total.id} of unit {column}: maximum {most}, exactly {total.most}")
    return wrong
