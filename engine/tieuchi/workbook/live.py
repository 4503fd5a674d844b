"""The live workbook: a scorecard whose rules are Excel formulas.

Sheets: scores, inputs, thresholds, charts, and the calculation between them. Each sub-criterion comes from the same
routes and pieces as every other road, and every formula has its value beside it, reckoned here, for viewers that
do not compute.
"""

from __future__ import annotations

from dataclasses import dataclass

from tieuchi.model.plan import Plan
from tieuchi.model.reading import Readings
from tieuchi.words.language import Language
from tieuchi.workbook.grid import Calculation
from tieuchi.workbook.labels import label
from tieuchi.workbook.live_inputs import Inputs
from tieuchi.workbook.live_leaf import Leaves
from tieuchi.workbook.live_page import Page
from tieuchi.workbook.live_params import Parameters
from tieuchi.workbook.live_relative import Best, Group
from tieuchi.workbook.live_steps import Steps
from tieuchi.workbook.live_sums import LiveScore, Sums, grade_of
from tieuchi.workbook.sheets import Book


@dataclass(frozen=True, slots=True)
class LiveBook:
    """A live workbook laid out but not yet written."""

    page: Page
    inputs: Inputs
    parameters: Parameters
    calc: Calculation
    score: LiveScore

    def data(self) -> bytes:
        """Return the workbook as a file."""
        book = Book()
        self.page.write(book)
        self.inputs.write(book)
        self.parameters.write(book)
        sheet = book.sheet(self.calc.title)
        self.calc.write(book, sheet)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 26)
        sheet.protect()
        return book.data()


def lay_live(plan: Plan, readings: Readings | None, language: Language, best: Best | None = None) -> LiveBook:
    """Return the live workbook of a rulebook.

    Args:
        plan: The rulebook, ready to score.
        readings: The figures of a unit; None leaves the inputs blank.
        language: Of everything that is written.
        best: The best values of the other units of a group, by sub-criterion and route; None without a group.
    """
    calc = Calculation(label("calculation", language))
    parameters = Parameters(calc, language)
    inputs = Inputs(plan, readings, calc, language)
    inputs.lay()
    leaves = Leaves(plan, calc, inputs, parameters, Group(calc, parameters, best), language)
    leaves.findings()
    laid = [leaves.leaf(leaf) for leaf in plan.leaves]
    parameters.heading("", plan.book.title.of(language))
    score = Sums(plan.book, calc).score(iter(laid))
    grade = grade_of(plan.book.grades, score, parameters) if plan.book.grades is not None else None
    stepper = Steps(plan, calc, inputs, language)
    steps = {leaf.plan.id: step for leaf in laid if (step := stepper.next_step(leaf)) is not None}
    page = Page(plan, readings, language)
    page.lay(score, grade, steps)
    return LiveBook(page, inputs, parameters, calc, score)


def live_bytes(plan: Plan, readings: Readings | None, language: Language, best: Best | None = None) -> bytes:
    """Return the live workbook of a rulebook as a file."""
    return lay_live(plan, readings, language, best).data()
