"""What the operator of an installation does by hand: keys, on the migrating role, since no process of ours could (design §5; formats §2);
and the messages to the public site, on a role that can read them and nothing else."""
