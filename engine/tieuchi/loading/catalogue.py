"""Load catalogues of indicators on their own."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from tieuchi.errors import RulebookError
from tieuchi.loading.bundled import catalogue_path
from tieuchi.loading.refusals import issues_of
from tieuchi.loading.yaml_source import read_yaml
from tieuchi.model.indicator import Catalogue


def load_catalogue(name: str | Path) -> Catalogue:
    """Load a catalogue given by path or by bundled name.

    Raises:
        UnknownNameError: There is no such file or bundled catalogue.
        RulebookError: With everything that is wrong with it, each with file, line and column.
    """
    root = read_yaml(catalogue_path(str(name), Path()))
    try:
        return Catalogue.model_validate(root.plain())
    except ValidationError as error:
        raise RulebookError(issues_of(error, root, Catalogue)) from None
