"""The long campaigns, one after another: ``python -m benchmarks.nightly [--only NAME,…]``, ``make nightly``.

``campaigns.yaml`` names them, each with the minutes that it may take. One that fails, or takes longer, is noted, and
the next begins. What each says goes to a log of its own; at the end there is a table with their figures.
"""
