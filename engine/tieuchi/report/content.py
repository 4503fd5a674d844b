"""What the report says, as plain data: the same for Word, HTML and PDF."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tieuchi.explain.ledger import ledger_of
from tieuchi.model.number import shown_text
from tieuchi.model.scorecard import Score, Scorecard
from tieuchi.render.card_text import localised_rate, span_text
from tieuchi.render.numbers import value_text
from tieuchi.report.items import Item, item_of
from tieuchi.report.proposals import proposals_of
from tieuchi.report.voice import Voice, fell_short
from tieuchi.report.wording import labels
from tieuchi.words.language import Language
from tieuchi.words.terms import localised


@dataclass(frozen=True, slots=True)
class Heading:
    """What only the office knows: who writes, the number, place and date of the report, who signs."""

    agency: str = ""
    office: str = ""
    number: str = ""
    place: str = ""
    date: str = ""
    recipients: tuple[str, ...] = ()
    signer: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """What the unit is set against: the units of its group, and its own scorecard of the period before."""

    group: Sequence[Scorecard] = ()
    previous: Scorecard | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The report, ready for a template. ``plots`` are figures by field and by office: (name, number) pairs."""

    data: Mapping[str, Any]
    rates: tuple[tuple[str, Fraction], ...]
    offices: tuple[tuple[str, Fraction], ...] = field(default=())


class Writer:
    """Writes the report of one scorecard in one language."""

    def __init__(self, voice: Voice, compared: Compared) -> None:
        self.voice, self.compared = voice, compared
        self.card, self.language, self.book, self.titles = voice.card, voice.language, voice.book, voice.titles
        self.say, self.points, self.exact, self.signed = voice.say, voice.points, voice.exact, voice.signed

    def report(self, heading: Heading) -> Report:
        """Return the whole report."""
        card = self.card
        unit = card.readings.unit.name or card.readings.unit.id
        data: dict[str, Any] = {
            **labels(self.language),
            **self._head(heading, unit),
            "overall": self._overall(unit),
            "fields": [self._field_row(n, part) for n, part in enumerate(card.total.parts, 1)],
            "total_row": self._field_row(0, card.total),
            "has_rank": bool(self.compared.group),
            "has_before": self.compared.previous is not None,
            "sections": [section for part in card.total.parts if (section := self._section(part)) is not None],
            "changes": list(self._changes()),
            "proposals": proposals_of(self.voice),
        }
        ledger = ledger_of(card)
        names = {"": self.say("nobody"), **{n: t.of(self.language) for n, t in self.book.offices.items()}}
        lost = sorted(((names[n], most) for n, (_, most) in ledger.by_owner().items() if most), key=lambda p: -p[1])
        rates = [(f"{p.id}. {self.titles[p.id]}", p.rate) for p in card.total.parts if p.rate is not None]
        return Report(data, tuple((name, rate) for name, rate in rates), tuple(lost))

    def _head(self, heading: Heading, unit: str) -> dict[str, Any]:
        document = self.book.document
        issuer = document.issued_by.of(self.language) if document.issued_by else ""
        office = heading.office or heading.agency or unit
        date = value_text(document.date, None, self.language) if document.date else ""
        dated = self.say("dated", date=date) if date else ""
        issued = self.say("issued_by", issuer=issuer) if issuer else ""
        named = f"{document.id}{dated}{issued}"
        if document.title:
            named = self.say("titled", title=document.title.of(self.language), document=named)
        basis = self.say("basis", document=named, office=office)
        place = self.say("place_date", place=heading.place or unit, date=heading.date or self.say("blank_date"))
        return {
            "agency": heading.agency.upper(),
            "office": office.upper(),
            "number_line": self.say("number", number=heading.number or self.say("blank_number")),
            "place_date": place,
            "title_line": self.say("title", index=self.book.title.of(self.language), unit=unit),
            "basis_line": basis,
            "recipient_list": list(heading.recipients),
            "signer_line": heading.signer or self.say("signer"),
        }

    def _overall(self, unit: str) -> list[str]:
        card, total = self.card, self.card.total
        shares = []
        for share in card.shares:
            assessor = self.book.assessors[share.assessor]
            places = self.book.shown.points if assessor.places is None else assessor.places
            points = self.points(share.points, places)
            if share.points is None:
                points = f"[{self.points(share.low, places)}; {self.points(share.high, places)}]"
            title = assessor.title.of(self.language).lower()
            shares.append(self.say("share", points=points, most=self.exact(share.max_points), assessor=title))
        facts = {
            "index": self.book.title.of(self.language),
            "unit": unit,
            "points": span_text(total, card, self.language, self.book.shown.total),
            "most": self.exact(total.max_points),
            "shares": self.say("shares", shares=self.say("and").join(shares)) if shares else "",
        }
        rate = localised_rate(total.rate, card, self.language)
        lines = [
            self.say("overall", rate=rate, **facts) if total.points is not None else self.say("overall_open", **facts)
        ]
        if self.compared.group:
            rank, of = self._rank(self.book.id)
            lines.append(self.say("ranked", rank=str(rank), of=str(of)))
        if card.grades_possible:
            lines.append(self.say("graded", grade=" – ".join(card.grades_possible)))
        return [*lines, *self._against()]

    def _against(self) -> Iterator[str]:
        previous, now = self.compared.previous, self.card.total.points
        before = previous.total.points if previous else None
        if previous is None or now is None or before is None:
            return
        direction = "up" if now > before else "down" if now < before else "same"
        rate = localised(shown_text(abs(now - before) * 100 / before, 2), self.language) + "%" if before else "–"
        places = self.book.shown.total
        period = previous.readings.period or previous.plan.book.title.of(self.language)
        yield self.say(
            direction, period=period, points=self.points(abs(now - before), places),
            before=self.points(before, places), now=self.points(now, places), rate=rate,
        )  # fmt: skip

    def _rank(self, criterion: str) -> tuple[int, int]:
        """Return the place of this unit in its group by one node's points, and how many have points."""
        own = _node(self.card, criterion)
        others = [
            n.points for c in self.compared.group if (n := _node(c, criterion)) is not None and n.points is not None
        ]
        if own is None or own.points is None:
            return 0, len(others)
        return 1 + sum(1 for points in others if points > own.points), len(others) + 1

    def _field_row(self, number: int, node: Score) -> dict[str, str]:
        places = self.book.shown.points if number else self.book.shown.total
        row = {
            "no": str(number) if number else "",
            "title": self.titles[node.id] if number else self.say("total"),
            "most": localised(shown_text(node.max_points, 2), self.language),
            "points": span_text(node, self.card, self.language, places),
            "rate": localised_rate(node.rate, self.card, self.language),
            "rank": "",
            "before": "",
            "change": "",
        }
        if self.compared.group:
            rank, of = self._rank(node.id)
            row["rank"] = f"{rank}/{of}" if rank else "–"
        before = _node(self.compared.previous, node.id if number else "") if self.compared.previous else None
        if before is not None and before.points is not None and node.points is not None:
            row["before"] = self.points(before.points, places)
            row["change"] = self.signed(node.points - before.points, places)
        return row

    def _section(self, part: Score) -> dict[str, Any] | None:
        """Return what one field lost, criterion by criterion; nothing where it lost nothing."""
        if not fell_short(part):
            return None
        items: list[Item] = list(self._items(part, 0))
        owners = dict.fromkeys(node.trace.plan.owner for node in part.walk() if node.trace and fell_short(node))
        names = [self.book.offices[o].of(self.language) for o in owners if o in self.book.offices and o]
        low, high = self.points(part.max_points - part.high), self.points(part.max_points - part.low)
        lost = low if low == high else f"[{low}; {high}]"
        head = f"{part.id}. {self.titles[part.id]}"
        if names:
            head = self.say("field_head", field=head, offices=", ".join(names))
        apart = [node for node in part.walk() if node.trace is None and not _one_kind(node) and fell_short(node)]
        causes = [cause for node in apart if (cause := self.voice.cause(node.id))]
        return {"head": head, "lost": self.say("field_lost", lost=lost), "items": items, "causes": causes}

    def _items(self, node: Score, depth: int) -> Iterator[Item]:
        for part in node.parts if node.trace is None else (node,):
            if not _told(part):
                continue
            if part.trace is None and _one_kind(part):
                yield item_of(self.voice, part, depth)
                yield from self._items(part, depth + 1)
            elif part.trace is None:
                yield from self._items(part, depth)
            else:
                yield item_of(self.voice, part, depth)

    def _changes(self) -> Iterator[str]:
        previous = self.compared.previous
        for node in self.card.leaves() if previous else ():
            before = _node(previous, node.id)
            if before is None or before.points is None or node.points is None or before.points == node.points:
                continue
            places = self.book.shown.points
            texts = {"before": self.points(before.points), "now": self.points(node.points)}
            if before.max_points != node.max_points:
                texts = {
                    name: f"{text}/{self.exact(of.max_points)}"
                    for (name, text), of in zip(texts.items(), (before, node), strict=True)
                }
            change = self.signed(node.points - before.points, places)
            yield self.say("changed", id=node.id, title=self.titles[node.id], change=change, **texts)


