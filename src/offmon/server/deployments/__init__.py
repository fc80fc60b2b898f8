"""The life of a deployment: authorisation, notice, enrolment, devices, profiles."""
