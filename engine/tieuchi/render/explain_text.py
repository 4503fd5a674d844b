"""Explanations as text: the ledger of lost points, and the whole reasoning of one sub-criterion."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from tieuchi.explain import Ledger, LedgerRow, NextStep
from tieuchi.explain.ledger import provenance
from tieuchi.model.number import exact_text, round_to
from tieuchi.model.provenance import BasisName, Reference
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.render.amounts import change_text
from tieuchi.render.card_text import heading, localised_rate, span_text
from tieuchi.render.numbers import points_text, short_number, value_text
from tieuchi.render.page import Justify, Page
from tieuchi.render.reasoning import ClauseLine, value_words, why_not
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

Steps = Mapping[str, NextStep | None]

_LACKING = Text("còn thiếu", "missing")
_ZERO = Text(
    "mẫu số bằng 0, bộ tiêu chí không quy định", "the denominator is 0 and the rulebook does not say what then"
)
_GROUP = Text("cần số liệu của nhóm đơn vị (--group)", "the figures of the group are needed (--group)")
_DECLARED = Text("chưa có điểm thẩm định trong số liệu", "the readings declare no points")
_WORTHLESS = Text(
    "giá trị tốt nhất của nhóm bằng 0 hoặc âm, không lấy tỷ lệ được",
    "the best value of the group is 0 or less, and nothing is a share of it",
)
_REASONS = {"zero_denominator": _ZERO, "group": _GROUP, "worthless_best": _WORTHLESS, "declared": _DECLARED}
_CAUSE = Text("Nguyên nhân", "Cause")
_TAKES = Text("lấy đi", "takes")
_POINTS = Text("điểm", "points")


def ledger_text(card: Scorecard, ledger: Ledger, steps: Steps, page: Page, language: Language) -> None:
    """Write the ledger: by field, by office, then row by row with clause, reference, basis and next step."""
    heading(card, page, language)
    titles = {criterion.id: criterion.title.of(language) for criterion in card.plan.book.criteria}
    offices = {name: title.of(language) for name, title in card.plan.book.offices.items()}
    titles[card.plan.book.id] = term("total", language)
    _sums(card, ledger, "field", ledger.by_field(), titles, page, language)
    _sums(card, ledger, "owner", ledger.by_owner(), {"": term("nobody", language), **offices}, page, language)
    page.heading(term("by_criterion", language))
    for row in ledger.rows:
        _row(card, row, steps.get(row.criterion), page, language)
    page.line()
    page.line(f"{term('total', language)}: {lost_text(card, ledger.least, ledger.most, language)}", style="bold")


def lost_text(card: Scorecard, least: Fraction, most: Fraction, language: Language) -> str:
    """Return lost points, or their interval; what the places shown would make 0 keeps its first digits."""
    shown = card.plan.book.shown
    texts = [points_text(end, language, max(shown.points, shown.total), shown) for end in (least, most)]
    if least == most and least and not round_to(least, max(shown.points, shown.total), shown.mode):
        return short_number(least, language)
    return texts[0] if least == most else f"[{texts[0]}; {texts[1]}]"


def _sums(
    card: Scorecard,
    ledger: Ledger,
    kind: str,
    sums: Mapping[str, tuple[Fraction, Fraction]],
    names: Mapping[str, str],
    page: Page,
    language: Language,
) -> None:
    page.heading(term(f"by_{kind}", language))
    rows = [[names.get(name, name), lost_text(card, *ends, language)] for name, ends in sums.items() if any(ends)]
    rows.append([term("total", language), lost_text(card, ledger.least, ledger.most, language)])
    columns = [(term(kind, language), "left"), (term("lost", language), "right")]
    page.table(columns, rows, last_is_total=True)  # type: ignore[arg-type]


def _row(card: Scorecard, row: LedgerRow, step: NextStep | None, page: Page, language: Language) -> None:
    leaf = card.plan.by_id.get(row.criterion)
    title = leaf.criterion.title.of(language) if leaf else ""
    page.line(f"{row.criterion}  −{lost_text(card, row.least, row.most, language)}  {title}", style="bold", hang=4)
    settled = row.lost is not None or row.cause not in ("clause", "declared")
    cause = clause_words(row.clause or row.cause, language) if settled else "–"
    if row.finding is not None:
        finding = next(f for f in card.plan.book.findings if f.id == row.finding)
        cause = f"{term('finding', language)}: {finding.title.of(language)} → {clause_words(row.clause, language)}"
    if leaf is not None:
        trace = card[row.criterion].trace
        words = value_words(trace, card, language) if trace and row.cause == "clause" else ""
        cause += f"   {words}" if words else ""
        cause += f"   {_why_open(trace, card, language)}" if trace and trace.points is None else ""
    page.line(f"{term('clause', language)}: {cause}", indent=4)
    page.line(reference_line(row.reference, row.basis, language), indent=4, style="dim")
    if step is not None:
        page.line(f"{term('next_step', language)}: {step_words(step, card, language)}", indent=4, style="green")


def _why_open(trace: Trace, card: Scorecard, language: Language) -> str:
    reason = _REASONS.get(trace.reason)
    if reason is not None:
        return reason.of(language)
    titles = [f"{card.plan.indicators[name].title.of(language)} ({name})" for name in trace.lacking]
    word = _LACKING.of(language) if trace.state == "missing" else term(trace.state, language)
    return f"{word}: {', '.join(titles)}"


def reference_line(reference: Reference, basis: BasisName, language: Language) -> str:
    """Return where a rule was read from and how surely it is known."""
    parts = [part for part in (reference.document, reference.item, reference.page) if part]
    return f"{term('reference', language)}: {', '.join(parts)}  ({term(basis, language)})"


def step_words(step: NextStep, card: Scorecard, language: Language) -> str:
    """Return a next step in the reading's own unit: ``18 more of 1,110 (1,092 → 1,110) → +0.5``."""
    indicator = card.plan.indicators[step.indicator]
    gain = f"+{short_number(step.gain, language)}".replace("+≈", "≈ +")
    now, target = (value_text(value, indicator, language) for value in (step.value, step.target))
    name = indicator.title.of(language)
    if isinstance(step.value, bool | str) or isinstance(step.target, bool | str):
        return f"{name}: {now} → {target} → {gain}"
    amount = change_text(step.value, step.target, indicator, language)
    if step.whole is not None:
        whole = card.readings.values[step.whole].value
        assert whole is not None
        amount += f" {term('of', language)} {value_text(whole, card.plan.indicators[step.whole], language)}"
    return f"{amount} ({now} → {target}) → {gain}: {name}"


