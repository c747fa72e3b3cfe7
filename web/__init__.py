"""What people look at: coverage, reports with their proof. Read-only, over the store and the archive.

``queries`` read the store, ``archived`` makes a capture of the archive safe to show, with a cell marked; ``pages`` put
both into ``templates`` in the reader's language (``words``); ``application`` is the server around them.
"""
