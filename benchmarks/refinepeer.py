"""The peer of ``benchmarks.refine``, in an environment that has trafilatura: ``python refinepeer.py``.

For each path on its standard input it answers with the CPU seconds that ``extract`` took on that page, bytes in hand.
Nothing of the project is imported here.
"""

import sys
from pathlib import Path
from time import process_time

import trafilatura  # type: ignore[import-not-found,unused-ignore]  # lives in .venv-quality

for line in sys.stdin:
    page = Path(line.rstrip("\n")).read_bytes()
    began = process_time()
    trafilatura.extract(page)
    print(process_time() - began, flush=True)
