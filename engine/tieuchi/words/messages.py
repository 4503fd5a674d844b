"""Messages by code. A code never changes its meaning."""

from __future__ import annotations

from tieuchi.words.author_messages import AUTHOR_MESSAGES
from tieuchi.words.batch_messages import BATCH_MESSAGES
from tieuchi.words.case_messages import CASE_MESSAGES
from tieuchi.words.fitting_messages import FITTING_MESSAGES
from tieuchi.words.message import Message
from tieuchi.words.proof_messages import PROOF_MESSAGES
from tieuchi.words.readings_messages import READINGS_MESSAGES
from tieuchi.words.rulebook_messages import RULEBOOK_MESSAGES
from tieuchi.words.scenario_messages import SCENARIO_MESSAGES
from tieuchi.words.web_messages import WEB_MESSAGES
from tieuchi.words.workbook_messages import WORKBOOK_MESSAGES
from tieuchi.words.yaml_messages import NAME_MESSAGES, YAML_MESSAGES

MESSAGES: dict[str, Message] = {
    **BATCH_MESSAGES,
    **YAML_MESSAGES,
    **RULEBOOK_MESSAGES,
    **PROOF_MESSAGES,
    **READINGS_MESSAGES,
    **FITTING_MESSAGES,
    **CASE_MESSAGES,
    **AUTHOR_MESSAGES,
    **NAME_MESSAGES,
    **SCENARIO_MESSAGES,
    **WEB_MESSAGES,
    **WORKBOOK_MESSAGES,
}
