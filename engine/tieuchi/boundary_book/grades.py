"""Rows of the classes by total: which class holds just under, at and just above each cut-point.

A total is no reading: many readings give it, or none. These rows therefore stand in the book that people sign, and not
among the cases that are run.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from tieuchi.boundary_book.sides import GRAINS, Near
from tieuchi.model.plan import Plan, full_reference
from tieuchi.model.provenance import Reference
from tieuchi.model.scorecard import Score
from tieuchi.scoring.aggregate import grades_of


@dataclass(frozen=True, slots=True)
class GradeRow:
    """One side of a cut-point: the total (or its share of the maximum) and the class it has."""

    threshold: Fraction
    side: Near
    total: Fraction
    grade: str
    by: str
    reference: Reference
    basis: str


def grade_rows(plan: Plan) -> tuple[GradeRow, ...]:
    """Return the rows of the classes of a rulebook, from the best down; none where it has no classes."""
    grades = plan.book.grades
    if grades is None:
        return ()
    grain = GRAINS["share" if grades.by == "rate" else "amount"]
    rows = []
    for cut in (grade.at_least for grade in grades.classes if grade.at_least is not None):
        sides: tuple[tuple[Near, Fraction], ...] = (("under", cut - grain), ("at", cut), ("above", cut + grain))
        for side, total in sides:
            points = total * plan.book.max_points if grades.by == "rate" else total
            score = Score("total", plan.book.max_points, points, points, points, "scored")
            (grade,) = grades_of(grades, score)
            reference = full_reference(plan.book, grades.reference)
            rows.append(GradeRow(cut, side, total, grade, grades.by, reference, grades.basis))
    return tuple(rows)
