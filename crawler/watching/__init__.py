"""Watching: what an operator should know of crawls, store, archive and disk, and who is told when something is wrong.

Facts are gathered from what is there anyway: the journals of runs, the archive's index, the store, the disk. Conditions
are functions over facts; what stands by them is kept in a file beside the archive, and told by webhook and mail.
"""
