"""Truth becomes pages: the layout of the official form, the markup of Word, the chrome of three portal families."""
