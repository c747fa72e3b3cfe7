"""One module a family of portal software; its docstring is its manual."""
