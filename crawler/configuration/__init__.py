"""What is in force, and from where: the command line, the environment, ``kaijuan.toml``, ``crawler/settings.py``.

Each goes before the next. Names, types and what a setting says are read from ``crawler/settings.py``, so that a setting
added there is known here; whatever is wrong is told before anything is fetched.
"""
