"""A request's way to the web and its answer's way back: whose turn it is, what may be asked, and what was refused."""
