"""Why the points are what they are: the ledger of lost points, and the next step up.

The ledger is read off the scorecard; nothing in it is computed a second time. The next step is a question of its
own ("what is the least change that gains something?") and is answered by scoring the changed sub-criterion exactly.
"""

from tieuchi.explain.ledger import Ledger, LedgerRow, ledger_of
from tieuchi.explain.next_step import NextStep, Prober

__all__ = ["Ledger", "LedgerRow", "NextStep", "Prober", "ledger_of"]