def criterion_text(card: Scorecard, node: Score, step: NextStep | None, page: Page, language: Language) -> None:
    """Write the whole reasoning of one sub-criterion, or the parts of a group."""
    book = card.plan.book
    trace = node.trace
    if trace is None:
        _group(card, node, page, language)
        return
    page.line(f"{node.id}  {trace.plan.criterion.title.of(language)}", style="bold", hang=4)
    _points_line(card, node, page, language)
    if trace.points is not None and "/" in exact_text(trace.points):
        page.line(f"= {exact_text(trace.points)}", indent=2, style="dim")
    if trace.plan.owner is not None:
        page.line(f"{term('owner', language)}: {book.offices[trace.plan.owner].of(language)}")
    reference, basis = provenance(book, trace, trace.base_clause)
    page.line(reference_line(reference, basis, language))
    if reference.quote:
        page.line(f"“{reference.quote}”", indent=2, style="dim")
    _cause(card, node, page, language)
    _readings(trace, card, page, language)
    _reasoning(trace, card, page, language)
    if step is not None:
        page.line()
        page.line(f"{term('next_step', language)}: {step_words(step, card, language)}", style="green")


def _points_line(card: Scorecard, node: Score, page: Page, language: Language) -> None:
    points = span_text(node, card, language, card.plan.book.shown.points)
    most = localised(exact_text(node.max_points), language)
    rate = localised_rate(node.rate, card, language)
    page.line(f"{term('points', language)}: {points} / {most}  ({rate})   {term(node.state, language)}")


