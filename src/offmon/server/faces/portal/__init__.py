"""The portal: the supervised person's own view. Its first page tells a bystander nothing; the rest opens to a name and a PIN."""
