"""One unit: score with trace, one edit, and the loading of a rulebook, against peers that take units one by one."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

from book import Case, book_text, make_case
from measure import Work, alternate_units, median_of, repeated
from ours import Ours, leaders
from peers import peer
from tieuchi.assess import Assessor
from tieuchi.columnar.encode import encode
from tieuchi.columnar.lower import compile_program
from tieuchi.columnar.road import score_rows
from tieuchi.loading.rulebook import rulebook_of
from tieuchi.loading.yaml_source import parse_yaml
from tieuchi.model.plan import compile_plan
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.scoring.scorer import Scorer
from tieuchi.sql.generate import TableShape, generate
from tieuchi.whatif.rescore import Desk

UNITS = 50
NODE = tuple(field.name for field in fields(Score))
TRACE = tuple(field.name for field in fields(Trace))


def measure(*, quick: bool, cores: int) -> dict[str, Any]:
    assert cores
    case = make_case(UNITS)
    rounds = 3 if quick else 7
    times = alternate_units(_works(case), rounds)
    return {
        "seconds": {name: times.median(name) for name in times.seconds},
        "times ours": {name: times.ratio(name, "tieuchi, with trace") for name in times.seconds},
        "loading": _loading(case, rounds),
    }


def _works(case: Case) -> dict[str, tuple[int, Work]]:
    """Return works on some units, one after the other."""
    ours = Ours(case)
    scorer, units = Scorer(ours.plan), ours.readings(UNITS)
    group = [units[place] for place in leaders(case)]
    both = Assessor(ours.plan)
    desk, compared = Desk(ours.plan, units[0]), Desk(ours.plan, units[0], group)
    spec = next(spec for spec in case.specs if spec["kind"] == "ratio")
    figures = [{spec["above"]: Fraction(number)} for number in range(UNITS)]
    narrow = ours.rows.part(0, 1)
    works: dict[str, Work] = {
        "tieuchi, with trace": lambda: [scorer.score(unit) for unit in units],
        "tieuchi, with trace, every field read": lambda: [_read(scorer.score(unit)) for unit in units],
        "tieuchi, points alone": lambda: [scorer.points(unit) for unit in units],
        "tieuchi, with trace, compared with a group": lambda: [scorer.score(unit, group) for unit in units],
        "tieuchi, by durable-rules too": lambda: [both.assess(unit) for unit in units],
        "tieuchi, one edit": lambda: [desk.attempt(figure) for figure in figures],
        "tieuchi, one edit, compared with a group": lambda: [compared.attempt(figure) for figure in figures],
        "tieuchi, columns of one unit, numpy": repeated(lambda: score_rows(ours.program, narrow, road="numpy"), UNITS),
        "tieuchi, columns of one unit, numba": repeated(lambda: score_rows(ours.program, narrow, road="numba"), UNITS),
    }
    works |= _zen(case) | _durable(case)
    return {name: (UNITS, work) for name, work in works.items()} | _openfisca(case)


def _read(card: Scorecard) -> Scorecard:
    """Read every field of every node and trace, also those that a scorecard lays out only then."""
    for node in card.total.walk():
        for name in NODE:
            getattr(node, name)
        for name in TRACE if node.trace is not None else ():
            getattr(node.trace, name)
    return card


def _zen(case: Case) -> dict[str, Work]:
    zen = peer("zen")
    if isinstance(zen, str):
        return {}
    contexts = zen.contexts(case)
    by_expressions, by_tables = zen.decision(case), zen.decision(case, tables=True)
    traced = {"trace": True}
    return {
        "zen, expressions": lambda: [by_expressions.evaluate(context) for context in contexts],
        "zen, expressions, with trace": lambda: [by_expressions.evaluate(context, traced) for context in contexts],
        "zen, tables, with trace": lambda: [by_tables.evaluate(context, traced) for context in contexts],
        "zen, evaluate_batch": zen.prepared(case).run,
    }


def _openfisca(case: Case) -> dict[str, tuple[int, Work]]:
    openfisca = peer("openfisca")
    if isinstance(openfisca, str):
        return {}
    system, one = openfisca.system_of(case), case.part(1)

    def run(trace: bool) -> None:
        openfisca.simulation(system, one, trace=trace).calculate("total", openfisca.PERIOD)

    return {
        "openfisca": (1, lambda: run(trace=False)),
        "openfisca, with trace": (1, lambda: run(trace=True)),
    }


def _durable(case: Case) -> dict[str, Work]:
    durable = peer("durable")
    return {} if isinstance(durable, str) else {"durable": durable.prepared(case).run}


def _loading(case: Case, rounds: int) -> dict[str, float]:
    text = book_text(case.specs, case.columns)
    book = rulebook_of(parse_yaml(text, "bench.yaml"))
    plan = compile_plan(book)
    program = compile_program(plan)
    works: dict[str, Work] = {
        "plan to tables": lambda: encode(compile_program(plan)),
        "plan to scorer": lambda: Scorer(plan),
        "rulebook to plan": lambda: compile_plan(book),
        "text to rulebook": lambda: rulebook_of(parse_yaml(text, "bench.yaml")),
        "SQL": lambda: generate(program, "duckdb", TableShape()),
    }
    return {name: median_of(work, rounds) for name, work in works.items()}
