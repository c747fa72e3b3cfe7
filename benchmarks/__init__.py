"""The speeds, measured: each module runs by itself (``python -m benchmarks.lookup``) and prints its figures."""
