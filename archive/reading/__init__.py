"""Captures out of archive files, whole or in pieces, with the payloads that revisits repeat."""
