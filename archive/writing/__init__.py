"""Exchanges into files: durable first, mended after a crash, each payload once."""