def write_report(
    card: Scorecard,
    language: Language,
    *,
    heading: Heading | None = None,
    compared: Compared | None = None,
) -> Report:
    """Return the report of one scorecard.

    Args:
        card: The scorecard.
        language: Of the whole report.
        heading: What only the office knows; blanks to be filled in by hand where it says nothing.
        compared: The group and the period before.

    Raises:
        ReadingsError: The readings tell the cause of what is no criterion.
    """
    return Writer(Voice(card, language), compared or Compared()).report(heading or Heading())


def _node(card: Scorecard | None, criterion: str) -> Score | None:
    """Return a node of a scorecard by id; the total by the rulebook's id or no id at all."""
    if card is None:
        return None
    if criterion in ("", card.plan.book.id):
        return card.total
    return next((node for node in card.total.walk() if node.id == criterion), None)


def _told(node: Score) -> bool:
    """Say whether section II tells of a node: it lost points, or a survey measured it."""
    leaves = [leaf for leaf in node.walk() if leaf.trace is not None and leaf.state != "not_applicable"]
    return fell_short(node) or any(leaf.trace and leaf.trace.plan.assessed_by == "survey" for leaf in leaves)


def _one_kind(node: Score) -> bool:
    """Say whether all parts of a group come from one survey, so that their mean means something."""
    kinds = {leaf.trace.plan.assessed_by for leaf in node.walk() if leaf.trace is not None}
    return len(kinds) == 1 and kinds <= {"survey"}
