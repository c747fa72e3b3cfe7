"""The JSON API: what the pages show, for programs, under ``/api/v1``; described at ``/api/openapi.json``.

Addresses are permanent: a report is an agency and a year, a capture a record of the archive, a cell an identifier of
the form in it. Lists come in pages with ``next``; errors are ``application/problem+json`` (RFC 9457).
"""
