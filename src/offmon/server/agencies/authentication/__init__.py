"""The door of the console: the code of an authenticator app, how often one may try, and what is written of each try."""
