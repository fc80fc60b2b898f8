"""The portal: the supervised person's own view. Its first page tells a bystander nothing. A name and a PIN open the rest."""
