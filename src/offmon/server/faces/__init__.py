"""Where people and devices come in: addresses, views, forms and templates. No tables, and no rule of its own."""
