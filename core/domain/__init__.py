"""What the app speaks of: frozen values that know no database and no screen."""
