"""What outsiders may know of the running system: each control's status, compliance records, and page counts."""
