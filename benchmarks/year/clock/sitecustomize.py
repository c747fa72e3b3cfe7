"""Python processes that have this folder on their path begin ``YEAR_SHIFT`` seconds later than it is, and go on so."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

_shift = timedelta(seconds=float(os.environ["YEAR_SHIFT"]))
time_machine.travel(datetime.now(UTC) + _shift, tick=True).start()
