"""What every face and process shares: settings, storage, clients, and the web base."""
