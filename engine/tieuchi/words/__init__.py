"""Every sentence a user reads, by stable code, in Vietnamese and English.

Nothing here decides anything: modules above name a code and give the facts, and this package turns them into words.
"""

from tieuchi.words.language import Language, Text
from tieuchi.words.message import Message
from tieuchi.words.sentences import hint_text, message_text

__all__ = ["Language", "Message", "Text", "hint_text", "message_text"]
