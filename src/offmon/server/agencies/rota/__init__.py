"""The rota: who is on call at which time, kept by administrators and supervisors, and read by the worker."""
