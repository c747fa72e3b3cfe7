"""Errors that a person can do something about: one line that names the thing and the way out."""


class PipelineError(Exception):
    """A feed or the store cannot be used; the message is the line to show."""
