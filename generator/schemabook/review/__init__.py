"""What a change of the schema means: the changes between two databases as a reviewer wants them.

On top of the bare comparison (`schemabook.diff`): objects that have another name now are told as such
(`recognition`), privileges are those that are in force (`privileges`), and each change knows what depends on
it (`dependents`). `review` is all of it; what it returns is told as text (`text`) or JSON (`contract`).
"""

from schemabook.review.change import Became, ReviewedChange
from schemabook.review.reviewing import review

__all__ = ["Became", "ReviewedChange", "review"]
