"""The scorecard as one self-contained page: no network, no other file, usable by keyboard and read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from html import escape
from itertools import count
from pathlib import Path
from string import Template

from tieuchi.explain import NextStep, Prober
from tieuchi.explain.ledger import ledger_of, provenance
from tieuchi.model.number import exact_text
from tieuchi.model.scorecard import Score, Scorecard, Trace
from tieuchi.render.card_text import localised_rate, span_text
from tieuchi.render.explain_text import lost_text, points_words, reference_line, step_words
from tieuchi.render.numbers import points_text, short_number, value_text
from tieuchi.render.reasoning import value_words, why_not
from tieuchi.words.language import Language, Text
from tieuchi.words.terms import clause_words, localised, term

_TEMPLATE = Path(__file__).with_name("card.html")
_WORDS: dict[str, Text] = {
    "skip": Text("Đến danh sách tiêu chí", "Skip to the criteria"),
    "lost_title": Text("Điểm chưa đạt, nhiều nhất trước", "Lost points, most first"),
    "tree_title": Text("Tất cả tiêu chí", "All criteria"),
    "search": Text("Tìm", "Search"),
    "open_all": Text("Mở tất cả", "Open all"),
    "close_all": Text("Đóng tất cả", "Close all"),
    "lost_first": Text("Mất điểm nhiều xếp trước", "Most lost first"),
    "got": Text("đạt", "got"),
    "at": Text("Vị trí", "Place"),
    "condition": Text("Điều kiện", "Condition"),
    "takes": Text("lấy đi", "takes"),
    "cause": Text("Nguyên nhân", "Cause"),
}


def card_html(card: Scorecard, language: Language, *, rulebook_sha256: str, version: str) -> str:
    """Return the page: fields, lost points, then the tree in which every trace unfolds."""
    return _Html(card, language).page(rulebook_sha256, version)


def _word(name: str, language: Language) -> str:
    return _WORDS[name].of(language)


class _Html:
    def __init__(self, card: Scorecard, language: Language) -> None:
        self.card, self.language, self.book = card, language, card.plan.book
        self.titles = {c.id: c for top in self.book.criteria for c in top.walk()}
        prober = Prober(card.plan)
        self.steps: Mapping[str, NextStep | None] = {n.id: prober.next_step(card, n.id) for n in card.leaves()}
        self._places = count()

    def page(self, sha256: str, version: str) -> str:
        unit = self.card.readings.unit
        title = f"{self.book.title.of(self.language)} – {unit.name or unit.id}"
        words = {name: escape(_word(name, self.language)) for name in _WORDS}
        parts = {
            "language": self.language,
            "title": escape(title),
            "heading": self._heading(),
            "by_field": escape(term("by_field", self.language)),
            "fields": self._fields(),
            "lost": self._lost(),
            "tree": "\n".join(self._node(part) for part in self.card.total.parts),
            "foot": escape(f"tieuchi {version} · {self.book.id} · SHA-256 {sha256}"),
        }
        return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute({**words, **parts})

    def _heading(self) -> str:
        card, language = self.card, self.language
        unit, total = card.readings.unit, card.total
        period = card.readings.period or self.book.period or ""
        points = span_text(total, card, language, self.book.shown.total)
        most = localised(exact_text(total.max_points), language)
        lines = [
            f"<h1>{escape(self.book.title.of(language))}</h1>",
            f"<p>{self._facts(unit.name or unit.id, period)}</p>",
            f'<p><span class="total">{points} / {most}</span> ({localised_rate(total.rate, card, language)})',
            f"{self._bar(total)}</p>",
        ]
        if card.grades_possible:
            grades = " – ".join(card.grades_possible)
            lines.append(f"<p>{escape(term('grade', language))}: <strong>{escape(grades)}</strong></p>")
        return "\n".join(lines)

    def _facts(self, unit: str, period: str) -> str:
        facts = {"unit": unit, "period": period, "reference": self.book.document.id}
        return " · ".join(f"{escape(term(n, self.language))}: <strong>{escape(t)}</strong>" for n, t in facts.items())

    def _bar(self, node: Score) -> str:
        """Return a bar that is also read aloud."""
        words = f"{span_text(node, self.card, self.language, self.book.shown.points)} / {exact_text(node.max_points)}"
        if node.rate is None:
            return f'<span class="bar open" role="img" aria-label="{escape(words)}"></span>'
        width = exact_text(Fraction(round(max(Fraction(0), min(Fraction(1), node.rate)) * 1000), 10))
        label = f"{_word('got', self.language)} {words}"
        return f'<span class="bar" role="img" aria-label="{escape(label)}"><span style="width:{width}%"></span></span>'

    def _fields(self) -> str:
        heads = ("id", "field", "max_points", "points", "lost", "rate")
        rows = [self._table_row(part) for part in self.card.total.parts]
        return _table([term(h, self.language) for h in heads] + [""], rows, term("by_field", self.language))

    def _table_row(self, node: Score) -> list[str]:
        shown = self.book.shown
        return [
            f'<a href="#c-{escape(node.id)}">{escape(node.id)}</a>',
            escape(self.titles[node.id].title.of(self.language)),
            _right(localised(exact_text(node.max_points), self.language)),
            _right(span_text(node, self.card, self.language, shown.points)),
            _right(points_text(node.lost, self.language, shown.points, shown), "lostn"),
            _right(localised_rate(node.rate, self.card, self.language)),
            self._bar(node),
        ]

    def _lost(self) -> str:
        rows = sorted(ledger_of(self.card).rows, key=lambda row: -row.most)
        lines = []
        for row in rows:
            leaf = self.card.plan.by_id.get(row.criterion)
            owner = (
                self.book.offices[row.owner].of(self.language) if row.owner in self.book.offices and row.owner else ""
            )
            step = self.steps.get(row.criterion) if row.cause in ("clause", "finding") else None
            cells = [
                f'<a href="#c-{escape(row.criterion)}">{escape(row.criterion)}</a>',
                escape(leaf.criterion.title.of(self.language) if leaf else ""),
                _right(lost_text(self.card, row.least, row.most, self.language), "lostn"),
                escape(clause_words(row.clause or row.cause, self.language)),
                escape(owner),
                f'<span class="step">{escape(step_words(step, self.card, self.language))}</span>' if step else "",
            ]
            lines.append(cells)
        heads = ("id", "criterion", "lost", "clause", "owner", "next_step")
        return _table([term(h, self.language) for h in heads], lines, _word("lost_title", self.language))

    def _node(self, node: Score) -> str:
        title = escape(self.titles[node.id].title.of(self.language))
        points = span_text(node, self.card, self.language, self.book.shown.points)
        most = localised(exact_text(node.max_points), self.language)
        state = (
            ""
            if node.state in ("scored", "declared")
            else f'<span class="missing">{escape(term(node.state, self.language))}</span>'
        )
        shown = self.book.shown
        lost = (
            f'<span class="n lostn">−{points_text(node.lost, self.language, shown.points, shown)}</span>'
            if node.lost
            else ""
        )
        most_lost = exact_text(Fraction(round((node.max_points - node.low) * 10**6), 10**6))
        inner = "\n".join(self._node(part) for part in node.parts) if node.parts else self._trace(node)
        return (
            f'<details id="c-{escape(node.id)}" data-lost="{most_lost}" data-place="{next(self._places)}"><summary>'
            f'<span class="id">{escape(node.id)}</span><span class="t">{title}</span>{self._bar(node)}'
            f'<span class="n">{points} / {most}</span>{lost}{state}</summary>\n{self._cause(node)}{inner}\n</details>'
        )

    def _cause(self, node: Score) -> str:
        """Return why the points were lost, where the readings tell."""
        cause = self.card.readings.causes.get(node.id)
        return f"<p>{escape(_word('cause', self.language))}: {escape(cause.text)}</p>\n" if cause else ""

    def _trace(self, node: Score) -> str:
        trace = node.trace
        assert trace is not None
        reference, basis = provenance(self.book, trace, trace.base_clause)
        parts = []
        office = self.book.offices.get(trace.plan.owner or "")
        if office is not None:
            parts.append(f"<p>{escape(term('owner', self.language))}: {escape(office.of(self.language))}</p>")
        parts += [self._readings(trace), self._clauses(trace)]
        for taken in trace.taken:
            finding = next(f for f in self.book.findings if f.id == taken.finding)
            amount = short_number(taken.amount, self.language)
            clause = clause_words(taken.clause, self.language)
            named = f"{term('finding', self.language)} “{finding.title.of(self.language)}” → {clause}"
            text = f"{named}: {_word('takes', self.language)} {amount}"
            parts.append(f'<p class="fired">{escape(text)}</p>')
        if (step := self.steps.get(node.id)) is not None:
            words = step_words(step, self.card, self.language)
            parts.append(f'<p class="step">{escape(term("next_step", self.language))}: {escape(words)}</p>')
        parts.append(f'<p class="dim">{escape(reference_line(reference, basis, self.language))}</p>')
        if reference.quote:
            parts.append(f"<blockquote>{escape(reference.quote)}</blockquote>")
        return "\n".join(parts)

    def _readings(self, trace: Trace) -> str:
        names = dict.fromkeys(trace.plan.indicators)
        for index, consequence in trace.plan.consequences:
            names.update(dict.fromkeys(self.card.plan.findings[index].indicators))
            names.update(dict.fromkeys([consequence.for_each] if consequence.for_each else []))
        rows = []
        for name in names:
            indicator, reading = self.card.plan.indicators[name], self.card.readings.values.get(name)
            state = "missing" if reading is None else reading.state
            value = f'<span class="missing">{escape(term(state, self.language))}</span>'
            if reading is not None and reading.value is not None and state == "given":
                value = escape(value_text(reading.value, indicator, self.language))
            source, at = (reading.source, str(reading.at)) if reading else ("", "")
            title = f'{escape(indicator.title.of(self.language))} <span class="dim">({escape(name)})</span>'
            rows.append([title, _right(value), escape(source), f'<span class="dim">{escape(at)}</span>'])
        if trace.declared is not None:
            points = localised(exact_text(trace.declared.points), self.language)
            at = f'<span class="dim">{escape(str(trace.declared.at))}</span>'
            rows.append([escape(term("declared", self.language)), _right(points), escape(trace.declared.source), at])
        if not rows:
            return ""
        heads = [
            term("readings", self.language),
            term("value", self.language),
            term("source", self.language),
            _word("at", self.language),
        ]
        return _table(heads, rows, term("readings", self.language))

    def _clauses(self, trace: Trace) -> str:
        words = value_words(trace, self.card, self.language)
        head = f"<p>{escape(term('value', self.language))}: {escape(words)}</p>" if words else ""
        rows = []
        for line in why_not(trace, self.card, self.language):
            cells = (clause_words(line.clause, self.language), line.condition, points_words(line, self.language))
            outcome = term(line.outcome, self.language)
            style = "fired" if line.outcome == "fired" else "dim"
            rows.append([f'<span class="{style}">{escape(cell)}</span>' for cell in (*cells, outcome)])
        if not rows:
            return head
        heads = [term("clause", self.language), _word("condition", self.language), term("points", self.language), ""]
        return head + _table(heads, rows, term("explanation", self.language))


def _right(text: str, more: str = "") -> str:
    return f'<span class="n {more}">{text}</span>'


def _table(heads: list[str], rows: list[list[str]], caption: str) -> str:
    """Return a table; roles are written out, for on a narrow screen its rows are laid as blocks."""
    head = "".join(f'<th scope="col" role="columnheader">{escape(h)}</th>' for h in heads)
    names = [f' data-head="{escape(h)}"' if h else "" for h in heads]
    lines = []
    for row in rows:
        cells = (f'<td role="cell"{name if cell else ""}>{cell}</td>' for name, cell in zip(names, row, strict=True))
        lines.append('<tr role="row">' + "".join(cells) + "</tr>")
    body = "\n".join(lines)
    return (
        f'<table role="table" aria-label="{escape(caption)}"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">\n{body}\n</tbody></table>'
    )
