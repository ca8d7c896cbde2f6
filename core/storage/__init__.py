"""Where the bytes of assets and renditions live: a local folder or an S3 bucket."""
