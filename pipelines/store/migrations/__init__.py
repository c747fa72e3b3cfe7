"""How stores of earlier versions are brought up to date, and back: one module a step, in ``versions``.

A step is named by its number, four digits that count up, and never changed once it was released. It changes tables by
``alembic.op`` and names all columns itself, for the tables of the code go on. ``docs/store.md`` says how one is made.
"""
