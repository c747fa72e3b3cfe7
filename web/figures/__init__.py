"""Figures of years and agencies: what each shows (``measures``), how it is drawn (``charts``) and handed out."""
