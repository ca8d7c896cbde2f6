"""What the tests stand on: a database server, an app server, a browser, a closed network."""
