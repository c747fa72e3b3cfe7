"""How an archive and its store are kept for years: backups and their way back, what was verified when, what may go."""
