"""From a capture to a document: the body once, the whole body, nothing but the body; tables as they are."""
