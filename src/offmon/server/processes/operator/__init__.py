"""The operator's commands. Keys: on the migrating role, since no process may (design §5; formats §2). Messages to the public site: on a
role that can read them and nothing else."""
