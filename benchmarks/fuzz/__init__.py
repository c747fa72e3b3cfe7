"""Damaged pages and files, by the ten thousand: nothing may raise, hang, flood the memory, or write a broken line."""
