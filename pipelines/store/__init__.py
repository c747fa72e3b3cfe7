"""The store: documents and reports as rows, and what follows from several captures of them.

Writing is idempotent: the same capture refined twice by the same steps changes nothing; refined by better steps, it
replaces what was there. What depends on several captures is made by settling, from the rows alone, so that no order of
arrival decides it (``docs/store.md``).
"""

from pipelines.store.writing import Store

__all__ = ["Store"]
