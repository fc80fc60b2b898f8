"""The night, simulated end to end: 30 days of alerts, people, channels and devices, held against what is known to be true (issue 20).

Rules
- Only time is simulated. PostgreSQL, the worker's jobs, notify, the mail server and the control rooms are real. So is each signed batch.
- The truth comes from the script alone: `script`, `chain` and `hours` import nothing that they judge. The times in force are in `times`.
- A device's journal is written by `tests.support.fake_device`, which uses `core` as the agent does. The agent itself does not run here.
- The same seed makes the same script, and so the same run.
"""
