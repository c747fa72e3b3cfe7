"""Findings told in the reader's language: what their sentences say is read back into fields, and said anew."""
