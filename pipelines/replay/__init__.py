"""Replay: archives through the parsing steps again, in pieces, on this machine's cores or on a cluster's.

Files are cut into pieces (``archive.reading.splitting``); one function refines a piece wherever it runs
(``refining``), in a process pool (``pool``) or on Dask workers (``cluster``); what they come to is put back into the
order of the archive (``ordering``), written (``outlet``) and noted, so that a replay that was stopped goes on
(``ledger``).
"""