def _cause(card: Scorecard, node: Score, page: Page, language: Language) -> None:
    """Write why the points were lost, where the readings tell."""
    cause = card.readings.causes.get(node.id)
    if cause is not None:
        page.line(f"{_CAUSE.of(language)}: {cause.text}")


def _group(card: Scorecard, node: Score, page: Page, language: Language) -> None:
    """Write a field or criterion over its parts."""
    titles = {c.id: c.title.of(language) for top in card.plan.book.criteria for c in top.walk()}
    page.line(f"{node.id}  {titles.get(node.id, '')}", style="bold", hang=4)
    _points_line(card, node, page, language)
    _cause(card, node, page, language)
    page.line()
    shown = card.plan.book.shown.points
    rows = [
        [
            part.id, titles[part.id], localised(exact_text(part.max_points), language),
            span_text(part, card, language, shown), localised_rate(part.rate, card, language),
        ]
        for part in node.parts
    ]  # fmt: skip
    heads = [term(name, language) for name in ("id", "criterion", "max_points", "points", "rate")]
    sides: list[Justify] = ["left", "left", "right", "right", "right"]
    page.table(list(zip(heads, sides, strict=True)), rows)


def points_words(line: ClauseLine, language: Language) -> str:
    """Return the points of a clause as people of the language write them."""
    return line.points if " " in line.points else localised(line.points, language)


def _readings(trace: Trace, card: Scorecard, page: Page, language: Language) -> None:
    page.heading(term("readings", language))
    names = dict.fromkeys(trace.plan.indicators)
    for index, consequence in trace.plan.consequences:
        names.update(dict.fromkeys(card.plan.findings[index].indicators))
        names.update(dict.fromkeys([consequence.for_each] if consequence.for_each else []))
    for name in names:
        indicator = card.plan.indicators[name]
        reading = card.readings.values.get(name)
        value = term("missing", language)
        if reading is not None:
            given = reading.value is not None and reading.state == "given"
            value = term(reading.state, language)
            if given and reading.value is not None:
                value = value_text(reading.value, indicator, language)
        measure = f" {indicator.measure.of(language)}" if indicator.measure and indicator.kind != "percent" else ""
        page.line(f"{indicator.title.of(language)} ({name}): {value}{measure}", indent=2)
        if reading is not None:
            source = f"{reading.source}  [{reading.at}]" if reading.source else f"[{reading.at}]"
            page.line(source, indent=4, style="dim")
            if reading.reason:
                page.line(reading.reason, indent=4)
    if trace.declared is not None:
        page.line(f"{trace.declared.source}  [{trace.declared.at}]", indent=2, style="dim")


def _reasoning(trace: Trace, card: Scorecard, page: Page, language: Language) -> None:
    page.heading(term("explanation", language))
    words = value_words(trace, card, language)
    if words:
        page.line(f"{term('value', language)}: {words}", indent=2)
    if trace.points is None and trace.state != "not_applicable":
        page.line(_why_open(trace, card, language), indent=2)
    for line in why_not(trace, card, language):
        mark = {"fired": "►", "not_fired": " ", "not_reached": " "}[line.outcome]
        style = "bold" if line.outcome == "fired" else "dim"
        text = f"{mark} {clause_words(line.clause, language)}: {line.condition} → {points_words(line, language)}"
        text += f"   [{term(line.outcome, language)}]"
        page.line(text, indent=2, style=style, hang=4)
    for taken in trace.taken:
        finding = next(f for f in card.plan.book.findings if f.id == taken.finding)
        amount = short_number(taken.amount, language)
        text = (
            f"► {term('finding', language)} “{finding.title.of(language)}” → {clause_words(taken.clause, language)}: "
        )
        page.line(f"{text}{_TAKES.of(language)} {amount} {_POINTS.of(language)}", indent=2, style="bold", hang=4)
