"""Files that are no page: each format is a module that gives the same blocks and tables as a page does."""
