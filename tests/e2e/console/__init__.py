"""The console as an officer has it: granian, the vault as a process of its own, and a real browser."""
