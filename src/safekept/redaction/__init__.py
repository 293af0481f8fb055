"""What a document may hold, for whom, and the proof that it holds nothing else. Pure: no Django, no input or output.

A document is rebuilt from the parts that its recipient may have; nothing is masked. The finished bytes are read back
and searched for what must not be in them.
"""

from .canaries import Secret, Sort, held
from .deciding import decide, releasable
from .grounds import BY_HAND, GROUNDS, Ground, Words
from .items import Item, Mentioned, Part, Purpose, Recipient, Side
from .proving import Leak, prove
from .rebuilding import Choices, NotReleased, Rebuilt, ScheduleLine, rebuild

__all__ = [
    "BY_HAND",
    "GROUNDS",
    "Choices",
    "Ground",
    "Item",
    "Leak",
    "Mentioned",
    "NotReleased",
    "Part",
    "Purpose",
    "Rebuilt",
    "Recipient",
    "ScheduleLine",
    "Secret",
    "Side",
    "Sort",
    "Words",
    "decide",
    "held",
    "prove",
    "rebuild",
    "releasable",
]
