"""Where observations come from: one module a source. A source asks first and reads only what it is asked for."""
