"""Captures made safe to show, with one place marked: HTML, a page of a PDF, plain text."""
