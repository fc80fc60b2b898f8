"""Where people and devices connect: addresses, views, forms and templates. No tables, and no rule of its own."""
