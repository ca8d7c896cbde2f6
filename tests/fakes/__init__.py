"""Stand-ins for the services of others, speaking their protocols over HTTP."""
