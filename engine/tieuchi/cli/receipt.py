"""The check of a receipt, as ``tieuchi verify SCORECARD.json`` calls it."""

from __future__ import annotations

from pathlib import Path

import typer

from tieuchi.words.language import Language, Text

_SOUND = Text(
    "Chấm lại từ số liệu kèm theo: mọi con số đều khớp.", "Scored again from its readings: everything agrees."
)
_RULEBOOK = Text(
    "Bộ tiêu chí hiện có không phải bản đã chấm phiếu này (SHA-256 khác).",
    "The rulebook at hand is not the one the scorecard was scored by (its SHA-256 differs).",
)
_LINE = Text("{path}: phiếu ghi {stored}, chấm lại được {scored}", "{path}: it says {stored}, scored again {scored}")


def is_card(path: str) -> bool:
    """Say whether an argument of ``verify`` is a scorecard rather than a rulebook."""
    return path.casefold().endswith(".json") and Path(path).is_file()


def verify_receipt(path: str, language: Language, rulebook: str | None = None) -> None:
    """Score a scorecard again and print what differs; exit status 1 if anything does, 2 if it can't be done.

    Args:
        path: The scorecard.
        language: Of what is printed.
        rulebook: The rulebook, where it is not the bundled one of that name.
    """
    from tieuchi.api import load_rulebook
    from tieuchi.errors import ReadingsError
    from tieuchi.loading.rulebook import fingerprint
    from tieuchi.model.plan import compile_plan
    from tieuchi.receipt import check_card, rulebook_name

    stored = _json(path, ReadingsError)
    book = load_rulebook(rulebook or rulebook_name(stored, path))
    receipt = check_card(stored, compile_plan(book), fingerprint(book), path)
    if receipt.rulebook_differs:
        typer.echo(_RULEBOOK.of(language))
    for difference in receipt.differences:
        facts = {"stored": _shown(difference.stored), "scored": _shown(difference.scored)}
        typer.echo(_LINE.fill(language, path=difference.path, **facts))
    if not receipt.sound:
        raise typer.Exit(1)
    typer.echo(_SOUND.of(language))


def _shown(value: object) -> str:
    import json

    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:199] + "…"


def _json(path: str, error: type[Exception]) -> object:
    """Read a scorecard of moderate size."""
    import json

    from tieuchi.errors import Issue, Position

    most = 50_000_000
    try:
        with Path(path).open("rb") as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise ValueError(f"> {most} bytes")
        return json.loads(data)
    except (OSError, ValueError, RecursionError) as problem:
        facts = {"reason": str(problem)[:200]}
        raise error([Issue("K840", Position(path), facts=facts)]) from None
