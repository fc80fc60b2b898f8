"""What every face and process stands on: settings, storage, clients, and the web base."""
