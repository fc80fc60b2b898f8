"""Holds each committed row to the log, again and again (design §0).

- `memory`: what this process knows of log and rows, in a file of its own, outside the database.
- `tables`: the committed tables, and how a row of each is read. They come from the models, so that a new table is in it.
- `entries`: reads the log on, and remembers which row each entry names.
- `walk`: looks at rows: those that an entry named, those that the database changed, and all others in turn.
- `findings`: what it says in the log, and when the row is right again.
"""
